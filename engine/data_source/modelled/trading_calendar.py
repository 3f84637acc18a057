"""Sessions of the New York Stock Exchange as arrays of day numbers (days since 1970-01-01)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

# LEAN's own database of holidays starts in 1998; imported chains may be recent ones.
FIRST_DAY = "1998-01-01"
LAST_DAY = "2030-12-31"
REGULAR_CLOSE = 16 * 60
OPEN = 9 * 60 + 30


@dataclass(frozen=True, slots=True)
class TradingCalendar:
    """Sessions in order, and the minute after midnight, New York, at which each closes."""

    days: np.ndarray
    closes: np.ndarray

    def is_session(self, day: int) -> bool:
        """Return whether the exchange opens on the day."""
        at = self._at(day)
        return at < len(self.days) and bool(self.days[at] == day)

    def close_minute(self, day: int) -> int:
        """Return the minute after midnight at which a session closes (780 on half days)."""
        return int(self.closes[self._at(day)])

    def position(self, day: int) -> int:
        """Return the number of sessions before a day: for a session its place in the calendar."""
        return self._at(day)

    def count(self, after: int, until: int) -> int:
        """Return the number of sessions later than `after` and not later than `until`."""
        return int(self.days.searchsorted(until, "right") - self.days.searchsorted(after, "right"))

    def on_or_before(self, day: int) -> int:
        """Return the last session not after the day."""
        return int(self.days[self.days.searchsorted(day, "right") - 1])

    def on_or_after(self, day: int) -> int:
        """Return the first session not before the day."""
        return int(self.days[self._at(day)])

    def before(self, day: int) -> int:
        """Return the last session before the day."""
        return int(self.days[self._at(day) - 1])

    def after(self, day: int) -> int:
        """Return the first session after the day."""
        return int(self.days[self.days.searchsorted(day, "right")])

    @property
    def holidays(self) -> np.ndarray:
        """Weekdays without a session."""
        every = np.arange(self.days[0], self.days[-1] + 1)
        weekday = (every + 3) % 7  # 1970-01-01 was a Thursday
        return np.setdiff1d(every[weekday < 5], self.days)

    @property
    def half_days(self) -> np.ndarray:
        """Sessions that close early."""
        return self.days[self.closes < REGULAR_CLOSE]

    def _at(self, day: int) -> int:
        return int(self.days.searchsorted(day))


@lru_cache(maxsize=1)
def load_trading_calendar() -> TradingCalendar:
    """Return the calendar of exchange_calendars' XNYS."""
    from exchange_calendars import get_calendar

    calendar = get_calendar("XNYS", start=FIRST_DAY, end=LAST_DAY)
    days = calendar.sessions.values.astype("datetime64[D]").astype(np.int64)
    closes = calendar.closes.dt.tz_convert("America/New_York")
    minutes = (closes.dt.hour * 60 + closes.dt.minute).to_numpy(dtype=np.int64)
    return TradingCalendar(days=days, closes=minutes)
