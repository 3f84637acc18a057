"""A future (LEAN: Common/Securities/Future/Future.cs)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from engine.common.enums import SettlementType
from engine.securities.derivative_cache import FutureCache
from engine.securities.future.future_holding import FutureHolding
from engine.securities.future.future_margin_model import FutureMarginModel
from engine.securities.future.future_settlement_model import FutureSettlementModel
from engine.securities.security import Security
from engine.securities.security_derivative_filter import EmptyContractFilter, future_filter
from engine.securities.security_exchange import SecurityExchange
from engine.securities.security_models import WEEKDAY_EXCHANGE_DAYS

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.cash_book import CashBook
    from engine.securities.security_exchange_hours import SecurityExchangeHours


class Future(Security):
    """A contract, or the continuous future (canonical) that maps to one."""

    __slots__ = ("contract_filter", "mapped", "settlement_type")

    DEFAULT_SETTLEMENT_DAYS: ClassVar[int] = 1
    DEFAULT_SETTLEMENT_TIME: ClassVar[timedelta] = timedelta(hours=6)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.settlement_type = SettlementType.CASH
        self.mapped: Symbol | None = None
        """Contract that the continuous future stands for now."""
        self.contract_filter: Any = EmptyContractFilter()

    def _new_cache(self) -> FutureCache:
        return FutureCache()

    def _new_holding(self, currency_converter: CashBook) -> FutureHolding:
        return FutureHolding(self, currency_converter)

    def _new_exchange(self, hours: SecurityExchangeHours) -> SecurityExchange:
        return SecurityExchange(hours, WEEKDAY_EXCHANGE_DAYS)

    def _new_fill_model(self) -> Any:
        from engine.orders.fills.future_fill_model import FutureFillModel

        return FutureFillModel()

    def _new_buying_power_model(self) -> Any:
        return FutureMarginModel(0, self)

    def _set_default_models(self) -> None:
        super()._set_default_models()
        self.settlement_model = FutureSettlementModel()

    @property
    def is_tradable(self) -> bool:
        """Continuous futures are never tradable, their contracts until they are removed."""
        return self._is_tradable and not self.symbol.is_canonical()

    @is_tradable.setter
    def is_tradable(self, value: bool) -> None:
        self._is_tradable = value

    @property
    def is_future_chain(self) -> bool:
        return self.symbol.is_canonical()

    @property
    def is_future_contract(self) -> bool:
        return not self.symbol.is_canonical()

    @property
    def expiry(self) -> datetime:
        return self.symbol.id.date

    def set_local_time_keeper(self, local_time_keeper: Any) -> None:
        super().set_local_time_keeper(local_time_keeper)
        if isinstance(self.settlement_model, FutureSettlementModel):
            self.settlement_model.set_local_date_time_frontier(self.local_time)

    def set_filter(self, *arguments: Any) -> None:
        """Set which contracts of the chain are kept: a function, or min and max expiry."""
        self.contract_filter = future_filter(arguments)
