"""The days on which New York changes its clocks, through whole backtests on written files.

The index, SPY and options keep New York's or Chicago's time in their files, the future UTC. Every row has to come
out at its own moment, whatever the offset is that day, and a day with a change is one day long.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.data_source.modelled.source import ModelledSource
from engine.data_source.writer.folder_writer import FolderWriter
from engine.launcher import BacktestRequest, run_backtest

ALGORITHM = """
from AlgorithmImports import *


class Clock(QCAlgorithm):
    def initialize(self):
        first, last = (datetime.fromisoformat(self.get_parameter(name)) for name in ("first", "last"))
        self.set_start_date(first.year, first.month, first.day)
        self.set_end_date(last.year, last.month, last.day)
        self.set_benchmark(lambda moment: 0)
        resolution = {"minute": Resolution.MINUTE, "hour": Resolution.HOUR, "daily": Resolution.DAILY}[
            self.get_parameter("resolution")
        ]
        if self.get_parameter("kind") == "future":
            month, day = map(int, self.get_parameter("expiry").split("-"))
            future = Symbol.create_future("ES", Market.CME, datetime(2015, month, day))
            added = self.add_future_contract(future, resolution, extended_market_hours=True)
        elif self.get_parameter("kind") == "index":
            added = self.add_index("SPX", resolution)
        else:
            added = self.add_equity("SPY", resolution, data_normalization_mode=DataNormalizationMode.RAW)
        self.watched, self.bars, self.past = added.symbol, [], []

    def on_data(self, data):
        bar = data.bars.get(self.watched)
        if bar:
            self.bars.append((self.utc_time.replace(tzinfo=None), bar.time, bar.end_time, bar.close, bar.is_fill_forward))

    def on_end_of_algorithm(self):
        for days in (1, 4):
            bars = self.history[TradeBar](self.watched, timedelta(days=days), Resolution.MINUTE)
            self.past.append([(bar.end_time, bar.close) for bar in bars])
"""

CHANGES = {"March": (date(2015, 3, 8), "3-20"), "November": (date(2015, 11, 1), "12-18")}
OFFSETS = {"March": (5, 4), "November": (4, 5)}
"""Hours that New York is behind UTC before and after."""


@pytest.fixture(scope="module")
def source() -> ModelledSource:
    """Return the built-in source."""
    return ModelledSource()


@pytest.fixture(scope="module")
def folder(generated, source, tmp_path_factory) -> Path:
    """Return a folder with the days around both changes, written as `data generate` writes them."""
    target = tmp_path_factory.mktemp("clock") / "data"
    shared = (
        "market-hours",
        "symbol-properties",
        "equity/usa/daily",
        "equity/usa/hour",
        "equity/usa/map_files",
    )
    for name in (
        *shared,
        "equity/usa/factor_files",
        "index/usa/daily",
        "index/usa/hour",
        "future/cme/margins",
    ):
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.symlink_to(generated / name)
    writer = FolderWriter(target, source.market_hours)
    for sunday, expiry in CHANGES.values():
        month, day = map(int, expiry.split("-"))
        future = Symbol.create_future("ES", Market.CME, datetime(2015, month, day))
        for symbol in (_symbol("equity"), _symbol("index"), future):
            for offset in range(-2, 4):
                for tick_type in (TickType.TRADE, TickType.QUOTE):
                    moment = sunday + timedelta(offset)
                    columns = source.bars(symbol, Resolution.MINUTE, tick_type, moment)
                    if columns is not None:
                        writer.add_day(symbol, tick_type, moment, columns.rows)
    writer.flush()
    return target


def _symbol(kind: str) -> Symbol:
    security_type = SecurityType.INDEX if kind == "index" else SecurityType.EQUITY
    return Symbol.create("SPX" if kind == "index" else "SPY", security_type, Market.USA)


def _run(folder: Path, tmp_path: Path, kind: str, resolution: str, change: str):
    file = tmp_path / "clock.py"
    file.write_text(ALGORITHM)
    sunday, expiry = CHANGES[change]
    parameters = {
        "kind": kind,
        "resolution": resolution,
        "expiry": expiry,
        "first": str(sunday - timedelta(2)),
        "last": str(sunday + timedelta(1)),
    }
    request = BacktestRequest(
        file, LeanFolder(folder), tmp_path / "results", parameters=parameters, storage=tmp_path / "storage"
    )
    outcome = run_backtest(request)
    assert outcome.error is None
    return outcome.algorithm


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("kind", "minutes", "close"), [("equity", 390, (16, 0)), ("index", 405, (16, 15))])
def test_sessions_before_and_after_are_whole(
    folder, source, tmp_path, change: str, kind: str, minutes: int, close: tuple[int, int]
) -> None:
    """Every minute of Friday and Monday, at an hour's distance on the world's clock, with its own price."""
    bars = _run(folder, tmp_path, kind, "minute", change).bars
    sunday = CHANGES[change][0]
    days = (sunday - timedelta(2), sunday + timedelta(1))
    assert len(bars) == 2 * minutes
    assert not any(bar[4] for bar in bars)
    for day, behind, part in zip(days, OFFSETS[change], (bars[:minutes], bars[minutes:]), strict=True):
        opens = datetime(day.year, day.month, day.day, 9, 30) + timedelta(hours=behind)
        assert [bar[0] for bar in part] == [opens + timedelta(minutes=1 + n) for n in range(minutes)]
        assert part[-1][0] == datetime(day.year, day.month, day.day, *close) + timedelta(hours=behind)
        columns = source.bars(_symbol(kind), Resolution.MINUTE, TickType.TRADE, day)
        assert [bar[3] for bar in part] == [columns.price(row, "close") for row in range(minutes)]


@pytest.mark.parametrize("change", CHANGES)
def test_the_night_of_the_future_begins_an_hour_apart(folder, source, tmp_path, change: str) -> None:
    """ES opens at 18:00 New York on Sunday: an hour earlier or later in UTC; each price is the file's."""
    bars = _run(folder, tmp_path, "future", "minute", change).bars
    sunday, expiry = CHANGES[change]
    month, day = map(int, expiry.split("-"))
    future = Symbol.create_future("ES", Market.CME, datetime(2015, month, day))
    written = {}
    for offset in range(-2, 3):
        columns = source.bars(future, Resolution.MINUTE, TickType.TRADE, sunday + timedelta(offset))
        if columns is not None:
            ends = columns.end.astype("datetime64[us]").astype(datetime).tolist()
            written |= {end: columns.price(row, "close") for row, end in enumerate(ends)}
    real = [bar for bar in bars if not bar[4]]
    assert [bar[3] for bar in real] == [written[bar[0]] for bar in real]
    after = [bar for bar in real if bar[0].date() >= sunday]
    opens = datetime(sunday.year, sunday.month, sunday.day, 18) + timedelta(hours=OFFSETS[change][1])
    assert after[0][0] == opens + timedelta(minutes=1)
    assert [bar[0] for bar in after[:1380]] == [opens + timedelta(minutes=1 + n) for n in range(1380)]
    assert not any(bar[4] for bar in bars if bar[0] > opens)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ["equity", "index"])
def test_daily_bars_end_at_the_close_of_each_day(folder, tmp_path, change: str, kind: str) -> None:
    """One bar a session, at its close by the clock of that day."""
    bars = _run(folder, tmp_path, kind, "daily", change).bars
    sunday = CHANGES[change][0]
    close = timedelta(hours=16) if kind == "equity" else timedelta(hours=16, minutes=15)
    days = (sunday - timedelta(2), sunday + timedelta(1))
    midnights = [datetime(day.year, day.month, day.day) for day in days]
    expected = [
        midnight + close + timedelta(hours=behind)
        for midnight, behind in zip(midnights, OFFSETS[change], strict=True)
    ]
    assert [bar[0] for bar in bars] == expected
    assert not any(bar[4] for bar in bars)


@pytest.mark.parametrize("change", CHANGES)
def test_hour_bars_keep_their_places(folder, tmp_path, change: str) -> None:
    """Seven hours a session of SPY, the first one half, by the clock of that day."""
    bars = _run(folder, tmp_path, "equity", "hour", change).bars
    sunday = CHANGES[change][0]
    days = (sunday - timedelta(2), sunday + timedelta(1))
    expected = [
        datetime(day.year, day.month, day.day, hour) + timedelta(hours=behind)
        for day, behind in zip(days, OFFSETS[change], strict=True)
        for hour in range(10, 17)
    ]
    assert [bar[0] for bar in bars] == expected


@pytest.mark.parametrize("change", CHANGES)
def test_history_across_the_change_has_no_gap_and_nothing_twice(folder, tmp_path, change: str) -> None:
    """The last day and the last four days of minutes of the future, each minute once, oldest first."""
    day, days = _run(folder, tmp_path, "future", "minute", change).past
    assert day == sorted(set(day))
    assert days == sorted(set(days))
    assert days[-len(day) :] == day
    assert len(days) > len(day) > 1000
