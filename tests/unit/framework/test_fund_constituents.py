"""Universes of what a fund holds."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from engine.common.enums import SecurityType
from engine.common.errors import DataFileError, EngineError
from engine.common.symbol import Symbol
from engine.data.universe_selection.etf_constituent_universe import ConstituentRows
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.data_source.modelled.source import ModelledSource
from engine.launcher import BacktestRequest, run_backtest

DAY = date(2020, 11, 30)
SPY = Symbol.create("SPY", SecurityType.EQUITY, "usa")

ALGORITHM = """
from AlgorithmImports import *


class Funds(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2020, 11, 29)
        self.set_end_date(2020, 12, 2)
        self.universe_settings.resolution = Resolution.DAILY
        self.seen = []
        {add}

    def heaviest(self, constituents):
        best = max(constituents, key=lambda row: row.weight or 0)
        self.seen.append((self.time.day, best.end_time.day, best.symbol.value))
        return [best.symbol]
"""


def test_row_of_a_file_tells_symbol_and_numbers() -> None:
    """Blank cells are None; the data is of the day and known when it is over."""
    text = b"A,A RPTMYV3VC57P,20201127,0.00117008,3313891,\nAAL,AAL VM9RIYHM8ACL,,,,12.5\n"
    first, second = ConstituentRows(text, DAY, "spy.csv").rows
    assert (first.symbol.value, first.weight, first.shares_held, first.market_value) == (
        "A",
        0.00117008,
        3313891,
        None,
    )
    assert first.last_update == datetime(2020, 11, 27)
    assert (first.time, first.end_time) == (datetime(2020, 11, 30), datetime(2020, 12, 1))
    assert (second.last_update, second.weight, second.market_value) == (None, None, 12.5)


@pytest.mark.parametrize(
    "line", ["A,A RPTMYV3VC57P,20201127,0.1", "A,no identifier,20201127,1,1,1", "A,A RPTMYV3VC57P,,x,1,1"]
)
def test_damaged_row_is_named(line: str) -> None:
    """File and line are in the message."""
    with pytest.raises(DataFileError, match=r"spy\.csv, row 2"):
        ConstituentRows(f"AAL,AAL VM9RIYHM8ACL,,,,\n{line}\n".encode(), DAY, "spy.csv")


def test_built_in_data_says_that_it_knows_no_constituents() -> None:
    """An empty universe would be a silent lie."""
    with pytest.raises(EngineError, match="no constituents of SPY"):
        ModelledSource().constituents(SPY, DAY)


@pytest.mark.parametrize(
    "add",
    [
        "self.add_universe(self.universe.etf('SPY', universe_filter_func=self.heaviest))",
        "self.set_universe_selection(ETFConstituentsUniverseSelectionModel('SPY', self.heaviest))",
    ],
)
def test_universe_selects_from_the_day_before(shared: Path, tmp_path: Path, add: str) -> None:
    """The file of a day is chosen from at the following midnight; days without a file choose nothing."""
    file = tmp_path / "funds.py"
    file.write_text(dedent(ALGORITHM).format(add=add), encoding="utf-8")
    source = LeanFolder(shared / "lean-data")
    outcome = run_backtest(BacktestRequest(file, source, tmp_path / "out", storage=tmp_path / "storage"))
    assert outcome.algorithm.seen == [(1, 1, "AAPL"), (2, 2, "AAPL")]
    assert [pair.key.value for pair in outcome.algorithm.active_securities] == ["AAPL"]


def test_a_fund_that_is_delisted_takes_its_constituents_along(shared: Path, tmp_path: Path) -> None:
    """GDVD's last day is January 20, 2021: at the next midnight it goes with all 45 constituents."""
    file = tmp_path / "delisted.py"
    file.write_text(
        dedent("""
        from AlgorithmImports import *

        class Delisted(QCAlgorithm):
            def initialize(self):
                self.set_start_date(2020, 12, 10)
                self.set_end_date(2021, 1, 25)
                self.universe_settings.resolution = Resolution.DAILY
                self.add_equity("GDVD", Resolution.DAILY)
                self.add_universe(self.universe.etf("GDVD", self.universe_settings))
                self.removed = []

            def on_securities_changed(self, changes):
                if changes.removed_securities:
                    self.removed.append((f"{self.time:%m-%d}", len(changes.removed_securities)))
        """),
        encoding="utf-8",
    )
    outcome = run_backtest(
        BacktestRequest(file, LeanFolder(shared / "lean-data"), tmp_path / "out", storage=tmp_path / "store")
    )
    assert outcome.error is None
    assert outcome.algorithm.removed == [("01-21", 46)]
