"""Margin per contract, from the exchange's history (LEAN: Common/Securities/Future/FutureMarginModel.cs)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from engine.common.errors import InvalidOperationException
from engine.orders.exact import float_of
from engine.securities.buying_power_model import SecurityMarginModel
from engine.securities.buying_power_parameters import (
    GetMaximumOrderQuantityForTargetBuyingPowerParameters,
    GetMaximumOrderQuantityResult,
    InitialMarginParameters,
    MaintenanceMarginParameters,
)
from engine.securities.margins import InitialMargin, MaintenanceMargin, Number

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security

_ZERO = Decimal(0)


class MarginRequirementsEntry(NamedTuple):
    """Margins of one contract from a date on."""

    date: date
    initial_overnight: Decimal
    maintenance_overnight: Decimal
    initial_intraday: Decimal
    maintenance_intraday: Decimal


_NO_MARGIN = MarginRequirementsEntry(date.min, _ZERO, _ZERO, _ZERO, _ZERO)


class FutureMarginModel(SecurityMarginModel):
    """Overnight margins, or intraday ones while the exchange is open if they are enabled."""

    margin_rows: ClassVar[
        Callable[[Symbol], Sequence[tuple[date, Decimal, Decimal, Decimal, Decimal]]] | None
    ] = None
    """Where the history comes from; the security service sets it for the run."""

    def __init__(
        self, required_free_buying_power_percent: Number = 0, security: Security | None = None
    ) -> None:
        super().__init__(1, required_free_buying_power_percent)
        self.enable_intraday_margins = False
        self._security = security
        self._history: list[MarginRequirementsEntry] | None = None

    initial_overnight_margin_requirement = float_of("initial_overnight_margin_requirement_decimal")
    maintenance_overnight_margin_requirement = float_of("maintenance_overnight_margin_requirement_decimal")
    initial_intraday_margin_requirement = float_of("initial_intraday_margin_requirement_decimal")
    maintenance_intraday_margin_requirement = float_of("maintenance_intraday_margin_requirement_decimal")

    @property
    def initial_overnight_margin_requirement_decimal(self) -> Decimal:
        return self._per_contract("initial_overnight")

    @property
    def maintenance_overnight_margin_requirement_decimal(self) -> Decimal:
        return self._per_contract("maintenance_overnight")

    @property
    def initial_intraday_margin_requirement_decimal(self) -> Decimal:
        return self._per_contract("initial_intraday")

    @property
    def maintenance_intraday_margin_requirement_decimal(self) -> Decimal:
        return self._per_contract("maintenance_intraday")

    def _per_contract(self, name: str) -> Decimal:
        entry = None if self._security is None else self._current(self._security)
        return _ZERO if entry is None else getattr(entry, name)

    def leverage_decimal(self, security: Security) -> Decimal:
        return Decimal(1)

    def set_leverage(self, security: Security, leverage: Number) -> None:
        raise InvalidOperationException(
            "Futures are leveraged products and different leverage cannot be set by user"
        )

    def get_maximum_order_quantity_for_target_buying_power(
        self, parameters: GetMaximumOrderQuantityForTargetBuyingPowerParameters
    ) -> GetMaximumOrderQuantityResult:
        if abs(parameters.target_buying_power_decimal) > 1:
            raise InvalidOperationException(
                "Futures do not allow specifying a leveraged target, since they are traded using margin "
                "which already "
                "is leveraged. Possible target buying power goes from -1 to 1, target provided is: "
                f"{parameters.target_buying_power_decimal:f}"
            )
        return super().get_maximum_order_quantity_for_target_buying_power(parameters)

    def get_maintenance_margin(self, parameters: MaintenanceMarginParameters) -> MaintenanceMargin:
        security = parameters.security
        entry = self._current(security) if parameters.quantity_decimal else None
        if entry is None:
            return MaintenanceMargin.ZERO
        margin = entry.maintenance_intraday if self._is_intraday(security) else entry.maintenance_overnight
        rate = security.quote_currency.conversion_rate_decimal
        return MaintenanceMargin(margin * parameters.absolute_quantity_decimal * rate)

    def get_initial_margin_requirement(self, parameters: InitialMarginParameters) -> InitialMargin:
        security, quantity = parameters.security, parameters.quantity_decimal
        entry = self._current(security) if quantity else None
        if entry is None:
            return InitialMargin.ZERO
        margin = entry.initial_intraday if self._is_intraday(security) else entry.initial_overnight
        return InitialMargin(margin * quantity * security.quote_currency.conversion_rate_decimal)

    def _is_intraday(self, security: Security) -> bool:
        if not self.enable_intraday_margins:
            return False
        return security.exchange.exchange_open and not security.exchange.closing_soon

    def _current(self, security: Security) -> MarginRequirementsEntry | None:
        last = security.get_last_data()
        if last is None:
            return None
        if self._history is None:
            self._history = self._load(security.symbol)
        position = bisect_right(self._history, last.time.date(), key=lambda entry: entry.date)
        return self._history[max(position - 1, 0)]

    def highest_maintenance_until(self, security: Security, day: date) -> Decimal | None:
        """Return the highest maintenance margin of one contract from now until `day`, None before any data."""
        entry = self._current(security)
        if entry is None or self._history is None:
            return None
        entries = [entry, *(later for later in self._history if entry.date < later.date <= day)]
        return max(max(each.maintenance_intraday, each.maintenance_overnight) for each in entries)

    @staticmethod
    def _load(symbol: Symbol) -> list[MarginRequirementsEntry]:
        provider = FutureMarginModel.margin_rows
        rows = () if provider is None else provider(symbol)
        # a future without a history needs no margin, as in LEAN
        return [MarginRequirementsEntry(*row) for row in rows] or [_NO_MARGIN]
