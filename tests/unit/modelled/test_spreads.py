"""Bid and ask around a modelled price."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data_source.modelled.spreads import TickRule, quote, spread_model

OTM = -0.05


def _quote(mid, days=30.0, rule=TickRule.INDEX_OPTION, itm=OTM, multiplier=1.0):
    mids = np.atleast_1d(np.asarray(mid, dtype=float))
    return quote(mids, np.full_like(mids, itm), spread_model(rule, days, multiplier))


@pytest.mark.parametrize(("days", "mid"), [(5, 4.0), (30, 20.0), (45, 8.0), (112, 26.5), (365, 51.5)])
def test_spx_spread_is_the_measured_formula(days, mid):
    """.074 + .0588 mid^.54 (1 + .625 d) + .214 d points, d years beyond 80 days, rounded to the tick."""
    bid, ask = _quote(mid, days)
    d = max(days - 80, 0) / 365
    expected = 0.074 + 0.0588 * mid**0.54 * (1 + 0.625 * d) + 0.214 * d
    assert (ask - bid)[0] / 100 == pytest.approx(expected, abs=0.0501)


@pytest.mark.parametrize(("days", "mid"), [(7, 1.2), (30, 3.0), (112, 5.0), (400, 12.0)])
def test_spy_spread_is_the_measured_formula(days, mid):
    """max(.01, .0091 + .0036 mid^.65 (1 + 5.66 DTE / 365)), in whole cents."""
    bid, ask = _quote(mid, days, TickRule.EQUITY_OPTION)
    expected = 0.0091 + 0.0036 * mid**0.65 * (1 + 5.66 * days / 365)
    assert (ask - bid)[0] / 100 == pytest.approx(max(expected, 0.01), abs=0.0051)


def test_spy_leaps_beyond_450_days_are_at_least_four_percent_wide():
    """Measured: 4 to 10% of the price."""
    bid, ask = _quote(10.0, 600, TickRule.EQUITY_OPTION)
    assert (ask - bid)[0] >= 40


@pytest.mark.parametrize(
    ("days", "itm", "mid", "real"),
    [
        (55, 0.045, 145, 1.9),
        (55, 0.125, 370, 2.6),
        (350, 0.125, 420, 3.4),
        (350, 0.2, 620, 3.9),
        (700, 0.125, 480, 7.5),
    ],
)
def test_options_in_the_money_are_as_wide_as_measured(days, itm, mid, real):
    """Spreads of SPX options in the money are within a third of the medians of 2019."""
    bid, ask = _quote(mid, days, itm=itm)
    assert (ask - bid)[0] / 100 == pytest.approx(real, rel=0.34)


@pytest.mark.parametrize(("rule", "fine", "coarse", "boundary"), [(rule, *rule.value) for rule in TickRule])
def test_quotes_lie_on_ticks_and_never_cross(rule, fine, coarse, boundary):
    """Over all prices from 0 to 60: both sides on the steps, the ask a tick or more above the bid."""
    mids = np.arange(0, 60, 0.01)
    bid, ask = _quote(mids, rule=rule)
    for side in (bid, ask):
        step = np.where(side <= boundary, fine, coarse)
        assert (side % step == 0).all()
    assert (ask - bid >= fine).all()
    assert (ask > 0).all()


@pytest.mark.parametrize("rule", list(TickRule))
def test_a_dearer_option_is_never_quoted_lower_by_more_than_a_tick(rule):
    """Bid and ask rise with the price, but for the rounding of the spread."""
    bid, ask = _quote(np.arange(0, 60, 0.01), rule=rule)
    assert np.diff(bid).min() >= -rule.value[1]
    assert np.diff(ask).min() >= -rule.value[1]


def test_nearly_worthless_options_have_no_bid_and_an_ask_of_one_tick():
    """Below 0.05 nobody bids for an SPX option, and it is offered at 0.05."""
    bid, ask = _quote([0.0, 0.01, 0.049])
    assert bid.tolist() == [0, 0, 0]
    assert ask.tolist() == [5, 5, 5]


def test_multiplier_scales_the_spread():
    """Doubled spreads are twice as wide, and a multiplier of 0 leaves one tick."""
    single, double, none = (_quote(50.0, multiplier=m) for m in (1.0, 2.0, 0.0))
    assert (double[1] - double[0])[0] == pytest.approx(2 * (single[1] - single[0])[0], abs=10)
    assert (none[1] - none[0])[0] == 10
