"""An index (LEAN: Common/Securities/Index/Index.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.securities.buying_power_model import SecurityMarginModel
from engine.securities.security import Security
from engine.securities.security_exchange import SecurityExchange
from engine.securities.security_models import WEEKDAY_EXCHANGE_DAYS

if TYPE_CHECKING:
    from engine.securities.security_exchange_hours import SecurityExchangeHours


class Index(Security):
    """Not tradable unless the algorithm says so."""

    __slots__ = ("manual_set_is_tradable",)

    def __init__(self, *args: Any, **named: Any) -> None:
        self.manual_set_is_tradable = False
        super().__init__(*args, **named)

    def _new_exchange(self, hours: SecurityExchangeHours) -> SecurityExchange:
        return SecurityExchange(hours, WEEKDAY_EXCHANGE_DAYS)

    def _new_fee_model(self) -> Any:
        from engine.orders.fees.constant_fee_model import ConstantFeeModel

        return ConstantFeeModel(0)

    def _new_buying_power_model(self) -> Any:
        return SecurityMarginModel(50)

    @property
    def is_tradable(self) -> bool:
        return self._is_tradable

    @is_tradable.setter
    def is_tradable(self, value: bool) -> None:
        # the feed makes added securities tradable, but an index only if the algorithm did
        if value:
            self.manual_set_is_tradable = True
        self._is_tradable = value

    def make_tradable(self) -> None:
        """Allow orders again if the algorithm once did."""
        if self.manual_set_is_tradable:
            self.is_tradable = True

    def reset(self) -> None:
        super().reset()
        self.manual_set_is_tradable = False
