"""Rows of one symbol and tick type as columns, decoded when first touched; bars are views of rows."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.common.enums import TickType
from engine.common.numbers import ZERO, to_float
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data_source.price_factor import PriceFactor
from engine.data_source.rows import Rows, concatenate

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone
    from engine.data.market.row_view import RowView
    from engine.data_source.tick_rows import TickRows

_BAR_TYPES: dict[TickType, type[RowView]] = {
    TickType.TRADE: TradeBar,
    TickType.QUOTE: QuoteBar,
    TickType.OPEN_INTEREST: OpenInterest,
}
_SIDES = (
    ("bid_open", "bid_high", "bid_low", "bid_close"),
    ("ask_open", "ask_high", "ask_low", "ask_close"),
)


@lru_cache(maxsize=64)
def _span(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


class Columns:
    """What bars and ticks have in common: stamps of their rows, and a symbol.

    Parameters
    ----------
    load : returns the rows; called once, when the first row is read
    peek : returns the end of the first row (None: no rows) without reading the others
    """

    __slots__ = ("_first", "_load", "_peek", "_rows", "exchange_time_zone", "symbol", "tick_type")

    def __init__(
        self,
        symbol: Symbol,
        tick_type: TickType,
        exchange_time_zone: TimeZone,
        load: Callable[[], Any],
        peek: Callable[[], int | None] | None = None,
    ) -> None:
        self.symbol = symbol
        self.tick_type = tick_type
        self.exchange_time_zone = exchange_time_zone
        self._load: Callable[[], Any] | None = load
        self._peek = peek
        self._rows: Any = None
        self._first: int | None = None

    @property
    def rows(self) -> Any:
        if self._rows is None:
            self._decode()
        return self._rows

    def _decode(self) -> None:
        assert self._load is not None
        self._rows = self._load()
        # what the rows came from is let go: of forwarded quotes it is the rows of the day before, and so on
        self._load = self._peek = None

    @property
    def is_decoded(self) -> bool:
        """Whether the rows were read."""
        return self._rows is not None

    @property
    def start(self) -> np.ndarray:
        """int64 UTC stamps at which the rows begin."""
        return self.rows.start

    @property
    def end(self) -> np.ndarray:
        """int64 UTC stamps at which the rows may be known."""
        return self.rows.end

    def __len__(self) -> int:
        return len(self.rows.end)

    def first_end(self) -> int | None:
        """Return the end of the first row, None without rows; does not decode the others."""
        if self._first is None:
            if self._rows is None and self._peek is not None:
                with suppress(ValueError):  # the first row cannot be read: decoding says why
                    self._first = self._peek()
                    return self._first
            if len(self):
                self._first = int(self.end[0])
        return self._first

    def named(self, symbol: Symbol) -> Self:
        """Return the same rows as those of another symbol: a continuous future shows the rows of its contract."""
        if self.symbol is symbol:
            return self
        twin = copy(self)
        twin.symbol = symbol
        if self._rows is None:
            twin._load = lambda: self.rows
        return twin

    def period_of(self, start: int, end: int) -> timedelta:
        """Return the local time between two stamps: a day with a clock change is still a day."""
        zone = self.exchange_time_zone
        return _span(zone.to_local(end) - zone.to_local(start))


class BarColumns(Columns):
    """Bars or open interest of one symbol."""

    __slots__ = ("_factor", "_own", "_scale", "again")

    def __init__(
        self,
        symbol: Symbol,
        tick_type: TickType,
        exchange_time_zone: TimeZone,
        load: Callable[[], Rows],
        peek: Callable[[], int | None] | None = None,
        factor: PriceFactor | None = None,
    ) -> None:
        super().__init__(symbol, tick_type, exchange_time_zone, load, peek)
        self._factor = factor
        self._scale = 0.0
        self._own: Columns | None = None
        self.again: Callable[[], BarColumns | None] | None = None
        """Makes the same columns, as long as these were not decoded: then they need not be kept to be read later."""

    @property
    def rows(self) -> Rows:
        rows = self._rows
        if rows is None:
            self._decode()
            rows = self._rows
            self._scale = 10.0**rows.exponent
            self.again = None
        return rows

    # -- rows as LEAN's objects ------------------------------------------------------------------------

    def bar(self, row: int) -> Any:
        """Return row `row` as TradeBar, QuoteBar or OpenInterest."""
        return _BAR_TYPES[self.tick_type].of_row(self, row)

    def has(self, row: int, field: str) -> bool:
        """Tell whether the side of a price was quoted."""
        value = self.rows.fields[field].item(row)
        return value == value

    def raw_price(self, row: int, field: str) -> float:
        """Return a price as it is stored, without factors."""
        return self.rows.fields[field].item(row) / self._scale

    def price(self, row: int, field: str) -> float:
        """Return a price, NaN where the side is missing; exactly the double that LEAN shows."""
        rows = self.rows
        digits = rows.fields[field].item(row)
        if self._factor is None or digits != digits:
            return digits / self._scale
        return self._factor.price(digits, rows.exponent)

    def size(self, row: int, field: str) -> float:
        """Return a volume, a size or an open interest."""
        value = self.rows.fields[field].item(row)
        return value if self._factor is None else self._factor.volume(value)

    def mid(self, row: int, name: str) -> float:
        """Return the mean of bid and ask, the only side where one is missing, 0 without any."""
        if self._factor is not None:
            return float(self.mid_decimal(row, name))
        fields = self.rows.fields
        bid, ask = fields["bid_" + name].item(row), fields["ask_" + name].item(row)
        if bid and ask and bid == bid and ask == ask:
            return (bid + ask) / 2 / self._scale
        return (_number(bid) or _number(ask)) / self._scale

    def own_mid(self, row: int) -> float:
        """Return the close of the row's own sides, without those forwarded from earlier rows."""
        return (self if self._own is None else self._own).mid(row, "close")  # type: ignore[attr-defined]

    def closes(self, rows: np.ndarray | slice) -> np.ndarray | None:
        """Return the closes of some rows, 0 where there is none; None where prices are adjusted."""
        if self._factor is not None:
            return None
        fields = self.rows.fields
        if self.tick_type != TickType.QUOTE:
            return np.nan_to_num(fields["close"][rows]) / self._scale
        bid, ask = np.nan_to_num(fields["bid_close"][rows]), np.nan_to_num(fields["ask_close"][rows])
        both = (bid != 0) & (ask != 0)
        return np.where(both, (bid + ask) / 2, bid + ask) / self._scale

    # -- exact numbers ---------------------------------------------------------------------------------

    def decimal(self, row: int, field: str) -> Decimal:
        """Return a price exactly, with the decimals that LEAN's decimal has."""
        rows = self.rows
        digits = rows.fields[field].item(row)
        if digits != digits:
            return ZERO
        exponent = rows.exponent
        if rows.places is not None:
            places = int(rows.places[field][row])
            digits /= 10.0 ** (exponent - places)
            exponent = places
        price = Decimal(int(digits)).scaleb(-exponent)
        return price if self._factor is None else self._factor.exact(price)

    def mid_decimal(self, row: int, name: str) -> Decimal:
        """Return `mid` exactly."""
        bid, ask = self.decimal(row, "bid_" + name), self.decimal(row, "ask_" + name)
        return (bid + ask) / 2 if bid and ask else bid or ask

    # -- derived columns -------------------------------------------------------------------------------

    def with_factor(
        self,
        factor: Decimal,
        additive: bool = False,
        scale_volume: bool = True,
        sum_of_dividends: Decimal = ZERO,
    ) -> BarColumns:
        """Return the same rows with adjusted prices and volumes."""
        adjusted = PriceFactor(factor, additive, scale_volume, sum_of_dividends)
        return self._derive(lambda: self.rows, adjusted)

    def with_forwarded_sides(self, previous: Callable[[], BarColumns | None]) -> BarColumns:
        """Return the same quotes with each missing side taken from the row before.

        `previous` gives the columns that come before these, with their own sides forwarded; it is called when
        the first rows lack a side (LEAN: QuoteBarFillForwardEnumerator.cs).
        """
        if self.tick_type != TickType.QUOTE:
            return self
        derived = self._derive(lambda: _forward_sides(self.rows, previous), self._factor)
        derived._own = self
        return derived

    def _derive(self, load: Callable[[], Rows], factor: PriceFactor | None) -> BarColumns:
        return BarColumns(self.symbol, self.tick_type, self.exchange_time_zone, load, self.first_end, factor)


class TickColumns(Columns):
    """Ticks of one symbol and one day."""

    __slots__ = ("_factor",)

    def __init__(
        self,
        symbol: Symbol,
        tick_type: TickType,
        exchange_time_zone: TimeZone,
        load: Callable[[], TickRows],
        peek: Callable[[], int | None] | None = None,
        factor: PriceFactor | None = None,
    ) -> None:
        super().__init__(symbol, tick_type, exchange_time_zone, load, peek)
        self._factor = factor

    def bar(self, row: int) -> Any:
        """Return row `row` as Tick."""
        return Tick.of_row(self, row)

    def tick_field(self, row: int, name: str) -> Any:
        """Return a field of LEAN's Tick."""
        if name == "tick_type":
            return self.tick_type
        values = self.rows.fields.get(name)
        if values is None:
            return _TICK_DEFAULTS.get(name, 0.0)
        value = values[row]
        if not isinstance(value, Decimal):
            return value
        return to_float(self._adjusted(name, value))

    def decimal(self, row: int, field: str) -> Decimal:
        """Return a price exactly."""
        return self._adjusted(field, self.rows.fields[field][row])

    def raw_price(self, row: int, field: str) -> float:
        """Return a value as it is stored, without factors; the close of a tick is its value."""
        return float(self.rows.fields["value" if field == "close" else field][row])

    def _adjusted(self, name: str, value: Decimal) -> Decimal:
        if self._factor is None or self.tick_type == TickType.OPEN_INTEREST or not value:
            return value
        if name in _TICK_SIZES:
            return Decimal(self._factor.volume(float(value)))
        return self._factor.exact(value)

    def with_factor(
        self,
        factor: Decimal,
        additive: bool = False,
        scale_volume: bool = True,
        sum_of_dividends: Decimal = ZERO,
    ) -> TickColumns:
        """Return the same ticks with adjusted prices and sizes."""
        adjusted = PriceFactor(factor, additive, scale_volume, sum_of_dividends)
        return TickColumns(
            self.symbol, self.tick_type, self.exchange_time_zone, lambda: self.rows, self.first_end, adjusted
        )


_TICK_DEFAULTS = {"exchange": "", "sale_condition": "", "suspicious": False}
_TICK_SIZES = frozenset(("quantity", "bid_size", "ask_size"))


def _number(value: float) -> float:
    return value if value == value else 0.0


def _forward_sides(rows: Rows, previous: Callable[[], BarColumns | None]) -> Rows:
    missing = {side: np.isnan(rows.fields[side[3]]) for side in _SIDES}
    if not any(gaps.any() for gaps in missing.values()):
        return rows
    before = previous() if any(gaps[0] for gaps in missing.values()) else None
    if before is not None and len(before):
        joined = concatenate(before.rows.select(np.array([len(before) - 1])), rows)
        return _forwarded(joined).select(np.arange(1, len(rows.end) + 1))
    return _forwarded(rows)


def _forwarded(rows: Rows) -> Rows:
    fields = dict(rows.fields)
    places = None if rows.places is None else dict(rows.places)
    for side in _SIDES:
        missing = np.isnan(rows.fields[side[3]])
        source = np.maximum.accumulate(np.where(missing, 0, np.arange(len(missing))))
        for name in side:
            fields[name] = fields[name][source]
            if places is not None:
                places[name] = places[name][source]
    return Rows(rows.start, rows.end, fields, rows.exponent, places)
