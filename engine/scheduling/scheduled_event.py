"""One event and the times at which it happens. LEAN: Common/Scheduling/ScheduledEvent.cs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from engine.common.time import to_datetime, to_stamp

NEVER = (1 << 63) - 1
"""Stamp after every other: the event has no more times."""

StampCallback = Callable[[str, int], object]


class ScheduledEvent:
    """Walks through its times, which are asked for one by one. Equal only to itself."""

    SECURITY_END_OF_DAY_DELTA = timedelta(minutes=10)
    ALGORITHM_END_OF_DAY_DELTA = timedelta(minutes=2)

    __slots__ = ("_callback", "_current", "_needs_move_next", "_times", "enabled", "name")

    def __init__(
        self,
        name: str,
        event_utc_times: datetime | Iterable[datetime],
        callback: Callable[[str, datetime], object] | None = None,
    ) -> None:
        times = [event_utc_times] if isinstance(event_utc_times, datetime) else event_utc_times
        action = None if callback is None else lambda name, stamp: callback(name, to_datetime(stamp))
        self._set(name, map(to_stamp, times), action)

    @classmethod
    def of_stamps(cls, name: str, event_stamps: Iterable[int], callback: StampCallback) -> ScheduledEvent:
        """Return an event whose times are UTC stamps; the callback gets the name and the stamp."""
        event = cls.__new__(cls)
        event._set(name, iter(event_stamps), callback)
        return event

    def _set(self, name: str, times: Iterator[int], callback: StampCallback | None) -> None:
        self.name = name
        self.enabled = True
        self._callback = callback
        self._times = times
        self._needs_move_next = (
            True  # nothing is asked for before it is needed: the start date may still change
        )
        self._current = NEVER

    @property
    def next_stamp(self) -> int:
        """UTC stamp of the next time, NEVER if there is none."""
        if self._needs_move_next:
            self._move_next()
        return self._current

    @property
    def next_event_utc_time(self) -> datetime:
        """UTC time of the next event; the greatest datetime if there is none."""
        stamp = self.next_stamp
        return datetime(9999, 12, 31, 23, 59, 59, 999999) if stamp == NEVER else to_datetime(stamp)

    def scan(self, utc_stamp: int) -> None:
        """Fire once for every time that has come. A callback that raises leaves its time due."""
        while self.next_stamp <= utc_stamp and self._current != NEVER:
            if self.enabled and self._callback is not None:
                self._callback(self.name, self._current)
            self._needs_move_next = True

    def skip_events_until(self, utc_stamp: int) -> None:
        """Drop the times before the stamp."""
        while self.next_stamp < utc_stamp:
            self._move_next()

    def _move_next(self) -> None:
        self._needs_move_next = False
        self._current = next(self._times, NEVER)

    def __str__(self) -> str:
        return self.name
