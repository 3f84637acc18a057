"""Level, term structure and smile of the modelled options."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data_source.modelled.index_history import load_index_history
from engine.data_source.modelled.volatility import (
    SESSION_SHARE,
    deviation_until,
    smile_factor,
    smile_shape,
    vix_average,
    vix_ratio,
)

TABLE = {  # trading days: A, F, G
    1: (0.88, 0.80, 0.18),
    2: (0.86, 0.75, 0.16),
    5: (0.865, 0.65, 0.13),
    10: (0.86, 0.45, 0.08),
    21: (0.865, 0.20, 0.0),
    42: (0.87, -0.05, -0.03),
    63: (0.885, -0.20, -0.06),
    126: (0.92, -0.38, -0.15),
    252: (0.965, -0.55, -0.30),
    504: (1.03, -0.70, -0.50),
}


def _ratio(td: float, vix: float, average: float) -> float:
    return float(vix_ratio(np.array([td]), np.array([vix]), np.array([np.log(average)]))[0])


@pytest.mark.parametrize("td", TABLE)
def test_level_at_a_calm_vix_is_the_measured_one(td):
    """At VIX 16 and an average of 16 the ratio is column A of the table."""
    assert _ratio(td, 16, 16) == pytest.approx(TABLE[td][0])


@pytest.mark.parametrize("td", TABLE)
@pytest.mark.parametrize(("vix", "average"), [(13.0, 15.0), (12.0, 18.0), (20.0, 20.0), (17.0, 15.0)])
def test_ratio_follows_the_formula_where_no_limit_binds(td, vix, average):
    """A times the powers of VIX over its average and its average over 16, limited when VIX is high."""
    level, fear, regime = TABLE[td]
    stress = np.clip(np.log(vix / average), -0.35, 0.8)
    expected = level * np.exp(fear * stress + regime * np.log(average / 16))
    if vix > average:
        calm = level * np.exp(regime * np.log(average / 16))
        cap = np.interp(np.log(td), np.log([2, 21]), [1.45, 0.88])
        expected = min(expected, max(cap, calm))
    assert _ratio(td, vix, average) == pytest.approx(float(np.clip(expected, 0.45, 1.45)))


@pytest.mark.parametrize("td", [21, 42])
def test_a_shock_does_not_lift_a_months_volatility_above_its_share_of_vix(td):
    """At VIX 40 options of one and two months stay at 0.88 of it; measured shocks had them below that."""
    assert _ratio(td, 40.7, 16) <= 0.88


def test_total_variance_grows_with_time_on_every_day_of_the_data():
    """No calendar spread at the money is free, from one day to two years, on all 1,257 sessions."""
    vix = load_index_history().vix
    vix = vix[np.isfinite(vix)]
    averages = vix_average(vix)
    td = np.concatenate((np.arange(1, 30, 0.25), np.arange(30, 560)))
    for value, average in zip(vix.tolist(), averages.tolist(), strict=True):
        ratio = vix_ratio(td, np.full_like(td, value), np.full_like(td, average))
        assert (np.diff(ratio * ratio * td) > 0).all()


def test_average_of_vix_is_late_by_a_day():
    """What is known at a session's start does not contain its close; half the weight is 63 sessions old."""
    closes = np.concatenate((np.full(100, 10.0), np.full(64, 20.0)))
    averages = np.exp(vix_average(closes))
    assert averages[100] == pytest.approx(10.0)
    assert averages[101] > 10.0
    assert np.log(averages[163] / 10) == pytest.approx(np.log(2) / 2, rel=1e-9)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1])
def test_same_day_options_have_065_of_a_days_vix(share):
    """The deviation to the close is 0.65 VIX / sqrt(252) times the root of what is left of the session."""
    left = np.array([SESSION_SHARE * share])
    found = deviation_until(np.array([0]), left, np.array([16.0]), np.log([16.0]), False)
    assert found[0] == pytest.approx(0.65 * 0.16 / np.sqrt(252) * np.sqrt(share))


def test_night_before_expiry_joins_the_two_formulas():
    """A day's variance at the close before becomes that of the session by the open, without a jump."""
    remaining = np.linspace(1.0, SESSION_SHARE, 100)
    ones = np.ones(100)
    found = deviation_until(0 * ones, remaining, 16 * ones, np.log(16) * ones, False)
    assert found[0] == pytest.approx(0.88 * 0.16 / np.sqrt(252))
    assert found[-1] == pytest.approx(0.65 * 0.16 / np.sqrt(252))
    assert (np.diff(found) < 0).all()


def test_options_that_settle_at_the_open_lack_their_last_session():
    """At the close before they carry the night only."""
    one = np.array([1.0])
    found = deviation_until(one, 0 * one, 16 * one, np.log(16) * one, True)
    assert found[0] == pytest.approx(0.88 * 0.16 / np.sqrt(252) * np.sqrt(1 - SESSION_SHARE))


@pytest.mark.parametrize("vix", [9.0, 13.0, 16.0, 25.0, 40.0])
@pytest.mark.parametrize("days", [1, 7, 30, 112, 365, 900])
def test_smile_admits_no_free_butterfly(vix, days):
    """Gatheral and Jacquier's condition nu^2 (1 + |rho|) <= 4 holds, and rho stays inside -0.9 to -0.05."""
    rho, nu = smile_shape(np.array([days / 365]), np.array([vix]))
    assert -0.9 <= rho[0] <= -0.05
    assert nu[0] ** 2 * (1 + abs(rho[0])) <= 4


@pytest.mark.parametrize(
    ("days", "z", "measured"),
    # 25-delta put, 25-delta call, 10-delta put over at-the-money, medians of SPX 2019 (VIX about 15)
    [(30, -0.82, 1.21), (30, 0.57, 0.85), (30, -1.91, 1.49), (112, -0.85, 1.26), (365, -0.85, 1.26)],
)
def test_skew_is_near_the_measured_one(days, z, measured):
    """Normalised volatilities of the wings agree within 0.08 with what was measured."""
    rho, nu = smile_shape(np.array([days / 365]), np.array([15.2]))
    assert smile_factor(np.array([z]), rho, nu)[0] == pytest.approx(measured, abs=0.08)


def test_smile_is_one_at_the_forward():
    """At the money the smile changes nothing."""
    rho, nu = smile_shape(np.array([0.1]), np.array([16.0]))
    assert smile_factor(np.array([0.0]), rho, nu)[0] == pytest.approx(1.0)
