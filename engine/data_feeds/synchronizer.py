"""Goes from moment to moment of the data (LEAN: Synchronizer.cs, SubscriptionSynchronizer.cs).

Time is planned in windows of one New York day. Inside a window a step is an index increment; only moments at which a
universe selects, or at which subscriptions came or went, cost more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from engine.common.enums import DelistingType
from engine.common.time import DAY, TimeZone
from engine.data.market.delisting import Delisting
from engine.data.universe_selection.security_changes import NO_CHANGES
from engine.data_feeds.plan import Plan
from engine.data_feeds.universe_triggers import UniverseTriggers

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.security_changes import SecurityChanges
    from engine.data.universe_selection.universe_rows import UniverseRows
    from engine.data_feeds.data_feed import DataFeed
    from engine.data_feeds.data_manager import DataManager
    from engine.data_feeds.universe_selection import UniverseSelection

_WINDOW_ZONE = TimeZone.of("America/New_York")
_NEVER = 1 << 62


class Synchronizer:
    """`advance()` returns the next stamp; what happens at it is in `plan` and `changes`."""

    def __init__(
        self,
        algorithm: QCAlgorithm,
        feed: DataFeed,
        data_manager: DataManager,
        selection: UniverseSelection,
        on_time_pulse: Callable[[int], None],
    ) -> None:
        self._algorithm = algorithm
        self._data = data_manager
        self._selection = selection
        self._pulse = on_time_pulse
        self._triggers = UniverseTriggers(feed)
        self._now = algorithm.utc_stamp - 1
        self._high = self._now
        self._version = -1
        self._index = -1
        self._times: list[int] = []
        self.changes: SecurityChanges = NO_CHANGES
        self.chains: dict[Symbol, UniverseRows] = {}
        """The chains that universes of this moment selected from, by canonical symbol."""
        self.has_data = False
        self.universe_data: list[Any] = []
        """What universes selected from at this moment, until their securities have taken it."""
        self.plan = Plan((), self._now, self._now, algorithm.time_zone)
        self._special: set[int] = set()
        self._eventful: list[int] = []
        self._warm_up_end = algorithm.start_stamp if algorithm.is_warming_up else _NEVER

    def advance(self) -> int | None:
        """Return the next moment, None after the last one."""
        if self._data.subscriptions.version != self._version:
            self._replan()
        index = self._index + 1
        while index >= len(self._times):
            if not self._next_window():
                return None
            index = 0
        self._index = index
        stamp = self._times[index]
        if stamp >= self._warm_up_end:
            self._end_warm_up(stamp)
        if stamp in self._special:
            again = stamp == self._now
            self._now = stamp
            return self._select(stamp, again)
        self._now = stamp
        self.has_data = self.plan.has_data[index]
        if self.changes is not NO_CHANGES:
            self.changes = NO_CHANGES
        if self.chains:
            self.chains = {}
        return stamp

    def pass_over(self, due: int) -> list[int]:
        """Leave out the coming moments before `due`, and return them.

        The last one before a moment that is not exactly `due` stays, and so do those that carry more than prices and
        the last one of the window.
        """
        times, first = self._times, self._index + 1
        if first >= len(times) or self._data.subscriptions.version != self._version:
            return []
        end = bisect_left(times, due, first)
        is_exact = end < len(times) and times[end] == due
        event = bisect_right(self._eventful, self._now)
        if event < len(self._eventful) and self._eventful[event] <= due:
            end, is_exact = bisect_left(times, self._eventful[event], first), False
        passed = times[first : end if is_exact else max(end - 1, first)]
        self._index += len(passed)
        return passed

    def _end_warm_up(self, stamp: int) -> None:
        # warm-up ends at the start date even when the first data comes later
        end, self._warm_up_end = self._warm_up_end, _NEVER
        if stamp > end:
            self._pulse(end)

    # -- planning ----------------------------------------------------------------------------------------------

    def _next_window(self) -> bool:
        low = self._high
        if not len(self._data.subscriptions):
            return False
        if low >= self._algorithm.end_stamp and not self._has_more(low):
            return False
        local = _WINDOW_ZONE.to_local(low)
        high = _WINDOW_ZONE.to_utc(local - local % DAY + DAY)
        self._high = high
        self._remove_finished(low)
        self._plan(low, low + 1)
        return True

    def _has_more(self, low: int) -> bool:
        """Whether the last bar or the chain of the last day is still to come, the chain only where its file exists."""
        if any(subscription.end > low for subscription in self._data.subscriptions):
            return True
        universes = [s for s in self._data.subscriptions if s.is_universe_selection_subscription]
        for subscription in universes:
            self._triggers.load(subscription, low + DAY)
        return any(self._triggers.pending(subscription, low + DAY) for subscription in universes)

    def _remove_finished(self, low: int) -> None:
        for subscription in list(self._data.subscriptions):
            if subscription.end <= low and not self._triggers.pending(subscription, low + DAY):
                subscription.dispose()
                self._data.remove_subscription(subscription.configuration)

    def _plan(self, low: int, earliest: int) -> None:
        """Plan the moments in (low, end of the window]; selections that are overdue happen at `earliest`."""
        high = self._high
        collection = self._data.subscriptions
        self._version = collection.version
        subscriptions = list(collection)
        for subscription in subscriptions:
            if subscription.is_universe_selection_subscription:
                self._triggers.load(subscription, high)
            else:
                subscription.load(high)
        self.plan = plan = Plan(subscriptions, low, high, self._algorithm.time_zone)
        triggers = [
            t
            for s in subscriptions
            if s.is_universe_selection_subscription
            for t in self._triggers.pending(s, high)
        ]
        triggers = [max(t, earliest) for t in triggers]
        delistings = [
            stamp for stamp in plan.times if plan.carries_events(stamp)
            and any(_is_final(event) for _, event in plan.events_at(stamp))
        ]  # fmt: skip
        self._special = {*triggers, *delistings}
        universes = [u for s in subscriptions if s.is_universe_selection_subscription for u in s.universes]
        if any(universe.dispose_requested for universe in universes):
            # a disposed universe lets its members go when the next data come, whatever they are
            self._special.update(sorted({*plan.times, *triggers})[:1])
        extra = sorted(self._special.difference(plan.times))
        if extra:
            merged = sorted({*plan.times, *extra})
            known = dict(zip(plan.times, plan.has_data))
            plan.times = merged
            plan.has_data = [known.get(stamp, False) for stamp in merged]
        self._times = plan.times
        self._index = -1
        self._eventful = sorted(self._special.union(plan.event_stamps()))

    def _replan(self) -> None:
        """Subscriptions came or went since the last moment: plan the rest of the window anew."""
        if self._high <= self._now:
            self._version = self._data.subscriptions.version
            return
        # what was removed in this step is deselected in a second step at the same time, as in LEAN
        self._plan(self._now, self._now)

    # -- selection ---------------------------------------------------------------------------------------------

    def _select(self, stamp: int, again: bool) -> int:
        changes = NO_CHANGES
        for subscription, event in self.plan.events_at(stamp):
            if _is_final(event):
                config = subscription.configuration
                changes = changes + self._selection.handle_delisting(config.symbol, config.is_internal_feed)
        selected: list[tuple[Any, list[Any]]] = []
        self.chains = {}
        more = True
        while more:
            new = NO_CHANGES
            # a selection may restart the subscription of another universe that is due: its universes are noted before
            due = [
                (subscription, list(subscription.universes), data)
                for subscription in list(self._data.subscriptions)
                if subscription.is_universe_selection_subscription
                for data in self._triggers.take(subscription, stamp)
            ]
            if due:
                self._pulse(stamp)
                due.sort(key=lambda item: (item[0].configuration.resolution, item[0].configuration.symbol.id))
                for subscription, universes, data in due:
                    for universe in universes:
                        new = new + self._selection.apply(universe, stamp, data)
                    if data is not None:
                        if data.chain is None:
                            self.universe_data.append(data)
                        else:
                            self.chains[subscription.configuration.symbol] = data.chain
                    if data is not None and data.filtered_contracts is not None:
                        selected.append((subscription.configuration.symbol, data.filtered_contracts))
                    ended = subscription.end_of_stream or all(u.dispose_requested for u in universes)
                    if ended:
                        self._triggers.forget(subscription)
                    # one that was restarted meanwhile goes on under the same configuration
                    if ended and self._data.subscriptions.get(subscription.configuration) is subscription:
                        self._data.remove_subscription(subscription.configuration)
            changes = changes + new
            more = bool(new) or self._selection.add_internal_feeds(stamp)
        self._plan_from(stamp, again)
        for canonical, contracts in selected:
            self.plan.note_selection(stamp, canonical, contracts)
        self.changes = changes
        self._remove_finished(stamp)
        return stamp

    def _plan_from(self, stamp: int, again: bool) -> None:
        """After a selection the new subscriptions may emit at this very moment: plan from just before it.

        In a second step at the same time everything has been emitted already.
        """
        self._plan(stamp if again else stamp - 1, stamp + 1)
        self._special.discard(stamp)
        if self._times and self._times[0] == stamp:
            self.has_data = self.plan.has_data[0]
            self._index = 0
        else:
            self.has_data = False
            self._index = -1


def _is_final(event: Any) -> bool:
    return isinstance(event, Delisting) and event.type == DelistingType.DELISTED
