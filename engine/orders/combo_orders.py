"""Legs of combos (LEAN: ComboOrder.cs, ComboMarketOrder.cs, ComboLimitOrder.cs, ComboLegLimitOrder.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderType
from engine.common.numbers import normalize, to_decimal
from engine.orders.exact import float_of
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.order import Order, limit_value
from engine.orders.order_properties import OrderProperties

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.order_requests import UpdateOrderRequest
    from engine.securities.security import Security


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

    def apply_update_order_request(self, request: UpdateOrderRequest) -> None:
        if request.order_id != self.id:
            raise ValueError("Attempted to apply updates to the incorrect order!")
        if request.tag is not None:
            self.tag = request.tag
        if request.quantity_decimal is not None:
            self.group_order_manager.quantity_decimal = request.quantity_decimal


class ComboMarketOrder(ComboOrder):
    """All legs fill by the market rule, or none."""

    type = OrderType.COMBO_MARKET


class ComboLimitOrder(ComboOrder):
    """All legs fill when their sum meets the limit of the group."""

    type = OrderType.COMBO_LIMIT

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
        group_order_manager.limit_price_decimal = to_decimal(limit_price)

    def _value_in_quote_currency(self, security: Security) -> Decimal:
        limit = self.group_order_manager.limit_price_decimal
        return limit_value(self.quantity_decimal, limit, security.price_decimal)

    def apply_update_order_request(self, request: UpdateOrderRequest) -> None:
        super().apply_update_order_request(request)
        if request.limit_price_decimal is not None:
            self.group_order_manager.limit_price_decimal = request.limit_price_decimal


class ComboLegLimitOrder(ComboOrder):
    """All legs fill when each of them meets its own limit."""

    type = OrderType.COMBO_LEG_LIMIT

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

    def apply_update_order_request(self, request: UpdateOrderRequest) -> None:
        super().apply_update_order_request(request)
        if request.limit_price_decimal is not None:
            self.limit_price_decimal = request.limit_price_decimal
