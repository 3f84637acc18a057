"""The state of the market at every minute of a day: index, VIX, and what is left of the day's variance.

A day has n bars and n + 1 edges between them. Prices are wanted at 3n + 1 points: the first open, then each
bar's close, high and low; a bar opens where the one before closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.common.time import DAY, MINUTE, TimeZone
from engine.data_source.modelled.index_history import IndexHistory, load_index_history
from engine.data_source.modelled.price_path import (
    STEPS,
    bars_of_points,
    overnight_path,
    session_bars,
    session_clock,
)
from engine.data_source.modelled.trading_calendar import (
    OPEN,
    REGULAR_CLOSE,
    TradingCalendar,
    load_trading_calendar,
)
from engine.data_source.modelled.volatility import SESSION_SHARE, TRADING_DAYS, vix_average

if TYPE_CHECKING:
    from collections.abc import Callable

FUTURE_OPEN, FUTURE_CLOSE = 18 * 60, 17 * 60
"""Minutes after midnight, New York, between which the future pauses."""

_BLOCK = 32
_BLOCKS_KEPT = 8
_DAYS_KEPT = 24
_INDEX_OPTION_TAIL = 15
"""Minutes that index options (and LEAN's index hours) go on after the regular close, the index standing
still."""
_NIGHT_VOLATILITY = 0.4
"""Free motion of the future between two sessions over VIX / sqrt(252); the ends are pinned, so only the
wiggle."""


@dataclass(frozen=True, slots=True)
class DayPoints:
    """See the module's text; stamps are UTC microseconds."""

    starts: np.ndarray
    ends: np.ndarray
    edge_times: np.ndarray
    spot: np.ndarray
    """Shape (3n + 1,): first open, n closes, n highs, n lows, in index points."""
    vix: np.ndarray
    remaining: np.ndarray
    session: np.ndarray
    """Position in the trading calendar of the session to which an edge's variance belongs."""
    ln_average: np.ndarray

    @property
    def bars(self) -> int:
        """Number of bars."""
        return len(self.starts)

    @property
    def edge_of_point(self) -> np.ndarray:
        """Edge of each point: highs and lows are valued as at the end of their bar."""
        n = self.bars
        later = np.arange(1, n + 1)
        return np.concatenate((np.arange(n + 1), later, later))

    def ohlc(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return open, high, low and close of the index in each bar."""
        n = self.bars
        return self.spot[:n], self.spot[n + 1 : 2 * n + 1], self.spot[2 * n + 1 :], self.spot[1 : n + 1]

    def between(self, start: int, end: int) -> DayPoints:
        """Return the bars that start not before `start` and end not after `end`."""
        first = int(np.searchsorted(self.starts, start))
        last = max(int(np.searchsorted(self.ends, end, "right")), first)
        if last - first == self.bars:
            return self
        opens, high, low, close = self.ohlc()
        edges = slice(first, last + 1)
        return replace(
            self,
            starts=self.starts[first:last],
            ends=self.ends[first:last],
            edge_times=self.edge_times[edges],
            spot=np.concatenate(
                (opens[first : first + 1], close[first:last], high[first:last], low[first:last])
            ),
            vix=self.vix[edges],
            remaining=self.remaining[edges],
            session=self.session[edges],
            ln_average=self.ln_average[edges],
        )


class DayPointsStore:
    """Makes days on demand and keeps the last few; the answer does not depend on the order of the
    questions."""

    def __init__(self) -> None:
        self.history: IndexHistory = load_index_history()
        self.calendar: TradingCalendar = load_trading_calendar()
        self._new_york = TimeZone.of("America/New_York")
        self._first_vix = int(np.flatnonzero(np.isfinite(self.history.vix))[0])
        self._ln_average = np.full(len(self.history.days), np.nan)
        self._ln_average[self._first_vix :] = vix_average(self.history.vix[self._first_vix :])
        keep: Callable = lru_cache(maxsize=_DAYS_KEPT)
        self._block = lru_cache(maxsize=_BLOCKS_KEPT)(self._make_block)
        self.session = keep(self._session)
        self.night = keep(self._night)
        self.index_option_day = keep(self._index_option_day)
        self.future_day = keep(self._future_day)

    def minutes(self, row: int) -> int:
        """Return the length of a session."""
        return self.calendar.close_minute(int(self.history.days[row])) - OPEN

    def session_ohlc(self, row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the index's minute bars of one session."""
        rows, bars = self._block(row // _BLOCK, self.minutes(row))
        at = int(np.searchsorted(rows, row))
        return bars[0][at], bars[1][at], bars[2][at], bars[3][at]

    def _make_block(self, number: int, minutes: int) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        # Sessions of one length among 32 neighbours are made together, which is three times as fast as one by
        # one.
        history = self.history
        last = min((number + 1) * _BLOCK, len(history.days))
        rows = np.array([row for row in range(number * _BLOCK, last) if self.minutes(row) == minutes])
        ohlc = np.stack([history.open[rows], history.high[rows], history.low[rows], history.close[rows]])
        return rows, session_bars(history.days[rows], minutes, ohlc)

    def session_start(self, day: int) -> int:
        """Return the stamp of 9:30 New York."""
        return int(self._new_york.to_utc(day * DAY + OPEN * MINUTE))

    def has_vix(self, row: int | None) -> bool:
        """Return whether options can be modelled on the session."""
        return row is not None and row >= self._first_vix

    def _session(self, day: int) -> DayPoints | None:
        """Return the regular session, 9:30 to the close."""
        row = self.history.row(day)
        if row is None:
            return None
        opens, high, low, close = self.session_ohlc(row)
        n = len(opens)
        share = np.arange(n + 1) / n
        starts = self.session_start(day) + np.arange(n, dtype=np.int64) * MINUTE
        vix = self.history.vix
        before = vix[row - 1] if self.has_vix(row - 1) else vix[row]
        return DayPoints(
            starts=starts,
            ends=starts + MINUTE,
            edge_times=np.append(starts, starts[-1] + MINUTE),
            spot=np.concatenate((opens[:1], close, high, low)),
            vix=before + (vix[row] - before) * share,
            remaining=SESSION_SHARE * (1 - session_clock(n)),
            session=np.full(n + 1, self.calendar.position(day)),
            ln_average=np.full(n + 1, self._ln_average[row]),
        )

    def _index_option_day(self, day: int) -> DayPoints | None:
        """Return the session and the quarter of an hour after it; half days end with the session."""
        session = self.session(day)
        if session is None or session.bars < REGULAR_CLOSE - OPEN:
            return session
        times = session.ends[-1] + np.arange(_INDEX_OPTION_TAIL, dtype=np.int64) * MINUTE
        still = np.full(_INDEX_OPTION_TAIL * STEPS + 1, session.spot[session.bars])
        edges = np.ones(_INDEX_OPTION_TAIL + 1)
        tail = DayPoints(
            starts=times,
            ends=times + MINUTE,
            edge_times=np.append(times, times[-1] + MINUTE),
            spot=_points_of(still),
            vix=edges * session.vix[-1],
            remaining=edges * session.remaining[-1],
            session=np.full(len(edges), session.session[-1]),
            ln_average=edges * session.ln_average[-1],
        )
        return _join([session, tail])

    def _future_day(self, day: int) -> DayPoints | None:
        """Return a UTC day of the nearly round-the-clock future: night, session, and the evening of the next
        night."""
        midnight = day * DAY
        parts = []
        if self.has_vix(self.history.row(day)):
            session = self.session(day)
            assert session is not None
            if self.has_vix(self.history.row(self.calendar.before(day))):
                parts.append(self.night(day).between(midnight, int(session.starts[0])))
            parts.append(session)
            midnight = int(session.ends[-1])
        following = self.calendar.after(day)
        if self.has_vix(self.history.row(following)):
            parts.append(self.night(following).between(midnight, (day + 1) * DAY))
        parts = [part for part in parts if part.bars]
        return _join(parts) if parts else None

    def _night(self, day: int) -> DayPoints:
        """Return the minutes of the future between the session before and the session `day`.

        From the index's close to the future's own (17:00, or 13:15 on half days), then from 18:00 on the
        evening before. A night of several days has only its first and its last hours: what CME trades on the
        exchange's holidays is left out, and so is the night before the first VIX close.
        """
        row = self.history.row(day)
        assert row is not None
        before = self.calendar.before(day)
        index_close = self.calendar.close_minute(before)
        future_close = FUTURE_CLOSE if index_close == REGULAR_CLOSE else index_close + _INDEX_OPTION_TAIL
        local = np.concatenate(
            (
                before * DAY + np.arange(index_close, future_close, dtype=np.int64) * MINUTE,
                (day - 1) * DAY + np.arange(FUTURE_OPEN, 24 * 60 + OPEN, dtype=np.int64) * MINUTE,
            )
        )
        starts = self._new_york.to_utc(local)
        n = len(starts)
        start, vix = self.history.close[row - 1], self.history.vix[row - 1]
        deviation = _NIGHT_VOLATILITY * vix / 100 / np.sqrt(TRADING_DAYS) * start
        points = overnight_path(day, n, start, self.history.open[row], deviation)
        return DayPoints(
            starts=starts,
            ends=starts + MINUTE,
            edge_times=np.append(starts, starts[-1] + MINUTE),
            spot=_points_of(points),
            vix=np.full(n + 1, vix),
            remaining=1 - (1 - SESSION_SHARE) * np.arange(n + 1) / n,
            session=np.full(n + 1, self.calendar.position(day)),
            ln_average=np.full(n + 1, self._ln_average[row]),
        )


def _points_of(path: np.ndarray) -> np.ndarray:
    opens, high, low, close = bars_of_points(path)
    return np.concatenate((opens[:1], close, high, low))


def _join(parts: list[DayPoints]) -> DayPoints:
    # A bar opens where the one before closed, also over a pause, so only the first part keeps its first edge.
    def edges(name: str) -> np.ndarray:
        return np.concatenate([getattr(parts[0], name), *(getattr(part, name)[1:] for part in parts[1:])])

    bars = [part.ohlc() for part in parts]
    return DayPoints(
        starts=np.concatenate([part.starts for part in parts]),
        ends=np.concatenate([part.ends for part in parts]),
        edge_times=edges("edge_times"),
        spot=np.concatenate([parts[0].spot[:1], *(bar[i] for i in (3, 1, 2) for bar in bars)]),
        vix=edges("vix"),
        remaining=edges("remaining"),
        session=edges("session"),
        ln_average=edges("ln_average"),
    )
