"""Writes bars and universes into a data folder under LEAN's names."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.data_source.lean_folder.lean_data import (
    entry_name,
    universe_path,
    zip_path,
)
from engine.data_source.writer.bar_text import bar_text, calendar_times, minute_times

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone
    from engine.data_source.rows import Rows
    from engine.securities.market_hours_database import MarketHoursDatabase

_OPTIONS = frozenset((SecurityType.OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION))
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every zip entry, so that the same data gives the same files."""

_FUTURE_HEADER = "#expiry,open,high,low,close,volume,open_interest"
_FUTURE_OPTION_HEADER = "#expiry,strike,right,open,high,low,close,volume,open_interest"
_OPTION_HEADER = f"{_FUTURE_OPTION_HEADER},implied_volatility,delta,gamma,vega,theta,rho"
_HEADERS = {
    SecurityType.FUTURE: _FUTURE_HEADER,
    SecurityType.FUTURE_OPTION: _FUTURE_OPTION_HEADER,
}


class FolderWriter:
    """Collects entries and writes each zip file once, when `flush` is called.

    Parameters
    ----------
    folder : Path
        Made when the first file is written.
    market_hours : MarketHoursDatabase
        Tells the zone in which a symbol's times are written.
    replace : bool
        Write over files that are there; otherwise they are an error.
    """

    def __init__(self, folder: Path, market_hours: MarketHoursDatabase, replace: bool = False) -> None:
        self.folder = folder
        self.files = 0
        """Files written so far."""
        self._hours = market_hours
        self._replace = replace
        self._pending: dict[str, dict[str, str]] = {}

    def add_day(self, symbol: Symbol, tick_type: TickType, day: date, rows: Rows) -> None:
        """Add one day of minute bars or open interest."""
        text = bar_text(rows, tick_type, symbol.security_type, minute_times(rows, self._zone(symbol)))
        self.add_text(symbol, Resolution.MINUTE, tick_type, day, text)

    def add_history(self, symbol: Symbol, resolution: Resolution, tick_type: TickType, rows: Rows) -> None:
        """Add all hour or daily bars; those of options go to one file a year."""
        times = calendar_times(rows, self._zone(symbol))
        if symbol.security_type not in _OPTIONS:
            text = bar_text(rows, tick_type, symbol.security_type, times)
            self.add_text(symbol, resolution, tick_type, date.min, text)
            return
        years = np.array([int(time[:4]) for time in times])
        for year in np.unique(years).tolist():
            chosen = np.flatnonzero(years == year)
            some = [times[row] for row in chosen.tolist()]
            text = bar_text(rows.select(chosen), tick_type, symbol.security_type, some)
            self.add_text(symbol, resolution, tick_type, date(year, 1, 1), text)

    def add_text(
        self, symbol: Symbol, resolution: Resolution, tick_type: TickType, day: date, text: str
    ) -> None:
        """Add the text of a symbol's entry to the zip file of a day (hour and daily bars of options: of a
        year)."""
        entries = self._pending.setdefault(zip_path(symbol, day, resolution, tick_type), {})
        entries[entry_name(symbol, day, resolution, tick_type)] = text

    def write_universe(self, canonical: Symbol, day: date, lines: Iterable[str]) -> None:
        """Write a chain universe file."""
        header = _HEADERS.get(canonical.security_type, _OPTION_HEADER)
        self.write_text(universe_path(canonical, day), "\n".join([header, *lines]) + "\n")

    def write_text(self, path: str, text: str) -> None:
        """Write a file that is no zip."""
        self._target(path).write_text(text, encoding="utf-8", newline="\n")
        self.files += 1

    def write_missing_text(self, path: str, text: str) -> bool:
        """Write a file unless there is one, which is left as it is; return whether it was written."""
        if (self.folder / path).exists():
            return False
        self.write_text(path, text)
        return True

    def flush(self) -> None:
        """Write the zip files collected since the last call."""
        for path, entries in self._pending.items():
            with zipfile.ZipFile(self._target(path), "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in entries.items():
                    entry = zipfile.ZipInfo(name, _EPOCH)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, text)
            self.files += 1
        self._pending.clear()

    def refuse_existing(self, paths: Iterable[str]) -> None:
        """Raise if one of the files is there and may not be replaced."""
        for path in paths:
            if not self._replace and (self.folder / path).exists():
                raise EngineError(f"{self.folder / path} exists already; --replace writes over it")

    def _target(self, path: str) -> Path:
        self.refuse_existing([path])
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EngineError(f"{target.parent}: cannot be made ({error.strerror})") from None
        return target

    def _zone(self, symbol: Symbol) -> TimeZone:
        return self._hours.get_data_time_zone(symbol.id.market, symbol, symbol.security_type)
