"""The moments at which LEAN fills a subscription forward, a day at a time (LEAN: FillForwardEnumerator.cs).

LEAN asks after every bar when the next filled bar would end. For given market hours, data resolution and fill
forward resolution the answers form a fixed grid, so the grid of a day is made once and shared by every subscription.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.common.enums import MarketHoursState
from engine.common.time import to_datetime, to_stamp

if TYPE_CHECKING:
    from engine.common.time import TimeZone
    from engine.securities.security_exchange_hours import SecurityExchangeHours

_HOUR_US = 3_600_000_000
_DAY_US = 86_400_000_000
_KEPT = 64
"""Windows are asked for in order of time: old ones are never asked for again."""
EMPTY = np.empty(0, dtype=np.int64)


@lru_cache(maxsize=512)
def open_spans(hours: SecurityExchangeHours, day: date, extended: bool) -> tuple[tuple[int, int], ...]:
    """Return the open spans (UTC stamps) of one exchange-local date, touching segments joined."""
    zone = hours.time_zone
    midnight = datetime(day.year, day.month, day.day)
    spans: list[tuple[int, int]] = []
    for segment in hours.get_market_hours(midnight).segments:
        if segment.state == MarketHoursState.CLOSED:
            continue
        if segment.state != MarketHoursState.MARKET and not extended:
            continue
        start = zone.to_utc(to_stamp(midnight + segment.start))
        end = zone.to_utc(to_stamp(midnight + segment.end))
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


def daily_calendar(hours: SecurityExchangeHours, day: date) -> tuple[int, int] | None:
    """Return first regular open and last regular close of a date as UTC stamps; None when it is closed."""
    spans = open_spans(hours, day, extended=False)
    return (spans[0][0], spans[-1][1]) if spans else None


class FillForwardGrid:
    """Grids by market hours, data increment and fill forward step; one object per window, to be compared by identity."""

    __slots__ = ("_days", "_joined", "_windows")

    def __init__(self) -> None:
        self._days: dict[tuple[object, ...], np.ndarray] = {}
        self._windows: dict[tuple[object, ...], np.ndarray] = {}
        self._joined: dict[tuple[object, ...], tuple[np.ndarray, np.ndarray]] = {}

    def window(
        self,
        hours: SecurityExchangeHours,
        increment_us: int,
        step_us: int,
        extended: bool,
        strict: bool,
        data_zone: TimeZone,
        low: int,
        high: int,
    ) -> np.ndarray:
        """Return the grid's stamps in (low, high]."""
        key = (id(hours), increment_us, step_us, extended, strict, data_zone.name, low, high)
        found = self._windows.get(key)
        if found is not None:
            return found
        first = to_datetime(hours.time_zone.to_local(low)).date() - timedelta(1)
        last = to_datetime(hours.time_zone.to_local(high)).date()
        parts = []
        day = first
        while day <= last:
            part = _day_grid(hours, increment_us, step_us, extended, strict, data_zone, day)
            if len(part):
                parts.append(part)
            day += timedelta(1)
        grid = np.unique(np.concatenate(parts)) if parts else EMPTY
        grid = grid[np.searchsorted(grid, low, "right") : np.searchsorted(grid, high, "right")]
        if len(self._windows) > _KEPT:
            self._windows.clear()
        self._windows[key] = grid
        return grid

    def joined(self, ends: np.ndarray, grid: np.ndarray, first: int) -> np.ndarray:
        """Return a grid from a position on, with the moments of real rows; one object for all who ask for the same.

        So all contracts whose open interest is told at one moment share their grid, as their quotes do.
        """
        key = (id(grid), first, ends.tobytes())
        known = self._joined.get(key)
        if known is None or known[0] is not grid:
            if len(self._joined) > _KEPT:
                self._joined.clear()
            known = self._joined[key] = (grid, np.union1d(ends, grid[first:]))
        return known[1]


def _floor(stamp: int, step: int, zone: TimeZone) -> int:
    local = zone.to_local(stamp)
    return zone.to_utc(local - local % step)


def _day_grid(
    hours: SecurityExchangeHours,
    increment: int,
    step: int,
    extended: bool,
    strict: bool,
    data_zone: TimeZone,
    day: date,
) -> np.ndarray:
    step = min(step, increment) if increment else step
    if strict:
        calendar = daily_calendar(hours, day)
        ends: list[np.ndarray] = []
        if calendar is not None:
            ends.append(np.array([calendar[1]], dtype=np.int64))
        if step < increment:
            for start, end in open_spans(hours, day, extended):
                steps = np.arange(_floor(start, step, data_zone) + step, end + 1, step, dtype=np.int64)
                ends.append(steps)
                if extended and len(steps) and steps[-1] < end:
                    ends.append(steps[-1:] + step)
        return np.concatenate(ends) if ends else EMPTY
    parts = []
    for start, end in open_spans(hours, day, extended):
        # a bar is filled while its start lies inside the span, so the last one may end after the close
        parts.append(np.arange(_floor(start, step, data_zone) + step, end + step, step, dtype=np.int64))
        if step < increment:
            closing = _floor(end - 1, increment, data_zone) + increment
            if closing > parts[-1][-1]:
                parts.append(np.array([closing], dtype=np.int64))
    return np.concatenate(parts) if parts else EMPTY
