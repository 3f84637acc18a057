"""Stamps (microseconds since 1970 in UTC, as int) and time zones that convert them without datetimes."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from engine.common.errors import ArgumentException

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
AFTER_NOW_US = 1
"""One .NET tick (100 ns) after now is the first moment that belongs to a later step; a microsecond serves the same."""

_EPOCH = datetime(1970, 1, 1)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_UNIT = timedelta(microseconds=1)
# Zones are tabulated over this range; outside it the nearest offset holds.
_FIRST_YEAR, _LAST_YEAR = 1970, 2070
_STEP = 900  # seconds; no zone changes its offset off the quarter of an hour

BEGINNING_OF_TIME = datetime(1900, 1, 1)
END_OF_TIME = datetime(2050, 12, 31)


def to_stamp(naive_utc: datetime) -> int:
    """Return the stamp of a naive datetime."""
    delta = naive_utc - _EPOCH
    return (delta.days * 86400 + delta.seconds) * SECOND + delta.microseconds


def to_datetime(stamp: int) -> datetime:
    """Return the naive datetime of a stamp."""
    return _EPOCH + timedelta(microseconds=stamp)


def date_to_stamp(day: date) -> int:
    """Return the stamp of a date's midnight (in whatever zone the date is)."""
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY


def stamp_to_date(stamp: int) -> date:
    """Return the date of a stamp."""
    return date.fromordinal(stamp // DAY + _EPOCH_ORDINAL)


def parse_day(text: str) -> datetime:
    """Return the date of LEAN's eight characters, yyyyMMdd; ValueError if they are none."""
    if len(text) != 8:
        raise ValueError(f"{text!r} is not a date")
    return datetime(int(text[:4]), int(text[4:6]), int(text[6:]))


def span_to_stamp(span: timedelta) -> int:
    """Return a span in microseconds."""
    return span // _UNIT


class TimeZone:
    """A zone as a table of offsets. Times that a clock change makes unclear resolve as in LEAN.

    LEAN: Common/Extensions.cs takes the later of two equal local times, and the moment of the change for a
    local time that was skipped.
    """

    __slots__ = (
        "_datetime",
        "_datetime_at",
        "_from",
        "_local_from",
        "_local_from_list",
        "_offset",
        "_offsets",
        "_offsets_list",
        "_until",
        "_utc_from",
        "_utc_from_list",
        "name",
    )  # fmt: skip

    _known: dict[str, TimeZone] = {}

    def __init__(self, name: str) -> None:
        self.name = name
        starts, offsets = _transitions(name)
        self._utc_from_list = starts
        self._offsets_list = offsets
        before = [offsets[0], *offsets[:-1]]
        # A new offset rules from here on, in local time: the first time that can be read as the new one.
        self._local_from_list = [start + min(old, new) for start, old, new in zip(starts, before, offsets)]
        self._utc_from = np.array(starts, dtype=np.int64)
        self._local_from = np.array(self._local_from_list, dtype=np.int64)
        self._offsets = np.array(offsets, dtype=np.int64)
        self._from = self._until = self._offset = 0  # the stretch looked at last, for to_local
        # the moment asked for last: the bars of a step begin and end together
        self._datetime_at: int | None = None
        self._datetime = _EPOCH

    @classmethod
    def of(cls, name: str) -> TimeZone:
        """Return the zone of a tz database name; the same object each time."""
        zone = cls._known.get(name)
        if zone is None:
            try:
                zone = cls._known[name] = cls(name)
            except (ZoneInfoNotFoundError, ValueError):
                raise ArgumentException(f"TimeZone with id '{name}' was not found") from None
        return zone

    @property
    def id(self) -> str:
        """Name, as NodaTime calls it."""
        return self.name

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"TimeZone({self.name!r})"

    @overload
    def to_local(self, stamp: int) -> int: ...
    @overload
    def to_local(self, stamp: NDArray[np.int64]) -> NDArray[np.int64]: ...
    def to_local(self, stamp):  # type: ignore[no-untyped-def]
        """Return the local stamp of a UTC stamp (or of an array of them)."""
        if isinstance(stamp, np.ndarray):
            return stamp + self._offsets[np.searchsorted(self._utc_from, stamp, side="right") - 1]
        if self._from <= stamp < self._until:
            return stamp + self._offset
        starts = self._utc_from_list
        index = max(bisect_right(starts, stamp) - 1, 0)
        self._from = starts[index]
        self._until = starts[index + 1] if index + 1 < len(starts) else stamp + 1
        self._offset = self._offsets_list[index]
        return stamp + self._offset

    @overload
    def to_utc(self, local: int) -> int: ...
    @overload
    def to_utc(self, local: NDArray[np.int64]) -> NDArray[np.int64]: ...
    def to_utc(self, local):  # type: ignore[no-untyped-def]
        """Return the UTC stamp of a local stamp (or of an array of them)."""
        if isinstance(local, np.ndarray):
            index = np.searchsorted(self._local_from, local, side="right") - 1
            return np.maximum(local - self._offsets[index], self._utc_from[index])
        index = max(bisect_right(self._local_from_list, local) - 1, 0)
        utc = local - self._offsets_list[index]
        start = self._utc_from_list[index]
        return utc if utc >= start else start

    def local_datetime(self, stamp: int) -> datetime:
        """Return the naive local datetime of a UTC stamp."""
        if stamp != self._datetime_at:
            self._datetime = _EPOCH + timedelta(microseconds=self.to_local(stamp))
            self._datetime_at = stamp
        return self._datetime

    def utc_stamp(self, local: datetime) -> int:
        """Return the UTC stamp of a naive local datetime."""
        return self.to_utc(to_stamp(local))


def _transitions(name: str) -> tuple[list[int], list[int]]:
    # From-stamps and offsets, in microseconds. Found by asking zoneinfo, whose own table is private.
    if name in {"UTC", "Utc", "Etc/UTC"}:
        return [-(10**18)], [0]
    if name.startswith(("UTC-", "UTC+")):
        return [-(10**18)], [int(name[3:]) * HOUR]
    zone = ZoneInfo(name)

    def offset(second: int) -> int:
        moment = datetime.fromtimestamp(second, UTC)
        return int(zone.utcoffset(moment.astimezone(zone)).total_seconds())  # type: ignore[union-attr]

    months = [
        int(datetime(year, month, 1, tzinfo=UTC).timestamp())
        for year in range(_FIRST_YEAR, _LAST_YEAR)
        for month in range(1, 13)
    ]
    starts, offsets = [-(10**18)], [offset(months[0])]
    for low, high in pairwise(months):
        after = offset(high)
        while offsets[-1] != after:
            before, a, b = offsets[-1], low, high
            while b - a > _STEP:
                middle = (a + b) // (2 * _STEP) * _STEP
                a, b = (middle, b) if offset(middle) == before else (a, middle)
            starts.append(b)
            offsets.append(offset(b))
            low = b
    return [start * SECOND if start > -(10**17) else start for start in starts], [o * SECOND for o in offsets]
