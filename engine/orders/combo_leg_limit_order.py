"""A leg of a combo with a limit per leg (LEAN: Common/Orders/ComboLegLimitOrder.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderType
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.order import limit_value
from engine.orders.order_properties import OrderProperties

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security
from engine.orders.combo_order import ComboOrder


class ComboLegLimitOrder(ComboOrder):
    """All legs fill when each of them meets its own limit."""

    type = OrderType.COMBO_LEG_LIMIT
    _UPDATABLE_PRICES = ("limit_price_decimal",)

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        limit_price: float | Decimal,
        time: datetime | int,
        group_order_manager: GroupOrderManager,
        tag: str | None = "",
        properties: OrderProperties | None = None,
    ) -> None:
        super().__init__(symbol, quantity, time, group_order_manager, tag, properties)
        self.limit_price_decimal = to_decimal(limit_price)

    limit_price = float_of("limit_price_decimal")

    def _value_in_quote_currency(self, security: Security) -> Decimal:
        return limit_value(self.quantity_decimal, self.limit_price_decimal, security.price_decimal)
