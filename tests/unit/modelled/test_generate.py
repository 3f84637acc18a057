"""The built-in data written as a LEAN data folder, and read back."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.common.symbol import Symbol
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.data_source.modelled.contracts import date_of, day_of
from engine.data_source.modelled.source import ModelledSource
from engine.data_source.writer.generate import DataGenerator
from engine.data_source.writer.recording_source import RecordingSource
from engine.launcher import BacktestRequest, run_backtest

START, END = date(2015, 6, 3), date(2015, 6, 5)
TICK_TYPES = (TickType.TRADE, TickType.QUOTE, TickType.OPEN_INTEREST)
BARS = (Resolution.HOUR, Resolution.DAILY)

ALGORITHM = """
from AlgorithmImports import *


class Everything(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2015, 6, 3)
        self.set_end_date(2015, 6, 5)
        self.set_cash(1_000_000)
        self.spx = self.add_index("SPX").symbol
        self.vix = self.add_index("VIX").symbol
        self.spy = self.add_equity("SPY", data_normalization_mode=DataNormalizationMode.RAW).symbol
        self.es = Symbol.create_future("ES", Market.CME, datetime(2015, 9, 18))
        self.add_future_contract(self.es)
        self.weekly = Symbol.create_canonical_option(self.spx, "SPXW", Market.USA, "?SPXW")
        self.equity = Symbol.create_canonical_option(self.spy, Market.USA, "?SPY")
        self.schedule.on(self.date_rules.every_day(self.spx), self.time_rules.at(10, 0), self.trade)

    def trade(self):
        self.limit_order(self.spy, 10, round(self.securities[self.spy].price - 0.05, 2))
        for canonical, days in ((self.weekly, 10), (self.equity, 60)):
            rows = [row for row in self.option_chain(canonical) if (row.expiry - self.time).days < days]
            row = min(rows, key=lambda row: (abs(row.greeks.delta + 0.3), row.expiry, row.strike))
            add = self.add_index_option_contract if canonical == self.weekly else self.add_option_contract
            contract = add(row.symbol).symbol
            self.market_order(contract, -1)
        for row in self.option_chain(self.es):
            if row.strike == 2000 and row.right == OptionRight.PUT and row.expiry.date() == date(2015, 7, 24):
                self.market_order(self.add_future_option_contract(row.symbol).symbol, 1)
"""


def _assert_same(ours, theirs, what) -> int:
    if ours is None or theirs is None:
        assert ours is None, what
        assert theirs is None, what
        return 0
    mine, read = ours.rows, theirs.rows
    assert ours.first_end() == theirs.first_end(), what
    assert np.array_equal(mine.start, read.start), what
    assert np.array_equal(mine.end, read.end), what
    assert mine.exponent == read.exponent, what
    for name, values in mine.fields.items():
        assert np.array_equal(values, read.fields[name], equal_nan=True), (what, name)
    for name, places in (read.places or {}).items():
        assert ((places == read.exponent) | np.isnan(read.fields[name])).all(), what
    return len(read.end)


@pytest.fixture(scope="module")
def algorithm(tmp_path_factory) -> Path:
    """Return an algorithm that asks for something of every kind."""
    file = tmp_path_factory.mktemp("project") / "everything.py"
    file.write_text(ALGORITHM)
    return file


@pytest.fixture(scope="module")
def recorded(algorithm, tmp_path_factory):
    """Return the source after a run, and the run's outcome."""
    source = RecordingSource(ModelledSource())
    return source, _run(algorithm, source, tmp_path_factory.mktemp("first"))


def _run(file: Path, source, folder: Path):
    outcome = run_backtest(BacktestRequest(file, source, folder / "results", storage=folder / "storage"))
    assert outcome.error is None
    return outcome


@pytest.fixture(scope="module")
def folder(recorded, tmp_path_factory) -> Path:
    """Return the folder written from the run."""
    path = tmp_path_factory.mktemp("data") / "lean"
    DataGenerator(recorded[0], path, START, END).write()
    return path


def test_folder_holds_every_kind_of_data_under_leans_names(folder):
    """One file of each kind that LEAN looks for."""
    for path in (
        "market-hours/market-hours-database.json",
        "symbol-properties/symbol-properties-database.csv",
        "alternative/interest-rate/usa/interest-rate.csv",
        "equity/usa/map_files/spy.csv",
        "equity/usa/factor_files/spy.csv",
        "equity/usa/hour/spy.zip",
        "equity/usa/minute/spy/20150603_trade.zip",
        "index/usa/daily/spx.zip",
        "index/usa/minute/vix/20150603_trade.zip",
        "indexoption/usa/universes/spxw/20150602.csv",
        "indexoption/usa/minute/spxw/20150603_quote_european.zip",
        "option/usa/universes/spy/20150602.csv",
        "option/usa/minute/spy/20150603_quote_american.zip",
        "future/cme/margins/ES.csv",
        "future/cme/minute/es/20150603_quote.zip",
        "futureoption/cme/universes/es/201509/20150602.csv",
        "futureoption/cme/minute/es/201509/20150603_quote_american.zip",
    ):
        assert (folder / path).is_file(), path


def test_columns_read_back_are_the_columns_computed(recorded, folder):
    """Every minute row of every symbol of the run: stamps, prices, sizes, decimals, missing sides."""
    source, read = recorded[0].source, LeanFolder(folder)
    rows = 0
    for symbol, (first, last) in recorded[0].days.items():
        for number in range(day_of(first), day_of(last) + 1):
            day = date_of(number)
            for tick_type in TICK_TYPES:
                question = symbol, Resolution.MINUTE, tick_type, day
                rows += _assert_same(
                    source.bars(*question), read.bars(*question), (symbol.value, tick_type, day)
                )
    assert rows > 20_000


def test_histories_read_back_are_the_histories_computed(recorded, folder):
    """Hour and daily bars of index, VIX and SPY, whole."""
    source, read = recorded[0].source, LeanFolder(folder)
    for ticker, kind in (
        ("SPX", SecurityType.INDEX),
        ("VIX", SecurityType.INDEX),
        ("SPY", SecurityType.EQUITY),
    ):
        symbol = Symbol.create(ticker, kind, "usa")
        for resolution in BARS:
            question = symbol, resolution, TickType.TRADE
            assert _assert_same(source.bar_history(*question), read.bar_history(*question), question) > 1000


def test_histories_of_contracts_survive_the_change_of_year(symbols, source, tmp_path):
    """Daily and hour quotes of an option that lives in two years are a file a year and come back whole."""
    contract = symbols.option("SPXW", date(2016, 1, 15), "P", 2000)
    asked = RecordingSource(source)
    for resolution in BARS:
        asked.bar_history(contract, resolution, TickType.QUOTE)
    folder = tmp_path / "lean"
    DataGenerator(asked, folder, START, START).write()
    read = LeanFolder(folder)
    assert len(list((folder / "indexoption/usa/daily").glob("spxw_*_quote_european.zip"))) == 2
    for resolution in BARS:
        for tick_type in (TickType.QUOTE, TickType.OPEN_INTEREST):
            question = contract, resolution, tick_type
            assert _assert_same(source.bar_history(*question), read.bar_history(*question), question) >= 40


def test_universes_read_back_are_those_computed(recorded, folder):
    """Every cell of every chain of the run, and the underlying's."""
    source, read = recorded[0].source, LeanFolder(folder)
    assert len(recorded[0].universes) >= 9
    for canonical, day in recorded[0].universes:
        ours, theirs = source.universe(canonical, day), read.universe(canonical, day)
        assert len(ours) == len(theirs)
        pairs = zip([ours.underlying, *ours.rows], [theirs.underlying, *theirs.rows], strict=True)
        assert all(a.symbol == b.symbol and a._cells == b._cells for a, b in pairs)


def test_rules_read_back_are_the_built_in_ones(source, folder, symbols):
    """Hours of all symbols on every day, margins, rates, maps and factors."""
    read = LeanFolder(folder)
    es = Symbol.create("ES", SecurityType.FUTURE, "cme")
    option = symbols.option("SPXW", date(2015, 6, 5), "P", 2080)
    for symbol in (symbols.spx, symbols.vix, symbols.spy, es, option):
        key = symbol.id.market, symbol, symbol.security_type
        ours, theirs = source.market_hours.get_entry(*key), read.market_hours.get_entry(*key)
        assert ours.data_time_zone is theirs.data_time_zone
        for day in range(day_of(date(2014, 1, 1)), day_of(date(2019, 1, 1))):
            mine, other = ours.exchange_hours.hours_of_day(day), theirs.exchange_hours.hours_of_day(day)
            assert str(mine) == str(other)
    assert list(source.margin_rows(es)) == list(read.margin_rows(es))
    assert list(source.interest_rates()) == list(read.interest_rates())
    assert list(source.map_file_of(es)) == list(read.map_file_of(es))
    assert list(source.map_file_of(symbols.spy)) == list(read.map_file_of(symbols.spy))


def test_a_backtest_on_the_folder_gives_the_same_orders(recorded, folder, algorithm, tmp_path):
    """Order events, statistics and the order hash agree, and the label goes with the data."""
    read = LeanFolder(folder)
    second = _run(algorithm, read, tmp_path)
    events = [
        json.loads((outcome.output / f"{outcome.name}-order-events.json").read_text())
        for outcome in (recorded[1], second)
    ]
    assert len(events[0]) >= 10
    assert events[0] == events[1]
    assert recorded[1].statistics == second.statistics
    assert read.label == recorded[0].label


def test_the_same_run_writes_the_same_files(recorded, folder, tmp_path):
    """Byte for byte."""
    other = tmp_path / "again"
    DataGenerator(recorded[0], other, START, END).write()
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
    assert all((folder / path).read_bytes() == (other / path).read_bytes() for path in files)


def test_a_folder_with_files_is_refused(recorded, tmp_path):
    """Data of two runs must not mix."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(EngineError, match="not empty"):
        DataGenerator(recorded[0], tmp_path, START, END)


def test_recording_source_passes_everything_on(source, symbols):
    """It answers as the source does, and keeps first and last day of what exists."""
    recording = RecordingSource(source)
    assert recording.label == source.label
    for offset in (2, 0, 1, 3):  # the last one is a Saturday
        recording.bars(symbols.spx, Resolution.MINUTE, TickType.TRADE, START + timedelta(offset))
    recording.bars(symbols.spx, Resolution.MINUTE, TickType.QUOTE, START)
    assert recording.days == {symbols.spx: (START, START + timedelta(2))}
