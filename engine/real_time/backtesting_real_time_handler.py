"""Fires scheduled events in a backtest. LEAN: Engine/RealTime."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine.common.enums import AlgorithmStatus
from engine.common.errors import EngineError
from engine.common.lean_time import Time
from engine.common.symbol import Symbol
from engine.common.time import span_to_stamp, to_stamp
from engine.scheduling.scheduled_event import NEVER, ScheduledEvent


class ResultHandler(Protocol):
    """What is told of an error in an end-of-day callback, which does not stop the run."""

    def runtime_error(self, message: str, stacktrace: str = "") -> None: ...


class BacktestingRealTimeHandler:
    """Keeps the events in the order in which LEAN fires them.

    The list is sorted by (next time, id) only after an event was added or removed; an event that has fired is
    put behind whichever equal time a binary search meets. So events of one minute change their order from day
    to day, as they do in LEAN.
    """

    def __init__(self) -> None:
        self._algorithm: Any = None
        self._results: ResultHandler | None = None
        self._ids: dict[ScheduledEvent, int] = {}
        self._last_id = 0
        self._sorted: list[ScheduledEvent] = []
        self._must_sort = False
        self._on_end_of_day: Callable[..., object] | None = None
        self._end_of_day_takes_symbol = False
        self._algorithm_end_of_day: ScheduledEvent | None = None
        self._security_end_of_day: dict[Symbol, ScheduledEvent] = {}
        self.next_stamp = NEVER
        """No event is due before this UTC stamp; until then a step need not call the two passes."""

    def setup(self, algorithm: Any, results: ResultHandler) -> None:
        """Take the initialized algorithm; drop the times that lie before its start."""
        self._algorithm = algorithm
        self._results = results
        self._find_end_of_day_callback()
        self._add_algorithm_end_of_day(algorithm.time)
        for event in self._events():
            event.skip_events_until(algorithm.utc_stamp)
        self._must_sort = True
        self._refresh_next_stamp()

    def add(self, scheduled_event: ScheduledEvent) -> None:
        """Schedule an event; times before now are dropped, now itself still fires."""
        if self._algorithm is not None:
            scheduled_event.skip_events_until(self._algorithm.utc_stamp)
            self.next_stamp = min(self.next_stamp, scheduled_event.next_stamp)
        self._last_id += 1
        self._ids[scheduled_event] = self._last_id
        self._must_sort = True

    def remove(self, scheduled_event: ScheduledEvent) -> None:
        """Take an event off the schedule; the pass that is running still knows it."""
        self._ids.pop(scheduled_event, None)
        self._must_sort = True

    def set_time(self, stamp: int) -> None:
        """Fire the events that are due now, with the new prices."""
        events = self._events()
        while events and events[0].next_stamp <= stamp:
            if not self._fire(events[0], stamp):
                break
            _sort_first(events)
        self._refresh_next_stamp()

    def scan_past_events(self, stamp: int) -> None:
        """Fire the events before now, each at its own time, with the old prices."""
        events = self._events()
        while events and (due := events[0].next_stamp) < stamp:
            self._algorithm.set_date_time(due)
            if not self._fire(events[0], due):
                break
            _sort_first(events)
        self._refresh_next_stamp()

    def on_securities_changed(self, changes: Any) -> None:
        """Keep the end-of-day events of the securities, and of the algorithm, up to date."""
        if self._on_end_of_day is None or not (changes.added_securities or changes.removed_securities):
            return
        if self._end_of_day_takes_symbol:
            for security in changes.added_securities:
                event = self._security_event(security)
                self._security_end_of_day[security.symbol] = event
                self.add(event)
            for security in changes.removed_securities:
                removed = self._security_end_of_day.pop(security.symbol, None)
                if removed is not None:
                    self.remove(removed)
        self._add_algorithm_end_of_day(self._algorithm.time_keeper.utc_time)

    # Firing ----

    def _events(self) -> list[ScheduledEvent]:
        if self._must_sort:
            self._must_sort = False
            self._sorted = sorted(self._ids, key=lambda event: (event.next_stamp, self._ids[event]))
        return self._sorted

    def _refresh_next_stamp(self) -> None:
        if self._must_sort:
            self.next_stamp = min((event.next_stamp for event in self._ids), default=NEVER)
        else:
            self.next_stamp = self._sorted[0].next_stamp if self._sorted else NEVER

    def _fire(self, event: ScheduledEvent, stamp: int) -> bool:
        try:
            event.scan(stamp)
        except EngineError:
            raise
        except Exception as error:  # the algorithm's own error ends the run, after this step
            self._algorithm.set_run_time_error(error)
            self._algorithm.set_status(AlgorithmStatus.RUNTIME_ERROR)
            return False
        return True

    # End of day ----

    def _find_end_of_day_callback(self) -> None:
        method = getattr(type(self._algorithm), "on_end_of_day", None) or getattr(
            type(self._algorithm), "OnEndOfDay", None
        )
        if method is None or getattr(method, "__module__", "").startswith("engine."):
            return
        self._on_end_of_day = method.__get__(self._algorithm)
        self._end_of_day_takes_symbol = len(inspect.signature(method).parameters) == 2  # self and the symbol

    def _add_algorithm_end_of_day(self, start: datetime) -> None:
        # Two minutes before midnight of each day on which any security of the algorithm trades.
        if self._on_end_of_day is None or self._end_of_day_takes_symbol:
            return
        if self._algorithm_end_of_day is not None:
            self.remove(self._algorithm_end_of_day)
        algorithm = self._algorithm
        algorithm.debug(
            "Usage of QCAlgorithm.OnEndOfDay() without a symbol will be deprecated August 2021. "
            "Always use a symbol when overriding this method: OnEndOfDay(symbol)"
        )
        time_of_day = span_to_stamp(timedelta(days=1) - ScheduledEvent.ALGORITHM_END_OF_DAY_DELTA)
        now = algorithm.utc_stamp
        stamps = (
            stamp
            for day in Time.each_day(start, algorithm.end_date)
            if any(security.exchange.hours.is_date_open(day) for security in algorithm.securities.values())
            and (stamp := algorithm.time_zone.to_utc(to_stamp(day) + time_of_day)) > now
        )
        self._algorithm_end_of_day = self._guarded_event("Algorithm.EndOfDay", stamps, ())
        self.add(self._algorithm_end_of_day)

    def _security_event(self, security: Any) -> ScheduledEvent:
        # Ten minutes before the close of each day on which the security trades.
        hours = security.exchange.hours
        delta = span_to_stamp(ScheduledEvent.SECURITY_END_OF_DAY_DELTA)
        now = self._algorithm.utc_stamp

        def local_stamp(day: datetime) -> int:
            if hours.is_market_always_open:
                return to_stamp(day + timedelta(days=1))
            return hours.next_close_stamp(to_stamp(day), security.is_extended_market_hours, True) - delta

        stamps = (
            stamp
            for day in Time.each_tradeable_day(
                hours, self._algorithm.time_keeper.utc_time, self._algorithm.end_date
            )
            if (stamp := hours.time_zone.to_utc(local_stamp(day))) > now
        )
        return self._guarded_event(f"{security.symbol}.EndOfDay", stamps, (security.symbol,))

    def _guarded_event(
        self, name: str, stamps: Iterable[int], arguments: tuple[object, ...]
    ) -> ScheduledEvent:
        callback = self._on_end_of_day
        results = self._results
        assert callback is not None
        assert results is not None

        def call(name: str, stamp: int) -> None:
            try:
                callback(*arguments)
            except EngineError:
                raise
            except Exception as error:  # LEAN reports it and goes on
                results.runtime_error(f"Runtime error in {name} event: {error}")

        return ScheduledEvent.of_stamps(name, stamps, call)


def _sort_first(events: list[ScheduledEvent]) -> None:
    # Put the event that has fired where its next time belongs (LEAN: SortFirstElement, BinarySearch).
    first = events[0].next_stamp
    if len(events) < 2 or first <= events[1].next_stamp:
        return
    event = events.pop(0)
    lower, upper = 0, len(events) - 1
    while lower <= upper:
        middle = lower + (upper - lower) // 2
        other = events[middle].next_stamp
        if first < other:
            upper = middle - 1
        elif first > other:
            lower = middle + 1
        else:
            lower = middle + 1
            break
    events.insert(lower, event)
