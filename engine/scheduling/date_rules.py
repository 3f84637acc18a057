"""`self.date_rules`. LEAN: Common/Scheduling/DateRules.cs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from engine.common.enums import DayOfWeek
from engine.common.errors import ArgumentOutOfRangeException
from engine.common.lean_time import Time
from engine.common.symbol import Symbol
from engine.common.time import DAY, to_datetime
from engine.scheduling.base_schedule_rules import BaseScheduleRules
from engine.scheduling.date_iterators import (
    months,
    period_days,
    week_days,
    year_periods,
)
from engine.scheduling.func_date_rule import FuncDateRule
from engine.securities.security_exchange_hours import SecurityExchangeHours

_PERIOD_MONTHS = {"Month": 1, "Quarter": 3}
_LARGEST_OFFSET = {"Week": 6, "Month": 30, "Quarter": 92, "Year": 365}


class DateRules(BaseScheduleRules):
    """Makes date rules. A symbol (or ticker) as first argument leaves out the days its exchange is closed."""

    def on(self, *dates: int | date | Iterable[date]) -> FuncDateRule:
        """Name dates: `on(2021, 1, 4)`, `on(first, second)` or `on([first, second])`; their order is kept."""
        if dates and isinstance(dates[0], int):
            days = [datetime(*dates)]  # type: ignore[arg-type]
        else:
            given = [day for some in dates for day in ([some] if isinstance(some, date) else some)]  # type: ignore[union-attr]
            days = [datetime(day.year, day.month, day.day) for day in given]
        name = ",".join([f"{day.month:02}/{day.day:02}/{day.year:04}" for day in days])
        return FuncDateRule(name, lambda start, end: [day for day in days if start <= day <= end])

    @property
    def today(self) -> FuncDateRule:
        """The date on which the event is scheduled."""
        return FuncDateRule("TodayOnly", lambda start, end: [self._local_date()])

    @property
    def tomorrow(self) -> FuncDateRule:
        """The date after the one on which the event is scheduled."""
        return FuncDateRule("TomorrowOnly", lambda start, end: [self._local_date() + timedelta(days=1)])

    def every(self, *days: DayOfWeek | Iterable[DayOfWeek]) -> FuncDateRule:
        """Name days of the week."""
        wanted = [day for some in days for day in ([some] if isinstance(some, DayOfWeek) else some)]
        name = ",".join(day.to_string() for day in wanted)
        return FuncDateRule(
            name, lambda start, end: (day for day in Time.each_day(start, end) if DayOfWeek.of(day) in wanted)
        )

    def every_day(
        self, symbol: Symbol | str | None = None, extended_market_hours: bool = False
    ) -> FuncDateRule:
        """Every day, or every day on which the symbol's exchange opens."""
        if symbol is None:
            return FuncDateRule("EveryDay", Time.each_day)
        symbol = self._symbol(symbol)
        hours = self._hours_of(symbol)
        return FuncDateRule(
            f"{symbol.value}: EveryDay",
            lambda start, end: Time.each_tradeable_day(hours, start, end, extended_market_hours),
        )

    def week_start(
        self,
        symbol: Symbol | str | int | None = None,
        days_offset: int = 0,
        extended_market_hours: bool = True,
    ) -> FuncDateRule:
        """First day of each week, or so many days after it."""
        return self._week(symbol, days_offset, extended_market_hours, True)

    def week_end(
        self,
        symbol: Symbol | str | int | None = None,
        days_offset: int = 0,
        extended_market_hours: bool = True,
    ) -> FuncDateRule:
        """Last day of each week, or so many days before it."""
        return self._week(symbol, days_offset, extended_market_hours, False)

    def month_start(
        self,
        symbol: Symbol | str | int | None = None,
        days_offset: int = 0,
        extended_market_hours: bool = True,
    ) -> FuncDateRule:
        """First day of each month, or so many days after it."""
        return self._period("Month", symbol, days_offset, extended_market_hours, True)

    def month_end(
        self,
        symbol: Symbol | str | int | None = None,
        days_offset: int = 0,
        extended_market_hours: bool = True,
    ) -> FuncDateRule:
        """Last day of each month, or so many days before it."""
        return self._period("Month", symbol, days_offset, extended_market_hours, False)

    def quarter_start(
        self,
        symbol: Symbol | str | int | None = None,
        days_offset: int = 0,
        extended_market_hours: bool = True,
    ) -> FuncDateRule:
        """First day of each quarter, or so many days after it."""
        return self._period("Quarter", symbol, days_offset, extended_market_hours, True)

    def quarter_end(
        self,
        symbol: Symbol | str | int | None = None,
        days_offset: int = 0,
        extended_market_hours: bool = True,
    ) -> FuncDateRule:
        """Last day of each quarter, or so many days before it."""
        return self._period("Quarter", symbol, days_offset, extended_market_hours, False)

    def year_start(
        self,
        symbol: Symbol | str | int | None = None,
        days_offset: int = 0,
        extended_market_hours: bool = True,
    ) -> FuncDateRule:
        """First day of each year, or so many days after it."""
        return self._period("Year", symbol, days_offset, extended_market_hours, True)

    def year_end(
        self,
        symbol: Symbol | str | int | None = None,
        days_offset: int = 0,
        extended_market_hours: bool = True,
    ) -> FuncDateRule:
        """Last day of each year, or so many days before it."""
        return self._period("Year", symbol, days_offset, extended_market_hours, False)

    # Making them ----

    def _local_date(self) -> datetime:
        return to_datetime(self._time_zone.to_local(self._algorithm.utc_stamp) // DAY * DAY)

    def _period(
        self, kind: str, symbol: Symbol | str | int | None, offset: int, extended: bool, forward: bool
    ) -> FuncDateRule:
        symbol, offset = self._symbol_and_offset(symbol, offset)
        name = f"{kind}{'Start' if forward else 'End'}"
        # LEAN checks the offset of a month only when a symbol is given.
        if not (kind == "Month" and symbol is None):
            _check_offset(name, kind, offset)
        hours = None if symbol is None else self._hours_of(symbol)
        extended = extended and symbol is not None

        def dates(start: datetime, end: datetime) -> Iterable[datetime]:
            periods = (
                year_periods(start, end, forward)
                if kind == "Year"
                else months(start, end, _PERIOD_MONTHS[kind])
            )
            return period_days(hours, start, end, offset, forward, extended, periods)

        return FuncDateRule(_name(symbol, name, offset, forward), dates)

    def _week(
        self, symbol: Symbol | str | int | None, offset: int, extended: bool, forward: bool
    ) -> FuncDateRule:
        symbol, offset = self._symbol_and_offset(symbol, offset)
        name = f"Week{'Start' if forward else 'End'}"
        hours = None if symbol is None else self._hours_of(symbol)
        if hours is None:
            _check_offset(name, "Week", offset)
        else:
            _check_weekly_offset(name, symbol, hours, offset, forward)
        extended = extended and symbol is not None
        return FuncDateRule(
            _name(symbol, name, offset, forward),
            lambda start, end: week_days(hours, start, end, offset, forward, extended),
        )

    def _symbol_and_offset(self, symbol: Symbol | str | int | None, offset: int) -> tuple[Symbol | None, int]:
        # month_start(3) means an offset, month_start(spy, 3) a symbol and an offset
        if symbol is None or isinstance(symbol, int):
            return None, offset if symbol is None else symbol
        return self._symbol(symbol), offset


def _name(symbol: Symbol | None, name: str, offset: int, forward: bool) -> str:
    text = name + (f"{'+' if forward else '-'}{offset}" if offset else "")
    return text if symbol is None else f"{symbol.value}: {text}"


def _check_offset(name: str, kind: str, offset: int) -> None:
    largest = _LARGEST_OFFSET[kind]
    if not 0 <= offset <= largest:
        raise ArgumentOutOfRangeException(
            f"DateRules.{name}() : Offset must be between 0 and {largest}", "daysOffset"
        )


def _check_weekly_offset(
    name: str, symbol: Symbol | None, hours: SecurityExchangeHours, offset: int, forward: bool
) -> None:
    days = [
        day.to_string()
        for day, hours_of_day in hours.market_hours.items()
        if not hours_of_day.is_closed_all_day
    ]
    if offset <= len(days) - 1:
        return
    raise ArgumentOutOfRangeException(
        f"DateRules.{name}() : {days[0 if forward else -1]}{'+' if forward else '-'}{offset} is out of range "
        f"for {symbol}'s schedule, please use an offset between 0 - {len(days) - 1}; "
        f"Schedule : {', '.join(days)}",
        "daysOffset",
    )
