"""When universes select, and the data they select from (LEAN: universe subscriptions and their enumerators)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.time import DAY, date_to_stamp, stamp_to_date

if TYPE_CHECKING:
    from engine.data_feeds.data_feed import DataFeed
    from engine.data_feeds.subscription import Subscription


class UniverseDataCollection:
    """What a universe selects from: the rows of a chain file and its underlying (LEAN: BaseDataCollection)."""

    __slots__ = ("data", "filtered_contracts", "time", "underlying")

    def __init__(self, time: int, data: Any, underlying: Any) -> None:
        self.time = time
        self.data = data
        self.underlying = underlying
        self.filtered_contracts: list[Any] | None = None


class UniverseTriggers:
    """Pending selections of every universe subscription, loaded window by window."""

    def __init__(self, feed: DataFeed) -> None:
        self._feed = feed
        self._loaded: dict[Subscription, int] = {}
        self._pending: dict[Subscription, list[tuple[int, Any]]] = {}
        self._timed: dict[Subscription, Any] = {}

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
            return
        config = subscription.configuration
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
                rows = self._feed.universe(config.symbol, day)
                if rows is not None:
                    pending.append((stamp, rows))
            day += timedelta(1)

    def forget(self, subscription: Subscription) -> None:
        """Drop what was kept of a subscription that ended."""
        for kept in (self._loaded, self._pending, self._timed):
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
        rows = due[-1][1]
        return [UniverseDataCollection(stamp, rows.rows, rows.underlying)]


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
