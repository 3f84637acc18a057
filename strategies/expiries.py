"""Which expiry: monthly ones, the nearest to a number of days, the ones a session has left to act in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from strategies.sessions import Session, Sessions, days_to_expiry

FRIDAY = 4
QUARTER_MONTHS = (3, 6, 9, 12)


def third_friday(year: int, month: int) -> date:
    """Return the third Friday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(FRIDAY - first.weekday()) % 7 + 14)


def is_monthly(expiry: date, sessions: Sessions) -> bool:
    """Return whether an expiry is the month's standard one: the third Friday.

    Where that is a holiday it is the Thursday before; until January 2015 contracts carry the Saturday after.
    """
    friday = third_friday(expiry.year, expiry.month)
    if expiry in (friday, friday + timedelta(days=1)):
        return True
    return expiry == friday - timedelta(days=1) and sessions.on(friday) is None


def nearest(
    expiries: Iterable[date], today: date, wanted: int, low: int, high: int, prefer: Iterable[date] = ()
) -> date | None:
    """Return the expiry nearest to so many days away, between `low` and `high` days, preferred ones first."""
    within = [expiry for expiry in expiries if low <= days_to_expiry(today, expiry) <= high]
    preferred = sorted(set(prefer) & set(within))
    return min(
        preferred or within,
        key=lambda expiry: (abs(days_to_expiry(today, expiry) - wanted), expiry),
        default=None,
    )


def reached(sessions: Sessions, session: Session, expiry: date, days: int) -> bool:
    """Return whether a position has come to so many days to expiry.

    Where that day is no session, the one before it is the last chance to act in time.
    """
    following = sessions.after(session.date)
    now, then = days_to_expiry(session.date, expiry), days_to_expiry(following.date, expiry)
    return now <= days or then < days


def quarterly_future(day: date, sessions: Sessions) -> date:
    """Return the expiry of the first quarterly index future that does not end before a day."""
    year, month = day.year, day.month
    while True:
        if month in QUARTER_MONTHS:
            expiry = third_friday(year, month)
            if sessions.on(expiry) is None:
                expiry = sessions.before(expiry).date
            if expiry >= day:
                return expiry
        month = month % 12 + 1
        year += month == 1


def ex_dividend_day(day: date) -> date:
    """Return SPY's first ex-dividend day on or after a day: the third Fridays of March, June, September, December.

    References
    ----------
    State Street's distribution schedule of SPY; the amounts are in LEAN's factor files, future dates are not.
    """
    year, month = day.year, day.month
    while True:
        if month in QUARTER_MONTHS and third_friday(year, month) >= day:
            return third_friday(year, month)
        month = month % 12 + 1
        year += month == 1
