"""A queue without end (LEAN: Common/Util/CircularQueue.cs)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Self

from engine.data.consolidators.event import Event


class CircularQueue:
    """What is taken from the front goes to the back; `circle_completed` fires when the first item comes by."""

    def __init__(self, *items: Any) -> None:
        given = items[0] if len(items) == 1 and isinstance(items[0], Iterable) else items
        self._queue = deque(given)
        self._head = self._queue[0] if self._queue else None
        self.circle_completed = Event()

    def __class_getitem__(cls, kind: type) -> type[Self]:
        return cls

    def dequeue(self) -> Any:
        item = self._queue.popleft()
        if item == self._head:
            self.circle_completed(self, None)
        self._queue.append(item)
        return item
