"""Own data about an equity follow its renames."""

from __future__ import annotations

from pathlib import Path

from engine.data_source.opening import open_data_source
from engine.launcher import BacktestOutcome, BacktestRequest, run_backtest

FILE = """
from AlgorithmImports import *

class Wrapped(PythonData):
    def get_source(self, config, date, is_live):
        equity = Symbol.create(config.mapped_symbol, SecurityType.EQUITY, config.market)
        return TradeBar().get_source(SubscriptionDataConfig(config, Wrapped, equity), date, is_live)

    def reader(self, config, line, date, is_live):
        return TradeBar.parse_equity(config, line, date)

    def requires_mapping(self):
        return MAPPED

    def default_resolution(self):
        return Resolution.MINUTE

class Renamed(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2013, 6, 27)
        self.set_end_date(2013, 7, 2)
        self.own = self.add_data(Wrapped, Symbol.create("FOXA", SecurityType.EQUITY, Market.USA)).symbol
        self.renames, self.points = [], {}

    def on_data(self, slice):
        for event in slice.symbol_changed_events.values():
            self.renames.append((f"{self.time:%m-%d %H:%M}", event.old_symbol, event.new_symbol))
            self.set_holdings(self.own, 1)
        if slice.contains_key(self.own) and not slice.symbol_changed_events:
            day = f"{self.time:%m-%d}"
            self.points[day] = self.points.get(day, 0) + 1
"""


def run(shared: Path, folder: Path, *, mapped: bool) -> BacktestOutcome:
    file = folder / "renamed.py"
    file.write_text(FILE.replace("MAPPED", str(mapped)), encoding="utf-8")
    source = open_data_source(shared / "lean-data")
    return run_backtest(BacktestRequest(file, source, folder / "out", storage=folder / "storage"))


def test_the_class_reads_the_ticker_of_each_date(shared: Path, tmp_path: Path) -> None:
    """NWSA became FOXA on 2013-06-29: its files are read before, then the others (figures: LEAN publishes them)."""
    outcome = run(shared, tmp_path, mapped=True)
    assert outcome.algorithm.renames == [("06-29 00:00", "NWSA", "FOXA")]
    assert {"06-27", "06-28", "07-01", "07-02"} == set(outcome.algorithm.points)
    published = {
        "End Equity": "100183.6",
        "Portfolio Turnover": "14.58%",
        "Sharpe Ratio": "0.516",
        "Beta": "1.58",
    }
    assert {name: outcome.statistics[name] for name in published} == published


def test_data_that_need_no_mapping_keep_their_ticker(shared: Path, tmp_path: Path) -> None:
    """A class that says so reads what is there under the name it was added with, and hears of no rename."""
    outcome = run(shared, tmp_path, mapped=False)
    assert outcome.algorithm.renames == []
    assert "06-27" not in outcome.algorithm.points
