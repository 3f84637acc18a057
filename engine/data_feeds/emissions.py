"""Which subscriptions emit at which moments of a plan; those that emit together are found once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.data_feeds.subscription_window import SubscriptionWindow

T = TypeVar("T")


class Emitting:
    """Windows that emit together, in LEAN's order; what is made of them serves every moment at which they do."""

    __slots__ = ("_made", "windows")

    def __init__(self, windows: list[SubscriptionWindow]) -> None:
        self.windows = windows
        self._made: dict[Any, Any] = {}

    def made(self, make: Callable[..., T], *arguments: Any) -> T:
        """Return `make(self.windows, *arguments)`, made once."""
        key = (make, arguments)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make(self.windows, *arguments)
        return found  # type: ignore[no-any-return]


class Emissions:
    """The windows of a plan by moment.

    Windows of one market share their grid. Which of them emit depends on the grids that hold the moment, and for each
    grid on how many of its windows have begun: few answers for the hundreds of moments of a day.
    """

    __slots__ = ("_at", "_found", "_grids", "_known", "_windows")

    def __init__(self, windows: list[SubscriptionWindow]) -> None:
        self._windows = [window for window in windows if window.first is not None]
        firsts: dict[int, tuple[Any, set[int]]] = {}
        for window in self._windows:
            firsts.setdefault(id(window.grid), (window.grid, set()))[1].add(window.first)  # type: ignore[arg-type]
        self._grids: list[tuple[Sequence[int], list[int]]] = [
            (memoryview(grid), sorted(begins)) for grid, begins in firsts.values()
        ]
        self._known: dict[tuple[int, ...], Emitting] = {}
        self._at: int | None = None
        self._found = NOTHING

    def at(self, stamp: int) -> Emitting:
        """Return what emits at a stamp."""
        if stamp != self._at:
            key = tuple(_begun(grid, begins, stamp) for grid, begins in self._grids)
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = Emitting([w for w in self._windows if w.emits_at(stamp)])
            self._at, self._found = stamp, found
        return self._found


def _begun(grid: Sequence[int], begins: list[int], stamp: int) -> int:
    position = bisect_left(grid, stamp)
    if position == len(grid) or grid[position] != stamp:
        return 0
    return bisect_right(begins, stamp)


NOTHING = Emitting([])
