"""A time rule made of a function. LEAN: Common/Scheduling/FuncTimeRule.cs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from engine.common.errors import ArgumentException
from engine.common.time import to_datetime, to_stamp

TimesFunction = Callable[[Iterable[datetime]], Iterable[datetime]]
StampsFunction = Callable[[Iterable[datetime]], Iterable[int]]


class FuncTimeRule:
    """Names a function `dates -> UTC times`; the engine's give stamps, an algorithm's give datetimes."""

    __slots__ = ("event_stamps", "name")

    def __init__(self, name: str, create_utc_event_times_function: TimesFunction) -> None:
        if not callable(create_utc_event_times_function):
            raise ArgumentException("Python TimeRule provided is not a function")
        self.name = name
        self.event_stamps: StampsFunction = lambda dates: map(
            to_stamp, create_utc_event_times_function(dates)
        )

    @classmethod
    def of_stamps(cls, name: str, event_stamps: StampsFunction) -> FuncTimeRule:
        """Return a rule whose function gives UTC stamps."""
        rule = cls.__new__(cls)
        rule.name = name
        rule.event_stamps = event_stamps
        return rule

    def create_utc_event_times(self, dates: Iterable[datetime]) -> Iterator[datetime]:
        """Yield the UTC time of each event of the dates."""
        return map(to_datetime, self.event_stamps(dates))
