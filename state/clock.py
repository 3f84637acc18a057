"""Time, as an object that is handed in. Nothing here asks the computer what time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time of the run: the algorithm's, never the wall's."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class SettableClock:
    """A clock that stands until it is moved. The host moves it once a step, so a step has one time."""

    __slots__ = ("_now",)

    def __init__(self, now: datetime) -> None:
        self._now = in_utc(now)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """Set the time. Going back is possible, because LEAN's time can; machines cope with it."""
        self._now = in_utc(now)

    def advance(self, span: timedelta) -> None:
        self._now += span


def in_utc(moment: datetime) -> datetime:
    """Return an aware time in UTC; a naive one would silently be read in some other zone later."""
    if moment.tzinfo is None:
        raise ValueError(f"a time needs its zone, {moment.isoformat()} has none")
    return moment.astimezone(UTC)
