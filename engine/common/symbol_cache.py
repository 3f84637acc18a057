"""The ticker an algorithm used for each symbol. LEAN: Common/SymbolCache.cs."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from engine.common.contract_set import ContractSet
from engine.common.errors import InvalidOperationException
from engine.common.security_identifier import SecurityIdentifier

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class SymbolCache:
    """Two tables for the one algorithm of this process; `clear` starts a run."""

    _symbols: dict[str, Symbol | None] = {}  # upper-case ticker; None remembers a miss
    _tickers: dict[Symbol, str] = {}
    _former = ContractSet()  # contracts that stand for their own tickers, in less memory

    @classmethod
    def set(cls, ticker: str, symbol: Symbol) -> None:
        """Make the ticker stand for the symbol."""
        cls._symbols[ticker.upper()] = symbol
        cls._tickers[symbol] = ticker
        root, dot, _ = ticker.upper().partition(".")
        if dot and cls._symbols.get(root, symbol) is None:
            del cls._symbols[root]

    @classmethod
    def get_symbol(cls, ticker: str) -> Symbol:
        """Return the symbol of a ticker, or raise."""
        symbol = cls._find(ticker)
        if symbol is None:
            raise InvalidOperationException(f"We were unable to locate the ticker '{ticker}'.")
        return symbol

    @overload
    @classmethod
    def try_get_symbol(cls, ticker: str) -> Symbol | None: ...
    @overload
    @classmethod
    def try_get_symbol(cls, ticker: str, out: None) -> tuple[bool, Symbol | None]: ...
    @classmethod
    def try_get_symbol(cls, ticker, *out):  # type: ignore[no-untyped-def]
        """Return the symbol of a ticker or of an id's text, or None; several custom matches raise.

        Called with a placeholder for C#'s `out` argument, as LEAN's Python does, it returns (found, symbol).
        """
        symbol = cls._find(ticker)
        return (symbol is not None, symbol) if out else symbol

    @classmethod
    def _find(cls, ticker: str) -> Symbol | None:
        key = ticker.upper()
        if key in cls._symbols:
            return cls._symbols[key]
        former = cls._former.by_ticker(key)
        if former is not None:
            return former
        identifier = SecurityIdentifier.try_parse(ticker)
        if identifier is not None:
            from engine.common.symbol import Symbol

            return Symbol(identifier, identifier.symbol)
        # BTC finds BTC.Bitcoin, the ticker of custom data, if it is the only one.
        matches = [name for name, symbol in cls._symbols.items() if symbol and name.startswith(f"{key}.")]
        if len(matches) > 1:
            raise InvalidOperationException(
                "We located multiple potentially matching tickers. For custom data, be sure to append a dot "
                f"followed by the custom data type name. For example: 'BTC.Bitcoin'. Potential Matches: "
                f"{', '.join(matches)}"
            )
        cls._symbols[key] = cls._symbols[matches[0]] if matches else None
        return cls._symbols[key]

    @classmethod
    def get_ticker(cls, symbol: Symbol) -> str:
        """Return the ticker that stands for the symbol, else the text of its id."""
        ticker = cls.try_get_ticker(symbol)
        return str(symbol.id) if ticker is None else ticker

    @classmethod
    def try_get_ticker(cls, symbol: Symbol) -> str | None:
        """Return the ticker that stands for the symbol, or None."""
        ticker = cls._tickers.get(symbol)
        return symbol.value if ticker is None and symbol in cls._former else ticker

    @classmethod
    def let_go(cls, symbol: Symbol) -> None:
        """Remember a contract by its number alone: nobody is expected to ask for it, but who does gets the answer."""
        ticker = symbol.value
        if (
            cls._tickers.get(symbol) == ticker
            and cls._symbols.get(ticker) == symbol
            and cls._former.add(symbol)
        ):
            del cls._tickers[symbol], cls._symbols[ticker]

    @classmethod
    def try_remove(cls, symbol_or_ticker: Symbol | str) -> bool:
        """Forget a symbol or ticker."""
        if isinstance(symbol_or_ticker, str):
            former = cls._former.by_ticker(symbol_or_ticker.upper())
            if former is not None:
                cls._former.discard(former)
                return True
            symbol = cls._symbols.pop(symbol_or_ticker.upper(), None)
            return symbol is not None and cls._tickers.pop(symbol, None) is not None
        if symbol_or_ticker in cls._former:
            cls._former.discard(symbol_or_ticker)
            return True
        ticker = cls._tickers.pop(symbol_or_ticker, None)
        return ticker is not None and cls._symbols.pop(ticker.upper(), None) is not None

    @classmethod
    def clear(cls) -> None:
        """Forget everything."""
        cls._symbols.clear()
        cls._tickers.clear()
        cls._former.clear()
