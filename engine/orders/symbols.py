"""What LEAN takes for a symbol (LEAN: the implicit conversions to Symbol)."""

from __future__ import annotations

from typing import Any

from engine.common.symbol import Symbol, symbol_of


def symbol_from(value: Any) -> Symbol:
    """Return the symbol of a symbol, a ticker, a security or a contract of a chain."""
    if isinstance(value, Symbol | str):
        return symbol_of(value)
    return value.symbol
