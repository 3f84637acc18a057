"""One stream of data: which moments it emits at, and what it emits then (LEAN: Subscription.cs and its enumerators).

Nothing is pushed. For a window of time a subscription says at which stamps it will emit; the bar of a stamp is made when
somebody reads it. Bars of minutes that are filled forward emit on the shared grid of their market from their first bar
on, so that a contract nobody looks at is never decoded.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.common.enums import Resolution, TickType
from engine.common.time import DAY, stamp_to_date
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar
from engine.data_feeds.auxiliary import AuxiliaryEvents, emits_auxiliary, ticker_should_be_mapped
from engine.data_feeds.subscription_window import NO_WINDOW, SubscriptionWindow
from engine.data_feeds.trade_bar_times import round_down
from engine.securities.security_data_filter import SecurityDataFilter

if TYPE_CHECKING:
    from engine.data.base_data import BaseData
    from engine.data.custom.custom_data_reader import CustomDataReader
    from engine.data.universe_selection.universe import Universe
    from engine.data_feeds.data_feed import DataFeed
    from engine.data_feeds.subscription_collection import SubscriptionCollection
    from engine.data_feeds.subscription_request import SubscriptionRequest
    from engine.securities.security_cache import SecurityCache

_BARS = (TradeBar, QuoteBar)


class LastRow:
    """The newest row of a subscription that ended, for its security: read when somebody asks for a price."""

    __slots__ = ("_handed", "_stamp", "_window")

    def __init__(self, window: SubscriptionWindow, handed: int, stamp: int) -> None:
        self._window = window
        self._handed = handed
        self._stamp = stamp

    def pull(self, cache: SecurityCache) -> None:
        """Hand the row over, once."""
        cache.sources.remove(self)
        found, _ = self._window.newest_and_next(self._stamp)
        if found is not None and found[2] > self._handed:
            cache.add_data(self._window.bar_of(*found))

    @property
    def is_read(self) -> bool:
        """Whether the row is there without reading a file."""
        return self._window.is_read

    def closes_ahead(self, stamp: int) -> list[np.ndarray]:
        """Return none: nothing comes any more."""
        return []


class Subscription:
    """Emissions of one configuration between two stamps, both inclusive."""

    __slots__ = (
        "_auxiliary",
        "_collection",
        "_delisted_at",
        "_feed",
        "_follows_tickers",
        "_handed",
        "_quiet_until",
        "_tells_events",
        "auxiliary",
        "configuration",
        "custom_reader",
        "end",
        "end_of_stream",
        "filled",
        "hours",
        "is_universe_selection_subscription",
        "removed_from_universe",
        "request_end",
        "requests",
        "security",
        "start",
        "strict",
        "window",
    )

    def __init__(
        self,
        request: SubscriptionRequest,
        feed: DataFeed,
        collection: SubscriptionCollection | None,
        with_events: bool = True,
    ) -> None:
        config = request.configuration
        self.configuration = config
        self.security = request.security
        self.requests = [request]
        self.start = request.start
        self.end = self.request_end = request.end
        self.is_universe_selection_subscription = request.is_universe_subscription
        self.removed_from_universe = False
        self.end_of_stream = False
        self._feed = feed
        self._collection = collection
        self.hours = request.security.exchange.hours
        self.strict = feed.strict_daily_end_times(config, self.hours)
        self.filled = config.fill_data_forward
        if with_events:
            self.end = self._end_of_last_bar()
        self.custom_reader: CustomDataReader | None = None
        self.auxiliary: list[tuple[int, BaseData]] = []
        self.window = SubscriptionWindow(self, self.start - 1, self.start - 1, [], None)
        self._handed = -1
        self._quiet_until = -1
        self._delisted_at: int | None = None
        self._auxiliary: AuxiliaryEvents | None = None
        self._tells_events = self._follows_tickers = False
        if request.is_universe_subscription:
            return
        if with_events:
            self._prepare_events(feed)
        cache = getattr(request.security, "cache", None)
        if cache is not None:
            cache.sources.append(self)

    def _prepare_events(self, feed: DataFeed) -> None:
        config = self.configuration
        self._tells_events = emits_auxiliary(config)
        self._follows_tickers = ticker_should_be_mapped(config)
        map_file = feed.map_file(config) if self._follows_tickers else None
        first_day = stamp_to_date(config.exchange_time_zone.to_local(self.start))
        events = AuxiliaryEvents(config, feed.source, map_file, first_day)
        self._auxiliary = events
        if events.delisting.year < 2050:
            if first_day > events.delisting.date():
                self.end_of_stream = True
            self._delisted_at = self._delisting_stamp(events.delisting)
            if self._delisted_at is not None:
                self.end = min(self.end, self._delisted_at)

    def _end_of_last_bar(self) -> int:
        """Return when the bar ends that began before the end; one of a session comes only when that has closed.

        LEAN: SubscriptionDataReader.cs, FillForwardEnumerator.cs.
        """
        config = self.configuration
        if config.is_custom_data:
            return self.request_end + DAY
        if self.is_universe_selection_subscription or self.strict or not config.increment_us:
            return self.request_end
        return round_down(self.request_end, config.increment_us, config.data_time_zone) + config.increment_us

    def _delisting_stamp(self, delisting: datetime) -> int | None:
        """Return the midnight after the last trading day.

        LEAN tells of a delisting when it comes to the next tradable date: without one before the end there is none.
        """
        config = self.configuration
        zone = config.exchange_time_zone
        moment = delisting + timedelta(1)  # with the time of day that a future's expiry has
        day = datetime(moment.year, moment.month, moment.day)
        while zone.utc_stamp(day) <= self.request_end:
            if self.hours.is_date_open(day, config.extended_market_hours):
                return zone.utc_stamp(moment)
            day += timedelta(1)
        return None

    # -- universes that asked ----------------------------------------------------------------------------------

    @property
    def fills_on_its_own(self) -> bool:
        """Whether its own resolution is the only one it is filled at, as in a warm-up at a resolution of its own."""
        return self._collection is None

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
        """End it; its windows stay readable for the plan and the slices that have them."""
        self.end_of_stream = True
        cache = getattr(self.security, "cache", None)
        if cache is not None and self in cache.sources:
            position = cache.sources.index(self)
            now = cache.time_keeper.utc_stamp
            # what nobody has read so far is still the security's last price
            last = [] if now < self._quiet_until else [LastRow(self.window, self._handed, now)]
            cache.sources[position : position + 1] = last
        self.let_go()

    def let_go(self) -> None:
        """Leave the rows to who has the window; here they would wait for the collector of cycles."""
        self.window = NO_WINDOW

    # -- windows -----------------------------------------------------------------------------------------------

    def load(self, high: int) -> None:
        """Load the window that follows the loaded one, up to and including `high`."""
        old = self.window
        low = old.high
        if high <= low:
            return
        self.auxiliary = []
        last = old.last_block()
        if self.end_of_stream or low >= self.end:
            self.window = SubscriptionWindow(self, low, high, [], last)
            return
        top = min(high, self.end)
        dated = self._tells_events or self._follows_tickers
        if dated:
            # what happens at the midnight that ends the window concerns the rows of the next one
            self._load_events(low, min(top, high - 1, self.request_end))
        # without events the configuration does not follow the map file day by day
        blocks = self._feed.mapped_blocks if self._auxiliary is None else self._feed.blocks
        self.window = window = SubscriptionWindow(self, low, high, blocks(self, low, top), last)
        if dated and top == high <= self.request_end:
            self._load_events(high - 1, high)
        if self.filled:
            self._fill(window, low, top)
        else:
            window.emit(window.real_ends())
        own_filter = getattr(self.security, "data_filter", None)
        if type(own_filter) is not SecurityDataFilter and own_filter is not None:
            self._filter(window, own_filter)

    def _filter(self, window: SubscriptionWindow, own_filter: Any) -> None:
        """Keep back what the algorithm's filter refuses (LEAN: SubscriptionFilterEnumerator.cs)."""
        config = self.configuration
        if config.is_filtered_subscription and not config.is_internal_feed:
            window.filter(lambda data: bool(own_filter.filter(self.security, data)))

    def read_ahead(self, since: int) -> None:
        """Read the rows since a stamp before the start without emitting them: they are what is filled forward first."""
        start, self.start = self.start, since
        blocks = self._feed.blocks(self, since - 1, start - 1)
        self.start = start
        self.window = SubscriptionWindow(self, since - 1, start - 1, blocks, None)

    def _fill(self, window: SubscriptionWindow, low: int, top: int) -> None:
        config = self.configuration
        step = self._collection.fill_forward_us if self._collection is not None else config.increment_us
        grid = self._feed.grids.window(
            self.hours,
            config.increment_us,
            min(step, config.increment_us),
            config.extended_market_hours,
            self.strict,
            config.data_time_zone,
            low,
            top,
        )
        after = low if window.has_earlier_rows else window.first_end()
        if after is None:
            return
        on_grid = config.resolution in (Resolution.MINUTE, Resolution.SECOND) and not config.is_custom_data
        if (
            on_grid and config.tick_type != TickType.OPEN_INTEREST
        ):  # which is published before the market opens
            # whole minutes inside market hours all lie on the grid: the rows themselves need not be read
            window.emit(grid, int(grid.searchsorted(after, "right" if window.has_earlier_rows else "left")))
            return
        window.emit(self._feed.grids.joined(window.real_ends(), grid, int(grid.searchsorted(after, "right"))))

    def _load_events(self, low: int, top: int) -> None:
        events = self._auxiliary
        assert events is not None
        if not self._tells_events:
            # quotes carry no events but follow a change of ticker
            for day, _ in self._feed.exchange_dates(self, low, top):
                events.map_ticker(day)
            return
        for day, midnight in self._feed.exchange_dates(self, low, top):
            stamp = max(midnight, self.start)
            self.auxiliary.extend((stamp, event) for event in events.on_date(day, self, stamp))
        if self._delisted_at is not None and low < self._delisted_at <= top:
            final = events.delisted(self, self._delisted_at)
            if final is not None:
                self.auxiliary.append((self._delisted_at, final))

    def filled_span(self, stamp: int) -> tuple[int, int]:
        """Return start and end of the bar that is filled forward at `stamp`."""
        return self._feed.filled_span(self, stamp)

    # -- reading -----------------------------------------------------------------------------------------------

    def last_price(self, stamp: int) -> float:
        """Return the close of the newest row not after `stamp`, 0 when there is none."""
        found = self.window.last_read(stamp)
        return 0.0 if found is None else float(found[0].price(found[1], "close"))

    def last_raw_price(self, stamp: int) -> float:
        """Return the same without price factors."""
        found = self.window.last_read(stamp)
        return 0.0 if found is None else float(found[0].raw_price(found[1], "close"))

    def closes_ahead(self, stamp: int) -> list[np.ndarray] | None:
        """Return the closes that come after `stamp` in the planned window, None where they are not known ahead."""
        config = self.configuration
        if config.tick_type == TickType.OPEN_INTEREST:
            return []
        if config.resolution == Resolution.TICK or config.type not in _BARS:
            return None
        return self.window.closes_after(stamp)

    def pull(self, cache: SecurityCache) -> None:
        """Hand the newest real bar not after now to a security's cache, unless it was handed over before."""
        stamp = cache.time_keeper.utc_stamp
        if stamp >= self._quiet_until:
            self.hand_over(cache, stamp)

    @property
    def is_read(self) -> bool:
        """Whether the newest rows are there without reading a file."""
        return self.window.is_read

    def hand_over(self, cache: SecurityCache, stamp: int) -> None:
        """Do the same for the newest real bar not after a stamp."""
        if stamp < self._quiet_until:
            return
        found, self._quiet_until = self.window.newest_and_next(stamp)
        if found is None or found[2] <= self._handed:
            return
        self._handed = found[2]
        cache.add_data(self.window.bar_of(*found))

    def __str__(self) -> str:
        return str(self.configuration)
