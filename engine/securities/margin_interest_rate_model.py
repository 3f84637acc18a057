"""Interest on margin positions (LEAN: IMarginInterestRateModel.cs, Equity/ShortMarginInterestRateModel.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.securities.security import Security


class MarginInterestRateParameters:
    """The security to charge and the time, UTC."""

    __slots__ = ("security", "time")

    def __init__(self, security: Security, time: datetime) -> None:
        self.security = security
        self.time = time


class MarginInterestRateModel:
    """Charges nothing; others derive from it."""

    NULL: ClassVar[MarginInterestRateModel]

    def apply_margin_interest_rate(self, parameters: MarginInterestRateParameters) -> None:
        """Charge what is due since the last time."""


MarginInterestRateModel.NULL = MarginInterestRateModel()


class ShortMarginInterestRateModel(MarginInterestRateModel):
    """Charges the shortable provider's fee for shorts (or rebate for longs) once a day."""

    def __init__(self) -> None:
        self.amount_decimal = Decimal(0)
        self._is_short = False
        self._previous_time: datetime | None = None

    amount = float_of("amount_decimal")

    def apply_margin_interest_rate(self, parameters: MarginInterestRateParameters) -> None:
        security, time = parameters.security, parameters.time
        holdings = security.holdings
        if not holdings.invested:
            self._previous_time = None
            return
        if self._previous_time is None or self._is_short != holdings.is_short:
            self._is_short = holdings.is_short
            self._previous_time = time
            return
        if time.date() == self._previous_time.date():
            return
        provider, day = security.shortable_provider, security.local_time
        rate = (
            provider.fee_rate(security.symbol, day)
            if self._is_short
            else provider.rebate_rate(security.symbol, day)
        )
        if not rate:
            self._previous_time = None
            return
        days = (time.date() - self._previous_time.date()).days
        fee = to_decimal(rate) * holdings.holdings_value_decimal / 360 * days
        self.amount_decimal += fee
        security.quote_currency.add_amount(fee)
        self._previous_time = time
