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
S = TypeVar("S")


class SharedKeys(Generic[S]):
    """Symbols in LEAN's order and what the value of each is made of; the same for dictionaries of many moments."""

    __slots__ = ("positions", "sources", "symbols")

    def __init__(self, sources: dict[Symbol, S]) -> None:
        ordered = sorted(sources.items(), key=_by_value)
        self.symbols = [symbol for symbol, _ in ordered]
        self.sources = [source for _, source in ordered]
        self.positions = {symbol: position for position, symbol in enumerate(self.symbols)}


class DataDictionary(ExtendedDictionary[Symbol, V], Generic[V]):
    """A dictionary by symbol; keys may also be tickers the algorithm has subscribed to.

    One with shared keys makes a value when it is first read, and becomes a dictionary of its own when it is changed.
    """

    __slots__ = ("_data", "_keys", "_left", "_made", "_make", "_ordered", "time")

    def __init__(self, time: datetime = NO_TIME) -> None:
        self.time = time
        self._data: dict[Symbol, V] = {}
        self._ordered: list[tuple[Symbol, V]] | None = None
        self._keys: SharedKeys[Any] | None = None

    def share(self, keys: SharedKeys[S], make: Callable[[list[S]], list[V]]) -> None:
        """Take shared keys; `make` makes the values of some sources."""
        self._keys = keys
        self._make = make
        self._made: list[V | None] = [None] * len(keys.sources)
        self._left = len(keys.sources)

    @property
    def is_read_only(self) -> bool:
        return False

    def _find(self, key: Any) -> V | None:
        if not isinstance(key, Symbol):
            key = symbol_of(key)
        keys = self._keys
        if keys is None:
            return self._data.get(key)
        position = keys.positions.get(key)
        if position is None:
            return None
        found = self._made[position]
        if found is None:
            found = self._made[position] = self._make([keys.sources[position]])[0]
            self._left -= 1
        return found

    def _make_all(self, keys: SharedKeys[Any]) -> list[Any]:
        made = self._made
        if self._left == len(made):
            made = self._made = self._make(keys.sources)  # type: ignore[assignment]
        elif self._left:
            missing = [position for position, value in enumerate(made) if value is None]
            for position, value in zip(missing, self._make([keys.sources[p] for p in missing])):
                made[position] = value
        self._left = 0
        return made

    def _own(self) -> None:
        # about to be changed
        keys = self._keys
        if keys is not None:
            self._data = dict(zip(keys.symbols, self._make_all(keys)))
            self._keys = None
        self._ordered = None

    def contains_key(self, key: Any) -> bool:
        if key is not None and self._keys is not None:
            return symbol_of(key) in self._keys.positions  # without making the value
        return super().contains_key(key)

    def _pairs(self) -> list[tuple[Symbol, V]]:
        if self._ordered is None:
            if self._keys is not None:
                self._ordered = list(zip(self._keys.symbols, self._make_all(self._keys)))
            else:
                self._ordered = sorted(self._data.items(), key=_by_value)
        return self._ordered

    def keys(self) -> list[Symbol]:
        return super().keys() if self._keys is None else list(self._keys.symbols)

    def values(self) -> list[V]:
        return super().values() if self._keys is None else list(self._make_all(self._keys))

    def __len__(self) -> int:
        return len(self._data) if self._keys is None else len(self._keys.sources)

    def __getitem__(self, key: Any) -> V:
        found = self._find(key)
        if found is None:
            raise missing_key(self, key)
        return found

    def __setitem__(self, key: Any, value: V) -> None:
        self._own()
        self._data[symbol_of(key)] = value

    def add(self, key: Any, value: V | None = None) -> None:
        """Add a value under a key, or a datum under its own symbol."""
        if value is None:
            key, value = key.symbol, key
        self[key] = value

    def remove(self, key: Any) -> bool:
        self._own()
        return self._data.pop(symbol_of(key), None) is not None

    def clear(self) -> None:
        self._data.clear()
        self._keys = self._ordered = None

    def get_value(self, key: Any) -> V | None:
        return self.get(key)

    def __str__(self) -> str:
        return f"QuantConnect.Data.Market.{type(self).__name__}"


def _by_value(item: tuple[Symbol, Any]) -> str:
    # LEAN orders symbols by their text without regard to case.
    return item[0].value.upper()


def missing_key(owner: Any, key: Any) -> KeyNotFoundException:
    """Return LEAN's error for data that is not there."""
    symbol = symbol_of(key)
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
