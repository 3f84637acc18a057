"""What a symbol means to the built-in source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data_source.modelled.listings import (
    ROOTS,
    Expiry,
    Root,
    es_expiries,
    expiries,
    underlying_future,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH = date(1970, 1, 1).toordinal()
_ROOTS_OF: Mapping[SecurityType, tuple[str, ...]] = {
    SecurityType.INDEX_OPTION: ("SPX", "SPXW"),
    SecurityType.OPTION: ("SPY",),
    SecurityType.FUTURE_OPTION: ("ES",),
}
_UNDERLYING_OF = {"SPX": "SPX", "SPXW": "SPX", "SPY": "SPY", "ES": "ES"}


def day_of(day: date) -> int:
    """Return days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def date_of(day: int) -> date:
    """Return the date of a day number."""
    return date.fromordinal(day + _EPOCH)


@dataclass(frozen=True, slots=True)
class Contract:
    """One option contract of the built-in source."""

    root: Root
    expiry: Expiry
    strike: float
    is_call: bool
    future: Expiry | None
    """Expiry of the future that an option on one delivers."""


def option_root(symbol: Symbol) -> Root | None:
    """Return the root of an option symbol, canonical ones included; None for one the source does not have."""
    names = _ROOTS_OF.get(symbol.security_type, ())
    name = symbol.id.symbol
    if name not in names or symbol.underlying is None or symbol.underlying.id.symbol != _UNDERLYING_OF[name]:
        return None
    return ROOTS[name]


@lru_cache(maxsize=8192)
def contract_of(symbol: Symbol) -> Contract | None:
    """Return the contract of an option symbol, None for one the source never lists."""
    root = option_root(symbol)
    if root is None or symbol.is_canonical():
        return None
    expiry = expiries(root.name).get(day_of(symbol.id.date))
    if expiry is None:
        return None
    future = None
    if symbol.security_type is SecurityType.FUTURE_OPTION:
        assert symbol.underlying is not None
        future = underlying_future(expiry.day)
        if day_of(symbol.underlying.id.date) != future.day:
            return None
    return Contract(root, expiry, symbol.id.strike_price, symbol.id.option_right == 0, future)


def future_of(symbol: Symbol) -> Expiry | None:
    """Return the expiry of an ES future, None for another symbol."""
    if symbol.security_type is not SecurityType.FUTURE or symbol.id.symbol != "ES" or symbol.is_canonical():
        return None
    day = day_of(symbol.id.date)
    return next((expiry for expiry in es_expiries() if expiry.day == day), None)


def es_symbol(expiry: Expiry) -> Symbol:
    """Return the symbol of an ES future."""
    day = date_of(expiry.day)
    return Symbol.create_future("ES", Market.CME, datetime(day.year, day.month, day.day))
