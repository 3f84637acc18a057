"""Keys of the market hours and symbol properties databases. LEAN: SecurityDatabaseKey.cs."""

from __future__ import annotations

from typing import Generic, TypeVar

from engine.common.enums import SecurityType
from engine.common.symbol import Symbol

V = TypeVar("V")

WILDCARD = "[*]"

SecurityDatabaseKey = tuple[str, str, SecurityType]
"""(market in lower case, symbol in upper case or the wildcard, type)."""

_TYPES = {member.to_string().lower(): member for member in SecurityType}


def security_database_key(
    market: str | None, symbol: str | None, security_type: SecurityType
) -> SecurityDatabaseKey:
    """Return the key of a market, a ticker (none: every ticker of the market) and a type."""
    return (market or WILDCARD).lower(), (symbol or WILDCARD).upper(), security_type


def parse_security_type(text: str) -> SecurityType | None:
    """Return the type a data file names in any case, or None."""
    return _TYPES.get(text.lower())


def get_database_symbol_key(symbol: Symbol | str | None) -> str:
    """Return the ticker under which the databases list a symbol (LEAN: GetDatabaseSymbolKey)."""
    if symbol is None or isinstance(symbol, str):
        return symbol or ""
    kind = symbol.security_type
    if kind is SecurityType.OPTION:
        return symbol.underlying.value if symbol.underlying is not None else ""
    if kind in (SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION):
        return symbol.id.symbol if symbol.has_underlying else ""
    if kind in (SecurityType.BASE, SecurityType.FUTURE):
        return symbol.id.symbol
    return symbol.value


class EntriesOfRuns(Generic[V]):
    """A database whose entries an algorithm may replace until its run is over."""

    _entries: dict[SecurityDatabaseKey, V]

    def __init__(self) -> None:
        self._before: dict[SecurityDatabaseKey, V | None] | None = None

    def begin_run(self) -> None:
        """From here on, replaced entries are remembered."""
        self._before = {}

    def end_run(self) -> None:
        """Put back what was there before the run."""
        for key, entry in (self._before or {}).items():
            if entry is None:
                del self._entries[key]
            else:
                self._entries[key] = entry
        self._before = None

    def _set(self, key: SecurityDatabaseKey, entry: V) -> None:
        if self._before is not None:
            self._before.setdefault(key, self._entries.get(key))
        self._entries[key] = entry
