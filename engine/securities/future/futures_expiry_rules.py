"""The rules by which futures expire: functions of a contract month and the exchange's holidays.

LEAN: Common/Securities/Future/FuturesExpiryFunctions.cs, where each product spells its rule out.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta

from engine.common.enums import DayOfWeek
from engine.securities.future.futures_expiry_utility_functions import (
    Holidays,
    add_business_days,
    add_months,
    last_weekday,
    not_holiday,
    not_preceded_by_holiday,
    nth_business_day,
    nth_last_business_day,
    nth_weekday,
)

Day = Callable[[datetime], datetime]
"""A day of the month."""
Rule = Callable[[datetime, Holidays], datetime]

_DAY = timedelta(days=1)


def given_day(month: datetime) -> datetime:
    """The date that was asked for: the first of the month."""
    return month


def day_of_month(day: int, months: int = 0) -> Day:
    """A calendar day, of the contract month or so many months away."""
    return lambda month: add_months(datetime(month.year, month.month, 1), months).replace(day=day)


def second_thursday(month: datetime) -> datetime:
    """Second Thursday of the month."""
    return nth_weekday(month, 2, DayOfWeek.THURSDAY)


def second_friday(month: datetime) -> datetime:
    """Second Friday of the month."""
    return nth_weekday(month, 2, DayOfWeek.FRIDAY)


def third_wednesday(month: datetime) -> datetime:
    """Third Wednesday of the month."""
    return nth_weekday(month, 3, DayOfWeek.WEDNESDAY)


def last_wednesday(month: datetime) -> datetime:
    """Last Wednesday of the month."""
    return last_weekday(month, DayOfWeek.WEDNESDAY)


def last_thursday(month: datetime) -> datetime:
    """Last Thursday of the month."""
    return last_weekday(month, DayOfWeek.THURSDAY)


def last_friday(month: datetime) -> datetime:
    """Last Friday of the month."""
    return last_weekday(month, DayOfWeek.FRIDAY)


def monday_before_third_wednesday(month: datetime) -> datetime:
    """Two calendar days before the third Wednesday."""
    return third_wednesday(month) - 2 * _DAY


def always(day: Day) -> Rule:
    """The day, holiday or not."""
    return lambda month, holidays: day(month)


def open_or_before(day: Day) -> Rule:
    """The day, or the last business day before it."""

    def rule(month: datetime, holidays: Holidays) -> datetime:
        found = day(month)
        return found if not_holiday(found, holidays) else add_business_days(found, -1, holidays)

    return rule


def open_or_after(day: Day) -> Rule:
    """The day, or the first business day after it."""

    def rule(month: datetime, holidays: Holidays) -> datetime:
        found = day(month)
        return found if not_holiday(found, holidays) else add_business_days(found, 1, holidays)

    return rule


def business_days_before(day: Day, days: int) -> Rule:
    """So many business days before the day."""
    return lambda month, holidays: add_business_days(day(month), -days, holidays)


def last_business_day(n: int, months: int = 0) -> Rule:
    """The n-th last business day of the contract month, or of a month so many months away."""
    return lambda month, holidays: nth_last_business_day(add_months(month, months), n, holidays)


def business_day(n: int) -> Rule:
    """The n-th business day of the month, as LEAN counts it."""
    return lambda month, holidays: nth_business_day(month, n, holidays)


def business_day_after_month_end(n: int) -> Rule:
    """The n-th business day after the end of the month before."""
    return lambda month, holidays: add_business_days(datetime(month.year, month.month, 1) - _DAY, n, holidays)


third_friday = always(lambda month: nth_weekday(month, 3, DayOfWeek.FRIDAY))
third_friday_open = open_or_before(lambda month: nth_weekday(month, 3, DayOfWeek.FRIDAY))


def crude_oil(days: int) -> Rule:
    """So many business days before the 25th of the month before, one more if the 25th is none."""
    twenty_fifth = day_of_month(25, months=-1)

    def rule(month: datetime, holidays: Holidays) -> datetime:
        day = twenty_fifth(month)
        return add_business_days(day, -days if not_holiday(day, holidays) else -days - 1, holidays)

    return rule


def brent(month: datetime, holidays: Holidays) -> datetime:
    """Last business day two months before, the one before it at the end of a year."""
    earlier = add_months(month, -2)
    return nth_last_business_day(earlier, 2 if earlier.month == 12 else 1, holidays)


def vix(month: datetime, holidays: Holidays) -> datetime:
    """Thirty days before the next month's third Friday, a day earlier if either is a holiday."""
    friday = nth_weekday(add_months(month, 1), 3, DayOfWeek.FRIDAY)
    day = friday - 30 * _DAY
    return day - _DAY if day in holidays or friday in holidays else day


def vix_mini(month: datetime, holidays: Holidays) -> datetime:
    """Thirty days before the next month's third Friday, earlier over holidays."""
    friday = nth_weekday(add_months(month, 1), 3, DayOfWeek.FRIDAY)
    day = friday - 30 * _DAY
    if friday in holidays:
        day -= _DAY
    return day if not_holiday(day, holidays) else add_business_days(day, -1, holidays)


def ibovespa(month: datetime, holidays: Holidays) -> datetime:
    """The Wednesday nearest to the 15th, or the next business day."""
    first = nth_weekday(month, 1, DayOfWeek.WEDNESDAY)
    length = monthrange(month.year, month.month)[1]
    wednesdays = [first + 7 * n * _DAY for n in range(5) if first.day + 7 * n <= length]
    day = min(wednesdays, key=lambda wednesday: abs(15 - wednesday.day))
    return day if not_holiday(day, holidays) else add_business_days(day, 1, holidays)


def msci_taiwan(month: datetime, holidays: Holidays) -> datetime:
    """The day before the last of the month, or the business day before it."""
    day = datetime(month.year, month.month, monthrange(month.year, month.month)[1] - 1)
    return day if not_holiday(day, holidays) else add_business_days(day, -1, holidays)


def feeder_cattle(month: datetime, holidays: Holidays) -> datetime:
    """Last Thursday (in November the one before), a week earlier while it or the days before are holidays."""
    day = last_thursday(month)
    if month.month == 11:
        day -= 7 * _DAY
    while not not_holiday(day, holidays) or not not_preceded_by_holiday(day, holidays):
        day -= 7 * _DAY
    return day
