"""Damaged copies of real data folders: one that `data generate` wrote, and a slice of LEAN's sample data."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from command_line.main import main
from engine.common.security_identifier import SecurityIdentifier
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest
from engine.securities.market_hours_database import MarketHoursDatabase

WRITER = """
from AlgorithmImports import *


class Asks(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2015, 3, 5)
        self.set_end_date(2015, 3, 10)
        spx = self.add_index("SPX").symbol
        self.add_equity("SPY", data_normalization_mode=DataNormalizationMode.RAW)
        self.future = Symbol.create_future("ES", Market.CME, datetime(2015, 3, 20))
        self.add_future_contract(self.future)
        self.put = Symbol.create_option(
            spx, "SPXW", Market.USA, OptionStyle.EUROPEAN, OptionRight.PUT, 2050, datetime(2015, 3, 13)
        )
        self.add_index_option_contract(self.put)
        style = OptionStyle.AMERICAN, OptionRight.PUT, 2050, datetime(2015, 3, 20)
        self.add_future_option_contract(Symbol.create_option(self.future, Market.CME, *style))
        self.weekly = Symbol.create_canonical_option(spx, "SPXW", Market.USA, "?SPXW")
        self.schedule.on(self.date_rules.every_day(spx), self.time_rules.at(10, 0), self.look)

    def look(self):
        self.option_chain(self.weekly)
        self.option_chain(self.future)
        self.history(self.put, 3, Resolution.DAILY)
"""

WATCHER = """
from AlgorithmImports import *


class Watcher(QCAlgorithm):
    def initialize(self):
        first, last = (datetime.fromisoformat(self.get_parameter(name)) for name in ("first", "last"))
        self.set_start_date(first.year, first.month, first.day)
        self.set_end_date(last.year, last.month, last.day)
        self.set_cash(10_000_000)
        self.set_benchmark(lambda moment: 0)
        resolution = {"minute": Resolution.MINUTE, "hour": Resolution.HOUR, "daily": Resolution.DAILY}[
            self.get_parameter("resolution")
        ]
        raw = DataNormalizationMode.RAW
        adjusted = DataNormalizationMode.ADJUSTED
        lean = self.get_parameter("from_lean", "") == "yes"
        kind, day = self.get_parameter("kind"), datetime
        put, call, american, european = (
            OptionRight.PUT, OptionRight.CALL, OptionStyle.AMERICAN, OptionStyle.EUROPEAN
        )
        spx = Symbol.create("SPX", SecurityType.INDEX, Market.USA)
        es = Symbol.create_future("ES", Market.CME, day(2013, 12, 20) if lean else day(2015, 3, 20))
        if kind == "equity":
            mode = adjusted if self.get_parameter("adjusted", "") else raw
            added = self.add_equity("SPY", resolution, data_normalization_mode=mode)
        elif kind == "index":
            added = self.add_index("SPX", resolution)
        elif kind == "future":
            added = self.add_future_contract(es, resolution)
        elif kind == "continuous":
            added = self.add_future(
                "ES",
                resolution,
                data_mapping_mode=DataMappingMode.OPEN_INTEREST,
                data_normalization_mode=DataNormalizationMode.BACKWARDS_RATIO,
            )
        elif kind == "option" and lean:
            goog = self.add_equity("GOOG", resolution, data_normalization_mode=raw).symbol
            option = Symbol.create_option(goog, Market.USA, american, call, 750, day(2015, 12, 31))
            added = self.add_option_contract(option, resolution)
        elif kind == "option":
            option = Symbol.create_option(spx, "SPXW", Market.USA, european, put, 2050, day(2015, 3, 13))
            added = self.add_index_option_contract(option, resolution)
        elif kind == "future_option":
            option = Symbol.create_option(es, Market.CME, american, put, 2050, day(2015, 3, 20))
            added = self.add_future_option_contract(option, resolution)
        elif kind == "chain":
            added = self.add_index("SPX", resolution)
            self.weekly = Symbol.create_canonical_option(spx, "SPXW", Market.USA, "?SPXW")
            self.every = self.date_rules.every_day("SPX")
            self.schedule.on(self.every, self.time_rules.at(10, 0), lambda: self.look(self.weekly))
        elif kind == "future_chain":
            added = self.add_future_contract(es, resolution)
            self.every = self.date_rules.every_day(es)
            self.schedule.on(self.every, self.time_rules.at(10, 0), lambda: self.look(es))
        elif kind == "filter":
            added = self.add_index_option("SPX", "SPXW", resolution)
            added.set_filter(lambda universe: universe.strikes(-2, 2).expiration(0, 8))
        self.watched = added.symbol
        if self.get_parameter("order_at_ten", ""):
            self.add_index("SPX")  # makes the time pass
            order = lambda: self.market_order(self.watched, 1)
            self.schedule.on(self.date_rules.every_day(), self.time_rules.at(10, 0), order)
        self.seen = []
        self.rate = 0
        if self.get_parameter("rate", ""):
            self.rate = self.risk_free_interest_rate_model.get_interest_rate(first)

    def look(self, canonical):
        rows = list(self.option_chain(canonical))
        self.seen.append((str(self.utc_time), len(rows), sum(row.greeks.delta for row in rows)))

    def on_data(self, data):
        if self.get_parameter("trade", "") and not self.portfolio.invested and self.time.hour >= 10:
            self.market_order(self.watched, 1)
        if self.get_parameter("kind") == "filter":
            chain = data.option_chains.get(self.watched)
            self.seen.append((str(self.utc_time), len(list(chain)) if chain else 0))
        elif "chain" not in self.get_parameter("kind"):
            trade, quote = data.bars.get(self.watched), data.quote_bars.get(self.watched)
            security = self.securities[self.watched]
            self.seen.append(
                {
                    "time": str(self.utc_time),
                    "trade": trade and (trade.open, trade.high, trade.low, trade.close, trade.volume),
                    "trade_filled": trade and trade.is_fill_forward,
                    "quote": quote and (security.bid_price, security.ask_price),
                    "quote_filled": quote and quote.is_fill_forward,
                    "price": security.price,
                }
            )
"""


class Case(NamedTuple):
    """One file of a folder, and the run that reads it."""

    kind: str
    path: str
    first: str
    last: str
    resolution: str = "minute"
    entry: str = ""
    """Part of the name of the entry that is damaged; all entries without it."""


class Sandbox:
    """A folder in which files may be damaged; `mend` makes them whole again."""

    def __init__(self, folder: Path, watcher: Path) -> None:
        self.folder = folder
        self.results = folder.parent / "results"
        self._watcher = watcher
        self._whole: dict[Path, bytes] = {}
        source = LeanFolder(folder)
        self._databases = source.market_hours, source.symbol_properties

    def rewrite(self, path: str, change: Callable[[bytes], bytes | None]) -> Path:
        """Replace the content of a file; None deletes it."""
        target = self.folder / path
        whole = target.read_bytes()
        self._whole.setdefault(target, whole)
        content = change(whole)
        target.unlink()  # it may be a link
        if content is not None:
            target.write_bytes(content)
        return target

    def rewrite_entries(
        self, path: str, change: Callable[[list[str]], list[str]], part: str = "", newline: str = "\n"
    ) -> Path:
        """Replace the rows of the entries of a zip file whose names contain a part; the others go."""

        def changed(content: bytes) -> bytes:
            made = BytesIO()
            with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
                for name in old.namelist():
                    if part in name:
                        rows = change(old.read(name).decode().splitlines())
                        new.writestr(name, "".join(row + newline for row in rows))
            return made.getvalue()

        return self.rewrite(path, changed)

    def mend(self) -> None:
        """Restore every file."""
        for path, content in self._whole.items():
            path.write_bytes(content)
        self._whole.clear()

    def run(self, case: Case, whole_databases: bool = True, **parameters: str):
        """Return the algorithm after a backtest on the folder."""
        source = LeanFolder(self.folder)
        if whole_databases:
            source.market_hours, source.symbol_properties = self._databases
        values = dict(zip(case._fields, case, strict=True)) | parameters
        request = BacktestRequest(
            self._watcher, source, self.results, parameters=values, storage=self.folder.parent / "storage"
        )
        outcome = run_backtest(request)
        assert outcome.error is None, outcome.error
        return outcome.algorithm

    def command(self, case: Case, **parameters: str) -> int:
        """Return the exit code of `options-machines backtest` on the folder."""
        values = dict(zip(case._fields, case, strict=True)) | parameters
        words = ["backtest", str(self._watcher), "--data-folder", str(self.folder)]
        words += ["--output", str(self.results), "--storage", str(self.folder.parent / "storage")]
        for name, value in values.items():
            words += ["--parameter", name, value]
        return main(words)


@pytest.fixture(autouse=True)
def _databases() -> Iterator[None]:
    before = MarketHoursDatabase.current, SecurityIdentifier.first_ticker
    yield
    MarketHoursDatabase.current, SecurityIdentifier.first_ticker = before


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Path:
    """Return a folder with both algorithms."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "writer.py").write_text(WRITER)
    (folder / "watcher.py").write_text(WATCHER)
    return folder


@pytest.fixture(scope="session")
def generated(project, tmp_path_factory) -> Path:
    """Return a folder that `data generate` wrote: 2015-03-05 to 2015-03-10, the clock changes on the 8th."""
    folder = tmp_path_factory.mktemp("generated") / "lean"
    assert main(["data", "generate", "--file", str(project / "writer.py"), "--output", str(folder)]) == 0
    return folder


SAMPLES = (
    "alternative/interest-rate/usa/interest-rate.csv",
    "equity/usa/daily/spy.zip",
    "equity/usa/factor_files/spy.csv",
    "equity/usa/map_files/goog.csv",
    "equity/usa/map_files/gooav.csv",
    "equity/usa/map_files/spy.csv",
    "equity/usa/minute/goog/20151224_quote.zip",
    "equity/usa/minute/goog/20151224_trade.zip",
    "equity/usa/minute/spy/20131007_quote.zip",
    "equity/usa/minute/spy/20131007_trade.zip",
    "future/cme/margins/ES.csv",
    "future/cme/minute/es/20131007_quote.zip",
    "future/cme/minute/es/20131007_trade.zip",
    "index/usa/minute/spx/20210104_trade.zip",
    "market-hours/market-hours-database.json",
    "option/usa/minute/goog/20151224_quote_american.zip",
    "option/usa/minute/goog/20151224_trade_american.zip",
    "symbol-properties/symbol-properties-database.csv",
)


@pytest.fixture(scope="session")
def _generated_sandbox(generated, project) -> Sandbox:
    return Sandbox(generated, project / "watcher.py")


@pytest.fixture(scope="session")
def _lean_sandbox(shared, project, tmp_path_factory) -> Sandbox:
    folder = tmp_path_factory.mktemp("lean") / "data"
    for name in SAMPLES:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.symlink((shared / "lean-data" / name).resolve(), target)
    return Sandbox(folder, project / "watcher.py")


@pytest.fixture
def sandbox(_generated_sandbox) -> Iterator[Sandbox]:
    """Return the generated folder, whole again after the test."""
    yield _generated_sandbox
    _generated_sandbox.mend()


@pytest.fixture
def lean_sandbox(_lean_sandbox) -> Iterator[Sandbox]:
    """Return a slice of LEAN's sample data, whole again after the test."""
    yield _lean_sandbox
    _lean_sandbox.mend()
