"""A request for an order (LEAN: Common/Orders/SubmitOrderRequest.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import (
    OrderRequestType,
    OrderResponseErrorCode,
    OrderType,
    SecurityType,
)
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.group_order_manager import GroupOrderManager
    from engine.orders.order_properties import OrderProperties
from engine.common.symbol import symbol_of
from engine.orders.order_request import OrderRequest


class SubmitOrderRequest(OrderRequest):
    """A request for a new order; its id is UNABLE_TO_FIND_ORDER's -10 until it gets one.

    LEAN has three constructors, which differ in what stands between limit price and time: nothing, the
    trigger price, or trigger price, trailing amount and whether that is a percentage. The position of the
    datetime (or, from the engine, the keyword `time`) tells them apart.
    """

    order_request_type = OrderRequestType.SUBMIT

    def __init__(
        self,
        order_type: OrderType,
        security_type: SecurityType,
        symbol: Symbol,
        quantity: float | Decimal,
        stop_price: float | Decimal = Decimal(0),
        limit_price: float | Decimal = Decimal(0),
        *rest: Any,
        trigger_price: float | Decimal = Decimal(0),
        trailing_amount: float | Decimal = Decimal(0),
        trailing_as_percentage: bool = False,
        time: datetime | int | None = None,
        tag: str | None = "",
        properties: OrderProperties | None = None,
        group_order_manager: GroupOrderManager | None = None,
        asynchronous: bool = False,
    ) -> None:
        if rest:
            at = next((i for i, value in enumerate(rest) if isinstance(value, datetime)), len(rest))
            prices = (*rest[:at], trigger_price, trailing_amount, trailing_as_percentage)[:3]
            trigger_price, trailing_amount, trailing_as_percentage = prices
            tail = rest[at:]
            given = (tag, properties, group_order_manager, asynchronous)
            tag, properties, group_order_manager, asynchronous = (*tail[1:], *given[len(tail[1:]) :])
            time = tail[0] if tail else time
        if time is None:
            raise TypeError("SubmitOrderRequest: the time is missing")
        super().__init__(time, int(OrderResponseErrorCode.UNABLE_TO_FIND_ORDER), tag)
        self.security_type = security_type
        self.symbol = symbol_of(symbol)
        self.order_type = order_type
        self.quantity_decimal = to_decimal(quantity)
        self.stop_price_decimal = to_decimal(stop_price)
        self.limit_price_decimal = to_decimal(limit_price)
        self.trigger_price_decimal = to_decimal(trigger_price)
        self.trailing_amount_decimal = to_decimal(trailing_amount)
        self.trailing_as_percentage = trailing_as_percentage
        self.order_properties = properties
        self.group_order_manager = group_order_manager
        self.asynchronous = asynchronous

    quantity = float_of("quantity_decimal")
    stop_price = float_of("stop_price_decimal")
    limit_price = float_of("limit_price_decimal")
    trigger_price = float_of("trigger_price_decimal")
    trailing_amount = float_of("trailing_amount_decimal")

    def set_order_id(self, order_id: int) -> None:
        self.order_id = order_id

    def __str__(self) -> str:
        from engine.orders.order_factory import create_order

        order = create_order(self)
        text = self._text(f"Submit Order: ({self.order_id}) - {order} {self.tag}")
        return f"{text} Async: {self.asynchronous}"
