"""A request to withdraw an order (LEAN: Common/Orders/CancelOrderRequest.cs)."""

from __future__ import annotations

from datetime import datetime

from engine.common.enums import (
    OrderRequestType,
)
from engine.orders.order_request import OrderRequest


class CancelOrderRequest(OrderRequest):
    """A request to withdraw a resting order."""

    order_request_type = OrderRequestType.CANCEL

    def __init__(self, time: datetime | int, order_id: int, tag: str | None) -> None:
        super().__init__(time, order_id, tag)

    def __str__(self) -> str:
        return self._text(f"Cancel Order: ({self.order_id}) - {self.tag or ''}")
