"""Columns of a frame for one symbol (LEAN: Common/Python/PandasData.cs, PandasData.DataTypeMember.cs)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import LeanEnum, SecurityType, TickType
from engine.common.sid_encoding import is_option_type
from engine.data.base_data import NO_TIME, BaseData
from engine.data.custom.python_data import DynamicData
from engine.data.market.auxiliary_data import AuxiliaryData
from engine.data.market.delisting import Delisting
from engine.data.market.dividend import Dividend
from engine.data.market.futures_contract import FuturesContract
from engine.data.market.open_interest import OpenInterest
from engine.data.market.option_contract import OptionContract
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.split import Split
from engine.data.market.symbol_changed_event import SymbolChangedEvent
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data.market.universe_data import FutureUniverse, OptionUniverse

if TYPE_CHECKING:
    from pandas import DataFrame

    from engine.common.symbol import Symbol

Getter = Callable[[Any], Any]

_PRICES = ("open", "high", "low", "close")
_LEVEL_NAMES = {
    1: ["symbol"],
    2: ["symbol", "time"],
    3: ["expiry", "symbol", "time"],
    5: ["expiry", "strike", "type", "symbol", "time"],
}


def _members(*names: str) -> list[tuple[str, Getter]]:
    # A column is the name of a member without underscores.
    return [(name.replace("_", ""), _getter(name)) for name in names]


def _getter(path: str) -> Getter:
    def get(data: Any) -> Any:
        return getattr(data, path)

    return get


def _side(side: str) -> list[tuple[str, Getter]]:
    def price(name: str) -> Getter:
        return lambda quote: getattr(getattr(quote, side), name)

    return [(f"{side}{name}", price(name)) for name in _PRICES]


def _greek(name: str) -> tuple[str, Getter]:
    return name, lambda data: getattr(data.greeks, name)


_GREEKS = [_greek(name) for name in ("delta", "gamma", "vega", "theta", "rho")]
_CONTRACT = (
    "open_interest",
    "last_price",
    "volume",
    "bid_price",
    "bid_size",
    "ask_price",
    "ask_size",
    "underlying_symbol",
    "expiry",
)
_OPTION = (
    "strike",
    "scaled_strike",
    "right",
    "style",
    "theoretical_price",
    "implied_volatility",
    *_CONTRACT,
    "underlying_last_price",
)
_CHAIN_ROW = (*_PRICES, "volume", "open_interest", "value", "underlying")
_COLUMNS: dict[type, list[tuple[str, Getter]]] = {
    TradeBar: _members("volume", *_PRICES),
    QuoteBar: [
        ("bidsize", _getter("last_bid_size")),
        ("asksize", _getter("last_ask_size")),
        *_members(*_PRICES),
    ],
    Dividend: _members("distribution", "reference_price"),
    Split: _members("type", "split_factor", "reference_price"),
    Delisting: _members("type", "ticket"),
    SymbolChangedEvent: _members("old_symbol", "new_symbol"),
    OptionContract: [*_members(*_OPTION), *_GREEKS],
    FuturesContract: _members(*_CONTRACT),
    OptionUniverse: [*_members(*_CHAIN_ROW, "implied_volatility"), *_GREEKS],
    FutureUniverse: _members(*_CHAIN_ROW),
}
_SIDES = {"bid": _side("bid"), "ask": _side("ask")}
_TICK = (
    "quantity",
    "exchange",
    "suspicious",
    "bidprice",
    "askprice",
    "lastprice",
    "bidsize",
    "asksize",
    "openinterest",
)
_MARKET_DATA = (TradeBar, QuoteBar, Tick, AuxiliaryData)


class _Column:
    # Values in the order they came, and whether any of them is worth a column.
    __slots__ = ("holds", "times", "values")

    def __init__(self) -> None:
        self.times: list[datetime] = []
        self.values: list[Any] = []
        self.holds = False

    def add(self, time: datetime, value: Any, override: bool) -> None:
        if not self.holds:
            self.holds = _is_worth_a_column(value)
        if override and self.times and self.times[-1] == time:
            self.values[-1] = value
        else:
            self.times.append(time)
            self.values.append(value)


def _is_worth_a_column(value: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, float):
        return not (math.isnan(value) or value == 0)
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, bool):
        return value
    return len(value) > 0 if isinstance(value, (list, dict, set, tuple)) else True


class FrameColumns:
    """Gathers the data of one symbol, the type of which the first datum tells."""

    __slots__ = ("_columns", "is_custom", "levels", "symbol")

    def __init__(self, first: Any, symbol: Symbol | None = None) -> None:
        self.symbol: Symbol = first.symbol if symbol is None else symbol
        self.is_custom = isinstance(first, BaseData) and not isinstance(first, _MARKET_DATA)
        self.levels = 2
        if first is not None and not isinstance(first, BaseData):
            self.levels = 1
        elif self.symbol.security_type == SecurityType.FUTURE:
            self.levels = 3
        elif is_option_type(self.symbol.security_type):
            self.levels = 5
        self._columns: dict[str, _Column] = {}

    @classmethod
    def of_chain(cls, chain: Any) -> FrameColumns:
        """Return the single row of a chain that is not flattened."""
        columns = cls(None, chain.symbol)
        columns._put("contracts", chain.end_time, chain.contracts.values(), False)
        columns._put("count", chain.end_time, chain.count, False)
        return columns

    @classmethod
    def of_collections(cls, symbol: Symbol, collections: Iterable[Any]) -> FrameColumns:
        """Return a row per universe file."""
        columns = cls(None, symbol)
        for collection in collections:
            time = collection.data[0].end_time
            columns._put("data", time, list(collection.data), False)
            columns._put("underlying", time, collection.underlying, False)
        return columns

    @property
    def names(self) -> Iterable[str]:
        return self._columns

    def holds(self, name: str) -> bool:
        """Tell whether a column has a value other than zero and blank."""
        column = self._columns.get(name)
        return column is not None and column.holds

    def first(self, name: str) -> Any:
        """Return the first value of a column."""
        column = self._columns.get(name)
        return column.values[0] if column is not None and column.values else None

    def _put(self, name: str, time: datetime, value: Any, override: bool) -> None:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = _Column()
        column.add(time, value, override)

    def add(self, data: Any, override: bool = False) -> None:
        """Take one datum; `override` lets its columns replace those of the same time."""
        time = data.end_time if isinstance(data, BaseData) else NO_TIME
        if isinstance(data, DynamicData):
            self._put("value", time, data.value, override)
            for name, value in data.get_storage_dictionary().items():
                if name != "value" and not name.startswith("__"):
                    self._put(name, time, value, override)
            return
        if isinstance(data, Tick):
            self._add_tick(data, time, override)
            return
        for name, get in _columns_of_type(type(data)):
            self._put(name, time, get(data), override)
        if isinstance(data, QuoteBar):
            for side, columns in _SIDES.items():
                if getattr(data, side) is not None:
                    for name, get in columns:
                        self._put(name, time, get(data), override)

    def _add_tick(self, tick: Tick, time: datetime, override: bool) -> None:
        is_quote = tick.tick_type == TickType.QUOTE
        is_interest = isinstance(tick, OpenInterest) or tick.tick_type == TickType.OPEN_INTEREST
        values = (
            tick.quantity,
            tick.exchange,
            tick.suspicious,
            tick.bid_price if is_quote else None,
            tick.ask_price if is_quote else None,
            None if is_interest else tick.last_price,
            tick.bid_size if is_quote else None,
            tick.ask_size if is_quote else None,
            tick.last_price if is_interest else None,
        )
        for name, value in zip(_TICK, values):
            self._put(name, time, value, override)

    def to_frame(self, levels: int) -> DataFrame:
        """Return the frame of the symbol, its index padded to `levels` levels."""
        import pandas as pd

        kept = {name: column for name, column in self._columns.items() if column.holds}
        indices: dict[tuple[datetime, ...], Any] = {}
        series = {}
        for name, column in kept.items():
            key = tuple(column.times)
            if key not in indices:
                indices[key] = self._index(column.times, levels)
            is_enum = any(isinstance(value, LeanEnum) for value in column.values)
            series[name] = pd.Series(column.values, indices[key], dtype=object if is_enum else None)
        return pd.DataFrame(series)

    def _index(self, times: list[datetime], levels: int) -> Any:
        import pandas as pd

        count = len(times)
        names = _LEVEL_NAMES[levels]
        fixed = self._fixed_levels(levels)
        time_codes, time_level = pd.factorize(pd.DatetimeIndex(times), sort=True)
        codes = [[0] * count for _ in fixed] + [time_codes]
        level_values = [pd.Index([value], dtype=_level_type(value)) for value in fixed] + [time_level]
        if levels == 1:
            return pd.Index([self.symbol] * count, name=names[0], dtype=object)
        return pd.MultiIndex(level_values, codes, names=names)

    def _fixed_levels(self, levels: int) -> list[Any]:
        sid, symbol = self.symbol.id, self.symbol
        if levels == 2:
            return [symbol]
        if levels == 3:
            return [sid.date, symbol]
        if symbol.security_type == SecurityType.FUTURE:
            return [sid.date, "", "", symbol]
        if is_option_type(symbol.security_type):
            return [sid.date, sid.strike_price, sid.option_right, symbol]
        return ["", "", "", symbol]


def _level_type(value: Any) -> Any:
    # Symbols and enums stay objects; pandas would make numbers of enums.
    return None if isinstance(value, (datetime, float)) else object


def _columns_of_type(kind: type) -> list[tuple[str, Getter]]:
    columns = _COLUMNS.get(kind)
    if columns is None:
        base = next((parent for parent in kind.__mro__ if parent in _COLUMNS), None)
        columns = _COLUMNS[kind] = [("value", _getter("value"))] if base is None else _COLUMNS[base]
    return columns
