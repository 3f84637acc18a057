"""Sessions: opens, closes, half days, a week's last session, against the exchange's published days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from strategies.sessions import Sessions, days_to_expiry


@pytest.fixture(scope="module")
def sessions() -> Sessions:
    return Sessions(date(2014, 1, 1), date(2018, 12, 31))


@pytest.mark.parametrize(
    ("day", "close"),
    [(date(2014, 7, 3), time(13)), (date(2014, 11, 28), time(13)), (date(2014, 12, 24), time(13)),
     (date(2018, 7, 3), time(13)), (date(2018, 11, 23), time(13)), (date(2014, 7, 2), time(16))],
)  # fmt: skip
def test_half_days_close_early(sessions: Sessions, day: date, close: time) -> None:
    """NYSE's early closes are at 13:00; everything counted from the close moves with it."""
    session = sessions.on(day)
    assert session is not None
    assert session.closes_at.time() == close
    assert session.half_day is (close != time(16))
    assert session.before_close(30) == datetime.combine(day, close) - timedelta(minutes=30)
    assert session.opens_at.time() == time(9, 30)


@pytest.mark.parametrize("day", [date(2014, 4, 18), date(2018, 12, 5), date(2016, 1, 18), date(2014, 1, 4)])
def test_closed_days_are_no_sessions(sessions: Sessions, day: date) -> None:
    """Good Friday, the day of mourning of 2018, a holiday and a Saturday."""
    assert sessions.on(day) is None


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2014, 1, 6), date(2014, 1, 10)),
        (date(2014, 4, 14), date(2014, 4, 17)),  # Good Friday
        (date(2015, 7, 1), date(2015, 7, 2)),  # Friday is the observed holiday
        (date(2014, 4, 18), date(2014, 4, 25)),  # this week is over
        (date(2014, 4, 19), date(2014, 4, 25)),
        (date(2015, 12, 28), date(2015, 12, 31)),  # a year that ends within a week
    ],
)
def test_last_session_of_a_week(sessions: Sessions, day: date, last: date) -> None:
    """Friday, or the session before it; once it is over, the next week's."""
    assert sessions.last_of_week(day).date == last


def test_every_week_has_exactly_one_last_session(sessions: Sessions) -> None:
    """261 weeks of 2014-2018 have a session, each exactly one last one."""
    days = sessions.between(date(2014, 1, 3), date(2018, 12, 28))
    weeks = {session.date.isocalendar()[:2] for session in days}
    lasts = [session for session in days if session.last_of_week]
    assert len(lasts) == len(weeks) == 261


def test_neighbours(sessions: Sessions) -> None:
    """Before and after skip weekends and holidays; the next open is today's until it has passed."""
    assert sessions.after(date(2014, 4, 17)).date == date(2014, 4, 21)
    assert sessions.before(date(2014, 4, 21)).date == date(2014, 4, 17)
    assert sessions.next_open(datetime(2014, 4, 17, 9)) == datetime(2014, 4, 17, 9, 30)
    assert sessions.next_open(datetime(2014, 4, 17, 9, 30)) == datetime(2014, 4, 21, 9, 30)


def test_outside_of_what_is_loaded_is_an_error_until_it_is_covered() -> None:
    """Nothing is guessed about a day that the calendar was not asked for."""
    short = Sessions(date(2014, 1, 1), date(2014, 2, 1))
    with pytest.raises(ValueError, match="2015-01-02 is outside"):
        short.on(date(2015, 1, 2))
    short.cover(date(2014, 1, 1), date(2015, 2, 1))
    assert short.on(date(2015, 1, 2)) is not None


@pytest.mark.parametrize("method", ["on", "on_or_after", "after", "before", "last_of_week"])
def test_whatever_is_asked_first_loads_the_calendar(method: str) -> None:
    """No question depends on another one having been asked before."""
    fresh = Sessions(date(2014, 1, 1), date(2014, 2, 1))
    assert getattr(fresh, method)(date(2014, 1, 10)).date.month == 1


def test_days_to_expiry_are_calendar_days() -> None:
    """ "DTE = calendar days from today to expiry"."""
    assert days_to_expiry(date(2014, 1, 3), date(2014, 1, 10)) == 7
    assert days_to_expiry(date(2014, 1, 10), date(2014, 1, 10)) == 0
