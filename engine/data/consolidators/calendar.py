"""Where a bar that follows a calendar begins and how long it is.

LEAN: Common/Data/Consolidators/Calendar.cs, Common/Expiry.cs, and the calendars of Common/Util/LeanData.cs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.securities.security_exchange_hours import SecurityExchangeHours

ONE_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_INSTANT = timedelta(microseconds=1)
_ZERO = timedelta(0)


class CalendarInfo(NamedTuple):
    """A bar of a calendar."""

    start: datetime
    period: timedelta

    @property
    def end(self) -> datetime:
        return self.start + self.period


def _midnight(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day)


def _first_of_month(moment: datetime, months: int) -> datetime:
    index = moment.year * 12 + moment.month - 1 + months
    return datetime(index // 12, index % 12 + 1, 1)


def _add_months(moment: datetime, months: int) -> datetime:
    first = _first_of_month(moment, months)
    last = (_first_of_month(first, 1) - ONE_DAY).day
    return moment.replace(year=first.year, month=first.month, day=min(moment.day, last))


def _first_of_quarter(moment: datetime) -> datetime:
    return datetime(moment.year, (moment.month - 1) // 3 * 3 + 1, 1)


class Expiry:
    """Functions from a time to the end of the period it lies in."""

    @staticmethod
    def ONE_MONTH(moment: datetime) -> datetime:
        return _add_months(moment, 1)

    @staticmethod
    def ONE_QUARTER(moment: datetime) -> datetime:
        return _add_months(moment, 3)

    @staticmethod
    def ONE_YEAR(moment: datetime) -> datetime:
        return _add_months(moment, 12)

    @staticmethod
    def END_OF_DAY(moment: datetime) -> datetime:
        return _midnight(moment + ONE_DAY)

    @staticmethod
    def END_OF_WEEK(moment: datetime) -> datetime:
        return _midnight(moment + timedelta(days=7 - moment.weekday()))

    @staticmethod
    def END_OF_MONTH(moment: datetime) -> datetime:
        return _first_of_month(moment, 1)

    @staticmethod
    def END_OF_QUARTER(moment: datetime) -> datetime:
        return _first_of_month(_first_of_quarter(moment), 3)

    @staticmethod
    def END_OF_YEAR(moment: datetime) -> datetime:
        return datetime(moment.year + 1, 1, 1)


class Calendar:
    """Functions from a time to the bar it lies in."""

    @staticmethod
    def WEEKLY(moment: datetime) -> CalendarInfo:
        return CalendarInfo(Expiry.END_OF_WEEK(moment) - _WEEK, _WEEK)

    @staticmethod
    def MONTHLY(moment: datetime) -> CalendarInfo:
        start = _first_of_month(moment, 0)
        return CalendarInfo(start, Expiry.END_OF_MONTH(moment) - start)

    @staticmethod
    def QUARTERLY(moment: datetime) -> CalendarInfo:
        start = _first_of_quarter(moment)
        return CalendarInfo(start, Expiry.END_OF_QUARTER(moment) - start)

    @staticmethod
    def YEARLY(moment: datetime) -> CalendarInfo:
        start = datetime(moment.year, 1, 1)
        return CalendarInfo(start, Expiry.END_OF_YEAR(moment) - start)


def round_down(moment: datetime, interval: timedelta) -> datetime:
    """Return the newest multiple of an interval since year 1 (LEAN: Extensions.RoundDown)."""
    if interval == _ZERO:
        return moment
    return moment - (moment - datetime(1, 1, 1)) % interval


def consolidator_start_time(period: timedelta, start_time: timedelta, moment: datetime) -> datetime:
    """Return the start of the bar a time lies in when bars are counted from a time of day (or of month)."""
    reference = (_first_of_month(moment, 0) if period >= _WEEK else _midnight(moment)) + start_time
    return reference + (moment - reference) // period * period


def daily_calendar(moment: datetime, hours: SecurityExchangeHours, extended: bool) -> CalendarInfo:
    """Return the session of a time: first open to last close."""
    start = hours.get_first_daily_market_open(moment, extended)
    return CalendarInfo(start, hours.get_last_daily_market_close(start, extended) - start)


def intraday_calendar(
    moment: datetime, period: timedelta, hours: SecurityExchangeHours, extended: bool
) -> CalendarInfo:
    """Return the bar of a time when bars are counted from the market's open and end at its close."""
    before = moment + _INSTANT if hours.is_open(moment, extended) else moment
    market_open = hours.get_previous_market_open(before, extended)
    start = market_open + (moment - market_open) // period * period
    end = min(start + period, hours.get_next_market_close(market_open, extended))
    return CalendarInfo(start, end - start)
