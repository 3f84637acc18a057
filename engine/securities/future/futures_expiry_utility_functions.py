"""Calendar arithmetic of futures' expiries. LEAN: Common/Securities/Future."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import datetime, timedelta

from engine.common.enums import DayOfWeek, SecurityType
from engine.common.errors import ArgumentException, ArgumentOutOfRangeException
from engine.common.symbol import Symbol

Holidays = Collection[datetime]

_DAY = timedelta(days=1)
# Months from the month of expiry to the contract month.
_CONTRACT_MONTH_DELTAS = {
    "AE5": 1,
    "A9N": 1,
    "B": 2,
    "BZ": 2,
    "CL": 1,
    "MCL": 1,
    "RB": 1,
    "HO": 1,
    "AYV": 1,
    "NG": 1,
    "HH": 1,
    "HP": 1,
    "HTT": 1,
    "HCL": 1,
    "SB": 1,
    "YO": 1,
}


def get_delta_between_contract_month_and_contract_expiry(
    underlying: str, expiry: datetime | None = None
) -> int:
    """Return how many months after its expiry a contract's month lies."""
    return _CONTRACT_MONTH_DELTAS.get(underlying, 0)


def is_common_business_day(day: datetime) -> bool:
    """Return whether it is no weekend."""
    return day.weekday() < 5


def add_months(day: datetime, months: int) -> datetime:
    """Return the date so many months on, the day cut to the month's length (DateTime.AddMonths)."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def get_expiration_holidays(market: str, symbol: str) -> set[datetime]:
    """Return the holidays and bank holidays of a future's exchange."""
    from engine.securities.market_hours_database import MarketHoursDatabase

    hours = MarketHoursDatabase.from_data_folder().get_exchange_hours(market, symbol, SecurityType.FUTURE)
    return hours.holidays | hours.bank_holidays


def add_business_days(time: datetime, days: int, holidays: Holidays) -> datetime:
    """Return the business day so many of them after (or before) the time; 0 is the next day, as in LEAN."""
    if not days:
        return time + _DAY
    step = -_DAY if days < 0 else _DAY
    left = abs(days)
    while True:
        time += step
        if is_common_business_day(time) and _date_of(time) not in holidays:
            left -= 1
            if left <= 0:
                return time


def add_business_days_if_holiday(time: datetime, days: int, holidays: Holidays) -> datetime:
    """Return the time, moved by business days if it is a holiday."""
    return add_business_days(time, days, holidays) if time in holidays else time


def nth_last_business_day(time: datetime, n: int, holidays: Holidays) -> datetime:
    """Return the n-th business day of the month, counted from its end."""
    length = monthrange(time.year, time.month)[1]
    if n > length:
        raise ArgumentOutOfRangeException(
            f"Number of days ({n}) is larger than the size of month({length})", "n"
        )
    day = datetime(time.year, time.month, length) + _DAY
    return add_business_days(day, -n, holidays)


def nth_business_day(time: datetime, nth: int, holidays: Holidays) -> datetime:
    """Return the n-th business day of the month.

    Counted as LEAN counts: a first day that is a holiday counts as day one unless it is a Friday.
    """
    length = monthrange(time.year, time.month)[1]
    if not 1 <= nth <= length:
        raise ArgumentOutOfRangeException(
            f"Argument nthBusinessDay (${nth}) must lie between one and the days of the month (${length})"
        )
    day = datetime(time.year, time.month, 1)
    counted = 1 if is_common_business_day(day) else 0
    first = True
    while counted < nth or day in holidays or not is_common_business_day(day):
        was_holiday = day in holidays
        if was_holiday and first and day.weekday() == 4:
            counted = 0
        day += _DAY
        if was_holiday:
            counted += not first and is_common_business_day(day)
        else:
            counted += is_common_business_day(day) and day not in holidays
        first = False
    return day


def nth_weekday(time: datetime, n: int, day_of_week: DayOfWeek) -> datetime:
    """Return the n-th such weekday of the month."""
    if not 1 <= n <= 5:
        raise ArgumentOutOfRangeException("'n' lower than 1 or greater than 5", "n")
    first = datetime(time.year, time.month, 1)
    offset = (day_of_week - first.isoweekday()) % 7
    return first + timedelta(days=offset + 7 * (n - 1))


def nth_friday(time: datetime, n: int) -> datetime:
    """Return the n-th Friday of the month."""
    return nth_weekday(time, n, DayOfWeek.FRIDAY)


def second_friday(time: datetime) -> datetime:
    """Return the second Friday of the month."""
    return nth_friday(time, 2)


def third_friday(time: datetime, contract: Symbol | None = None) -> datetime:
    """Return the third Friday of the month, for a contract the business day before if that is a holiday."""
    friday = nth_friday(time, 3)
    if contract is None:
        return friday
    if contract.id.option_right_or_none is not None:
        assert contract.underlying is not None
        return third_friday(time, contract.underlying)
    holidays = get_expiration_holidays(contract.id.market, contract.id.symbol)
    return add_business_days_if_holiday(friday, -1, holidays)


def third_wednesday(time: datetime) -> datetime:
    """Return the third Wednesday of the month."""
    return nth_weekday(time, 3, DayOfWeek.WEDNESDAY)


def last_weekday(time: datetime, day_of_week: DayOfWeek) -> datetime:
    """Return the last such weekday of the month."""
    last = datetime(time.year, time.month, monthrange(time.year, time.month)[1])
    return last - timedelta(days=(last.isoweekday() - day_of_week) % 7)


def not_holiday(time: datetime, holidays: Holidays) -> bool:
    """Return whether it is a business day."""
    return is_common_business_day(time) and _date_of(time) not in holidays


def not_preceded_by_holiday(thursday: datetime, holidays: Holidays) -> bool:
    """Return whether the four business days before a Thursday are no holidays."""
    if thursday.weekday() != 3:
        raise ArgumentException("Input to NotPrecededByHolidays must be a Thursday")
    return all(not_holiday(thursday - timedelta(days=back), holidays) for back in (1, 2, 3, 6))


def get_future_contract_month(symbol: Symbol) -> datetime:
    """Return the first day of a future's (or its option's) contract month."""
    future = symbol.underlying if symbol.security_type is SecurityType.FUTURE_OPTION else symbol
    assert future is not None
    first = datetime(future.id.date.year, future.id.date.month, 1)
    return add_months(first, get_delta_between_contract_month_and_contract_expiry(future.id.symbol))


def get_future_expiration_from_contract_month(future: Symbol, contract_month: datetime) -> datetime:
    """Return when the contract of a month expires."""
    from engine.securities.future.futures_expiry_functions import futures_expiry_function

    return futures_expiry_function(future.canonical)(contract_month)


def _date_of(time: datetime) -> datetime:
    return datetime(time.year, time.month, time.day)
