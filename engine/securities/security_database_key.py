"""Keys of the market hours and symbol properties databases. LEAN: SecurityDatabaseKey.cs."""

from __future__ import annotations

from engine.common.enums import SecurityType
from engine.common.symbol import Symbol

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
