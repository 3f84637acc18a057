"""Symbols of option contracts that were once known, in a fraction of the memory that they take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.common.security_identifier import SecurityIdentifier
from engine.common.sid_encoding import OPTION_TYPES
from engine.common.symbol_representation import parse_option_ticker_osi

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class ContractSet:
    """Contracts by chain and number: a chain brings many new ones a day, and most are never asked for again.

    Symbols are made anew when somebody asks. What cannot be made of its number, or found by its ticker, is refused.
    """

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers: dict[Symbol, set[int]] = {}

    def add(self, symbol: Symbol) -> bool:
        """Remember a contract; False where that cannot be."""
        if symbol.security_type not in OPTION_TYPES or symbol.is_canonical():
            return False
        chain, sid = symbol.canonical, symbol.id
        made = _contract(chain, sid.properties)
        if made != symbol or made.value != symbol.value or made.id.date != sid.date:
            return False
        if sid.strike_price_decimal * 1000 % 1:
            return False
        self._numbers.setdefault(chain, set()).add(sid.properties)
        return True

    def discard(self, symbol: Symbol) -> None:
        """Forget a contract."""
        if symbol in self:
            self._numbers[symbol.canonical].discard(symbol.id.properties)

    def clear(self) -> None:
        """Forget every contract."""
        self._numbers.clear()

    def __contains__(self, symbol: Symbol) -> bool:
        if not self._numbers or symbol.security_type not in OPTION_TYPES:
            return False
        return symbol.id.properties in self._numbers.get(symbol.canonical, ())

    def __iter__(self) -> Iterator[Symbol]:
        return (_contract(chain, number) for chain, numbers in self._numbers.items() for number in numbers)

    def by_ticker(self, ticker: str) -> Symbol | None:
        """Return the contract that goes by a ticker, None where it is not one of these."""
        terms = parse_option_ticker_osi(ticker) if self._numbers else None
        if terms is None:
            return None
        for chain, numbers in self._numbers.items():
            if chain.value != f"?{terms.root}":
                continue
            sid = SecurityIdentifier.generate_option(
                terms.expiry,
                chain.id.underlying,
                chain.id.symbol,
                chain.id.market,
                terms.strike,
                terms.right,
                chain.id.option_style,
            )
            if sid.properties in numbers:
                return _contract(chain, sid.properties)
        return None


def _contract(chain: Symbol, number: int) -> Symbol:
    from engine.common.symbol import Symbol, get_alias

    underlying = chain.underlying
    assert underlying is not None
    sid = SecurityIdentifier(chain.id.symbol, number, underlying.id)
    return Symbol.create_option(sid, get_alias(sid, underlying), underlying)
