"""`Time`: constants and calendars that algorithms use by name. LEAN: Common/Time.cs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from engine.common.time import BEGINNING_OF_TIME, DAY, END_OF_TIME, TimeZone, to_datetime, to_stamp

_DAY = timedelta(days=1)


class Time:
    """Constants, and the days between two dates."""

    MAX_TIME_SPAN = timedelta(days=1000 * 365)
    ONE_YEAR = timedelta(days=365)
    ONE_DAY = _DAY
    ONE_HOUR = timedelta(hours=1)
    ONE_MINUTE = timedelta(minutes=1)
    ONE_SECOND = timedelta(seconds=1)
    ONE_MILLISECOND = timedelta(milliseconds=1)
    BEGINNING_OF_TIME = BEGINNING_OF_TIME
    END_OF_TIME = END_OF_TIME

    @staticmethod
    def each_day(start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield every calendar day, both ends included."""
        day = datetime(start.year, start.month, start.day)
        while day <= end:
            yield day
            day += _DAY

    @staticmethod
    def each_tradeable_day(
        exchange: Any, start: datetime, end: datetime, extended_market_hours: bool = False
    ) -> Iterator[datetime]:
        """Yield every day on which an exchange (its hours, or a security's) opens."""
        hours = exchange if hasattr(exchange, "is_date_open") else exchange.exchange.hours
        return (day for day in Time.each_day(start, end) if hours.is_date_open(day, extended_market_hours))

    @staticmethod
    def each_tradeable_day_in_time_zone(
        exchange: Any,
        start: datetime,
        end: datetime,
        time_zone: TimeZone,
        include_extended_market_hours: bool = True,
    ) -> Iterator[datetime]:
        """Yield every day of a zone during which the exchange opens; start and end are exchange times."""
        exchange_zone = exchange.time_zone
        now, limit = to_stamp(start), to_stamp(datetime(end.year, end.month, end.day) + _DAY)
        while now < limit:
            local = time_zone.to_local(exchange_zone.to_utc(now))
            midnight = local // DAY * DAY
            following = min(exchange_zone.to_local(time_zone.to_utc(midnight + DAY)), limit)
            if exchange.is_open_between(now, following, include_extended_market_hours):
                yield to_datetime(midnight)
            now = following
