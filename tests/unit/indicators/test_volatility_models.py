"""Volatility models of securities: what they learn from prices, and what history they ask for."""

from __future__ import annotations

import itertools
import statistics
from datetime import datetime, timedelta
from math import sqrt
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import ArgumentOutOfRangeException, InvalidOperationException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.time import to_datetime
from engine.common.time_zones import TimeZones
from engine.data.market.trade_bar import TradeBar
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.data_source.modelled.source import ModelledSource
from engine.indicators.moving_averages import SimpleMovingAverage
from engine.launcher import BacktestRequest, run_backtest
from engine.securities.volatility.indicator_volatility_model import IndicatorVolatilityModel
from engine.securities.volatility.return_volatility_models import (
    RelativeStandardDeviationVolatilityModel,
    StandardDeviationOfReturnsVolatilityModel,
)
from engine.securities.volatility.volatility_model import VolatilityModel

DAY = timedelta(days=1)
SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
PRICES = [100.0, 102.0, 101.0, 104.0, 103.0, 107.0]


def _feed(model, prices: list[float], span: timedelta = DAY) -> None:
    for number, price in enumerate(prices):
        model.update(None, TradeBar(datetime(2015, 6, 1) + number * span, SPY, price, price, price, price))


def _returns(prices: list[float]) -> list[float]:
    return [b / a - 1 for a, b in itertools.pairwise(prices)]


def test_the_deviation_of_daily_returns_is_scaled_to_a_year() -> None:
    """A sample deviation of the last returns, times the root of 252."""
    model = StandardDeviationOfReturnsVolatilityModel(4)
    _feed(model, PRICES)
    assert model.volatility == pytest.approx(statistics.stdev(_returns(PRICES)[-4:]) * sqrt(252))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_one_return_is_no_volatility(count: int) -> None:
    """Before two returns it is zero."""
    model = StandardDeviationOfReturnsVolatilityModel(4)
    _feed(model, PRICES[:count])
    assert model.volatility == 0


def test_a_price_is_taken_once_in_a_span() -> None:
    """Minutes of one day are one daily price; a frequency of a minute takes all."""
    daily = StandardDeviationOfReturnsVolatilityModel(4)
    often = StandardDeviationOfReturnsVolatilityModel(4, Resolution.MINUTE, timedelta(minutes=1))
    for model in (daily, often):
        _feed(model, PRICES, timedelta(minutes=1))
    assert daily.volatility == 0
    assert often.volatility == pytest.approx(statistics.stdev(_returns(PRICES)[-4:]) * sqrt(252))


def test_prices_of_zero_are_left_out() -> None:
    """No return comes from a price that is none."""
    model = StandardDeviationOfReturnsVolatilityModel(4)
    _feed(model, [100.0, 0.0, 101.0, 103.0])
    assert model.volatility == pytest.approx(statistics.stdev(_returns([100.0, 101.0, 103.0])) * sqrt(252))


def test_the_relative_deviation_is_that_of_prices() -> None:
    """As a part of their mean."""
    model = RelativeStandardDeviationVolatilityModel(DAY, 4)
    _feed(model, PRICES)
    last = PRICES[-4:]
    assert model.volatility == pytest.approx(statistics.stdev(last) / statistics.fmean(last))


@pytest.mark.parametrize(
    "make",
    [
        lambda: StandardDeviationOfReturnsVolatilityModel(1),
        lambda: RelativeStandardDeviationVolatilityModel(DAY, 1),
    ],
)
def test_a_window_of_one_is_refused(make) -> None:
    """Nothing deviates from itself."""
    with pytest.raises(ArgumentOutOfRangeException, match="must be greater than or equal to 2"):
        make()


def test_an_indicator_can_be_the_volatility() -> None:
    """Fed by a function that is given with it, or by somebody else."""
    average = SimpleMovingAverage(2)
    model = IndicatorVolatilityModel(average, lambda s, data, i: i.update(data.end_time, data.price))
    _feed(model, [1.0, 3.0])
    assert model.volatility == 2
    idle = IndicatorVolatilityModel(average)
    _feed(idle, [9.0])
    assert idle.volatility == 2


def test_no_model_knows_no_volatility() -> None:
    """What every security starts with."""
    VolatilityModel.NULL.update(None, None)
    assert VolatilityModel.NULL.volatility == 0
    assert VolatilityModel.NULL.get_history_requirements(None, datetime(2015, 6, 1)) == []


@pytest.fixture(scope="module")
def security() -> SimpleNamespace:
    """Return an equity with minute trades."""
    hours = ModelledSource().market_hours.get_entry(Market.USA, "SPY", SecurityType.EQUITY).exchange_hours
    zone = TimeZones.NEW_YORK
    config = SubscriptionDataConfig(
        TradeBar, SPY, Resolution.MINUTE, zone, zone, True, True, False, False, TickType.TRADE
    )
    return SimpleNamespace(symbol=SPY, subscriptions=[config], exchange=SimpleNamespace(hours=hours))


def test_the_history_it_asks_for_fills_its_window(security) -> None:
    """One bar more than returns, at the model's resolution; asking forgets what it knew."""
    model = StandardDeviationOfReturnsVolatilityModel(5, Resolution.DAILY)
    _feed(model, PRICES)
    (request,) = model.get_history_requirements(security, datetime(2015, 6, 10, 20))
    assert request.configuration.resolution == Resolution.DAILY
    assert to_datetime(request.end) == datetime(2015, 6, 10, 20)
    assert to_datetime(request.start) == datetime(2015, 6, 2, 4)
    assert model.volatility == 0


def test_the_relative_model_asks_for_the_finest_data(security) -> None:
    """Minutes, in extended hours where the subscription has them."""
    (request,) = RelativeStandardDeviationVolatilityModel(DAY, 5).get_history_requirements(
        security, datetime(2015, 6, 10, 15)
    )
    assert request.configuration.resolution == Resolution.MINUTE
    assert request.configuration.extended_market_hours


def test_a_security_without_data_has_no_history(security) -> None:
    """One clear error."""
    nothing = SimpleNamespace(symbol=SPY, subscriptions=[], exchange=security.exchange)
    with pytest.raises(InvalidOperationException, match="no subscription to take history from"):
        StandardDeviationOfReturnsVolatilityModel(5).get_history_requirements(nothing, datetime(2015, 6, 10))


RAW_APPLE = """
from AlgorithmImports import *


class RawApple(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2014, 6, 1)
        self.set_end_date(2014, 6, 13)
        raw = DataNormalizationMode.RAW
        self.apple = self.add_equity("AAPL", Resolution.DAILY, data_normalization_mode=raw)
        self.apple.set_volatility_model(StandardDeviationOfReturnsVolatilityModel(10))
        self.set_warm_up(15)
        self.seen = {}

    def on_data(self, data):
        self.seen[self.time] = (self.apple.price, self.apple.volatility_model.volatility)
"""


def test_a_split_of_a_raw_stock_is_no_volatility(shared: Path, tmp_path: Path) -> None:
    """Apple's price fell to a seventh on 2014-06-09; the model learns its history anew, scaled to that day."""
    file = tmp_path / "raw_apple.py"
    file.write_text(RAW_APPLE)
    source = LeanFolder(shared / "lean-data")
    outcome = run_backtest(BacktestRequest(file, source, tmp_path / "results"))
    seen = outcome.algorithm.seen
    before, after = seen[datetime(2014, 6, 6, 16)], seen[datetime(2014, 6, 9, 16)]
    assert before[0] / after[0] > 6.5
    assert 0.1 < before[1] < 0.2
    assert 0.1 < after[1] < 0.2
