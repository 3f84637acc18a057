"""When options on futures expire. LEAN: Common/Securities/FutureOption/FuturesOptionsExpiryFunctions.cs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from engine.common.enums import SecurityType
from engine.common.symbol import Symbol
from engine.securities.future.futures_expiry_functions import futures_expiry_function
from engine.securities.future.futures_expiry_utility_functions import (
    Holidays,
    add_business_days,
    add_business_days_if_holiday,
    add_months,
    get_expiration_holidays,
    get_future_contract_month,
    nth_business_day,
    nth_friday,
    nth_last_business_day,
    third_friday,
    third_wednesday,
)

_DAY = timedelta(days=1)
Rule = Callable[[datetime, Holidays], datetime]


class FuturesOptionsExpiryFunctions:
    """Expiries by the contract month of the future."""

    @staticmethod
    def futures_option_expiry(canonical_future_option: Symbol, future_contract_month: datetime) -> datetime:
        """Return when the option of a contract month expires; without a rule of its own with its future."""
        future = canonical_future_option.underlying
        assert future is not None
        rule = _RULES.get((future.id.market, future.id.symbol))
        if rule is None:
            return futures_expiry_function(future)(future_contract_month)
        return rule(future_contract_month, get_expiration_holidays(future.id.market, future.id.symbol))

    @staticmethod
    def get_future_option_expiry_from_future_expiry(
        future_symbol: Symbol, canonical_future_option: Symbol | None = None
    ) -> datetime:
        """Return when the options on a future expire."""
        month = get_future_contract_month(future_symbol)
        if canonical_future_option is None:
            sid = future_symbol.id
            canonical_future_option = Symbol.create_canonical_option(
                Symbol.create(sid.symbol, SecurityType.FUTURE, sid.market)
            )
        return FuturesOptionsExpiryFunctions.futures_option_expiry(canonical_future_option, month)


def _crude_oil(month: datetime, holidays: Holidays) -> datetime:
    day = add_months(datetime(month.year, month.month, 1), -1).replace(day=26)
    return add_business_days(day, -7, holidays)


def _friday_before_month_end(month: datetime, holidays: Holidays) -> datetime:
    # The Friday before the second last business day of the month before; LEAN walks back over business days.
    first = add_months(datetime(month.year, month.month, 1), -1)
    day = nth_last_business_day(first, 2, holidays) - _DAY
    while day.weekday() != 4:
        day = add_business_days(day, -1, holidays)
    return day


def _fourth_last_business_day(hours: int, minutes: int, no_fridays: bool = True) -> Rule:
    # Of the month before; metals avoid Fridays and the days before a holiday.
    def rule(month: datetime, holidays: Holidays) -> datetime:
        day = nth_last_business_day(add_months(month, -1), 4, holidays)
        while no_fridays and (day.weekday() == 4 or day + _DAY in holidays):
            day = add_business_days(day, -1, holidays)
        return day + timedelta(hours=hours, minutes=minutes)

    return rule


def _second_friday_before_third_wednesday(month: datetime, holidays: Holidays) -> datetime:
    day = add_business_days_if_holiday(third_wednesday(month) - 12 * _DAY, -1, holidays)
    return day + timedelta(hours=9)


def _first_friday(month: datetime, holidays: Holidays) -> datetime:
    return add_business_days_if_holiday(nth_friday(month, 1), -1, holidays) + timedelta(hours=13)


def _last_business_day_of_month_before(month: datetime, holidays: Holidays) -> datetime:
    return nth_last_business_day(add_months(month, -1), 1, holidays)


def _third_friday(month: datetime, holidays: Holidays) -> datetime:
    return add_business_days_if_holiday(third_friday(month), -1, holidays)


_CBOT = "ZB ZC ZN TN UB ZO KE ZF ZS ZT ZW ZL ZM"
_CURRENCIES = "6A 6B 6C 6E 6J 6S 6N 6M EAD AJY ANE ECD"
_RULES: dict[tuple[str, str], Rule] = {
    ("nymex", "CL"): _crude_oil,
    ("nymex", "NG"): _fourth_last_business_day(0, 0, no_fridays=False),
    **{("cbot", ticker): _friday_before_month_end for ticker in _CBOT.split()},
    ("comex", "HG"): _fourth_last_business_day(12, 0),
    ("comex", "GC"): _fourth_last_business_day(12, 30),
    ("comex", "SI"): _fourth_last_business_day(12, 25),
    **{("cme", ticker): _second_friday_before_third_wednesday for ticker in _CURRENCIES.split()},
    ("cme", "LE"): _first_friday,
    ("cme", "HE"): lambda month, holidays: nth_business_day(month, 10, holidays),
    ("cme", "LBR"): _last_business_day_of_month_before,
    ("cme", "LBS"): _last_business_day_of_month_before,
    ("cme", "ES"): _third_friday,
    ("cme", "EMD"): _third_friday,
    ("cme", "NQ"): _third_friday,
    ("cbot", "YM"): _third_friday,
}
