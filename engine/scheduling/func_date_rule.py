"""A date rule made of a function. LEAN: Common/Scheduling/FuncDateRule.cs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from engine.common.errors import ArgumentException

DatesFunction = Callable[[datetime, datetime], Iterable[datetime]]


class FuncDateRule:
    """Names a function `(start, end) -> dates`. The dates are not sorted, nor cut to the range."""

    __slots__ = ("_get_dates", "name")

    def __init__(self, name: str, get_dates_function: DatesFunction) -> None:
        if not callable(get_dates_function):
            raise ArgumentException("Python DateRule provided is not a function")
        self.name = name
        self._get_dates = get_dates_function

    def get_dates(self, start: datetime, end: datetime) -> Iterable[datetime]:
        """Return the dates of the rule."""
        return self._get_dates(start, end)
