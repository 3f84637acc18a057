"""Runs an algorithm that brings its own data, over the built-in market data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data_source.modelled.source import ModelledSource
from engine.launcher import BacktestOutcome, BacktestRequest, run_backtest

HEADER = """from AlgorithmImports import *


class Weather(PythonData):
    medium = SubscriptionTransportMedium.OBJECT_STORE
    format = FileFormat.CSV
    source = "weather"
    sort = False

    def get_source(self, config, date, is_live):
        found = SubscriptionDataSource(date.strftime(Weather.source), Weather.medium, Weather.format)
        found.sort = Weather.sort
        return found

    def reader(self, config, line, date, is_live):
        if not line[0].isdigit():
            return None
        time, degrees = line.split(",")
        point = Weather()
        point.symbol = config.symbol
        point.time = datetime.strptime(time, "%Y-%m-%d %H:%M")
        point.end_time = point.time + timedelta(hours=1)
        point.value = float(degrees)
        point["Degrees"] = point.value
        return point


class Outside(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2014, 1, 6)
        self.set_end_date(2014, 1, 8)
        self.seen = []
        self.begin()

    def begin(self):
        self.add()

    def add(self, *args, **named):
        self.weather = self.add_data(Weather, "NYC", *(args or (Resolution.HOUR,)), **named)
        self.symbol_ = self.weather.symbol

    def on_data(self, slice):
        for point in slice.get(Weather).values():
            self.seen.append((f"{self.time:%d %H:%M}", point.value))

    def store(self, key, *rows):
        self.object_store.save(key, "\\n".join(rows))


class Mine(Outside):
"""


@pytest.fixture(scope="session")
def modelled() -> ModelledSource:
    """Return the built-in source."""
    return ModelledSource()


@pytest.fixture
def run(modelled: ModelledSource, tmp_path: Path) -> Callable[..., BacktestOutcome]:
    """Return a function that runs `begin(self)` of the given lines, and further methods."""

    def start(lines: str, more: str = "") -> BacktestOutcome:
        body = "".join(f"        {line}\n" for line in lines.splitlines())
        file = tmp_path / "outside.py"
        file.write_text(f"{HEADER}    def begin(self):\n{body}{more}", encoding="utf-8")
        outcome = run_backtest(
            BacktestRequest(file, modelled, tmp_path / "out", storage=tmp_path / "storage")
        )
        if outcome.error is not None:
            raise outcome.error
        return outcome

    return start
