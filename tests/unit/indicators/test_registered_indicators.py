"""Indicators inside an algorithm: fed before it hears of a bar, warmed up, kept in step with its data."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from engine.data_source.modelled.source import ModelledSource
from engine.launcher import BacktestRequest, run_backtest

HEADER = """
from AlgorithmImports import *


class Registered(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2014, 1, 6)
        self.set_end_date(2014, 1, 7)
        self.spy = self.add_equity("SPY", Resolution.MINUTE).symbol
"""


@pytest.fixture(scope="module")
def source() -> ModelledSource:
    return ModelledSource()


@pytest.fixture
def run(source: ModelledSource, tmp_path: Path):
    """Return a function that runs an algorithm with more in `initialize`, and methods, to its end."""

    def start(initialize: str, methods: str = ""):
        file = tmp_path / "registered.py"
        file.write_text(HEADER + indent(initialize.strip("\n"), " " * 8) + "\n\n" + indent(methods, " " * 4))
        outcome = run_backtest(BacktestRequest(file, source, tmp_path / "out", storage=tmp_path / "store"))
        assert outcome.error is None
        return outcome.algorithm

    return start


def test_a_handler_sees_the_indicator_of_its_own_bar(run) -> None:
    """Also when it was added before the indicator was registered."""
    algorithm = run(
        """
self.seen = []
self.last = Identity("last")
five = TradeBarConsolidator(timedelta(minutes=5))
five.data_consolidated += lambda sender, bar: self.seen.append((bar.close, self.last.current.value))
self.register_indicator(self.spy, self.last, five)
"""
    )
    assert len(algorithm.seen) == 2 * 78
    assert all(close == value for close, value in algorithm.seen)


def test_shortcuts_follow_the_data(run) -> None:
    """An average of ten minutes agrees with the closes of the last ten bars of on_data."""
    algorithm = run(
        """
self.average = self.sma(self.spy, 10)
self.closes = []
self.differences = []
""",
        """
def on_data(self, data):
    self.closes.append(data.bars[self.spy].close)
    if self.average.is_ready:
        self.differences.append(abs(self.average.current.value - sum(self.closes[-10:]) / 10))
""",
    )
    assert len(algorithm.differences) == 2 * 390 - 9
    assert max(algorithm.differences) < 1e-9


def test_an_indicator_can_be_warmed_up_at_once(run) -> None:
    """With the setting on it is ready when it is made, and of the days before the start."""
    algorithm = run(
        """
self.settings.automatic_indicator_warm_up = True
self.daily = self.rsi(self.spy, 14, MovingAverageType.WILDERS, Resolution.DAILY)
self.ready = (self.daily.is_ready, self.daily.current.end_time.date())
"""
    )
    assert algorithm.ready[0]
    assert str(algorithm.ready[1]) == "2014-01-03"


def test_an_unregistered_indicator_stays_as_it_was(run) -> None:
    """It is fed no more; the bar that ends at ten comes after the event of ten."""
    algorithm = run(
        """
self.average = self.sma(self.spy, 10)
self.schedule.on(self.date_rules.today, self.time_rules.at(10, 0), self.stop)
""",
        """
def stop(self):
    self.samples = self.average.samples
    self.unregister_indicator(self.average)
""",
    )
    assert algorithm.samples == algorithm.average.samples == 29


def test_fields_choose_what_an_indicator_takes(run) -> None:
    """The highest high of the second day."""
    algorithm = run(
        """
self.highest = self.max(self.spy, 390, Resolution.MINUTE, Field.HIGH)
self.lowest = self.min(self.spy, 390, Resolution.MINUTE, Field.LOW)
self.highs, self.lows = [], []
""",
        """
def on_data(self, data):
    self.highs.append(data.bars[self.spy].high)
    self.lows.append(data.bars[self.spy].low)
""",
    )
    assert algorithm.highest.current.value == max(algorithm.highs[-390:])
    assert algorithm.lowest.current.value == min(algorithm.lows[-390:])
