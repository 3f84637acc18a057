"""A request to change an order (LEAN: Common/Orders/UpdateOrderRequest.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.common.enums import (
    OrderRequestType,
)
from engine.common.numbers import smart_rounding
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.orders.update_order_fields import UpdateOrderFields
from engine.orders.order_request import OrderRequest


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
