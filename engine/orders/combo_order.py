"""The base of combo legs (LEAN: Common/Orders/ComboOrder.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import normalize
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.order import Order
from engine.orders.order_properties import OrderProperties

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class ComboOrder(Order):
    """A leg: its quantity is a ratio times the group's, so an update of the group moves all legs."""

    group_order_manager: GroupOrderManager

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        time: datetime | int,
        group_order_manager: GroupOrderManager,
        tag: str | None = "",
        properties: OrderProperties | None = None,
    ) -> None:
        super().__init__(symbol, quantity, time, tag, properties, group_order_manager)

    @property
    def quantity_decimal(self) -> Decimal:
        return normalize(self._ratio * self.group_order_manager.quantity_decimal)

    @quantity_decimal.setter
    def quantity_decimal(self, value: Decimal) -> None:
        self._ratio = value / self.group_order_manager.quantity_decimal

    def _update_quantity(self, quantity: Decimal) -> None:
        # a request names the quantity of the group, not that of its leg
        self.group_order_manager.quantity_decimal = quantity
