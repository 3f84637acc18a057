"""One stream of data: which moments it emits at, and what it emits then (LEAN: Subscription.cs and its enumerators).

Nothing is pushed. For a window of time a subscription says at which stamps it will emit; the bar of a stamp is made when
somebody reads it. Bars of minutes that are filled forward emit on the shared grid of their market from their first bar
on, so that a contract nobody looks at is never decoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.common.enums import Resolution, SecurityType
from engine.common.time import stamp_to_date, to_stamp
from engine.data_feeds.auxiliary import AuxiliaryEvents, emits_auxiliary, requires_mapping
from engine.data_feeds.blocks import Block, MappedBlock
from engine.data_feeds.fill_forward import EMPTY

if TYPE_CHECKING:
    from engine.data.base_data import BaseData
    from engine.data.universe_selection.universe import Universe
    from engine.data_feeds.data_feed import DataFeed
    from engine.data_feeds.subscription_collection import SubscriptionCollection
    from engine.data_feeds.subscription_request import SubscriptionRequest


class Subscription:
    """Emissions of one configuration between two stamps, both inclusive."""

    __slots__ = (
        "_auxiliary",
        "_blocks",
        "_built",
        "_built_at",
        "_collection",
        "_dates_seen",
        "_delisted_at",
        "_feed",
        "_handed",
        "_high",
        "_hours",
        "_last",
        "_spans",
        "auxiliary",
        "configuration",
        "end",
        "end_of_stream",
        "filled",
        "first",
        "grid",
        "is_universe_selection_subscription",
        "removed_from_universe",
        "requests",
        "security",
        "start",
        "strict",
    )

    def __init__(self, request: SubscriptionRequest, feed: DataFeed, collection: SubscriptionCollection | None) -> None:
        config = request.configuration
        self.configuration = config
        self.security = request.security
        self.requests = [request]
        self.start = request.start
        self.end = request.end
        self.is_universe_selection_subscription = request.is_universe_subscription
        self.removed_from_universe = False
        self.end_of_stream = False
        self._feed = feed
        self._collection = collection
        self._hours = request.security.exchange.hours
        self.strict = feed.strict_daily_end_times(config, self._hours)
        self.filled = config.fill_data_forward
        self.grid: np.ndarray = EMPTY
        """Every emission of the loaded window, or the shared grid of which this one emits the part from `first` on."""
        self.first: int | None = None
        self.auxiliary: list[tuple[int, BaseData]] = []
        self._blocks: list[Block] = []
        self._last: Block | None = None  # newest block of an earlier window that has rows
        self._high = self.start - 1
        self._spans: list[tuple[int, int]] | None = None
        self._handed = -1
        self._built_at = -1
        self._built: Any = None
        self._dates_seen = False
        self._delisted_at: int | None = None
        self._auxiliary: AuxiliaryEvents | None = None
        if not request.is_universe_subscription:
            self._prepare_events(feed)

    def _prepare_events(self, feed: DataFeed) -> None:
        config = self.configuration
        map_file = feed.map_file(config) if requires_mapping(config.symbol) else None
        first_day = stamp_to_date(config.exchange_time_zone.to_local(self.start))
        events = AuxiliaryEvents(config, feed.source, map_file, first_day)
        self._auxiliary = events
        if events.delisting.year < 2050:
            midnight = to_stamp(events.delisting.replace(hour=0, minute=0, second=0, microsecond=0)) + 86_400_000_000
            self._delisted_at = config.exchange_time_zone.to_utc(midnight)
            if first_day > events.delisting.date():
                self.end_of_stream = True
            self.end = min(self.end, self._delisted_at)

    # -- universes that asked ----------------------------------------------------------------------------------

    @property
    def universes(self) -> list[Universe]:
        return [r.universe for r in self.requests if r.universe is not None]

    def add_request(self, request: SubscriptionRequest) -> bool:
        if request.universe in self.universes or self.is_universe_selection_subscription:
            return False
        self.requests.append(request)
        return True

    def remove_request(self, universe: Universe | None) -> bool:
        """Take a universe's wish back; True when nobody wants this subscription any more."""
        removed = self.universes if universe is None else [universe]
        self.requests = [] if universe is None else [r for r in self.requests if r.universe is not universe]
        if self.requests:
            return False
        if not any(self.configuration.symbol in u.securities for u in removed):
            self.removed_from_universe = True
        return True

    def dispose(self) -> None:
        self.end_of_stream = True

    # -- windows -----------------------------------------------------------------------------------------------

    @property
    def loaded_until(self) -> int:
        return self._high

    def load(self, high: int) -> None:
        """Load the window that follows the loaded one, up to and including `high`."""
        low = self._high
        if high <= low:
            return
        self._high = high
        if self._blocks and self._blocks[-1] is not None:
            self._last = next((b for b in reversed(self._blocks) if b.first_end() is not None), self._last)
        self._blocks = []
        self.grid, self.first, self.auxiliary = EMPTY, None, []
        if self.end_of_stream or low >= self.end:
            return
        top = min(high, self.end)
        self._load_events(low, top)
        self._blocks = self._feed.blocks(self, low, top)
        if self.filled:
            self._load_filled(low, top)
        elif self._blocks:
            parts = [block.ends for block in self._blocks]
            self._set_stamps(np.unique(np.concatenate(parts)) if len(parts) > 1 else parts[0])

    def _set_stamps(self, stamps: np.ndarray) -> None:
        self.grid = stamps
        self.first = int(stamps[0]) if len(stamps) else None

    def _load_filled(self, low: int, top: int) -> None:
        config = self.configuration
        step = self._collection.fill_forward_us if self._collection is not None else config.increment_us
        step = min(step, config.increment_us)
        grid = self._feed.grids.window(
            self._hours, config.increment_us, step, config.extended_market_hours, self.strict, config.data_time_zone, low, self._high
        )
        if top < self._high:
            grid = grid[: int(grid.searchsorted(top, "right"))]
        after: int | None = low
        if self._last is None:
            firsts = [f for f in (block.first_end() for block in self._blocks) if f is not None]
            after = min(firsts) if firsts else None
        if after is None:
            return
        if config.resolution in (Resolution.MINUTE, Resolution.SECOND):
            # whole minutes inside market hours all lie on the grid: the rows themselves need not be read
            self.grid = grid
            position = int(grid.searchsorted(after, "left" if self._last is None else "right"))
            self.first = int(grid[position]) if position < len(grid) else None
            return
        parts = [block.ends for block in self._blocks if len(block.ends)]
        parts.append(grid[int(grid.searchsorted(after, "right")) :])
        self._set_stamps(np.unique(np.concatenate(parts)))

    def _load_events(self, low: int, top: int) -> None:
        events = self._auxiliary
        if events is None or not emits_auxiliary(self.configuration):
            if events is not None:
                self._map_dates(events, low, top)
            return
        for day, midnight in self._feed.exchange_dates(self, low, top):
            stamp = max(midnight, self.start)
            self.auxiliary.extend((stamp, event) for event in events.on_date(day, self, stamp))
        if self._delisted_at is not None and low < self._delisted_at <= top:
            final = events.delisted(self, self._delisted_at)
            if final is not None:
                self.auxiliary.append((self._delisted_at, final))

    def _map_dates(self, events: AuxiliaryEvents, low: int, top: int) -> None:
        # quotes carry no events but follow a change of ticker
        if requires_mapping(self.configuration.symbol):
            for day, midnight in self._feed.exchange_dates(self, low, top):
                events.on_date(day, self, max(midnight, self.start))

    # -- reading -----------------------------------------------------------------------------------------------

    def emits_at(self, stamp: int) -> bool:
        """Tell whether a bar (real or filled) is emitted exactly at a stamp of the loaded window."""
        first = self.first
        if first is None or stamp < first or stamp > self._high or self.end_of_stream:
            return False
        grid = self.grid
        position = int(grid.searchsorted(stamp))
        return position < len(grid) and grid[position] == stamp

    def _locate(self, stamp: int) -> tuple[Block, int] | None:
        for block in reversed(self._blocks):
            position = block.position(stamp)
            if position >= 0:
                return block, position
        if self._last is not None:
            return self._last, len(self._last.ends) - 1
        return None

    def data_at(self, stamp: int) -> Any:
        """Return the bar emitted at `stamp`: the real one ending then, or the newest one filled forward."""
        if self._built_at == stamp:
            return self._built
        found = self._locate(stamp)
        if found is None:
            return None
        block, position = found
        bar = self._bar(block, position, stamp)
        self._built_at, self._built = stamp, bar
        return bar

    def _bar(self, block: Block, position: int, stamp: int) -> Any:
        row, kind = block.row(position), self.configuration.type
        end = int(block.ends[position])
        if isinstance(block, MappedBlock):
            bar = kind.of_row(block.columns, row)
            bar.start_stamp, bar.end_stamp = int(block.starts[position]), end
            if end != stamp:
                bar = kind.forwarded(block.columns, row, *self._feed.daily_span(self, stamp))
            return bar
        if end == stamp:
            return kind.of_row(block.columns, row)
        increment = self.configuration.increment_us
        zone = self.configuration.data_time_zone
        start = zone.to_local(stamp - increment)
        start = zone.to_utc(start - start % increment)
        return kind.forwarded(block.columns, row, start, start + increment)

    def newest(self, stamp: int) -> Any:
        """Return the newest real bar not after `stamp`, None when there is none."""
        found = self._locate(stamp)
        if found is None:
            return None
        block, position = found
        end = int(block.ends[position])
        if self._built_at == end:
            return self._built
        return self._bar(block, position, end)

    def newest_end(self, stamp: int) -> int | None:
        found = self._locate(stamp)
        return None if found is None else int(found[0].ends[found[1]])

    def all_at(self, stamp: int) -> list[Any]:
        """Return every point emitted at a stamp: one bar, or all ticks of that moment."""
        if self.configuration.resolution != Resolution.TICK:
            return [self.data_at(stamp)]
        result = []
        for block in self._blocks:
            low = int(block.ends.searchsorted(stamp, "left"))
            high = int(block.ends.searchsorted(stamp, "right"))
            result.extend(self._bar(block, position, stamp) for position in range(low, high))
        return result

    def last_price(self, stamp: int) -> float:
        """Return the price of the newest real bar before `stamp`, 0 when there is none."""
        bar = self.newest(stamp)
        return 0.0 if bar is None else bar.value

    def last_raw_price(self, stamp: int) -> float:
        """Return the same without price factors."""
        found = self._locate(stamp)
        if found is None:
            return 0.0
        block, position = found
        return float(block.columns.raw_price(block.row(position), "close"))

    def take_new(self, stamp: int) -> Any:
        """Return the newest real bar not after `stamp` if it was not taken before (the cache's way of reading)."""
        found = self._locate(stamp)
        if found is None:
            return None
        block, position = found
        end = int(block.ends[position])
        if end <= self._handed:
            return None
        self._handed = end
        return self.data_at(end) if end == stamp else self._bar(block, position, end)

    @property
    def is_option(self) -> bool:
        return self.security.type in (SecurityType.OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION)

    def __str__(self) -> str:
        return str(self.configuration)
