"""What a fill model gives back (LEAN: Common/Orders/Fills/Fill.cs)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.orders.order_event import OrderEvent


class Fill:
    """The events of one scan of an order; several for a combo."""

    __slots__ = ("_events",)

    def __init__(self, order_events: OrderEvent | Iterable[OrderEvent]) -> None:
        self._events = [order_events] if isinstance(order_events, OrderEvent) else list(order_events)

    def __iter__(self) -> Iterator[OrderEvent]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)
