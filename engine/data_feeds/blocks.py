"""Rows of one subscription in one window of time: bars inside the requested hours, decoded only when looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.data_source.columns import BarColumns, TickColumns

FAR_FUTURE = 1 << 62


class Block:
    """Rows whose end lies in (low, high], not before `start`, inside `spans` (UTC stamps), oldest first.

    `ends` are the moments at which the rows are emitted. For daily bars with LEAN's strict end times they are the
    closes, given by the caller, instead of the ends stored in the columns.
    """

    __slots__ = ("_columns", "_ends", "_high", "_low", "_rows", "_spans", "_start")

    def __init__(
        self,
        columns: BarColumns | TickColumns,
        low: int,
        high: int,
        start: int,
        spans: list[tuple[int, int]] | None,
    ) -> None:
        self._columns = columns
        self._low = low
        self._high = high
        self._start = start
        self._spans = spans
        self._ends: np.ndarray | None = None
        self._rows: np.ndarray | None = None

    @property
    def columns(self) -> Any:
        return self._columns

    def first_end(self) -> int | None:
        """Return the first emission; reads one row where that is enough."""
        if self._ends is None:
            peeked = self._columns.first_end()
            if peeked is None:
                return None
            if self._low < peeked <= self._high and peeked >= self._start and self._inside(peeked):
                return peeked
        ends = self.ends
        return int(ends[0]) if len(ends) else None

    @property
    def ends(self) -> np.ndarray:
        if self._ends is None:
            self._decode()
        return self._ends  # type: ignore[return-value]

    def row(self, position: int) -> int:
        """Return the row of the columns at a position of `ends`."""
        return position if self._rows is None else int(self._rows[position])

    def position(self, stamp: int) -> int:
        """Return the position of the newest row not after `stamp`, -1 when there is none."""
        return int(self.ends.searchsorted(stamp, "right")) - 1

    def _inside(self, end: int) -> bool:
        # minute and second bars only: a bar belongs to a span when it starts before the span's end
        return self._spans is None or any(opens < end <= closes for opens, closes in self._spans)

    def _decode(self) -> None:
        starts, ends = self._columns.start, self._columns.end
        keep = (ends > self._low) & (ends <= self._high) & (ends >= self._start)
        if self._spans is not None:
            inside = np.zeros(len(ends), dtype=bool)
            for opens, closes in self._spans:
                inside |= (starts < closes) & (ends > opens)
            keep &= inside
        if keep.all():
            self._ends = ends
            return
        self._rows = np.flatnonzero(keep)
        self._ends = ends[self._rows]


class MappedBlock(Block):
    """Rows whose emission differs from the end stored in the columns (daily bars that end at the close)."""

    __slots__ = ("starts",)

    def __init__(self, columns: BarColumns, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> None:
        super().__init__(columns, 0, FAR_FUTURE, 0, None)
        self._rows = rows
        self._ends = ends
        self.starts = starts

    def first_end(self) -> int | None:
        ends = self.ends
        return int(ends[0]) if len(ends) else None
