"""The real index and VIX values that the built-in data stands on."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data_source.modelled.index_history import load_index_history
from engine.data_source.modelled.listings import day_number
from engine.data_source.modelled.trading_calendar import load_trading_calendar


def test_history_has_every_session_of_the_exchange_and_no_other_day():
    """From 1999 to 2018 a day has a row exactly when the exchange was open."""
    history, calendar = load_index_history(), load_trading_calendar()
    sessions = calendar.days[(calendar.days >= history.days[0]) & (calendar.days <= history.days[-1])]
    assert np.array_equal(history.days, sessions)


def test_vix_covers_2014_to_2018_without_a_gap():
    """There are 1,257 sessions with a VIX close, from 2014-01-03 to the last one."""
    history = load_index_history()
    known = np.isfinite(history.vix)
    assert known.sum() == 1257
    assert history.days[known][0] == day_number(2014, 1, 3)
    assert known[known.argmax() :].all()


@pytest.mark.parametrize(
    ("day", "close", "vix"),
    [((2015, 8, 24), 1893.21, 40.74), ((2018, 2, 5), 2648.94, 37.32), ((2018, 12, 31), 2506.85, 25.42)],
)
def test_history_knows_the_days_everybody_remembers(day, close, vix):
    """Closes of index and VIX are those published, to the cent."""
    history = load_index_history()
    row = history.row(day_number(*day))
    assert (history.close[row], history.vix[row]) == (close, vix)


def test_high_and_low_enclose_open_and_close():
    """No bar contradicts itself."""
    history = load_index_history()
    assert (history.high >= np.maximum(history.open, history.close)).all()
    assert (history.low <= np.minimum(history.open, history.close)).all()


def test_row_of_a_holiday_is_none():
    """A day without a session has no row."""
    assert load_index_history().row(day_number(2014, 7, 4)) is None
