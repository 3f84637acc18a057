"""Data that is a view of one row of columns: a field is read when somebody asks for it, then kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from engine.data.base_data import BaseData, unknown_member

if TYPE_CHECKING:
    from engine.data_source.columns import Columns


class RowView(BaseData):
    """Base of bars and ticks. The stamps are UTC; None for data not made from columns."""

    __slots__ = ("_columns", "_row", "end_stamp", "period", "start_stamp")

    def __init__(self) -> None:
        super().__init__()
        self._columns: Columns | None = None
        self.start_stamp: int | None = None
        self.end_stamp: int | None = None
        self.period = timedelta(0)

    @classmethod
    def of_row(cls, columns: Columns, row: int) -> Self:
        """Return the view of row `row`."""
        view = cls.__new__(cls)
        view.symbol = columns.symbol
        view.is_fill_forward = False
        view._columns = columns
        view._row = row
        return view

    @classmethod
    def forwarded(cls, columns: Columns, row: int, start_stamp: int, end_stamp: int) -> Self:
        """Return the copy of row `row` that stands for missing data from `start_stamp` to `end_stamp`."""
        view = cls.of_row(columns, row)
        view.is_fill_forward = True
        view.start_stamp = start_stamp
        view.end_stamp = end_stamp
        return view

    def __getattr__(self, name: str) -> Any:
        # Reached only for a slot that was not filled yet.
        if name.startswith("_") or self._columns is None:
            raise unknown_member(self, name)
        value = self._read(name)
        setattr(self, name, value)
        return value

    def _read(self, name: str) -> Any:
        columns = self._columns
        if name == "time":
            return columns.exchange_time_zone.local_datetime(self.start_stamp)
        if name == "start_stamp":
            return columns.start.item(self._row)
        if name == "end_stamp":
            return columns.end.item(self._row)
        if name == "period":
            return columns.period_of(self.start_stamp, self.end_stamp)
        raise unknown_member(self, name)

    @property
    def end_time(self) -> datetime:
        """The time at which the algorithm may know this data."""
        return self.time + self.period

    @end_time.setter
    def end_time(self, value: datetime) -> None:
        self.period = value - self.time

    def detach(self) -> None:
        """Read everything not read yet, so that changing one field cannot disagree with the columns."""
        if self._columns is not None:
            for name in self._FIELDS:
                getattr(self, name)
            self._columns = None

    _FIELDS: tuple[str, ...] = ("time", "start_stamp", "end_stamp", "period", "value")
