"""Last known values of a security (LEAN: Common/Securities/SecurityCache.cs).

LEAN pushes every bar into the cache. Here the cache pulls: a member that is read while the clock's step
has moved asks the sources for their newest rows, so a price nobody reads costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, Self

from engine.common.enums import MarketDataType, SecurityType, TickType
from engine.common.numbers import to_decimal
from engine.common.time import to_stamp
from engine.securities.cached_number import CachedNumber, Reader, Taken, reader, side_reader
from engine.securities.generic_method import generic_method
from engine.securities.split_scaling import scale_by_split

if TYPE_CHECKING:
    from engine.data.base_data import BaseData
    from engine.data.market.session import Session
    from engine.data.market.split import Split

_OPEN, _HIGH, _LOW, _CLOSE = reader("open"), reader("high"), reader("low"), reader("close")
_VALUE, _VOLUME, _QUANTITY = reader("value"), reader("volume"), reader("quantity")
_BID, _ASK = side_reader("bid"), side_reader("ask")
_LAST_BID_SIZE, _LAST_ASK_SIZE = reader("last_bid_size"), reader("last_ask_size")
_TICK_BID, _TICK_ASK = reader("bid_price"), reader("ask_price")
_TICK_BID_SIZE, _TICK_ASK_SIZE = reader("bid_size"), reader("ask_size")

Readers = Mapping[str, Reader]
_BARS = (MarketDataType.TRADE_BAR, MarketDataType.QUOTE_BAR)

_NUMBERS = (
    "_price",
    "_open",
    "_high",
    "_low",
    "_close",
    "_bid_price",
    "_ask_price",
    "_bid_size",
    "_ask_size",
    "_volume",
)

_LOOK_AFTER = 64
"""Data that may wait unread; then it is looked at, so that no more is kept alive."""

# What each kind of data gives the numbers.
_OHLC: Readers = {"_open": _OPEN, "_high": _HIGH, "_low": _LOW, "_close": _CLOSE, "_price": _CLOSE}
_SIDES: Readers = {
    "_bid_price": _BID,
    "_ask_price": _ASK,
    "_bid_size": _LAST_BID_SIZE,
    "_ask_size": _LAST_ASK_SIZE,
}
_TRADED: Readers = {"_volume": _VOLUME}
_QUOTE_BAR: Readers = {**_OHLC, **_SIDES}
_TRADE_BAR: Readers = {**_OHLC, **_TRADED}
_POINT: Readers = {"_price": _VALUE}
_TICKS: Mapping[TickType, Readers] = {
    TickType.TRADE: {**_POINT, "_volume": _QUANTITY},
    TickType.QUOTE: {
        **_POINT,
        "_bid_price": _TICK_BID,
        "_ask_price": _TICK_ASK,
        "_bid_size": _TICK_BID_SIZE,
        "_ask_size": _TICK_ASK_SIZE,
    },
}


class CacheSource(Protocol):
    """A subscription as the cache sees it."""

    def pull(self, cache: SecurityCache) -> None:
        """Hand the newest real row not after now to `cache.add_data`, unless it was handed over before."""

    @property
    def is_read(self) -> bool:
        """Whether handing the newest row over costs no reading of a file."""

    def closes_ahead(self, stamp: int) -> Any:
        """Return the closes (arrays) that come after `stamp` in the planned window, None where nobody knows."""


class _StoppedClock:
    """Stands for the algorithm's clock until the security is in its manager."""

    step = 0
    pushes = 0
    utc_stamp = -1  # before all data


_STOPPED_CLOCK = _StoppedClock()
_ZERO = Decimal(0)


class _FormerClock:
    """The clock as it stood when the values were forgotten."""

    __slots__ = ("pushes", "step", "utc_stamp")

    def __init__(self, clock: Any) -> None:
        self.step = clock.step
        self.pushes = clock.pushes
        self.utc_stamp = getattr(clock, "utc_stamp", 0)


def end_of(data: BaseData) -> int:
    """Return when data ended: its stamp, or its local end time where it has none."""
    stamp = getattr(data, "end_stamp", None)
    return to_stamp(data.end_time) if stamp is None else stamp


def _is_default_data_type(data: BaseData) -> bool:
    # LEAN: SubscriptionManager.IsDefaultDataType: quotes do not move the price of an equity (of bars, see below)
    if data.symbol.security_type != SecurityType.EQUITY:
        return True
    return data.data_type != MarketDataType.TICK or data.tick_type != TickType.QUOTE


def _shown(slot: str) -> property:
    def read(self: SecurityCache) -> float:
        if self._step != self.time_keeper.step:
            self.pull()
        return self._number(slot).shown

    return property(read, doc=f"Last {slot[1:].replace('_', ' ')}.")


def _exact(slot: str) -> property:
    def read(self: SecurityCache) -> Decimal:
        if self._step != self.time_keeper.step:
            self.pull()
        return self._number(slot).exact

    return property(read, doc=f"Last {slot[1:].replace('_', ' ')}, exactly.")


class SecurityCache:
    """Prices, sizes and last data of a security.

    `sources` are the subscriptions it pulls from; `time_keeper` is the clock whose `step` says when. Data can
    also be pushed with `add_data` (seeding, set_market_price, ticks).
    """

    __slots__ = (
        *_NUMBERS,
        "_collected",
        "_count",
        "_data_by_type",
        "_earlier",
        "_last_data",
        "_last_ohlc_end",
        "_last_open_interest_end",
        "_last_quote_bar_end",
        "_open_interest",
        "_price_before_reset",
        "_properties",
        "_step",
        "_taken",
        "price_version",
        "session",
        "sources",
        "time_keeper",
    )
    _price: CachedNumber
    _open: CachedNumber
    _high: CachedNumber
    _low: CachedNumber
    _close: CachedNumber
    _bid_price: CachedNumber
    _ask_price: CachedNumber
    _bid_size: CachedNumber
    _ask_size: CachedNumber
    _volume: CachedNumber

    def __init__(self) -> None:
        self.sources: list[CacheSource] = []
        self.time_keeper: Any = _STOPPED_CLOCK
        self.session: Session | None = None
        self.price_version = 0
        """Grows with every piece of data that may have moved the price."""
        self._earlier: SecurityCache | None = None
        self._price_before_reset = _ZERO
        self._properties: dict[str, object] | None = None
        self._collected: list[BaseData] | None = None
        self._step = 0
        self._forget()

    def _forget(self) -> None:
        self._taken: list[Taken] = []
        self._count = 0
        for name in _NUMBERS:
            setattr(self, name, CachedNumber())
        self._open_interest = 0
        self._data_by_type: dict[type, Sequence[BaseData]] = {}
        self._last_data: BaseData | None = None
        self._last_ohlc_end = self._last_quote_bar_end = self._last_open_interest_end = 0

    price, price_decimal = _shown("_price"), _exact("_price")
    open, open_decimal = _shown("_open"), _exact("_open")
    high, high_decimal = _shown("_high"), _exact("_high")
    low, low_decimal = _shown("_low"), _exact("_low")
    close, close_decimal = _shown("_close"), _exact("_close")
    bid_price, bid_price_decimal = _shown("_bid_price"), _exact("_bid_price")
    ask_price, ask_price_decimal = _shown("_ask_price"), _exact("_ask_price")
    bid_size, bid_size_decimal = _shown("_bid_size"), _exact("_bid_size")
    ask_size, ask_size_decimal = _shown("_ask_size"), _exact("_ask_size")
    volume, volume_decimal = _shown("_volume"), _exact("_volume")

    @property
    def open_interest(self) -> int:
        self.pull_if_moved()
        return self._open_interest

    @property
    def properties(self) -> dict[str, object]:
        """Values the algorithm keeps with the security (`security["x"]`)."""
        if self._properties is None:
            self._properties = {}
        return self._properties

    @property
    def has_properties(self) -> bool:
        """Whether the algorithm keeps values with the security."""
        return bool(self._properties)

    # pulling

    def pull_if_moved(self) -> None:
        """Ask the sources if the clock moved since the last time."""
        if self._step != self.time_keeper.step:
            self.pull()

    def pull(self) -> None:
        """Take over the newest row of every source, the one that ended first first."""
        self._step = self.time_keeper.step
        if not self.sources:
            return
        collected: list[BaseData] = []
        self._collected = collected
        try:
            for source in tuple(self.sources):  # one that ended goes when it was asked
                source.pull(self)
        finally:
            self._collected = None
        if len(collected) > 1:
            collected.sort(key=end_of)
        for data in collected:
            self._process(data, store=True)

    def add_data(self, data: BaseData) -> None:
        """Take over one piece of data."""
        if self._collected is not None:
            self._collected.append(data)
            return
        self.pull_if_moved()
        self.time_keeper.pushes += 1
        self._process(data, store=True)

    def add_data_list(
        self,
        data: Sequence[BaseData],
        data_type: type,
        contains_fill_forward_data: bool | None = None,
        is_internal_config: bool = False,
    ) -> None:
        """Take over what one subscription had at one moment; `get_all` then gives the whole list."""
        self.pull_if_moved()
        real = (
            data
            if contains_fill_forward_data is False
            else [point for point in data if not point.is_fill_forward]
        )
        if real:
            self.store_data(real, data_type)
        if self.session is not None and not is_internal_config:
            for point in data:
                self.session.update(point)
        self.time_keeper.pushes += 1
        for point in data:
            self._process(point, store=False)

    def store_data(self, data: Sequence[BaseData], data_type: type) -> None:
        """Remember data by its type without taking its prices."""
        self._data_by_type[data_type] = data

    # LEAN's rules

    def _process(self, data: BaseData, store: bool) -> None:
        kind = data.data_type
        if kind in _BARS:
            self._process_bar(data, kind, store)
            return
        if kind == MarketDataType.TICK and data.tick_type == TickType.OPEN_INTEREST:
            if store:
                self.store_data([data], type(data))
            self._open_interest = int(data.value)
            self._last_open_interest_end = end_of(data)
            if self.session is not None:
                self.session.update(data)
            return
        if data.is_fill_forward:
            return
        if store:
            self.store_data([data], type(data))
        if kind == MarketDataType.AUXILIARY:
            return
        if _is_default_data_type(data):
            self._last_data = data
        self.price_version += 1
        if kind == MarketDataType.TICK:
            self._take(data, _TICKS.get(data.tick_type, _POINT))  # type: ignore[attr-defined]
        elif kind != MarketDataType.BASE or data.value:
            self._take(data, _POINT)

    def _process_bar(self, bar: Any, kind: MarketDataType, store: bool) -> None:
        if bar.is_fill_forward:
            return
        if store:
            self.store_data([bar], type(bar))
        end = end_of(bar)
        is_trade, with_quote = kind is MarketDataType.TRADE_BAR, self._last_quote_bar_end == end
        is_default = is_trade or bar.symbol.security_type is not SecurityType.EQUITY
        # a trade bar that ends with a quote bar does not replace it
        if is_default and not (is_trade and with_quote and self._last_data is not None):
            self._last_data = bar
        self.price_version += 1
        moves_price = is_default and not (with_quote and self._last_ohlc_end == end)
        if moves_price:
            self._last_ohlc_end = end
        if is_trade:
            self._take(bar, _TRADE_BAR if moves_price else _TRADED)
            return
        self._last_quote_bar_end = end
        self._take(bar, _QUOTE_BAR if moves_price else _SIDES)

    def _take(self, data: BaseData, readers: Readers) -> None:
        self._taken.append((data, readers))
        self._count += 1
        if len(self._taken) == _LOOK_AFTER:
            for name in _NUMBERS:
                self._number(name)
            self._taken.clear()

    def _number(self, name: str) -> CachedNumber:
        # a number is looked at only now that somebody wants it
        number: CachedNumber = getattr(self, name)
        if number.seen != self._count:
            number.look(name, self._taken, self._count)
        return number

    def update_open_interest(self, open_interest: float, end: int) -> None:
        """Take the open interest of a chain's universe row if it is newer than what is known."""
        if end > self._last_open_interest_end:
            self._open_interest = int(open_interest)
            self._last_open_interest_end = end

    # last data

    @property
    def last_value_decimal(self) -> Decimal:
        """Value of the last data, 0 without any."""
        data = self.get_last_data()
        return _ZERO if data is None else _VALUE.exact(data)

    def get_last_data(self) -> BaseData | None:
        """Return the data the price was taken from last."""
        self.pull_if_moved()
        return self._last_data

    @generic_method
    def get_data(self, of_type: type | None, data_type: type | None = None) -> Any:
        """Return the last data, or the last of one type; None where there is none."""
        wanted = of_type or data_type
        if wanted is None:
            return self.get_last_data()
        found = self._all(wanted)
        return found[-1] if found else None

    @generic_method
    def get_all(self, of_type: type | None, data_type: type | None = None) -> Sequence[Any]:
        """Return all data of one type that came at the last moment it came."""
        wanted = of_type or data_type
        if wanted is None:
            raise TypeError("SecurityCache.get_all: needs the type of the data, get_all[TradeBar]()")
        return self._all(wanted)

    def _all(self, data_type: type) -> Sequence[Any]:
        self.pull_if_moved()
        found = self._data_by_type.get(data_type)
        if found is None:
            # a class that differs from its base only in how rows are stored stands for the base
            found = next(
                (data for kind, data in self._data_by_type.items() if issubclass(kind, data_type)), ()
            )
        return found

    def has_data(self, data_type: type) -> bool:
        return bool(self._all(data_type))

    def get_by_type_name(self, name: str) -> Sequence[Any]:
        """Return all data of the type called `name`."""
        self.pull_if_moved()
        return next((data for kind, data in self._data_by_type.items() if kind.__name__ == name), ())

    @property
    def price_before_reset_decimal(self) -> Decimal:
        """Last price before the values were forgotten; holdings and settlements go on with it."""
        earlier = self._earlier
        if earlier is not None:
            self._price_before_reset = earlier.price_decimal or earlier.price_before_reset_decimal
            self._earlier = None
        return self._price_before_reset

    def reset(self) -> None:
        """Forget every value and every source (LEAN does so once the security is removed)."""
        if not self.sources and not self._count and self._earlier is not None:
            pass  # it was forgotten before, and nothing came since
        elif all(source.is_read for source in self.sources):
            self._price_before_reset = self.price_decimal or self.price_before_reset_decimal
            self._earlier = None  # which would keep the rows it knows alive
        else:
            # a file nobody has read is read when somebody asks for the price: of most contracts nobody ever does
            self._earlier = self._as_of_now()
        self.sources = []
        self._forget()
        if self.session is not None:
            self.session.reset()

    def _as_of_now(self) -> Self:
        twin = copy(self)
        twin.session = None
        twin.time_keeper = _FormerClock(self.time_keeper)
        return twin

    def apply_split(self, split: Split) -> None:
        """Scale the known values by a split."""
        self.pull_if_moved()
        factor = to_decimal(split.split_factor)
        self.price_version += 1
        for name in ("_price", "_open", "_high", "_low", "_close", "_bid_price", "_ask_price"):
            number = self._number(name)
            number.set(number.exact * factor)
        for name in ("_volume", "_ask_size", "_bid_size"):
            number = self._number(name)
            number.set(number.exact / factor)
        for data in self._data_by_type.values():
            for point in data:
                scale_by_split(point, factor)
