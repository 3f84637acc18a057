"""Remembers what an order was before its cancellation was asked for (LEAN: CancelPendingOrders.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import OrderStatus
from engine.orders.order_extensions import is_closed

if TYPE_CHECKING:
    from engine.orders.order import Order


class CancelPendingOrders:
    """Statuses to fall back to when a cancellation fails."""

    def __init__(self) -> None:
        self._statuses: dict[int, OrderStatus] = {}

    def set(self, order_id: int, status: OrderStatus) -> None:
        self._statuses[order_id] = status

    def update_or_remove(self, order_id: int, new_status: OrderStatus) -> None:
        """Take notice of an event of an order whose cancellation is pending."""
        if order_id not in self._statuses:
            return
        if is_closed(new_status):
            del self._statuses[order_id]
        elif new_status != OrderStatus.CANCEL_PENDING:
            self._statuses[order_id] = new_status

    def remove_and_fallback(self, order: Order) -> None:
        """Give an order its former status back."""
        status = self._statuses.pop(order.id, None)
        if status is not None:
            order.status = status
