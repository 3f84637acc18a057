"""`self.schedule`. LEAN: Common/Scheduling/ScheduleManager.cs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from engine.common.errors import UnsupportedMemberError
from engine.common.time import DAY, END_OF_TIME, to_datetime
from engine.scheduling.base_schedule_rules import ScheduleHost
from engine.scheduling.date_rules import DateRules
from engine.scheduling.func_date_rule import FuncDateRule
from engine.scheduling.func_time_rule import FuncTimeRule
from engine.scheduling.scheduled_event import ScheduledEvent
from engine.scheduling.time_rules import TimeRules


class EventSchedule(Protocol):
    """Who fires the events: the real-time handler."""

    def add(self, scheduled_event: ScheduledEvent) -> None: ...

    def remove(self, scheduled_event: ScheduledEvent) -> None: ...


class ScheduleManager:
    """Makes events of rules and hands them to the real-time handler."""

    def __init__(self, algorithm: ScheduleHost) -> None:
        self._algorithm = algorithm
        self._event_schedule: EventSchedule | None = None
        self._waiting: list[ScheduledEvent] = []
        self.date_rules = DateRules(algorithm)
        self.time_rules = TimeRules(algorithm)

    def set_event_schedule(self, event_schedule: EventSchedule) -> None:
        """Take the handler, and give it what was scheduled before."""
        self._event_schedule = event_schedule
        for event in self._waiting:
            event_schedule.add(event)
        self._waiting.clear()

    def add(self, scheduled_event: ScheduledEvent) -> None:
        """Schedule an event."""
        if self._event_schedule is None:
            self._waiting.append(scheduled_event)
        else:
            self._event_schedule.add(scheduled_event)

    def remove(self, scheduled_event: ScheduledEvent) -> None:
        """Take an event off the schedule; in the pass that is running it can still fire."""
        if self._event_schedule is not None:
            self._event_schedule.remove(scheduled_event)
        elif scheduled_event in self._waiting:
            self._waiting.remove(scheduled_event)

    def on(self, *arguments: object, **named: object) -> ScheduledEvent:
        """Schedule a callback: `on(date_rule, time_rule, callback)`, or with a name as first argument."""
        names = ("name", "date_rule", "time_rule", "callback")
        given = arguments if arguments and isinstance(arguments[0], str) else (None, *arguments)
        if not arguments and "name" in named:
            given = ()
        values = dict(zip(names, given)) | named
        return self._on(**values)  # type: ignore[arg-type]

    def training(
        self, date_rule: FuncDateRule, time_rule: FuncTimeRule, training_code: Callable[[], object]
    ) -> ScheduledEvent:
        """Schedule a function that may take its time."""
        return self._on(None, date_rule, time_rule, training_code)

    def training_now(self, training_code: Callable[[], object]) -> ScheduledEvent:
        """Schedule a function that may take its time for the next step."""
        now = f"{to_datetime(self._algorithm.utc_stamp).isoformat(timespec='microseconds')}0Z"
        return self._on(f"Training: Now: {now}", self.date_rules.today, self.time_rules.now, training_code)

    def event(self, name: str | None = None) -> None:
        """LEAN's fluent builder: its members cannot be reached from Python in LEAN either."""
        raise UnsupportedMemberError("Schedule.Event", "use schedule.on(date_rule, time_rule, callback)")

    def _on(
        self,
        name: str | None,
        date_rule: FuncDateRule,
        time_rule: FuncTimeRule,
        callback: Callable[[], object],
    ) -> ScheduledEvent:
        if not callable(callback):
            raise TypeError(f"schedule.on needs a function to call, was {callback!r}")
        event = ScheduledEvent.of_stamps(
            name or f"{date_rule.name}: {time_rule.name}",
            time_rule.event_stamps(self._dates(date_rule)),
            lambda name, stamp: callback(),
        )
        self.add(event)
        return event

    def _dates(self, date_rule: FuncDateRule) -> Iterator[datetime]:
        # Asked for when the first time is needed. It starts a day early; times that have passed are skipped.
        yesterday = to_datetime(self._algorithm.utc_stamp // DAY * DAY - DAY)
        yield from date_rule.get_dates(yesterday, END_OF_TIME)
