"""Requests to submit, update and cancel (LEAN: Common/Orders/OrderRequest.cs, SubmitOrderRequest.cs, ...)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from engine.common.enums import (
    OrderRequestStatus,
    OrderRequestType,
    OrderResponseErrorCode,
    OrderType,
    SecurityType,
)
from engine.common.numbers import smart_rounding, to_decimal
from engine.orders.exact import datetime_of, float_of, stamp_of
from engine.orders.lean_text import time_text
from engine.orders.order_response import OrderResponse

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.group_order_manager import GroupOrderManager
    from engine.orders.order_properties import OrderProperties
    from engine.orders.update_order_fields import UpdateOrderFields


class OrderRequest:
    """Base of the three requests."""

    order_request_type: ClassVar[OrderRequestType]

    def __init__(self, time: datetime | int, order_id: int, tag: str | None) -> None:
        self.time_stamp = stamp_of(time)
        self.order_id = order_id
        self.tag = tag
        self.response = OrderResponse.UNPROCESSED
        self.status = OrderRequestStatus.UNPROCESSED

    time = datetime_of("time_stamp")

    def set_response(
        self, response: OrderResponse, status: OrderRequestStatus = OrderRequestStatus.ERROR
    ) -> None:
        """Store the answer; an error outranks the given status."""
        self.status = OrderRequestStatus.ERROR if response.is_error else status
        self.response = response

    def _text(self, what: str) -> str:
        return f"{time_text(self.time)} UTC: {what} Status: {self.status.to_string()}"


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
        self.symbol = symbol
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


class UpdateOrderRequest(OrderRequest):
    """A request to change a resting order."""

    order_request_type = OrderRequestType.UPDATE

    def __init__(self, time: datetime | int, order_id: int, fields: UpdateOrderFields) -> None:
        super().__init__(time, order_id, fields.tag)
        self.quantity_decimal = fields.quantity_decimal
        self.limit_price_decimal = fields.limit_price_decimal
        self.stop_price_decimal = fields.stop_price_decimal
        self.trigger_price_decimal = fields.trigger_price_decimal
        self.trailing_amount_decimal = fields.trailing_amount_decimal

    quantity = float_of("quantity_decimal")
    limit_price = float_of("limit_price_decimal")
    stop_price = float_of("stop_price_decimal")
    trigger_price = float_of("trigger_price_decimal")
    trailing_amount = float_of("trailing_amount_decimal")

    def is_allowed_for_closed_order(self) -> bool:
        """Return whether only the tag changes, which LEAN allows for ever."""
        changes = (
            self.quantity_decimal,
            self.limit_price_decimal,
            self.stop_price_decimal,
            self.trigger_price_decimal,
            self.trailing_amount_decimal,
        )
        return all(change is None for change in changes)

    def __str__(self) -> str:
        prices = (
            ("LimitPrice", self.limit_price_decimal),
            ("StopPrice", self.stop_price_decimal),
            ("TrailingAmount", self.trailing_amount_decimal),
            ("TriggerPrice", self.trigger_price_decimal),
        )
        updates = [] if self.quantity_decimal is None else [f"Quantity: {self.quantity_decimal:f}"]
        updates += [f"{name}: {smart_rounding(price):f}" for name, price in prices if price is not None]
        return self._text(f"Update Order: ({self.order_id}) - {', '.join(updates)} {self.tag or ''}")


class CancelOrderRequest(OrderRequest):
    """A request to withdraw a resting order."""

    order_request_type = OrderRequestType.CANCEL

    def __init__(self, time: datetime | int, order_id: int, tag: str | None) -> None:
        super().__init__(time, order_id, tag)

    def __str__(self) -> str:
        return self._text(f"Cancel Order: ({self.order_id}) - {self.tag or ''}")
