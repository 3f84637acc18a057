"""Data of one time by symbol, in symbol order (LEAN: Common/Data/Market/DataDictionary.cs)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.common.errors import KeyNotFoundException
from engine.common.extended_dictionary import ExtendedDictionary
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol, symbol_of
from engine.data.base_data import NO_TIME

if TYPE_CHECKING:
    from engine.data.market.delisting import Delisting  # noqa: F401
    from engine.data.market.dividend import Dividend  # noqa: F401
    from engine.data.market.quote_bar import QuoteBar  # noqa: F401
    from engine.data.market.split import Split  # noqa: F401
    from engine.data.market.symbol_changed_event import SymbolChangedEvent  # noqa: F401
    from engine.data.market.tick import Tick  # noqa: F401
    from engine.data.market.trade_bar import TradeBar  # noqa: F401

V = TypeVar("V")


class DataDictionary(ExtendedDictionary[Symbol, V], Generic[V]):
    """A dictionary by symbol; keys may also be tickers the algorithm has subscribed to."""

    __slots__ = ("_data", "_later", "_ordered", "time")

    def __init__(self, time: datetime = NO_TIME) -> None:
        self.time = time
        self._data: dict[Symbol, V] = {}
        self._ordered: list[tuple[Symbol, V]] | None = None
        self._later: dict[Symbol, Callable[[], V]] | None = None

    def fill_later(self, sources: dict[Symbol, Callable[[], V]]) -> None:
        """Name the functions that make the values; each is called when its value is first read."""
        self._later = sources
        self._ordered = None

    def _load(self) -> None:
        if self._later:
            for key in list(self._later):
                self._find(key)

    @property
    def is_read_only(self) -> bool:
        return False

    def _find(self, key: Any) -> V | None:
        if not isinstance(key, Symbol):
            key = as_symbol(key)
        found = self._data.get(key)
        if found is None and self._later:
            make = self._later.pop(key, None)
            if make is not None:
                found = self._data[key] = make()
        return found

    def contains_key(self, key: Any) -> bool:
        if key is not None and self._later and as_symbol(key) in self._later:
            return True  # without making the value
        return super().contains_key(key)

    def _pairs(self) -> list[tuple[Symbol, V]]:
        self._load()
        if self._ordered is None:
            self._ordered = sorted(self._data.items(), key=_by_value)
        return self._ordered

    def __len__(self) -> int:
        return len(self._data) + (len(self._later) if self._later else 0)

    def __getitem__(self, key: Any) -> V:
        found = self._find(key)
        if found is None:
            raise missing_key(self, key)
        return found

    def __setitem__(self, key: Any, value: V) -> None:
        symbol = as_symbol(key)
        if self._later:
            self._later.pop(symbol, None)
        self._data[symbol] = value
        self._ordered = None

    def add(self, key: Any, value: V | None = None) -> None:
        """Add a value under a key, or a datum under its own symbol."""
        if value is None:
            key, value = key.symbol, key
        self[key] = value

    def remove(self, key: Any) -> bool:
        self._ordered = None
        symbol = as_symbol(key)
        if self._later and self._later.pop(symbol, None) is not None:
            return True
        return self._data.pop(symbol, None) is not None

    def clear(self) -> None:
        self._data.clear()
        self._later = self._ordered = None

    def get_value(self, key: Any) -> V | None:
        return self.get(key)

    def __str__(self) -> str:
        return f"QuantConnect.Data.Market.{type(self).__name__}"


def _by_value(item: tuple[Symbol, Any]) -> str:
    # LEAN orders symbols by their text without regard to case.
    return item[0].value.upper()


def as_symbol(key: Any) -> Symbol:
    """Return the symbol a key means: itself, its `symbol`, or the one its ticker was added under."""
    if isinstance(key, Symbol):
        return key
    if isinstance(key, str):
        return symbol_of(key)
    return key.symbol


def missing_key(owner: Any, key: Any) -> KeyNotFoundException:
    """Return LEAN's error for data that is not there."""
    symbol = as_symbol(key)
    if symbol.id == SecurityIdentifier(symbol.id.symbol, 0):
        return KeyNotFoundException(
            f"The ticker {symbol.id.symbol} was not found in the SymbolCache. Use the Symbol object as "
            "key instead. Accessing the securities collection/slice object by string ticker is only "
            "available for securities added with the add_security-family methods. For more details, "
            "please check out the documentation."
        )
    return KeyNotFoundException(
        f"'{key}' wasn't found in the {type(owner).__name__} object, likely because there was no-data at "
        "this moment in time and it wasn't possible to fillforward historical data. To prevent the "
        "exception, use data.get(symbol), which returns None when the symbol is not found, or guard the "
        "access with 'if symbol in data:'."
    )


class TradeBars(DataDictionary["TradeBar"]):
    """Trade bars by symbol."""

    __slots__ = ()


class QuoteBars(DataDictionary["QuoteBar"]):
    """Quote bars by symbol."""

    __slots__ = ()


class Ticks(DataDictionary["list[Tick]"]):
    """Lists of ticks by symbol."""

    __slots__ = ()


class Dividends(DataDictionary["Dividend"]):
    """Dividends by symbol."""

    __slots__ = ()


class Splits(DataDictionary["Split"]):
    """Splits by symbol."""

    __slots__ = ()


class Delistings(DataDictionary["Delisting"]):
    """Delistings by symbol."""

    __slots__ = ()


class SymbolChangedEvents(DataDictionary["SymbolChangedEvent"]):
    """Renames by symbol."""

    __slots__ = ()
