"""When what was saved reaches the disk (LEAN: Engine/Storage/LocalObjectStore.cs, its persistence timer)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.common.time import SECOND

PERSISTENCE_INTERVAL = 5 * SECOND


class FlushStrategy(Protocol):
    """Asked after each save whether to write at once."""

    def is_due(self) -> bool:
        """Return whether what was saved must be on disk now."""

    def flushed(self) -> None:
        """Take notice that everything is on disk."""


class FlushOnRequest:
    """Write on get_file_path, clear and dispose only: a backtest has no wall clock, and nothing to lose."""

    def is_due(self) -> bool:
        return False

    def flushed(self) -> None:
        """Nothing waits."""


class FlushAlways:
    """Write with each save, as LEAN does where its persistence interval is not positive."""

    def is_due(self) -> bool:
        return True

    def flushed(self) -> None:
        """Nothing waits."""


class FlushPeriodically:
    """Write what is older than LEAN's five seconds.

    Parameters
    ----------
    clock : returns now, in microseconds of any origin
    interval : microseconds
    """

    def __init__(self, clock: Callable[[], int], interval: int = PERSISTENCE_INTERVAL) -> None:
        self._clock = clock
        self._interval = interval
        self._dirty_since: int | None = None

    def is_due(self) -> bool:
        now = self._clock()
        if self._dirty_since is None:
            self._dirty_since = now
        return now - self._dirty_since >= self._interval

    def flushed(self) -> None:
        self._dirty_since = None
