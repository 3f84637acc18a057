"""A clock, a schedule and a handler without an engine around them, stepped through hourly SPY bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.common.enums import AlgorithmStatus, Resolution, SecurityType
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.common.time import DAY, to_stamp
from engine.common.time_keeper import TimeKeeper
from engine.common.time_zones import TimeZones
from engine.real_time.backtesting_real_time_handler import BacktestingRealTimeHandler
from engine.scheduling.schedule_manager import ScheduleManager
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.security_exchange import SecurityExchange


class ScriptedAlgorithm:
    """The part of QCAlgorithm that scheduling touches; hourly SPY bars move its clock."""

    def __init__(self, database: MarketHoursDatabase, start: datetime, end: datetime) -> None:
        self.market_hours_database = database
        self.time_zone = TimeZones.NEW_YORK
        self.time_keeper = TimeKeeper(self.time_zone.utc_stamp(start))
        self.end_date = end
        self.securities: dict[Symbol, Any] = {}
        self.messages: list[str] = []
        self.errors: list[BaseException] = []
        self.status = AlgorithmStatus.RUNNING
        self.schedule = ScheduleManager(self)
        self.date_rules = self.schedule.date_rules
        self.time_rules = self.schedule.time_rules
        self.real_time = BacktestingRealTimeHandler()
        self.schedule.set_event_schedule(self.real_time)
        self.after_bar: Callable[[], None] = lambda: None

    @property
    def utc_stamp(self) -> int:
        return self.time_keeper.utc_stamp

    @property
    def utc_time(self) -> datetime:
        return self.time_keeper.utc_time

    @property
    def time(self) -> datetime:
        return self.time_keeper.get_time_in(self.time_zone)

    def set_date_time(self, stamp: int) -> None:
        self.time_keeper.set_utc(stamp)

    def debug(self, message: str) -> None:
        self.messages.append(message)

    def set_run_time_error(self, error: BaseException) -> None:
        self.errors.append(error)

    def set_status(self, status: AlgorithmStatus) -> None:
        self.status = status

    def add(self, ticker: str, kind: SecurityType, market: str) -> Symbol:
        symbol = Symbol.create(ticker, kind, market)
        hours = self.market_hours_database.get_exchange_hours(market, symbol, kind)
        self.securities[symbol] = SimpleNamespace(
            symbol=symbol, exchange=SecurityExchange(hours), is_extended_market_hours=False
        )
        SymbolCache.set(ticker, symbol)
        return symbol

    def run(self, resolution: Resolution = Resolution.HOUR) -> None:
        """Walk through the bars of SPY as LEAN's loop does, without data."""
        self.real_time.setup(
            self, SimpleNamespace(runtime_error=lambda *texts: self.messages.append(texts[0]))
        )
        self.schedule.on(
            "Daily Sampling", self.date_rules.every_day(), self.time_rules.midnight, lambda: None
        )
        for stamp in self._bar_stamps(resolution):
            self.real_time.scan_past_events(stamp)
            self.set_date_time(stamp)
            self.real_time.set_time(stamp)
            self.after_bar()
            if self.errors:
                return

    def _bar_stamps(self, resolution: Resolution) -> Iterator[int]:
        hours = self.market_hours_database.get_exchange_hours("usa", "SPY", SecurityType.EQUITY)
        last = to_stamp(self.end_date) // DAY
        for day in range(to_stamp(self.time) // DAY, last + 1):
            date = datetime(1970, 1, 1) + timedelta(days=day)
            yield from map(int, hours.open_minutes(date, resolution, False))


@pytest.fixture(scope="session")
def market_hours(shared: Path) -> MarketHoursDatabase:
    """Return LEAN's own market hours."""
    return MarketHoursDatabase.from_file(shared / "lean-data" / "market-hours" / "market-hours-database.json")


@pytest.fixture
def scripted(
    market_hours: MarketHoursDatabase, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., ScriptedAlgorithm]:
    """Return a maker of algorithms that start and end on given dates."""
    first = {"SPY": ("SPY", datetime(1998, 1, 2)), "ABCD": None}
    monkeypatch.setattr(SecurityIdentifier, "first_ticker", lambda ticker, *rest: first.get(ticker))
    monkeypatch.setattr(MarketHoursDatabase, "current", market_hours)
    SymbolCache.clear()
    return lambda start, end: ScriptedAlgorithm(market_hours, start, end)


@pytest.fixture
def golden_log(shared: Path) -> Callable[[str], list[str]]:
    """Return a reader of LEAN's log of a scenario, without the time before each line."""
    import json

    def read(name: str) -> list[str]:
        record = json.loads((shared / "lean-golden" / "scenarios" / f"{name}.json").read_text())
        return [line.split(" ", 2)[2] for line in record["log"]]

    return read
