"""LEAN's schedule behind the port `Timer`: one event at a time, removed when it has fired.

LEAN sorts its list of events after every change and keeps those that are over (LEAN: Engine/RealTime/
BacktestingRealTimeHandler.cs), so a fired event is taken off. One event per moment: LEAN does not keep the
order in which events of one minute were added (lean-semantics 17).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from AlgorithmImports import QCAlgorithm

DAILY_HOUR, DAILY_MINUTE = 9, 25


class LeanTimer:
    """Wakes the host."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm
        self._callback: Callable[[], None] = _nobody
        self._event: Any = None
        self._moment: datetime | None = None

    def start(self, callback: Callable[[], None]) -> None:
        """Set who is woken; once a day in any case, so that a lost event costs a day at most."""
        self._callback = callback
        daily = self._algorithm.time_rules.at(DAILY_HOUR, DAILY_MINUTE)
        self._algorithm.schedule.on(self._algorithm.date_rules.every_day(), daily, callback)

    def arm(self, moment: datetime) -> None:
        """Have the host woken at a moment instead of the one armed before."""
        at = moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)
        if at == self._moment:
            return
        self._disarm()
        self._moment = at
        rules = self._algorithm.date_rules, self._algorithm.time_rules
        on_day = rules[0].on(at.year, at.month, at.day)
        self._event = self._algorithm.schedule.on(
            on_day, rules[1].at(at.hour, at.minute, at.second), self._fire
        )

    def _fire(self) -> None:
        self._disarm()
        self._callback()

    def _disarm(self) -> None:
        if self._event is not None:
            self._algorithm.schedule.remove(self._event)
        self._event = self._moment = None


def _nobody() -> None:
    raise RuntimeError("the timer was armed before anybody was to be woken")
