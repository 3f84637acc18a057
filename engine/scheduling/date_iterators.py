"""The days that date rules name. LEAN: Common/Scheduling/DateRules.cs."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache

from engine.common.time import TimeZone
from engine.securities.security_exchange_hours import SecurityExchangeHours

_DAY = timedelta(days=1)
Period = tuple[datetime, datetime]
"""First and last date of a month, quarter or year."""


@cache
def every_day_hours() -> SecurityExchangeHours:
    """Return the hours that a rule without a symbol has: always open."""
    return SecurityExchangeHours.always_open(TimeZone.of("America/New_York"))


def months(start: datetime, end: datetime, length: int = 1) -> Iterator[Period]:
    """Yield the calendar's periods of so many months, from the one of `start` to the one of `end`."""
    month = (start.year * 12 + start.month - 1) // length * length
    last = end.year * 12 + end.month - 1
    while month <= last:
        final = month + length - 1
        final_year, final_month = final // 12, final % 12 + 1
        yield (
            datetime(month // 12, month % 12 + 1, 1),
            datetime(final_year, final_month, monthrange(final_year, final_month)[1]),
        )
        month += length


def period_days(
    hours: SecurityExchangeHours | None,
    start: datetime,
    end: datetime,
    offset: int,
    forward: bool,
    extended: bool,
    periods: Iterable[Period],
) -> Iterator[datetime]:
    """Yield one day of each period: `offset` open days from its start (forward) or its end, never outside."""
    hours = hours or every_day_hours()
    for first, last in periods:
        base, boundary = (first, last) if forward else (last, first)
        day = _scheduled_day(hours, base, offset, forward, extended, boundary)
        if start <= day <= end:
            yield day


def year_periods(start: datetime, end: datetime, forward: bool) -> Iterator[Period]:
    """Yield the years whose first (or last) day lies in the months from start to end.

    LEAN starts at the first *month*, so the year that is running then has no start of its own.
    """
    begin = datetime(start.year, start.month, 1)
    finish = datetime(end.year, end.month, monthrange(end.year, end.month)[1])
    for period in months(start, end, 12):
        if begin <= period[0 if forward else 1] <= finish:
            yield period


def week_days(
    hours: SecurityExchangeHours | None,
    start: datetime,
    end: datetime,
    offset: int,
    forward: bool,
    extended: bool,
) -> Iterator[datetime]:
    """Yield one day of each week: `offset` open days from its first (forward) or last trading day."""
    if hours is None:
        base, boundary = (
            (1, 7) if forward else (5, -1)
        )  # Monday to the next Sunday, Friday to the last Saturday
    else:
        trading = [
            day for day, hours_of_day in hours.market_hours.items() if not hours_of_day.is_closed_all_day
        ]
        base, boundary = (
            (int(trading[0]), int(trading[-1])) if forward else (int(trading[-1]), int(trading[0]))
        )
    first = start - timedelta(days=start.weekday())  # Monday of the first week: a Sunday ends its week
    last = end - timedelta(days=end.weekday()) + 6 * _DAY
    day = first + timedelta(days=(base - first.isoweekday()) % 7)
    while day <= last:
        limit = day + timedelta(days=boundary - base)
        found = _scheduled_day(hours or every_day_hours(), day, offset, forward, extended, limit)
        if start <= found <= end:
            yield found
        day += 7 * _DAY


def _scheduled_day(
    hours: SecurityExchangeHours,
    base: datetime,
    offset: int,
    forward: bool,
    extended: bool,
    boundary: datetime | None = None,
) -> datetime:
    step = hours.get_next_trading_day if forward else hours.get_previous_trading_day
    day = base if hours.is_date_open(base, extended) else step(base)
    for _ in range(offset):
        day = step(day)
    if boundary is not None and (day > boundary if forward else day < boundary):
        return _scheduled_day(hours, boundary, 0, not forward, extended)
    return day
