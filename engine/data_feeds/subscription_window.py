"""What one subscription emits in one stretch of time; stays readable after the subscription went on."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.common.enums import Resolution
from engine.data_feeds.blocks import FAR_FUTURE, Block, MappedBlock
from engine.data_feeds.fill_forward import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.data_feeds.subscription import Subscription


class SubscriptionWindow:
    """Emissions in (low, high]. Bars are made when read; the newest one is kept so that a step sees one object."""

    __slots__ = ("_blocks", "_built", "_built_at", "_last", "first", "grid", "high", "low", "subscription")

    def __init__(
        self, subscription: Subscription, low: int, high: int, blocks: list[Block], last: Block | None
    ) -> None:
        self.subscription = subscription
        self.low = low
        self.high = high
        self.grid: np.ndarray = EMPTY
        """Shared by all subscriptions with the same grid; this one emits the part from `first` on."""
        self.first: int | None = None
        self._blocks = blocks
        self._last = last  # newest block with rows of an earlier window
        self._built_at = -1
        self._built: Any = None

    def emit(self, grid: np.ndarray, position: int = 0) -> None:
        self.grid = grid
        self.first = int(grid[position]) if position < len(grid) else None

    def filter(self, passes: Callable[[Any], bool]) -> None:
        """Emit only data, real or filled forward, that pass a test."""
        emissions, real = self.emissions(), self.real_ends()
        filled = np.setdiff1d(emissions, real)
        for block in self._blocks:
            positions = range(len(block.ends))
            block.keep([passes(self._bar(block, p, int(block.ends[p]))) for p in positions])
        kept = [stamp for stamp in filled if passes(self._filled(int(stamp)))]
        self.emit(np.union1d(self.real_ends(), np.array(kept, dtype=np.int64)))

    @property
    def has_earlier_rows(self) -> bool:
        return self._last is not None

    def real_ends(self) -> np.ndarray:
        """Return when real rows are emitted."""
        parts = [block.ends for block in self._blocks]
        if not parts:
            return EMPTY
        return parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))

    def first_end(self) -> int | None:
        """Return when the first real row is emitted, reading no more than one row where that is enough."""
        firsts = [first for first in (block.first_end() for block in self._blocks) if first is not None]
        return min(firsts) if firsts else None

    def last_block(self) -> Block | None:
        """Return the newest block with rows, of this window or before it."""
        for block in reversed(self._blocks):
            if block.first_end() is not None:
                return block
        return self._last

    @property
    def is_read(self) -> bool:
        """Whether the newest rows are there without reading a file."""
        block = self.last_block()
        return block is None or block.columns.is_decoded

    def emissions(self) -> np.ndarray:
        """Return every stamp at which something is emitted."""
        if self.first is None:
            return EMPTY
        return self.grid[int(self.grid.searchsorted(self.first)) :]

    def emits_at(self, stamp: int) -> bool:
        first = self.first
        if first is None or stamp < first:
            return False
        grid = self.grid
        position = int(grid.searchsorted(stamp))
        return position < len(grid) and bool(grid[position] == stamp)

    def _locate(self, stamp: int) -> tuple[Block, int] | None:
        for block in reversed(self._blocks):
            position = block.position(stamp)
            if position >= 0:
                return block, position
        last = self._last
        if last is None:
            return None
        position = last.position(stamp)
        return (last, position) if position >= 0 else None

    def data_at(self, stamp: int) -> Any:
        """Return the bar emitted at `stamp`: the real one that ends then, or the newest one filled forward."""
        if self._built_at != stamp:
            found = self._locate(stamp)
            if found is not None and found[0].end_list[found[1]] == stamp:
                self._built = self._bar(*found, stamp)
            else:
                self._built = self._filled(stamp)
            self._built_at = stamp
        return self._built

    def _filled(self, stamp: int) -> Any:
        found = self.last_read(stamp)
        if found is None:
            return None
        return self.subscription.configuration.type.forwarded(*found, *self.subscription.filled_span(stamp))

    def all_at(self, stamp: int) -> list[Any]:
        """Return every point emitted at a stamp: one bar, or all ticks of that moment."""
        config = self.subscription.configuration
        if config.resolution != Resolution.TICK and not config.is_custom_data:
            return [self.data_at(stamp)]
        result = []
        for block in self._blocks:
            low, high = (
                int(block.ends.searchsorted(stamp, "left")),
                int(block.ends.searchsorted(stamp, "right")),
            )
            result.extend(self._bar(block, position, stamp) for position in range(low, high))
        return result or ([self.data_at(stamp)] if config.fill_data_forward else [])

    def _bar(self, block: Block, position: int, end: int) -> Any:
        bar = self.subscription.configuration.type.of_row(block.columns, block.row(position))
        bar.end_stamp = end
        if isinstance(block, MappedBlock):
            bar.start_stamp = int(block.starts[position])
        return bar

    def bar_of(self, block: Block, position: int, end: int) -> Any:
        """Return the bar of a place that `newest_and_next` found; a step sees one object."""
        return self._built if self._built_at == end else self._bar(block, position, end)

    def newest_and_next(self, stamp: int) -> tuple[tuple[Block, int, int] | None, int]:
        """Return the place of the newest real bar not after `stamp`, and before which stamp there is no newer one."""
        found: tuple[Block, int, int] | None = None
        nothing_until = self.high + 1
        for block in self._blocks:
            ends = block.end_list
            after = bisect_right(ends, stamp)
            if after < len(ends) and ends[after] < nothing_until:
                nothing_until = ends[after]
            if after:
                found = block, after - 1, ends[after - 1]
        if found is None and self._last is not None:
            position = self._last.position(stamp)
            if position >= 0:
                found = self._last, position, self._last.end_list[position]
        return found, nothing_until

    def closes_after(self, stamp: int) -> list[np.ndarray] | None:
        """Return the closes of the real bars that come after `stamp`, None where they are not known ahead."""
        found = []
        for block in self._blocks:
            after = block.position(stamp) + 1
            if after < len(block.ends):
                closes = block.columns.closes(block.rows_from(after))
                if closes is None:
                    return None
                found.append(closes)
        return found

    def last_read(self, stamp: int) -> tuple[Any, int] | None:
        """Return columns and row of the newest row not after `stamp`, inside market hours or not."""
        for block in (*reversed(self._blocks), *([] if self._last is None else [self._last])):
            row = block.newest_row(stamp)
            if row is not None:
                return block.columns, row
        return None


NO_WINDOW = SubscriptionWindow(None, FAR_FUTURE, FAR_FUTURE, [], None)  # type: ignore[arg-type]
"""What a subscription has that let its rows go."""
