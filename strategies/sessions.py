"""Sessions of the New York Stock Exchange: opens, closes, half days, a week's last session, days to expiry.

Holidays and half days come from exchange_calendars, never from weekday arithmetic alone. Times are naive New
York times, as LEAN's Python API shows them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
REGULAR_CLOSE = time(16, 0)


@dataclass(frozen=True, slots=True)
class Session:
    """One trading day."""

    date: date
    opens_at: datetime
    closes_at: datetime
    first_of_week: bool
    last_of_week: bool
    weekday_of_month: int = 0
    """How many sessions on this weekday the month has had, this one included: 1 on its first Monday session."""

    @property
    def half_day(self) -> bool:
        """Return whether the exchange closes before its regular hour."""
        return self.closes_at.time() < REGULAR_CLOSE

    def at(self, clock: time) -> datetime:
        """Return the moment of a New York time of day on this session's date."""
        return datetime.combine(self.date, clock)

    def before_close(self, minutes: int) -> datetime:
        """Return the moment that many minutes before this session's real close."""
        return self.closes_at - timedelta(minutes=minutes)


class Sessions:
    """The exchange's sessions between two dates, loaded once when first asked for."""

    def __init__(self, first: date, last: date, calendar: str = "XNYS") -> None:
        self._first, self._last = first, last
        self._calendar = calendar
        self._days: list[Session] = []
        self._dates: list[date] = []
        self._asked: tuple[date, int] = (date.min, 0)
        """The last date that was looked up and its place: the same one is asked for all day."""

    def cover(self, first: date, last: date) -> None:
        """Have the sessions of a longer range known; a live run outlasts what was loaded at its start."""
        if first < self._first or last > self._last:
            self._first, self._last = min(first, self._first), max(last, self._last)
            self._days, self._dates = [], []
            self._asked = (date.min, 0)

    def _load(self) -> list[Session]:
        # Half a second of import that only a running algorithm pays.
        from exchange_calendars import get_calendar

        # exchange_calendars knows today + 1 year by default, and refuses dates outside; so bounds are given.
        # More on both sides, so that weeks and months are whole.
        first, last = (self._first - timedelta(days=7)).replace(day=1), self._last + timedelta(days=7)
        schedule = get_calendar(self._calendar, start=str(first), end=str(last)).schedule
        opens = [_local(at) for at in schedule["open"]]
        closes = [_local(at) for at in schedule["close"]]
        weeks = [at.isocalendar()[:2] for at in opens]
        found = []
        seen: Counter[tuple[int, int, int]] = Counter()
        for opened, closed, week, before, following in zip(
            opens, closes, weeks, [None, *weeks], [*weeks[1:], None]
        ):
            kind = (opened.year, opened.month, opened.weekday())
            seen[kind] += 1
            found.append(
                Session(opened.date(), opened, closed, week != before, week != following, seen[kind])
            )
        return found

    def _index(self, day: date) -> int:
        if self._asked[0] == day:
            return self._asked[1]
        if not self._first <= day <= self._last:
            raise ValueError(f"{day} is outside the loaded sessions {self._first} to {self._last}")
        if not self._days:
            self._days = self._load()
            self._dates = [session.date for session in self._days]
        self._asked = (day, bisect_left(self._dates, day))
        return self._asked[1]

    def on(self, day: date) -> Session | None:
        """Return the session of a date, None when the exchange is closed all day."""
        index = self._index(day)
        return self._days[index] if index < len(self._days) and self._dates[index] == day else None

    def on_or_after(self, day: date) -> Session:
        """Return the first session that is not before `day`."""
        index = self._index(day)  # loads the days, so it comes first
        return self._days[index]

    def after(self, day: date) -> Session:
        """Return the first session later than `day`."""
        return self.on_or_after(day + timedelta(days=1))

    def next_open(self, now: datetime) -> datetime:
        """Return when the exchange opens next: later today, or the next session."""
        session = self.on_or_after(now.date())
        return session.opens_at if session.opens_at > now else self.after(now.date()).opens_at

    def before(self, day: date) -> Session:
        """Return the last session earlier than `day`."""
        index = self._index(day)
        return self._days[index - 1]

    def last_of_week(self, day: date) -> Session:
        """Return the last session of the week of `day`, or of the next week when this week's is over."""
        return self.next_where(day, lambda session: session.last_of_week)

    def next_where(self, day: date, wanted: Callable[[Session], bool]) -> Session:
        """Return the first session not before `day` that is wanted."""
        index = self._index(day)
        while not wanted(self._days[index]):
            index += 1
        return self._days[index]

    def between(self, first: date, last: date) -> list[Session]:
        """Return the sessions from `first` to `last`, both included."""
        begin, end = self._index(first), self._index(last + timedelta(days=1))
        return self._days[begin:end]


def _local(at: datetime) -> datetime:
    return datetime.fromtimestamp(at.timestamp(), NEW_YORK).replace(tzinfo=None)


def days_to_expiry(today: date, expiry: date) -> int:
    """Return the calendar days from today to expiry (DTE)."""
    return (expiry - today).days
