"""The base of requests (LEAN: Common/Orders/OrderRequest.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from engine.common.enums import (
    OrderRequestStatus,
    OrderRequestType,
)
from engine.orders.exact import datetime_of, stamp_of
from engine.orders.lean_text import time_text
from engine.orders.order_response import OrderResponse


class OrderRequest:
    """Base of the three requests."""

    order_request_type: ClassVar[OrderRequestType]

    def __init__(self, time: datetime | int, order_id: int, tag: str | None) -> None:
        self.time_stamp = stamp_of(time)
        self.time_has_zone = not isinstance(time, datetime) or time.tzinfo is not None
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
