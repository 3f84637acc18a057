"""Properties of every listed symbol. LEAN: Common/Securities/SymbolPropertiesDatabase.cs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from engine.common.enums import SecurityType
from engine.common.errors import DataFileError, EngineError
from engine.common.symbol import Symbol
from engine.common.text_files import read_text
from engine.securities.security_database_key import (
    EntriesOfRuns,
    SecurityDatabaseKey,
    get_database_symbol_key,
    parse_security_type,
    security_database_key,
)
from engine.securities.symbol_properties import SymbolProperties

_COLUMNS = 8  # the fewest a row has


class SymbolPropertiesDatabase(EntriesOfRuns[SymbolProperties]):
    """Finds properties by market, ticker and type."""

    current: SymbolPropertiesDatabase | None = None
    """The database of the run; the launcher sets it to the data source's."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: dict[SecurityDatabaseKey, SymbolProperties] = {}
        self._markets: dict[tuple[str, SecurityType], str] = {}  # the first market that lists a ticker
        self._rows: dict[SecurityDatabaseKey, tuple[int, str]] = {}
        self._path: Path | None = None

    @classmethod
    def from_file(cls, path: Path | str) -> SymbolPropertiesDatabase:
        """Read LEAN's symbol-properties-database.csv; a row is converted when it is first asked for."""
        path = Path(path)
        database = cls()
        database._path = path
        text = read_text(path)
        if text is None:
            raise EngineError(f"{path}: the symbol properties database is missing")
        header_seen = False
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("#") or not line.strip():
                continue
            if header_seen:
                database._add_row(number, line)
            header_seen = True
        if not database._rows:
            raise DataFileError(path, None, "it is no symbol properties database (there is no row in it)")
        return database

    @classmethod
    def from_data_folder(cls) -> SymbolPropertiesDatabase:
        """Return the database of the run."""
        if cls.current is None:
            raise EngineError("no symbol properties database: a data source must be chosen first")
        return cls.current

    def try_get_market(self, symbol: str, security_type: SecurityType) -> str | None:
        """Return the first market that lists the ticker, or None."""
        return self._markets.get((symbol.upper(), security_type))

    def get_symbol_properties(
        self,
        market: str,
        symbol: Symbol | str | None,
        security_type: SecurityType,
        default_quote_currency: str,
    ) -> SymbolProperties:
        """Return the properties of a symbol, else of its future, else of its market, else default ones."""
        found = self._find(security_database_key(market, get_database_symbol_key(symbol), security_type))
        if (
            found is None
            and isinstance(symbol, Symbol)
            and symbol.security_type is SecurityType.FUTURE_OPTION
        ):
            future = symbol.underlying
            assert future is not None
            key = security_database_key(market, get_database_symbol_key(future), future.security_type)
            found = self._find(key)
        if found is None:
            found = self._find(security_database_key(market, None, security_type))
        return found or SymbolProperties.get_default(default_quote_currency)

    def get_symbol_properties_list(
        self, market: str, security_type: SecurityType | None = None
    ) -> Iterator[tuple[SecurityDatabaseKey, SymbolProperties]]:
        """Yield every entry of a market (and type)."""
        for key in list(self._rows | self._entries):
            if key[0] == market.lower() and security_type in (None, key[2]):
                properties = self._find(key)
                assert properties is not None
                yield key, properties

    def set_entry(
        self, market: str, symbol: str | None, security_type: SecurityType, properties: SymbolProperties
    ) -> bool:
        """Set the properties of a symbol, or of a whole market and type when the symbol is None."""
        self._set(security_database_key(market, symbol, security_type), properties)
        self._markets.setdefault(((symbol or "").upper(), security_type), market.lower())
        return True

    def contains_key(self, market: str, symbol: Symbol | str | None, security_type: SecurityType) -> bool:
        """Return whether there is an entry for exactly this symbol."""
        key = security_database_key(market, get_database_symbol_key(symbol), security_type)
        return key in self._entries or key in self._rows

    # Reading a row of the file ----

    def _add_row(self, number: int, line: str) -> None:
        row = line.split(",", 3)
        if len(row) < 4:
            raise DataFileError(self._path, number, f"at least {_COLUMNS} columns are needed")
        security_type = parse_security_type(row[2])
        if security_type is None:
            return
        key = security_database_key(row[0], row[1], security_type)
        if key in self._rows:
            raise DataFileError(self._path, number, f"{row[2]} {row[0]} {row[1]} is listed twice")
        self._rows[key] = (number, line)
        self._markets.setdefault((key[1], security_type), row[0])

    def _find(self, key: SecurityDatabaseKey) -> SymbolProperties | None:
        entry = self._entries.get(key)
        if entry is None and key in self._rows:
            number, line = self._rows[key]
            row = line.split(",")
            if len(row) < _COLUMNS:
                raise DataFileError(self._path, number, f"it has {len(row)} columns, {_COLUMNS} are needed")
            try:
                entry = self._entries[key] = _parse(row)
            except InvalidOperation:
                raise DataFileError(self._path, number, f"a number cannot be read: {line}") from None
        return entry


def _parse(row: list[str]) -> SymbolProperties:
    if not all(Decimal(cell) > 0 for cell in row[5:8]):
        raise InvalidOperation
    more = [cell.strip() for cell in row[8:12]] + [""] * 4
    return SymbolProperties(
        row[3],
        row[4],
        Decimal(row[5]),
        Decimal(row[6]),
        Decimal(row[7]),
        more[0],
        Decimal(more[1]) if more[1] else None,
        Decimal(more[2] or 1),
        Decimal(more[3] or 1),
    )
