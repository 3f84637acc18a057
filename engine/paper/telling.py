"""What the client is told and when: at once and in order, unless a fault says otherwise.

Faults of telling do not touch the truth: the ledger has every notice from the moment it happened.
"""

from __future__ import annotations

from engine.common.enums import OrderStatus
from engine.common.time import MINUTE
from engine.orders.order_extensions import is_fill
from engine.paper.faults import DELAY, DUPLICATE, OUT_OF_ORDER
from engine.paper.messages import Fields

_SENT = (OrderStatus.SUBMITTED.name, OrderStatus.UPDATE_SUBMITTED.name)


class Telling:
    """Notices on their way to the client."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Fields]] = []
        """When each may be told, in the order in which they happened."""
        self._held: dict[int, list[tuple[int, Fields]]] = {}
        """Order: what is told after its fill, or when so much time has passed."""
        self._late: dict[int, int] = {}
        self._twice: set[int] = set()
        self._turned: set[int] = set()
        self.silent_until = 0
        """No notice is told before: the client is cut off."""

    @property
    def complete(self) -> bool:
        """Whether nothing that happened is still to be told."""
        return not self._waiting and not any(self._held.values())

    def forget(self) -> None:
        """A new client is told by a snapshot."""
        self._waiting.clear()
        self._held.clear()

    def meet(self, kind: str, order_ids: list[int], minutes: int) -> None:
        """Have what is told of orders come late, twice or turned round."""
        if kind == DELAY:
            self._late.update((order_id, minutes) for order_id in order_ids)
        elif kind == DUPLICATE:
            self._twice.update(order_ids)
        elif kind == OUT_OF_ORDER:
            self._turned.update(order_ids)

    def add(self, notice: Fields, now: int) -> None:
        """Take a notice that is in the ledger."""
        if notice["kind"] != "orders":
            self._waiting.append((now, notice))
            return
        events = notice["events"]
        first = int(events[0]["order"])
        fills = any(is_fill(OrderStatus[event["status"]]) for event in events)
        if first in self._turned:
            self._turn(notice, first, now, fills)
            return
        due = now + self._late.get(first, 0) * MINUTE
        self._waiting.append((due, notice))
        if fills and first in self._twice:
            self._waiting.append((due, {**notice, "kind": "repeated"}))

    def _turn(self, notice: Fields, order_id: int, now: int, fills: bool) -> None:
        """Tell the fills of a combo leg by leg and backwards, and the acceptance after them."""
        events = notice["events"]
        if not fills and all(event["status"] in _SENT for event in events):
            self._held.setdefault(order_id, []).append((now + MINUTE, notice))
            return
        for event in reversed(events):
            self._waiting.append((now, {**notice, "events": [event]}))
            held = self._held.pop(int(event["order"]), ())
            self._waiting += [(now, late) for _, late in held]

    def take(self, now: int) -> list[Fields]:
        """Return what is to be told now."""
        if now < self.silent_until:
            return []
        told = [notice for due, notice in self._waiting if due <= now]
        self._waiting = [(due, notice) for due, notice in self._waiting if due > now]
        for order_id, held in list(self._held.items()):
            told += [notice for due, notice in held if due <= now]
            self._held[order_id] = [(due, notice) for due, notice in held if due > now]
        return told
