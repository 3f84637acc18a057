"""What settlement models are told (LEAN: ApplyFundsSettlementModelParameters.cs, ...)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.orders.exact import stamp_of, utc_datetime
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager


class ApplyFundsSettlementModelParameters:
    """Money that a fill brings or costs."""

    __slots__ = ("cash_amount", "fill", "portfolio", "security", "utc_stamp", "utc_time")

    def __init__(
        self,
        portfolio: SecurityPortfolioManager,
        security: Security,
        application_time_utc: datetime | int,
        cash_amount: CashAmount,
        fill: OrderEvent | None,
    ) -> None:
        self.portfolio = portfolio
        self.security = security
        self.utc_stamp = stamp_of(application_time_utc)
        self.utc_time = _time(application_time_utc)
        self.cash_amount = cash_amount
        self.fill = fill


class ScanSettlementModelParameters:
    """The moment at which settlements are looked for."""

    __slots__ = ("portfolio", "security", "utc_stamp", "utc_time")

    def __init__(
        self, portfolio: SecurityPortfolioManager, security: Security, time_utc: datetime | int
    ) -> None:
        self.portfolio = portfolio
        self.security = security
        self.utc_stamp = stamp_of(time_utc)
        self.utc_time = _time(time_utc)


def _time(time: datetime | int) -> datetime:
    # one that an algorithm made itself stays as it is, with a zone or without
    return time if isinstance(time, datetime) else utc_datetime(time)


class ImmediateSettlementModel:
    """Cash moves with the fill (LEAN: ImmediateSettlementModel.cs)."""

    def apply_funds(self, parameters: ApplyFundsSettlementModelParameters) -> None:
        """Book the amount into the cash book."""
        amount = parameters.cash_amount
        parameters.portfolio.cash_book[amount.currency].add_amount(amount.amount_decimal)

    def scan(self, settlement_parameters: ScanSettlementModelParameters) -> None:
        """Settle what is due; here nothing ever waits."""

    def get_unsettled_cash(self) -> CashAmount:
        """Return what waits for settlement."""
        return CashAmount(Decimal(0), "")


class AccountCurrencyImmediateSettlementModel(ImmediateSettlementModel):
    """Cash moves with the fill, converted into the account currency."""

    def apply_funds(self, parameters: ApplyFundsSettlementModelParameters) -> None:
        book = parameters.portfolio.cash_book
        converted = book.convert_to_account_currency(parameters.cash_amount)
        book[book.account_currency].add_amount(converted.amount_decimal)
