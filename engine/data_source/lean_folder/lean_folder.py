"""LEAN's data folder as a DataSource (LEAN: Common/Util/LeanData.cs; see also the sibling modules)."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.data.auxiliary.local_disk_factor_file_provider import LocalDiskFactorFileProvider
from engine.data.auxiliary.local_disk_map_file_provider import LocalDiskMapFileProvider
from engine.data_source.columns import BarColumns, TickColumns
from engine.data_source.lean_folder.lean_data import (
    TICK_NAMES,
    constituents_path,
    entry_name,
    file_root,
    is_hour_or_daily,
    shortable_path,
    style_name,
    universe_path,
    zip_directory,
    zip_path,
)
from engine.data_source.lean_folder.tables import (
    MarginRow,
    ShortableRow,
    interest_rates,
    margin_rows,
    shortable_rows,
)
from engine.data_source.lean_folder.zip_archive import ZipArchive, ZipEntry
from engine.data_source.rows import FileClock, concatenate, decode_bars
from engine.data_source.tick_rows import decode_ticks
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone
    from engine.data.auxiliary.factor_file import FactorFile
    from engine.data.auxiliary.map_file import MapFile
    from engine.data.fundamental.fundamental import Fundamental
    from engine.data.universe_selection.etf_constituent_universe import ConstituentRows
    from engine.data.universe_selection.universe_rows import UniverseRows
    from engine.data_source.rows import Rows
    from engine.securities.security_definition_symbol_resolver import SecurityDefinition

LABEL_FILE = "data-label.txt"
_OPEN_ARCHIVES = 32
_MISSING_KNOWN = 1024
_FIRST_TIME = 64
"""Characters that are enough to read the time of a file's first row."""
_OPTIONS = frozenset((SecurityType.OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION))
# LEAN names the entries of these inside the zip file; of the others it reads the first entry.
_NAMED_ENTRIES = _OPTIONS | {SecurityType.FUTURE}


class LeanFolder:
    """Market data as LEAN stores it. Files are opened when asked for, and the last few stay open."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise EngineError(f"{self.folder}: there is no such data folder")
        self._archives: OrderedDict[tuple[object, ...], ZipArchive] = OrderedDict()
        self._missing: dict[tuple[object, ...], tuple[Path, int]] = {}
        """Folders of files that were not there, and when each folder last changed."""
        self._zones: dict[tuple[str, str, SecurityType], tuple[TimeZone, TimeZone]] = {}

    @cached_property
    def label(self) -> str:
        """What the folder says of its data in data-label.txt; nothing in a folder of LEAN's."""
        text = _read(self.folder / LABEL_FILE)
        return "" if text is None else text.decode("utf-8-sig", "replace").strip()

    @cached_property
    def market_hours(self) -> MarketHoursDatabase:
        return MarketHoursDatabase.from_file(self.folder / "market-hours" / "market-hours-database.json")

    @cached_property
    def symbol_properties(self) -> SymbolPropertiesDatabase:
        path = self.folder / "symbol-properties" / "symbol-properties-database.csv"
        return SymbolPropertiesDatabase.from_file(path)

    # -- bars and ticks ------------------------------------------------------------------------------

    def bars(
        self, symbol: Symbol, resolution: Resolution, tick_type: TickType, day: date
    ) -> BarColumns | None:
        """Return one day (data time zone) of minute or second bars, or of open interest."""
        entry = self._entry(symbol, resolution, tick_type, day)
        if entry is None:
            return None
        clock = self._clock(symbol, day, resolution, tick_type)

        def load() -> Rows:
            return decode_bars(entry.read(), symbol, tick_type, resolution, clock, entry.label)

        return BarColumns(symbol, tick_type, clock.exchange_zone, load, _peek(entry, clock))

    def bar_history(self, symbol: Symbol, resolution: Resolution, tick_type: TickType) -> BarColumns | None:
        """Return all hour or daily bars of a symbol, oldest first."""
        entries = self._history_entries(symbol, resolution, tick_type)
        if not entries:
            return None
        clock = self._clock(symbol, None, resolution, tick_type)

        def load() -> Rows:
            parts = [decode_bars(e.read(), symbol, tick_type, resolution, clock, e.label) for e in entries]
            whole = parts[0]
            for part in parts[1:]:
                whole = concatenate(whole, part)
            return whole

        return BarColumns(symbol, tick_type, clock.exchange_zone, load, _peek(entries[0], clock))

    def ticks(self, symbol: Symbol, tick_type: TickType, day: date) -> TickColumns | None:
        """Return one day of ticks."""
        entry = self._entry(symbol, Resolution.TICK, tick_type, day)
        if entry is None:
            return None
        clock = self._clock(symbol, day, Resolution.TICK, tick_type)

        def load() -> object:
            return decode_ticks(entry.read(), symbol, tick_type, clock, entry.label)

        return TickColumns(symbol, tick_type, clock.exchange_zone, load, _peek(entry, clock))

    def _history_entries(self, symbol: Symbol, resolution: Resolution, tick_type: TickType) -> list[ZipEntry]:
        if symbol.security_type not in _OPTIONS:
            entry = self._entry(symbol, resolution, tick_type, date.min)
            return [] if entry is None else [entry]
        # One file a year: a contract lives at most a few.
        name = f"{file_root(symbol)}_*_{TICK_NAMES[tick_type]}_{style_name(symbol)}.zip"
        folder = self.folder / zip_directory(symbol, resolution)
        years = sorted(int(path.name.split("_")[1]) for path in folder.glob(name))
        found = (self._entry(symbol, resolution, tick_type, date(year, 1, 1)) for year in years)
        return [entry for entry in found if entry is not None]

    def _entry(
        self, symbol: Symbol, resolution: Resolution, tick_type: TickType, day: date
    ) -> ZipEntry | None:
        archive = self._archive(symbol, day, resolution, tick_type)
        if archive is None:
            return None
        if symbol.security_type in _NAMED_ENTRIES:
            return archive.entry(entry_name(symbol, day, resolution, tick_type))
        return archive.first()

    def _archive(
        self, symbol: Symbol, day: date, resolution: Resolution, tick_type: TickType
    ) -> ZipArchive | None:
        # what a file's path is made of; hundreds of contracts share one
        contract = (symbol.canonical, symbol.id.option_style) if symbol.security_type in _OPTIONS else symbol
        key = (contract, file_root(symbol), resolution, tick_type, day)
        archives = self._archives
        archive = archives.get(key)
        if archive is not None:
            archives.move_to_end(key)
            return archive
        missing = self._missing.get(key)
        if missing is not None and missing[1] == _changed(missing[0]):
            return None
        path = self.folder / zip_path(symbol, day, resolution, tick_type)
        changed = _changed(path.parent)
        archive = ZipArchive.open(path)
        if archive is not None:
            archives[key] = archive
            if len(archives) > _OPEN_ARCHIVES:
                archives.popitem(last=False)[1].close()
        else:
            if len(self._missing) >= _MISSING_KNOWN:
                self._missing.clear()
            self._missing[key] = (path.parent, changed)
        return archive

    def _clock(
        self, symbol: Symbol, day: date | None, resolution: Resolution, tick_type: TickType
    ) -> FileClock:
        key = (symbol.id.market, symbol.id.symbol, symbol.security_type)
        zones = self._zones.get(key)
        if zones is None:
            entry = self.market_hours.get_entry(symbol.id.market, symbol, symbol.security_type)
            zones = self._zones[key] = (entry.data_time_zone, entry.exchange_hours.time_zone)
        is_bar = tick_type != TickType.OPEN_INTEREST
        period = resolution.to_time_span() if is_bar else timedelta(0)
        return FileClock(None if is_hour_or_daily(resolution) else day, *zones, period)

    # -- universes and auxiliary files ---------------------------------------------------------------

    def universe(self, canonical: Symbol, day: date) -> UniverseRows | None:
        """Return the chain universe file dated `day` of a canonical option or future symbol."""
        from engine.data.universe_selection.universe_rows import UniverseRows

        path = self.folder / universe_path(canonical, day)
        text = _read(path)
        if text is None:
            return None
        rows = UniverseRows.parse(text, canonical, day, path)
        # LEAN: a header alone yields no data point, as if there were no file (BaseDataCollectionAggregatorReader.cs)
        return rows if len(rows) or rows.underlying is not None else None

    def constituents(self, etf: Symbol, day: date) -> ConstituentRows | None:
        """Return what a fund held at the end of a day."""
        from engine.data.universe_selection.etf_constituent_universe import ConstituentRows

        path = self.folder / constituents_path(etf, day)
        text = _read(path)
        return None if text is None else ConstituentRows(text, day, path)

    def fundamentals(self, market: str, day: date) -> list[Fundamental]:
        """Return price and volume of every equity of a day, none where no file has it."""
        from engine.data.fundamental.fundamental import fundamentals_of_file

        path = self.folder / f"equity/{market}/fundamental/coarse/{day:%Y%m%d}.csv"
        text = _read(path)
        return [] if text is None else fundamentals_of_file(text, day, path)

    def security_definitions(self) -> list[SecurityDefinition]:
        """Return the numbers that registrars give equities."""
        return self._security_definitions

    @cached_property
    def _security_definitions(self) -> list[SecurityDefinition]:
        from engine.securities.security_definition_symbol_resolver import security_definitions_of_file

        path = self.folder / "symbol-properties" / "security-database.csv"
        text = _read(path)
        return [] if text is None else security_definitions_of_file(text, path)

    # -- map and factor files ------------------------------------------------------------------------

    @cached_property
    def _map_files(self) -> LocalDiskMapFileProvider:
        return LocalDiskMapFileProvider(self.folder)

    @cached_property
    def _factor_files(self) -> LocalDiskFactorFileProvider:
        return LocalDiskFactorFileProvider(self.folder, self._map_files)

    def map_file_of(self, symbol: Symbol) -> MapFile | None:
        """Return the tickers (or contracts) a symbol went by, None when it was never mapped."""
        found = self._map_files.map_file_of(symbol)
        return found if len(found) else None

    def first_ticker(
        self, ticker: str, market: str, security_type: SecurityType, day: date | None = None
    ) -> tuple[str, datetime] | None:
        """Return first ticker and first date of the equity that bears a ticker."""
        return self._map_files.first_ticker(ticker, market, security_type, day)

    def factor_file(self, symbol: Symbol) -> FactorFile | None:
        """Return the price factors of an equity or future."""
        return self._factor_files.get(symbol)

    # -- other files ---------------------------------------------------------------------------------

    def margin_rows(self, future: Symbol) -> Sequence[MarginRow]:
        """Return (date, initial and maintenance overnight, the same intraday), oldest first."""
        return margin_rows(self.folder / f"future/{future.id.market}/margins/{future.id.symbol}.csv")

    def shortable_rows(self, brokerage: str, symbol: Symbol) -> Sequence[ShortableRow]:
        """Return (date, quantity that may be sold short, rebate and fee rate as fractions) of a brokerage."""
        return shortable_rows(self.folder / shortable_path(brokerage, symbol))

    def interest_rates(self) -> Sequence[tuple[date, Decimal]]:
        """Return (date, rate as a fraction), oldest first."""
        return interest_rates(self.folder / "alternative" / "interest-rate" / "usa" / "interest-rate.csv")


def _peek(entry: ZipEntry, clock: FileClock):  # type: ignore[no-untyped-def]
    return lambda: clock.first_end(entry.head(_FIRST_TIME))


def _changed(folder: Path) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except FileNotFoundError:
        return 0


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
