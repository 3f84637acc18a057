"""When universes select, and the data they select from (LEAN: universe subscriptions and their enumerators)."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from engine.common.time import DAY, date_to_stamp, stamp_to_date, to_stamp
from engine.data.fundamental.fundamental_universe import FundamentalUniverse
from engine.data.universe_selection.etf_constituent_universe import ETFConstituentUniverse
from engine.data.universe_selection.universe_rows import UniverseRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.data_feeds.data_feed import DataFeed
    from engine.data_feeds.subscription import Subscription


_ENDED: Any = object()
"""In the place of data: there is nothing more to select from."""
_FAR_YEAR = 2050


class UniverseDataCollection:
    """What a universe selects from: the rows of a chain file and its underlying (LEAN: BaseDataCollection)."""

    __slots__ = ("chain", "data", "filtered_contracts", "time", "underlying")

    def __init__(self, time: int, data: Any, underlying: Any, chain: UniverseRows | None = None) -> None:
        self.time = time
        self.chain = chain
        self.data = data  # rows of a file, or points of the algorithm's own data
        self.underlying = underlying
        self.filtered_contracts: list[Any] | None = None


class UniverseTriggers:
    """Pending selections of every universe subscription, loaded window by window."""

    def __init__(self, feed: DataFeed) -> None:
        self._feed = feed
        self._loaded: dict[Subscription, int] = {}
        self._pending: dict[Subscription, list[tuple[int, Any]]] = {}
        self._timed: dict[Subscription, Any] = {}
        self._scheduled: dict[Subscription, _ScheduledData] = {}

    def load(self, subscription: Subscription, high: int) -> None:
        """Find the moments up to `high` at which a universe will select."""
        low = self._loaded.get(subscription, subscription.start - 1)
        if high <= low:
            return
        self._loaded[subscription] = high
        pending = self._pending.setdefault(subscription, [])
        universe = subscription.universes[0]
        if universe.time_triggered:
            times = self._timed.get(subscription)
            if times is None:
                times = self._timed[subscription] = _Peekable(
                    universe.trigger_times(subscription.start, subscription.end)
                )
            pending.extend((stamp, None) for stamp in times.until(high))
        elif universe.universe_settings.schedule.initialized:
            pending.extend(self._on_schedule(subscription, low, high))
        else:
            pending.extend(self._data(subscription, low, high))
            ended = self._fund_delisted(subscription)
            if ended is not None and low < ended <= high:
                pending.append((ended, _ENDED))

    def _fund_delisted(self, subscription: Subscription) -> int | None:
        """Return the midnight after the last day of the fund whose constituents a universe selects."""
        config = subscription.configuration
        if config.type is not ETFConstituentUniverse:
            return None
        tickers = self._feed.source.map_file_of(config.symbol.underlying)  # type: ignore[arg-type]
        if tickers is None or tickers.delisting_date.year >= _FAR_YEAR:
            return None
        return config.exchange_time_zone.to_utc(date_to_stamp(tickers.delisting_date.date()) + DAY)

    def _data(self, subscription: Subscription, low: int, high: int) -> Iterator[tuple[int, Any]]:
        """Yield the data of a universe that appear in (low, high], each with its moment."""
        config = subscription.configuration
        if config.is_custom_data:
            yield from _by_time(*self._feed.custom_points(subscription, high))
            return
        zone, hours = config.exchange_time_zone, subscription.hours
        day = stamp_to_date(zone.to_local(low)) - timedelta(2)
        while True:
            # the file of a day can be selected from when that day is over, that of the last day after the end
            stamp, midnight = zone.to_utc(date_to_stamp(day) + DAY), zone.to_utc(date_to_stamp(day))
            if stamp > high or midnight > subscription.end:
                return
            if (
                stamp > low
                and stamp >= subscription.start
                and midnight >= subscription.start - DAY
                and hours.is_date_open(day, False)
            ):
                if config.type is FundamentalUniverse:
                    yield stamp, UniverseDataCollection(stamp, self._feed.fundamentals(config, day), None)
                else:
                    rows = self._feed.universe(config.symbol, day)
                    if rows is not None:
                        chain = rows if isinstance(rows, UniverseRows) else None
                        yield stamp, UniverseDataCollection(stamp, rows.rows, rows.underlying, chain)
            day += timedelta(1)

    def _on_schedule(self, subscription: Subscription, low: int, high: int) -> Iterator[tuple[int, Any]]:
        """Yield the newest data at each scheduled date (LEAN: ScheduledEnumerator.cs)."""
        state = self._scheduled.get(subscription)
        if state is None:
            state = self._scheduled[subscription] = _ScheduledData(subscription, low)
        for moment in state.times.until(high):
            for _, data in self._data(subscription, state.read, moment):
                state.newest = data
            state.read = moment
            if state.newest is not None:
                newest = state.newest
                yield moment, UniverseDataCollection(moment, newest.data, newest.underlying, newest.chain)

    def forget(self, subscription: Subscription) -> None:
        """Drop what was kept of a subscription that ended."""
        for kept in (self._loaded, self._pending, self._timed, self._scheduled):
            kept.pop(subscription, None)

    def pending(self, subscription: Subscription, high: int) -> list[int]:
        """Return the stamps of selections that are still to come (or overdue)."""
        return [stamp for stamp, _ in self._pending.get(subscription, ()) if stamp <= high]

    def take(self, subscription: Subscription, stamp: int) -> list[Any]:
        """Return the data of every selection due at a stamp; None stands for a selection by time."""
        if subscription.end_of_stream:
            return []
        if subscription.universes and subscription.universes[0].dispose_requested:
            return [None]
        pending = self._pending.get(subscription)
        if not pending or pending[0][0] > stamp:
            return []
        due = [item for item in pending if item[0] <= stamp]
        self._pending[subscription] = pending[len(due) :]
        if subscription.universes[0].time_triggered:
            times = self._timed[subscription]
            if times.exhausted and not self._pending[subscription]:
                # nothing more to come: the same universe may be subscribed anew when something is added to it
                subscription.end_of_stream = True
            return [None]
        data = due[-1][1]
        if data is _ENDED:
            subscription.universes[0].dispose()
            return [None]
        data.time = stamp
        return [data]


class _ScheduledData:
    """The dates of a schedule and the newest data up to the last of them."""

    __slots__ = ("newest", "read", "times")

    def __init__(self, subscription: Subscription, low: int) -> None:
        zone = subscription.configuration.exchange_time_zone
        first, last = zone.local_datetime(subscription.start), zone.local_datetime(subscription.end)
        dates = subscription.universes[0].universe_settings.schedule.get(first, last)
        self.times = _Peekable(zone.to_utc(to_stamp(date)) for date in dates if date >= first)
        self.read = low
        self.newest: UniverseDataCollection | None = None


def _by_time(points: list[Any], ends: list[int]) -> Iterator[tuple[int, UniverseDataCollection]]:
    # one collection for the points of a moment
    for stamp, group in groupby(zip(ends, points, strict=True), key=lambda pair: pair[0]):
        yield stamp, UniverseDataCollection(stamp, [point for _, point in group], None)


class _Peekable:
    def __init__(self, times: Any) -> None:
        self._times = iter(times)
        self._next = next(self._times, None)

    @property
    def exhausted(self) -> bool:
        return self._next is None

    def until(self, high: int) -> list[int]:
        result = []
        while self._next is not None and self._next <= high:
            result.append(self._next)
            self._next = next(self._times, None)
        return result
