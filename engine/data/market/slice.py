"""The data of one moment, as the algorithm gets it (LEAN: Common/Data/Slice.cs, Engine/DataFeeds/TimeSliceFactory.cs).

A slice is a view: it knows which subscriptions can emit and at which stamp it stands; a dictionary is made when it is
first read. It stays readable for as long as the algorithm keeps it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType, TickType
from engine.common.extended_dictionary import ExtendedDictionary
from engine.common.symbol import Symbol, symbol_of
from engine.common.time import to_datetime
from engine.data.market.chain_builder import build_futures_chains, build_option_chains
from engine.data.market.data_dictionary import (
    DataDictionary,
    Delistings,
    Dividends,
    QuoteBars,
    SharedKeys,
    Splits,
    SymbolChangedEvents,
    Ticks,
    TradeBars,
    missing_key,
)
from engine.data.market.delisting import Delisting
from engine.data.market.dividend import Dividend
from engine.data.market.futures_chain import FuturesChains
from engine.data.market.open_interest import OpenInterest
from engine.data.market.option_chain import OptionChains
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.split import Split
from engine.data.market.symbol_changed_event import SymbolChangedEvent
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data_feeds.plan import Plan
    from engine.data_feeds.subscription_window import SubscriptionWindow

_EVENTS: dict[str, tuple[type, type]] = {
    "splits": (Split, Splits),
    "dividends": (Dividend, Dividends),
    "delistings": (Delisting, Delistings),
    "symbol_changed_events": (SymbolChangedEvent, SymbolChangedEvents),
}
_EQUITY = SecurityType.EQUITY
_BY_TYPE = {TradeBar: "bars", QuoteBar: "quote_bars", Tick: "ticks"}


class Slice(ExtendedDictionary[Symbol, Any]):
    """Bars, ticks, chains and events of a moment; also a dictionary by symbol."""

    def __init__(self, plan: Plan, stamp: int) -> None:
        self._plan = plan
        self._stamp = stamp

    # The dictionaries are attributes from the first time somebody reads them on.

    def __getattr__(self, name: str) -> Any:
        make = _MAKERS.get(name)
        if make is None:
            raise AttributeError(f"'Slice' object has no attribute '{name}'", name=name, obj=self)
        value = make(self)
        self.__dict__[name] = value
        return value

    @property
    def has_data(self) -> bool:
        return self._plan.has_data_at(self._stamp)

    @property
    def count(self) -> int:
        return len(self.values_by_symbol)

    @property
    def all_data(self) -> list[Any]:
        """Return every point of the slice in the order in which it arrived."""
        stamp = self._stamp
        points = [point for window in self._windows for point in window.all_at(stamp)]
        return points + self._plan.user_auxiliary_at(stamp)

    @property
    def all_keys(self) -> list[Symbol]:
        return list(dict.fromkeys(point.symbol for point in self.all_data))

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the data of a symbol, all data of a type, or (type, symbol) one datum of a type."""
        if isinstance(key, type):
            found = self._of_type(key)
            if default is None:
                return found
            return found[default]
        value = None if key is None else self._value(symbol_of(key))
        return default if value is None else value

    def get_by_type(self, kind: type) -> Any:
        return self._of_type(kind)

    def __getitem__(self, key: Any) -> Any:
        symbol = symbol_of(key)
        value = self._value(symbol)
        if value is None and not self._has_event(symbol):
            raise missing_key(self, key)
        return value

    def contains_key(self, key: Any) -> bool:
        """Tell whether the slice has anything of a symbol; an event alone counts, though its value is None."""
        if key is None:
            return False
        symbol = symbol_of(key)
        return self._value(symbol) is not None or self._has_event(symbol)

    def _has_event(self, symbol: Symbol) -> bool:
        return any(event.symbol == symbol for event in self._plan.user_auxiliary_at(self._stamp))

    def _find(self, key: Any) -> Any:
        return self._value(symbol_of(key))

    def __len__(self) -> int:
        return self.count

    def keys(self) -> list[Symbol]:
        """Return all symbols, also those of which there is only an event."""
        return list(self.values_by_symbol)

    get_keys = keys

    def _pairs(self) -> list[tuple[Symbol, Any]]:
        """Return the data point by point, each tick by itself; events are not among them."""
        pairs: list[tuple[Symbol, Any]] = []
        for symbol, value in self.values_by_symbol.items():
            if isinstance(value, list):
                pairs += [(symbol, tick) for tick in value]
            elif value is not None:
                pairs.append((symbol, value))
        return pairs

    def _of_type(self, kind: type) -> Any:
        name = _BY_TYPE.get(kind)
        if name is not None:
            return getattr(self, name)
        for event_name, (event, _) in _EVENTS.items():
            if kind is event:
                return getattr(self, event_name)
        found: Any = DataDictionary(self.time)
        for point in self.all_data:
            if isinstance(point, kind):
                found[point.symbol] = point
        return found

    def emitted(self, kind: type, symbol: Symbol) -> Any:
        """Return the bar of a symbol in `bars` or `quote_bars` (by its type), without making the dictionary."""
        best = None
        for window in self._plan.windows_of(symbol):
            config = window.subscription.configuration
            if config.type is kind and window.emits_at(self._stamp):
                known = None if best is None else best.subscription.configuration
                if known is None or known.increment_us > config.increment_us:
                    best = window
        return None if best is None else best.data_at(self._stamp)

    def carries(self, symbol: Symbol) -> bool:
        """Tell whether the symbol is subscribed, so that this or a later moment can bring data of it."""
        return bool(self._plan.windows_of(symbol))

    def _value(self, symbol: Symbol) -> Any:
        """Return what `slice[symbol]` means: the kind of data that came last, quotes after trades.

        Quotes of equities do not count (LEAN: SubscriptionManager.IsDefaultDataType).
        """
        kind = None
        for window in self._plan.windows_of(symbol):
            config = window.subscription.configuration
            if config.type is OpenInterest or (symbol.security_type is _EQUITY and _is_quote(config)):
                continue
            if window.emits_at(self._stamp):
                kind = config.type
        if kind is TradeBar or kind is QuoteBar:
            return self.emitted(kind, symbol)
        if kind is Tick:
            return self.ticks.get(symbol)
        return None if kind is None else self.custom_data.get(symbol)


def _is_quote(config: SubscriptionDataConfig) -> bool:
    return config.type is QuoteBar or (config.type is Tick and config.tick_type is TickType.QUOTE)


def _time(slice_: Slice) -> datetime:
    return slice_._plan.time_zone.local_datetime(slice_._stamp)


def _windows(slice_: Slice) -> Any:
    return slice_._plan.emitting(slice_._stamp).windows


def _bars_of(kind: type, container: type) -> Any:
    def make(slice_: Slice) -> Any:
        stamp = slice_._stamp
        result = container(slice_.time)
        keys = slice_._plan.emitting(stamp).made(_windows_of, kind)
        result.share(keys, lambda windows: [window.data_at(stamp) for window in windows])
        return result

    return make


def _windows_of(windows: list[SubscriptionWindow], kind: type) -> SharedKeys[SubscriptionWindow]:
    """Return the window that has the bar of each symbol: of two resolutions of one symbol the finer one."""
    found: dict[Symbol, SubscriptionWindow] = {}
    for window in windows:
        config = window.subscription.configuration
        if config.type is not kind:
            continue
        known = found.get(config.symbol)
        if known is None or known.subscription.configuration.increment_us > config.increment_us:
            found[config.symbol] = window
    return SharedKeys(found)


def _ticks(slice_: Slice) -> Ticks:
    result = Ticks(slice_.time)
    for window in slice_._windows:
        if window.subscription.configuration.type is Tick:
            points = window.all_at(slice_._stamp)
            symbol = window.subscription.configuration.symbol
            known = result.get(symbol)
            if known is None:
                result[symbol] = points
            else:
                known.extend(points)
    return result


def _events_of(kind: type, container: type) -> Any:
    def make(slice_: Slice) -> Any:
        result = container(slice_.time)
        for event in slice_._plan.auxiliary_at(slice_._stamp):
            if isinstance(event, kind):
                result[event.symbol] = event
        return result

    return make


def _custom(slice_: Slice) -> dict[Symbol, Any]:
    return {
        window.subscription.configuration.symbol: window.data_at(slice_._stamp)
        for window in slice_._windows
        if window.subscription.configuration.is_custom_data
    }


def _values_by_symbol(slice_: Slice) -> dict[Symbol, Any]:
    return {
        symbol: slice_._value(symbol)
        for symbol in dict.fromkeys(point.symbol for point in slice_.all_data if _counts(point))
    }


def _counts(point: Any) -> bool:
    if isinstance(point, QuoteBar):
        return point.symbol.security_type is not _EQUITY  # type: ignore[union-attr]
    return not isinstance(point, OpenInterest)


def _option_chains(slice_: Slice) -> OptionChains:
    return build_option_chains(slice_)


def _futures_chains(slice_: Slice) -> FuturesChains:
    return build_futures_chains(slice_)


_MAKERS: dict[str, Any] = {
    "time": _time,
    "utc_time": lambda slice_: to_datetime(slice_._stamp),
    "_windows": _windows,
    "bars": _bars_of(TradeBar, TradeBars),
    "quote_bars": _bars_of(QuoteBar, QuoteBars),
    "ticks": _ticks,
    "option_chains": _option_chains,
    "futures_chains": _futures_chains,
    "future_chains": lambda slice_: slice_.futures_chains,
    "custom_data": _custom,
    "values_by_symbol": _values_by_symbol,
    **{name: _events_of(*types) for name, types in _EVENTS.items()},
}
