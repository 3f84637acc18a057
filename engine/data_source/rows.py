"""Decoded rows of a data file, and how the text of LEAN's bar files becomes such rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.time import DAY, MINUTE, date_to_stamp, span_to_stamp
from engine.data_source.csv_numbers import BYTE_ORDER_MARK, Numbers, parse_numbers
from engine.data_source.row_checks import (
    are_moments,
    check_calendar_form,
    check_calendar_times,
    refuse_blanks,
    refuse_negative,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone

PRICE_EXPONENT = 4
"""Prices of scaled assets are stored as price x 10**4 (LEAN: 1 / 10000m)."""

_SCALED = frozenset((SecurityType.EQUITY, SecurityType.OPTION, SecurityType.INDEX_OPTION))
_MAY_BE_NEGATIVE = frozenset((SecurityType.FUTURE,))  # oil was, in April 2020
_TRADE = ("open", "high", "low", "close", "volume")
_BID = ("bid_open", "bid_high", "bid_low", "bid_close", "bid_size")
_ASK = ("ask_open", "ask_high", "ask_low", "ask_close", "ask_size")
FIELDS = {TickType.TRADE: _TRADE, TickType.QUOTE: _BID + _ASK, TickType.OPEN_INTEREST: ("value",)}
_SIZES = frozenset(("volume", "bid_size", "ask_size", "value"))
_PRICES = {
    TickType.TRADE: [1, 2, 3, 4],
    TickType.QUOTE: [1, 2, 3, 4, 6, 7, 8, 9],
    TickType.OPEN_INTEREST: [1],
}
"""Columns that a row must have; open interest is no price, but it is all that such a row says."""


class LazyFields(dict[str, np.ndarray]):
    """Fields of which some are computed when one of them, or the whole, is first read.

    Parameters
    ----------
    known : the fields that are there
    rest : returns all fields; called at most once
    """

    __slots__ = ("_rest",)

    def __init__(self, known: dict[str, np.ndarray], rest: Callable[[], dict[str, np.ndarray]]) -> None:
        super().__init__(known)
        self._rest: Callable[[], dict[str, np.ndarray]] | None = rest

    def _fill(self) -> None:
        if self._rest is not None:
            rest, self._rest = self._rest, None
            for name, values in rest().items():
                self.setdefault(name, values)

    def __missing__(self, name: str) -> np.ndarray:
        if self._rest is None:
            raise KeyError(name)
        self._fill()
        return self[name]

    def __contains__(self, name: object) -> bool:
        self._fill()
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return super().__iter__()

    def __len__(self) -> int:
        self._fill()
        return super().__len__()

    def get(self, name: str, default: Any = None) -> Any:
        self._fill()
        return super().get(name, default)

    def keys(self) -> Any:
        self._fill()
        return super().keys()

    def values(self) -> Any:
        self._fill()
        return super().values()

    def items(self) -> Any:
        self._fill()
        return super().items()


class Rows:
    """Times as UTC stamps; prices as whole numbers of 10**-exponent (NaN: none); sizes as they are."""

    __slots__ = ("end", "exponent", "fields", "places", "start")

    def __init__(
        self,
        start: np.ndarray,
        end: np.ndarray,
        fields: dict[str, np.ndarray],
        exponent: int,
        places: dict[str, np.ndarray] | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.fields = fields
        self.exponent = exponent
        self.places = places
        """Decimals that each price was written with, where they differ from `exponent`."""

    def select(self, rows: np.ndarray) -> Rows:
        """Return some of the rows (indices or mask)."""
        places = None if self.places is None else {name: p[rows] for name, p in self.places.items()}
        fields = {name: values[rows] for name, values in self.fields.items()}
        return Rows(self.start[rows], self.end[rows], fields, self.exponent, places)


def concatenate(first: Rows, second: Rows) -> Rows:
    """Return the rows of both, in that order."""
    exponent = max(first.exponent, second.exponent)
    first, second = _widened(first, exponent), _widened(second, exponent)
    fields = {name: np.concatenate((first.fields[name], values)) for name, values in second.fields.items()}
    places = None
    if first.places is not None or second.places is not None:
        ours, theirs = _places_of(first), _places_of(second)
        places = {name: np.concatenate((ours[name], theirs[name])) for name in theirs}
    start = np.concatenate((first.start, second.start))
    return Rows(start, np.concatenate((first.end, second.end)), fields, exponent, places)


def _widened(rows: Rows, exponent: int) -> Rows:
    if rows.exponent == exponent:
        return rows
    factor = 10.0 ** (exponent - rows.exponent)
    fields = {name: values if name in _SIZES else values * factor for name, values in rows.fields.items()}
    return Rows(rows.start, rows.end, fields, exponent, _places_of(rows))


def _places_of(rows: Rows) -> dict[str, np.ndarray]:
    if rows.places is not None:
        return rows.places
    count = len(rows.end)
    return {name: np.full(count, rows.exponent, np.int8) for name in rows.fields if name not in _SIZES}


class FileClock:
    """How the first column of a file becomes stamps: its date, its zones and the length of a bar."""

    __slots__ = ("_data_zone", "_midnight", "_span", "exchange_zone")

    def __init__(
        self, day: date | None, data_zone: TimeZone, exchange_zone: TimeZone, period: timedelta
    ) -> None:
        self._midnight = None if day is None else date_to_stamp(day)
        self._data_zone = data_zone
        self.exchange_zone = exchange_zone
        self._span = span_to_stamp(period)

    def stamps(self, column: np.ndarray, places: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return start and end: ms since midnight, or without a date the number yyyyMMddHHmm.

        Sums are taken in local time, as LEAN does, so a day with a clock change is still one period long.
        """
        if self._midnight is None:
            local = _calendar_stamps(column.astype(np.int64))
        else:
            local = self._midnight + _milliseconds(column, places)
        zone = self.exchange_zone
        if self._data_zone is not zone:
            local = zone.to_local(self._data_zone.to_utc(local))
        start = zone.to_utc(local)
        return start, (zone.to_utc(local + self._span) if self._span else start)

    @property
    def stop(self) -> int | None:
        """Stamp at which the day of the file ends; None for a file of many days."""
        return None if self._midnight is None else int(self._data_zone.to_utc(self._midnight + DAY))

    def first_end(self, text: bytes) -> int | None:
        """Return the end of the first row from the first characters of a file, None if there are none.

        Raises
        ------
        ValueError
            If they are not the time of a row; decoding the file names what they are.
        """
        if not text:
            return None
        field = text.removeprefix(BYTE_ORDER_MARK).split(b",", 1)[0].replace(b" ", b"").replace(b":", b"")
        if not field.isdigit():
            raise ValueError(field)
        if self._midnight is None:
            number = np.array([float(field)])
            if not are_moments(number.astype(np.int64)).all():
                raise ValueError(field)
            return int(self.stamps(number)[1][0])
        local, zone = self._midnight + int(field) * 1000, self.exchange_zone
        if self._data_zone is not zone:
            local = zone.to_local(self._data_zone.to_utc(local))
        return zone.to_utc(local + self._span)


def _milliseconds(column: np.ndarray, places: np.ndarray | None) -> np.ndarray:
    if places is None or not places.any():
        return column.astype(np.int64) * 1000
    return np.rint(column * 1000.0 / 10.0**places).astype(np.int64)


def _calendar_stamps(numbers: np.ndarray) -> np.ndarray:
    days, clock = np.divmod(numbers, 10_000)
    months, day = np.divmod(days, 100)
    years, month = np.divmod(months, 100)
    date_ = (years - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    since = date_.astype("datetime64[D]").astype(np.int64) + day - 1
    return since * DAY + (clock // 100 * 60 + clock % 100) * MINUTE


def decode_bars(
    text: bytes, symbol: Symbol, tick_type: TickType, resolution: Resolution, clock: FileClock, path: object
) -> Rows:
    """Return the rows of a bar file.

    As in LEAN, rows that do not end after the newest row before them are skipped, and so are rows of another day
    in the file of one (LEAN: Engine/DataFeeds/SubscriptionDataReader.cs MoveNext).

    Raises
    ------
    DataFileError
        If a row has the wrong number of columns, lacks its time or a price, a field is no number, or a number is
        negative that cannot be.
    """
    names = FIELDS[tick_type]
    is_calendar = resolution in (Resolution.HOUR, Resolution.DAILY)
    if is_calendar:
        check_calendar_form(text, path)
        text = text.replace(b" ", b"").replace(b":", b"")
    numbers = parse_numbers(text, len(names) + 1, path)
    security_type = symbol.security_type
    refuse_blanks(numbers, _PRICES[tick_type], tick_type is TickType.QUOTE, path)
    refuse_negative(numbers, _PRICES[tick_type] if security_type in _MAY_BE_NEGATIVE else [], path)
    if is_calendar:
        check_calendar_times(numbers.digits[:, 0], path)
    start, end = clock.stamps(numbers.digits[:, 0], None if numbers.places is None else numbers.places[:, 0])
    rows = _rows(numbers, names, start, end, PRICE_EXPONENT if security_type in _SCALED else 0)
    if clock.stop is not None and len(end) and start.max() >= clock.stop:
        rows = rows.select(start < clock.stop)
        end = rows.end
    if len(end) > 1 and not (end[1:] > end[:-1]).all():
        newest = np.maximum.accumulate(end)
        keep = np.ones(len(end), bool)
        keep[1:] = end[1:] > newest[:-1]
        return rows.select(keep)
    return rows


def _rows(
    numbers: Numbers, names: tuple[str, ...], start: np.ndarray, end: np.ndarray, exponent: int
) -> Rows:
    digits, all_places = numbers.digits, numbers.places
    prices = [i for i, name in enumerate(names, start=1) if name not in _SIZES]
    fields: dict[str, np.ndarray] = {}
    kept: dict[str, np.ndarray] | None = None
    most = 0
    if all_places is not None:
        most = int(all_places[:, prices].max()) if prices and len(digits) else 0
        kept = {names[i - 1]: all_places[:, i] + exponent for i in prices}
    for i, name in enumerate(names, start=1):
        values = np.ascontiguousarray(digits[:, i])
        if all_places is not None:
            values = (
                values / 10.0 ** all_places[:, i]
                if name in _SIZES
                else values * 10.0 ** (most - all_places[:, i])
            )
        fields[name] = values
    for side in (_BID, _ASK):
        if side[0] in fields:
            _blank_missing(fields, side)
    return Rows(start, end, fields, exponent + most, kept)


def _blank_missing(fields: dict[str, np.ndarray], side: tuple[str, ...]) -> None:
    # LEAN: a side whose four prices are empty or zero is not there, and neither is its size.
    missing = (
        (fields[side[0]] == 0) & (fields[side[1]] == 0) & (fields[side[2]] == 0) & (fields[side[3]] == 0)
    )
    if missing.any():
        for name in side[:4]:
            fields[name][missing] = np.nan
        fields[side[4]][missing] = 0.0
