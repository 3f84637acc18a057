"""The path of the index inside the day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.common.time import MINUTE
from engine.data_source.modelled.contracts import day_of
from engine.data_source.modelled.day_points import DayPointsStore
from engine.data_source.modelled.index_history import load_index_history
from engine.data_source.modelled.price_path import elapsed_share, overnight_path, session_bars


def _ohlc(rows) -> np.ndarray:
    history = load_index_history()
    return np.stack([history.open[rows], history.high[rows], history.low[rows], history.close[rows]])


@pytest.mark.parametrize("minutes", [390, 210])
def test_path_touches_the_real_open_high_low_and_close_of_every_day(minutes):
    """All 5,031 sessions, as full and as half days."""
    history = load_index_history()
    for first in range(0, len(history.days), 512):
        rows = slice(first, first + 512)
        opens, high, low, close = session_bars(history.days[rows], minutes, _ohlc(rows))
        assert np.array_equal(opens[:, 0], history.open[rows])
        assert np.array_equal(close[:, -1], history.close[rows])
        assert np.array_equal(high.max(axis=1), history.high[rows])
        assert np.array_equal(low.min(axis=1), history.low[rows])


def test_bars_are_consistent_and_continuous():
    """A minute opens where the one before closed, inside its high and low."""
    opens, high, low, close = session_bars(
        load_index_history().days[4000:4100], 390, _ohlc(slice(4000, 4100))
    )
    assert np.array_equal(opens[:, 1:], close[:, :-1])
    assert (high >= np.maximum(opens, close)).all()
    assert (low <= np.minimum(opens, close)).all()


def test_a_days_path_does_not_depend_on_its_neighbours():
    """One day alone, in a block, and asked for in another order gives the same bars."""
    days = load_index_history().days
    block = session_bars(days[4000:4032], 390, _ohlc(slice(4000, 4032)))
    alone = session_bars(days[4007:4008], 390, _ohlc(slice(4007, 4008)))
    assert all(np.array_equal(many[7], one[0]) for many, one in zip(block, alone, strict=True))
    forth, back = DayPointsStore(), DayPointsStore()
    wanted = [day_of(date(2015, 8, 24)), day_of(date(2014, 1, 3)), day_of(date(2018, 2, 5))]
    first = {number: forth.session(number).spot for number in wanted}
    assert all(np.array_equal(back.session(number).spot, first[number]) for number in reversed(wanted))


def test_path_moves_as_much_as_the_real_range_says():
    """Realised volatility of the minutes is within a tenth of Parkinson's estimate from the real ranges."""
    rows = slice(3774, 5031)
    history = load_index_history()
    _, _, _, close = session_bars(history.days[rows], 390, _ohlc(rows))
    realised = np.mean(np.sum(np.diff(np.log(close), axis=1) ** 2, axis=1))
    parkinson = np.mean(np.log(history.high[rows] / history.low[rows]) ** 2) / (4 * np.log(2))
    assert np.sqrt(realised / parkinson) == pytest.approx(1.0, abs=0.1)


def test_variance_clock_is_fast_at_both_ends():
    """It runs from 0 to 1, never back, three times as fast at the open and close as at midday."""
    share = elapsed_share(np.linspace(0, 1, 391))
    speed = np.diff(share) * 390
    assert (share[0], share[-1]) == (0.0, 1.0)
    assert speed.min() > 0
    assert speed[0] / speed[195] == pytest.approx(3.0, rel=0.02)
    assert speed[-1] / speed[195] == pytest.approx(3.0, rel=0.02)


def test_night_leads_from_the_last_close_to_the_open():
    """The future's night starts at the close before and ends at the real open."""
    points = overnight_path(day_of(date(2015, 8, 24)), 990, 1970.89, 1965.15, 15.0)
    assert (points[0], points[-1]) == (1970.89, 1965.15)


@pytest.mark.parametrize(
    ("text", "index_minutes", "option_minutes", "future_minutes"),
    [
        ("2015-06-05", 390, 405, 1260),  # a Friday: the future's week ends at 17:00
        ("2015-06-03", 390, 405, 1380),
        ("2014-07-03", 210, 210, 1035),  # half day: index options stop at 13:00, the future at 13:15
        ("2018-12-31", 390, 405, 1260),  # the data's last day ends with the session
    ],
)
def test_a_session_has_the_minutes_of_its_market(store, text, index_minutes, option_minutes, future_minutes):
    """Full days, half days, a Friday and the end of the data."""
    number = day_of(date.fromisoformat(text))
    assert store.session(number).bars == index_minutes
    assert store.index_option_day(number).bars == option_minutes
    assert store.future_day(number).bars == future_minutes


def test_days_without_a_session_have_no_index_minutes(store):
    """A holiday and a Sunday; the future trades on Sunday evening, and not on the holiday."""
    holiday, sunday = day_of(date(2014, 7, 4)), day_of(date(2014, 7, 6))
    assert store.session(holiday) is None
    assert store.index_option_day(sunday) is None
    assert store.future_day(holiday) is None
    assert store.future_day(sunday).bars == 120  # 18:00 to 20:00 New York, which is midnight UTC


def test_the_future_pauses_for_an_hour_and_goes_on_where_it_stopped(store):
    """From 17:00 to 18:00 there are no bars, and the price does not jump."""
    points = store.future_day(day_of(date(2015, 6, 3)))
    gaps = np.diff(points.starts)
    assert sorted(set(gaps.tolist())) == [MINUTE, 61 * MINUTE]
    opens, _, _, close = points.ohlc()
    assert np.array_equal(opens[1:], close[:-1])


def test_vix_goes_straight_from_close_to_close(store):
    """It starts a day at the close before, ends at its own, and never turns."""
    points = store.session(day_of(date(2015, 8, 24)))
    assert (points.vix[0], points.vix[-1]) == (28.03, 40.74)
    assert np.allclose(np.diff(points.vix, 2), 0.0)
