"""Rows of one subscription in one window of time: bars inside the requested hours, decoded only when looked at."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.data_source.columns import BarColumns, TickColumns

FAR_FUTURE = 1 << 62


class Block:
    """Rows whose end lies in (low, high] and not before `start`, oldest first.

    `ends` are the moments at which rows are emitted: those inside `spans` (UTC stamps). What is filled forward is the
    newest row of all, because LEAN fills before it filters by market hours. For daily bars with LEAN's strict end times the
    ends are the closes, given by the caller, instead of the ends stored in the columns.
    """

    __slots__ = (
        "_all",
        "_columns",
        "_end_list",
        "_ends",
        "_first",
        "_high",
        "_low",
        "_rows",
        "_spans",
        "_start",
    )

    def __init__(
        self,
        columns: BarColumns | TickColumns,
        low: int,
        high: int,
        start: int,
        spans: Sequence[tuple[int, int]] | None,
    ) -> None:
        self._columns = columns
        self._low = low
        self._high = high
        self._start = start
        self._spans = spans
        self._all: np.ndarray | None = None
        self._ends: np.ndarray | None = None
        self._end_list: list[int] | None = None
        self._rows: np.ndarray | None = None
        self._first = 0

    @property
    def columns(self) -> Any:
        return self._columns

    def first_end(self) -> int | None:
        """Return the end of the first row, emitted or not; reads one row where that is enough."""
        if self._all is None:
            peeked = self._columns.first_end()
            if peeked is None:
                return None
            if self._low < peeked <= self._high and peeked >= self._start:
                return int(peeked)
            self._decode()
        assert self._all is not None
        return int(self._all[0]) if len(self._all) else None

    @property
    def ends(self) -> np.ndarray:
        if self._ends is None:
            self._decode()
        return self._ends  # type: ignore[return-value]

    def keep(self, wanted: list[bool]) -> None:
        """Emit only the rows at the positions that are wanted; the others can still be filled forward."""
        rows = [self.row(position) for position, keeps in enumerate(wanted) if keeps]
        self._ends = self.ends[np.array(wanted, dtype=bool)]
        self._rows = np.array(rows, dtype=np.int64)

    def row(self, position: int) -> int:
        """Return the row of the columns at a position of `ends`."""
        return self._first + position if self._rows is None else int(self._rows[position])

    def rows_from(self, position: int) -> np.ndarray | slice:
        """Return the rows of the columns from a position of `ends` on."""
        if self._rows is None:
            return slice(self._first + position, self._first + len(self.ends))
        return self._rows[position:]

    def position(self, stamp: int) -> int:
        """Return the position of the newest emitted row not after `stamp`, -1 when there is none."""
        return bisect_right(self.end_list, stamp) - 1

    @property
    def end_list(self) -> list[int]:
        """The same as `ends`, for looking up one stamp after the other."""
        if self._end_list is None:
            self._end_list = self.ends.tolist()
        return self._end_list

    def newest_row(self, stamp: int) -> int | None:
        """Return the newest row of the columns not after `stamp`, emitted or not."""
        if self._all is None:
            self._decode()
        assert self._all is not None
        position = int(self._all.searchsorted(stamp, "right")) - 1
        return self._first + position if position >= 0 else None

    def _decode(self) -> None:
        starts, ends = self._columns.start, self._columns.end
        lowest = max(self._low + 1, self._start)
        self._first = first = int(ends.searchsorted(lowest, "left"))
        last = int(ends.searchsorted(self._high, "right"))
        self._all = ends = ends[first:last]
        self._ends = ends
        if self._spans is None or not len(ends):
            return
        starts = starts[first:last]
        inside = np.zeros(len(ends), dtype=bool)
        for opens, closes in self._spans:
            inside |= (starts < closes) & (ends > opens)
        if not inside.all():
            positions = np.flatnonzero(inside)
            self._rows = positions + first
            self._ends = ends[positions]


class MappedBlock(Block):
    """Rows whose emission differs from the end stored in the columns (daily bars that end at the close)."""

    __slots__ = ("starts",)

    def __init__(self, columns: BarColumns, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> None:
        super().__init__(columns, 0, FAR_FUTURE, 0, None)
        self._rows = rows
        self._ends = ends
        self.starts = starts

    def keep(self, wanted: list[bool]) -> None:
        super().keep(wanted)
        self.starts = self.starts[np.array(wanted, dtype=bool)]

    def first_end(self) -> int | None:
        ends = self.ends
        return int(ends[0]) if len(ends) else None

    def newest_row(self, stamp: int) -> int | None:
        position = self.position(stamp)
        return self.row(position) if position >= 0 else None
