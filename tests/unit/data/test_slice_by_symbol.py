"""What `slice[symbol]` is (LEAN: Common/Data/Slice.cs, CreateDynamicDataDictionary)."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest

ALGORITHM = """
from AlgorithmImports import *


class Slices(QCAlgorithm):
    def initialize(self):
        self.set_start_date({start})
        self.set_end_date({end})
        self.seen = []
        {lines}
        self.spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)

    def on_data(self, data):
        {look}
"""


@pytest.fixture
def seen(shared: Path, tmp_path: Path):
    """Return a function that runs an algorithm and returns what it saw."""

    def start(first: str, last: str, lines: str, look: str) -> list:
        file = tmp_path / "slices.py"
        file.write_text(ALGORITHM.format(start=first, end=last, lines=lines, look=look), encoding="utf-8")
        request = BacktestRequest(
            file, LeanFolder(shared / "lean-data"), tmp_path / "out", storage=tmp_path / "store"
        )
        outcome = run_backtest(request)
        if outcome.error is not None:
            raise outcome.error
        return outcome.algorithm.seen

    return start


def test_a_symbol_with_nothing_but_a_dividend_is_there_without_a_value(seen) -> None:
    """On the ex-date a slice comes at midnight: the key is known, its value is None, the bar comes at the close."""
    rows = seen(
        "2013, 12, 18",
        "2013, 12, 20",
        'self.add_equity("SPY", Resolution.DAILY)',
        "bar = data[self.spy]\n"
        "        self.seen.append((self.time.day, self.time.hour, len(data.dividends), data.contains_key(self.spy),\n"
        "            data.count, data.get(self.spy) is None, bar is None))",
    )
    assert rows[-2:] == [(20, 0, 1, True, 1, True, True), (20, 16, 0, True, 1, False, False)]


def test_of_an_option_it_is_the_quote(seen) -> None:
    """Quotes come after trades, and the kind that comes last is what the symbol stands for."""
    rows = seen(
        "2015, 12, 24",
        "2015, 12, 24",
        'self.option = self.add_option_contract(Symbol.create_option("GOOG", Market.USA, OptionStyle.AMERICAN, '
        "OptionRight.CALL, 750, datetime(2015, 12, 24))).symbol",
        "if data.bars.contains_key(self.option) and data.quote_bars.contains_key(self.option):\n"
        "            self.seen.append(type(data[self.option]).__name__)",
    )
    assert set(rows) == {"QuoteBar"}


def test_of_an_equity_it_is_the_trade_bar_and_never_a_quote(seen) -> None:
    """A minute with quotes alone leaves the equity out."""
    rows = seen(
        "2013, 10, 7",
        "2013, 10, 7",
        'self.add_equity("SPY", Resolution.MINUTE, fill_forward=False, extended_market_hours=True)',
        "if len(data.quote_bars):\n"
        "            there = data.bars.contains_key(self.spy)\n"
        "            self.seen.append((there, data.contains_key(self.spy), self.spy in data.keys(),\n"
        "                type(data.get(self.spy)).__name__))",
    )
    assert set(rows) <= {(True, True, True, "TradeBar"), (False, False, False, "NoneType")}
    assert (True, True, True, "TradeBar") in rows
