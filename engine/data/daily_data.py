"""Data that speak of a whole day."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.data.base_data import BaseData

_DAY = timedelta(days=1)


class DailyData(BaseData):
    """Of one day, and known when that day is over."""

    __slots__ = ()

    @property
    def end_time(self) -> datetime:
        return self.time + _DAY

    @end_time.setter
    def end_time(self, value: datetime) -> None:
        self.time = value - _DAY
