"""History of what is no price (the counts and dates are those of LEAN's own regression algorithms)."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest

ALGORITHM = """
from AlgorithmImports import *


class Past(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2021, 1, 1)
        self.set_end_date(2021, 1, 1)
        aapl = self.add_equity("AAPL", Resolution.DAILY).symbol
        spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
        es = Symbol.create(Futures.Indices.SP_500_E_MINI, SecurityType.FUTURE, Market.CME)
        aaa = Symbol.create("AAA.1", SecurityType.EQUITY, Market.USA)
        spwr = Symbol.create("SPWR", SecurityType.EQUITY, Market.USA)
        years = (datetime(2007, 1, 1), datetime(2012, 1, 1))
        self.both = self.history(Dividend, [aapl, spy], 360, Resolution.DAILY)
        self.by_time = self.history[Dividend]([aapl, spy], 360, Resolution.DAILY)
        self.dividends = self.history[Dividend](aapl, 360)
        self.splits = self.history(Split, aapl, 360)
        self.delistings = self.history(Delisting, aaa, datetime(2007, 5, 15), datetime(2007, 5, 21))
        self.renames = self.history(SymbolChangedEvent, spwr, *years)
        self.rolls = {
            mode: self.history(SymbolChangedEvent, es, *years, data_mapping_mode=mode)
            for mode in (DataMappingMode.OPEN_INTEREST, DataMappingMode.LAST_TRADING_DAY)
        }
        self.set_start_date(2013, 10, 11)
        self.chains = self.history(FutureUniverse, self.add_future("ES").symbol, 3, flatten=True)
        self.set_start_date(2021, 1, 1)
"""


@pytest.fixture(scope="module")
def past(shared: Path, tmp_path_factory: pytest.TempPathFactory):
    """Return the algorithm that asked for everything."""
    folder = tmp_path_factory.mktemp("past")
    file = folder / "past.py"
    file.write_text(ALGORITHM, encoding="utf-8")
    outcome = run_backtest(
        BacktestRequest(file, LeanFolder(shared / "lean-data"), folder / "out", storage=folder / "storage")
    )
    if outcome.error is not None:
        raise outcome.error
    return outcome.algorithm


def test_dividends_of_two_equities(past) -> None:
    """Six each in 360 days, a row per symbol and day; as bars, one dictionary a day."""
    assert len(past.both) == 12
    assert list(past.both.columns) == ["distribution", "referenceprice"]
    assert len(past.by_time) == 12
    assert [round(dividend.distribution, 2) for dividend in past.dividends] == [
        0.77, 0.77, 0.77, 0.82, 0.82, 0.21,
    ]  # fmt: skip


def test_a_split_is_warned_of_and_occurs(past) -> None:
    """Two rows with the factor 0.25."""
    assert list(past.splits.splitfactor) == [0.25, 0.25]
    assert [str(kind) for kind in past.splits.type] == ["WARNING", "SPLIT_OCCURRED"]


def test_a_delisting_is_warned_of_and_happens_the_day_after(past) -> None:
    """A symbol that never was subscribed has a history too."""
    assert [str(kind) for kind in past.delistings.type] == ["WARNING", "DELISTED"]
    assert [f"{time:%m-%d}" for _, time in past.delistings.index] == ["05-18", "05-19"]


def test_renames_and_rolls(past) -> None:
    """SPWR was SPWRA for three years; ES rolls nine times up to 2012 in either mapping."""
    rows = [(f"{time:%Y-%m-%d}", row.oldsymbol, row.newsymbol) for (_, time), row in past.renames.iterrows()]
    assert rows == [("2008-09-30", "SPWR", "SPWRA"), ("2011-11-17", "SPWRA", "SPWR")]
    assert [len(frame) for frame in past.rolls.values()] == [9, 9]


def test_the_last_three_chains_of_a_future(past) -> None:
    """Three periods are three files, whose days are the exchange's."""
    assert [f"{day:%m-%d}" for day in past.chains.index.levels[0]] == ["10-09", "10-10", "10-11"]
    assert len(past.chains) == 15
