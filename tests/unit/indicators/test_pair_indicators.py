"""Indicators of two symbols: paired by time, computed from returns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from engine.common.enums import CorrelationType, SecurityType
from engine.common.errors import ArgumentException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.market.trade_bar import TradeBar
from engine.data_source.modelled.source import ModelledSource
from engine.indicators.pair_indicators import Beta, Correlation, Covariance
from engine.securities.market_hours_database import MarketHoursDatabase

PERIOD = 20
SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
AAPL = Symbol.create("AAPL", SecurityType.EQUITY, Market.USA)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True, scope="module")
def _hours() -> Iterator[None]:
    before = MarketHoursDatabase.current
    MarketHoursDatabase.current = ModelledSource().market_hours
    yield
    MarketHoursDatabase.current = before


@pytest.fixture
def prices() -> np.ndarray:
    """Return closes of two symbols that move partly together."""
    rng = np.random.default_rng(3)
    common, own = rng.normal(0, 0.01, 60), rng.normal(0, 0.01, 60)
    return np.round(np.vstack([100 * np.cumprod(1 + 0.8 * common + own), 200 * np.cumprod(1 + common)]), 2)


def _bar(symbol: Symbol, day: int, close: float) -> TradeBar:
    return TradeBar(datetime(2015, 6, 1) + day * DAY, symbol, close, close, close, close, 1, DAY)


def _fed(indicator, prices: np.ndarray):
    for day, (target, reference) in enumerate(prices.T):
        indicator.update(_bar(AAPL, day, float(target)))
        indicator.update(_bar(SPY, day, float(reference)))
    return indicator


def _returns(prices: np.ndarray) -> np.ndarray:
    return (prices[:, 1:] / prices[:, :-1] - 1)[:, -PERIOD:]


def test_beta_is_covariance_over_the_reference_s_variance(prices: np.ndarray) -> None:
    """Of the returns of the last days."""
    covariance = np.cov(_returns(prices))
    beta = _fed(Beta(AAPL, SPY, PERIOD), prices)
    assert beta.current.value == pytest.approx(covariance[0, 1] / covariance[1, 1], rel=1e-9)
    assert (beta.name, beta.is_ready) == (f"B({PERIOD})", True)


def test_covariance_is_that_of_the_returns(prices: np.ndarray) -> None:
    """A sample covariance."""
    covariance = _fed(Covariance(AAPL, SPY, PERIOD), prices)
    assert covariance.current.value == pytest.approx(np.cov(_returns(prices))[0, 1], rel=1e-9)


@pytest.mark.parametrize("kind", list(CorrelationType))
def test_correlation_is_that_of_the_prices(prices: np.ndarray, kind: CorrelationType) -> None:
    """Of the values, or of their ranks."""
    window = prices[:, -PERIOD:]
    if kind == CorrelationType.SPEARMAN:
        window = pd.DataFrame(window.T).rank().to_numpy().T
    correlation = _fed(Correlation("C", AAPL, SPY, PERIOD, kind), prices)
    assert correlation.current.value == pytest.approx(np.corrcoef(window)[0, 1], rel=1e-9)


def test_nothing_is_computed_before_both_have_the_same_time(prices: np.ndarray) -> None:
    """A day on which one of them has no bar is left out."""
    lone, paired = Beta(AAPL, SPY, PERIOD), Beta(AAPL, SPY, PERIOD)
    for day, (target, reference) in enumerate(prices.T):
        lone.update(_bar(AAPL, day, float(target)))
        paired.update(_bar(AAPL, day, float(target)))
        paired.update(_bar(SPY, day, float(reference)))
    assert (lone.current.value, lone.is_ready) == (0, False)
    before = paired.value_decimal
    paired.update(_bar(AAPL, 99, 500.0))
    assert paired.value_decimal == before


def test_it_is_ready_after_its_warm_up_period(prices: np.ndarray) -> None:
    """One price more than returns."""
    beta = Beta(AAPL, SPY, PERIOD)
    assert beta.warm_up_period == PERIOD + 1
    assert _fed(beta, prices[:, : PERIOD + 1]).is_ready
    assert not _fed(Beta(AAPL, SPY, PERIOD), prices[:, :PERIOD]).is_ready


def test_other_symbols_are_refused() -> None:
    """The symbol and those it works on are named."""
    other = Symbol.create("IBM", SecurityType.EQUITY, Market.USA)
    with pytest.raises(
        ArgumentException, match="does not correspond to any of the symbols this indicator works"
    ):
        Beta(AAPL, SPY, PERIOD).update(_bar(other, 0, 1))


def test_one_return_has_no_covariance() -> None:
    """The period must be two at least."""
    with pytest.raises(ArgumentException, match="must be greater than 2 but was 1"):
        Beta(AAPL, SPY, 1)


def test_a_reset_starts_anew(prices: np.ndarray) -> None:
    """The same inputs give the same value."""
    beta = _fed(Beta(AAPL, SPY, PERIOD), prices)
    value = beta.value_decimal
    beta.reset()
    assert (beta.is_ready, beta.samples) == (False, 0)
    assert _fed(beta, prices).value_decimal == value
