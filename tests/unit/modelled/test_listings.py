"""Which contracts are listed, and that every strategy finds what its rules ask for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.data_source.modelled.contracts import date_of, day_of
from engine.data_source.modelled.index_history import load_index_history
from engine.data_source.modelled.listings import (
    FIRST_OPTION_DAY,
    ROOTS,
    SPXW,
    SPY,
    es_expiries,
    expiries,
    is_listed,
    listed_expiries,
    strikes,
    underlying_future,
)
from engine.data_source.modelled.trading_calendar import load_trading_calendar


def _sessions() -> list[int]:
    days = load_index_history().days
    return days[days >= FIRST_OPTION_DAY].tolist()


@pytest.mark.parametrize(
    ("root", "day"),
    [
        ("SPXW", date(2014, 4, 17)),  # Good Friday: the weekly expires on Thursday
        ("SPXW", date(2015, 4, 2)),
        ("SPXW", date(2015, 7, 2)),
        ("SPXW", date(2015, 12, 24)),  # Christmas on a Friday; a half day
        ("SPXW", date(2016, 3, 24)),
        ("SPXW", date(2016, 9, 6)),  # Labor Day: Monday's weekly on Tuesday
        ("SPXW", date(2017, 12, 26)),
        ("SPXW", date(2018, 7, 3)),  # Independence Day: Wednesday's weekly on Tuesday
        ("SPXW", date(2018, 12, 4)),  # the day of mourning
        ("SPX", date(2014, 4, 17)),
        ("SPY", date(2018, 3, 29)),
        ("ES", date(2017, 4, 13)),
    ],
)
def test_expiry_moves_off_a_holiday(root, day):
    """A weekly or monthly on a holiday expires on the session the exchange names."""
    assert day_of(day) in expiries(root)


def test_no_contract_expires_on_a_day_without_a_session():
    """Over all roots and years."""
    calendar = load_trading_calendar()
    for root in ROOTS:
        assert all(calendar.is_session(day) for day in expiries(root))


def test_every_week_has_an_spxw_expiry_on_its_last_session():
    """All 261 whole weeks of 2014 to 2018: the iron condor's expiry is there, listed the day before."""
    sessions = _sessions()
    last_sessions = [a for a, b in zip(sessions, [*sessions[1:], 10**6]) if (a + 3) // 7 != (b + 3) // 7]
    whole_weeks = last_sessions[:-1]  # the data ends on a Monday
    assert len(whole_weeks) == 261
    for day in whole_weeks:
        assert day in expiries("SPXW"), date_of(day)
        assert expiries("SPXW")[day].listed < day


def test_weeklies_start_when_they_did():
    """Fridays from 2014, Wednesdays from 2016, Mondays from August 2016."""
    first = {}
    for day in expiries("SPXW"):
        first.setdefault((day + 3) % 7, date_of(day))
    assert first[4] == date(2014, 1, 3)
    assert first[2] == date(2016, 3, 2)
    assert first[0] == date(2016, 8, 22)


@pytest.mark.parametrize("root", list(ROOTS))
def test_a_listed_strike_stays_listed_until_expiry(root):
    """However far the index moves, nobody's contract vanishes from the chain."""
    sessions = _sessions()
    for day in sessions[5:600:40]:
        for expiry in listed_expiries(root, day)[:6]:
            later = [s for s in sessions if day < s <= expiry.last_day]
            known = set(strikes(ROOTS[root], expiry, day).tolist())
            for other in later[:: max(len(later) // 3, 1)]:
                assert known <= set(strikes(ROOTS[root], expiry, other).tolist())


@pytest.mark.parametrize("root", list(ROOTS))
def test_is_listed_agrees_with_the_list_of_strikes(root):
    """Asked one by one, every multiple of the finest step gives the same answer as the list."""
    day = day_of(date(2015, 9, 2))
    for expiry in listed_expiries(root, day):
        grid = set(strikes(ROOTS[root], expiry, day).tolist())
        step = ROOTS[root].zones[0].step
        spot = 1950 / ROOTS[root].scale
        for strike in np.arange(0, 2 * spot, step / 2).tolist():
            assert is_listed(ROOTS[root], expiry, strike, day) == (strike in grid)


@pytest.mark.parametrize("day", [date(2014, 4, 17), date(2016, 2, 11), date(2018, 12, 21)])
def test_strikes_near_the_money_are_five_points_and_one_dollar_apart(day):
    """SPX and ES 5 points, SPY 1 dollar, within 7% of the index."""
    history = load_index_history()
    number = day_of(day)
    close = float(history.close[history.row(number)])
    for root in ROOTS.values():
        expiry = next(e for e in listed_expiries(root.name, number) if e.day > number)
        grid = strikes(root, expiry, number) * root.scale
        near = grid[np.abs(grid / close - 1) < 0.07]
        assert set(np.diff(near).tolist()) == {float(root.zones[0].step * root.scale)}


def test_nothing_is_listed_before_its_day_or_after_expiry():
    """A contract has no quotes outside its life; one that settles at the open none on its last day."""
    expiry = expiries("SPXW")[day_of(date(2015, 6, 5))]
    assert not is_listed(SPXW, expiry, 2000.0, expiry.listed - 1)
    assert is_listed(SPXW, expiry, 2000.0, expiry.day)
    assert not is_listed(SPXW, expiry, 2000.0, expiry.day + 3)
    at_open = expiries("SPX")[day_of(date(2015, 6, 19))]
    assert (at_open.settles_at_open, at_open.last_day) == (True, day_of(date(2015, 6, 18)))


def test_options_on_futures_deliver_the_next_quarterly_contract():
    """The first future that does not expire before the option."""
    assert date_of(underlying_future(day_of(date(2015, 6, 12))).day) == date(2015, 6, 19)
    assert date_of(underlying_future(day_of(date(2015, 6, 19))).day) == date(2015, 6, 19)
    assert date_of(underlying_future(day_of(date(2015, 6, 26))).day) == date(2015, 9, 18)


def test_es_futures_expire_on_third_fridays_of_the_quarter():
    """All of 2014 to 2021."""
    days = [date_of(expiry.day) for expiry in es_expiries()]
    assert all(day.month in (3, 6, 9, 12) and day.weekday() == 4 and 15 <= day.day <= 21 for day in days)
    assert days[0] == date(2014, 3, 21)


# -- what the strategies ask for (days to expiry are calendar days) --------------------------------


def _days_to_expiry(root: str, day: int) -> list[int]:
    return [expiry.day - day for expiry in listed_expiries(root, day)]


def _weekdays(weekday: int) -> list[int]:
    return [day for day in _sessions() if (day + 3) % 7 == weekday]


def test_lt112_finds_a_monthly_expiry_in_its_window():
    """Of the Wednesdays, most have an SPY expiry 102 to 122 days away, and each month has one."""
    months = set()
    for day in _weekdays(2):
        if any(102 <= days <= 122 for days in _days_to_expiry("SPY", day)):
            months.add(date_of(day).strftime("%Y-%m"))
    assert len(months) == 60


def test_ladder_and_ipmcc_find_an_expiry_a_year_away():
    """On every session there is an SPY expiry at least 365 and at most 470 days away."""
    for day in _sessions():
        assert any(365 <= days <= 470 for days in _days_to_expiry("SPY", day)), date_of(day)


def test_ladder_finds_its_strikes():
    """95, 90, 85 and 80% of the price are listed within a dollar, a year away."""
    history = load_index_history()
    for day in _weekdays(0)[::5]:
        price = float(history.close[history.row(day)]) / 10
        expiry = next(e for e in listed_expiries("SPY", day) if e.day - day >= 365)
        grid = strikes(SPY, expiry, day)
        for share in (0.95, 0.90, 0.85, 0.80):
            assert np.abs(grid - share * price).min() <= 0.5 + 1e-9


def test_ipmcc_finds_next_weeks_expiry():
    """On every Friday an SPY expiry lies 6 to 8 days ahead."""
    for day in _weekdays(4)[:-1]:
        assert any(6 <= days <= 8 for days in _days_to_expiry("SPY", day)), date_of(day)


def test_strangle_finds_an_expiry_on_every_tuesday():
    """45 to 60 days away there is always an option on an ES future."""
    for day in _weekdays(1):
        assert any(45 <= days <= 60 for days in _days_to_expiry("ES", day)), date_of(day)


def test_chain_sizes_stay_moderate():
    """No chain has more than 9,000 contracts: reading one must stay cheap."""
    for day in _sessions()[::60]:
        for root in ROOTS.values():
            count = sum(2 * len(strikes(root, expiry, day)) for expiry in listed_expiries(root.name, day))
            assert count < 9_000, (root.name, date_of(day), count)
