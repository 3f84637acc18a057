"""Dates and open spans as the data feed asks for them; kept, because hundreds of contracts of a chain ask the same."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.common.time import date_to_stamp, stamp_to_date
from engine.data_feeds.fill_forward import open_spans

if TYPE_CHECKING:
    from engine.common.time import TimeZone
    from engine.securities.security_exchange_hours import SecurityExchangeHours

_ONE_DAY = timedelta(1)


@lru_cache(maxsize=64)
def days(zone: TimeZone, first: int, last: int) -> tuple[date, ...]:
    """Return the dates from one stamp to another."""
    day, end, found = stamp_to_date(zone.to_local(first)), stamp_to_date(zone.to_local(last)), []
    while day <= end:
        found.append(day)
        day += _ONE_DAY
    return tuple(found)


@lru_cache(maxsize=256)
def is_tradable(
    data_zone: TimeZone, exchange_zone: TimeZone, hours: SecurityExchangeHours, extended: bool, day: date
) -> bool:
    """LEAN reads files of dates that are tradable in the data's zone: those whose exchange date(s) are open."""
    if data_zone is exchange_zone:
        return hours.is_date_open(day, extended)
    start = exchange_zone.to_local(data_zone.to_utc(date_to_stamp(day)))
    dates = {stamp_to_date(start), stamp_to_date(start + 86_399_999_999)}
    return any(hours.is_date_open(d, extended) for d in dates)


@lru_cache(maxsize=256)
def open_spans_around(hours: SecurityExchangeHours, day: date, extended: bool) -> tuple[tuple[int, int], ...]:
    """Return the open spans of the exchange's dates that a date of another zone may touch."""
    return tuple(
        span for offset in (-1, 0, 1) for span in open_spans(hours, day + timedelta(offset), extended)
    )
