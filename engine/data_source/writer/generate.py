"""Writes the built-in data that a run asked for as a LEAN data folder."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data_source.lean_folder.lean_folder import LABEL_FILE
from engine.data_source.modelled import auxiliary_files, futures_data
from engine.data_source.modelled.market_rules import PROPERTIES, market_hours_entries
from engine.data_source.modelled.rates import interest_rate_text
from engine.data_source.writer.database_files import (
    INTEREST_RATE_FILE,
    MARKET_HOURS_FILE,
    SYMBOL_PROPERTIES_FILE,
    market_hours_text,
    symbol_properties_text,
)
from engine.data_source.writer.folder_writer import FolderWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.data_source.modelled.source import ModelledSource
    from engine.data_source.writer.recording_source import RecordingSource

_ONE_DAY = timedelta(days=1)
_TICK_TYPES = (TickType.TRADE, TickType.QUOTE, TickType.OPEN_INTEREST)
_ALWAYS = (
    ("SPX", SecurityType.INDEX),
    ("VIX", SecurityType.INDEX),
    ("SPY", SecurityType.EQUITY),
)
"""Whole series that are written whether asked for or not; LEAN's benchmark reads the hours of SPY."""


def require_empty(folder: Path) -> None:
    """Raise if the folder holds anything: data of two periods or settings must not mix."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise EngineError(f"{folder} is there and not empty; name a new folder")


class DataGenerator:
    """One data folder.

    Parameters
    ----------
    recorded : RecordingSource over a ModelledSource
        What a backtest asked for.
    folder : Path
        Empty or not there.
    start, end : date
        Period for which index, VIX and SPY are written whole.
    """

    def __init__(self, recorded: RecordingSource, folder: Path, start: date, end: date) -> None:
        require_empty(folder)
        self._recorded = recorded
        self._source: ModelledSource = recorded.source  # type: ignore[assignment]
        self._writer = FolderWriter(folder, self._source.market_hours)
        days = {symbol: span for symbol, span in recorded.days.items() if not symbol.is_canonical()}
        for ticker, kind in _ALWAYS:
            symbol = Symbol.create(ticker, kind, Market.USA)
            first, last = days.get(symbol, (start, end))
            days[symbol] = (min(first, start), max(last, end))
        self._days = days

    def write(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Write everything; return the number of files. `progress` is told (days done, days in all)."""
        self._write_databases()
        self._write_auxiliary_files()
        first = min(span[0] for span in self._days.values())
        last = max(span[1] for span in self._days.values())
        total = (last - first).days + 1
        for done in range(total):
            self._write_day(first + done * _ONE_DAY)
            if progress is not None:
                progress(done + 1, total)
        self._write_universes()
        self._write_histories()
        return self._writer.files

    def _write_databases(self) -> None:
        writer = self._writer
        writer.write_text(LABEL_FILE, self._source.label + "\n")
        writer.write_text(MARKET_HOURS_FILE, market_hours_text(market_hours_entries()))
        writer.write_text(SYMBOL_PROPERTIES_FILE, symbol_properties_text(PROPERTIES))

    def _write_auxiliary_files(self) -> None:
        writer = self._writer
        writer.write_text(INTEREST_RATE_FILE, interest_rate_text())
        writer.write_text("equity/usa/map_files/spy.csv", auxiliary_files.SPY_MAP)
        writer.write_text("equity/usa/factor_files/spy.csv", auxiliary_files.SPY_FACTORS)
        writer.write_text("future/cme/map_files/es.csv", auxiliary_files.es_map())
        writer.write_text("future/cme/factor_files/es.csv", auxiliary_files.es_factors())
        margins = "".join(
            f"{row[0]:%Y%m%d},{','.join(str(amount) for amount in row[1:])}\n"
            for row in futures_data.margin_rows()
        )
        header = "date,initial,maintenance,initial_intraday,maintenance_intraday\n"
        writer.write_text("future/cme/margins/ES.csv", header + margins)

    def _write_day(self, day: date) -> None:
        for symbol, (first, last) in self._days.items():
            if first <= day <= last:
                for tick_type in _TICK_TYPES:
                    columns = self._source.bars(symbol, Resolution.MINUTE, tick_type, day)
                    if columns is not None:
                        self._writer.add_day(symbol, tick_type, day, columns.rows)
        self._writer.flush()

    def _write_universes(self) -> None:
        for canonical, day in sorted(self._recorded.universes, key=lambda pair: (pair[1], str(pair[0].id))):
            rows = self._source.universe(canonical, day)
            assert rows is not None
            self._writer.write_universe(canonical, day, rows.lines())

    def _write_histories(self) -> None:
        wanted = set(self._recorded.histories)
        for ticker, kind in _ALWAYS:
            symbol = Symbol.create(ticker, kind, Market.USA)
            wanted |= {(symbol, Resolution.HOUR), (symbol, Resolution.DAILY)}
        for symbol, resolution in sorted(wanted, key=lambda pair: (pair[1], str(pair[0].id))):
            for tick_type in _tick_types_of_history(symbol):
                columns = self._source.bar_history(symbol, resolution, tick_type)
                if columns is not None:
                    self._writer.add_history(symbol, resolution, tick_type, columns.rows)
        self._writer.flush()


def _tick_types_of_history(symbol: Symbol) -> Iterator[TickType]:
    # LEAN's hour and daily files of equities and indexes have trades only: their names carry no tick type.
    yield TickType.TRADE
    if symbol.security_type not in (SecurityType.EQUITY, SecurityType.INDEX):
        yield TickType.QUOTE
        yield TickType.OPEN_INTEREST
