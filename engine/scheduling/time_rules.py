"""`self.time_rules`. LEAN: Common/Scheduling/TimeRules.cs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from engine.common.errors import ArgumentException
from engine.common.numbers import decimal_to_string, normalize
from engine.common.symbol import Symbol
from engine.common.time import DAY, HOUR, MINUTE, TimeZone, span_to_stamp, to_stamp
from engine.scheduling.base_schedule_rules import BaseScheduleRules
from engine.scheduling.func_time_rule import FuncTimeRule
from engine.securities.security_exchange_hours import SecurityExchangeHours

_HUNDREDTH = Decimal("0.01")

MarketMoment = Callable[[SecurityExchangeHours, int], int | None]
"""Gives the local stamp that counts on a day number of an exchange, None when it is closed."""


class TimeRules(BaseScheduleRules):
    """Makes time rules."""

    @property
    def now(self) -> FuncTimeRule:
        """The moment at which the event is scheduled, whatever the date."""
        return FuncTimeRule.of_stamps("Now", lambda dates: (self._algorithm.utc_stamp for _ in dates))

    @property
    def midnight(self) -> FuncTimeRule:
        """Start of the day."""
        return FuncTimeRule.of_stamps(
            "Midnight", lambda dates: (self._time_zone.to_utc(to_stamp(day)) for day in dates)
        )

    @property
    def noon(self) -> FuncTimeRule:
        """Twelve hours after midnight: on the days of a clock change not twelve o'clock."""
        return FuncTimeRule.of_stamps(
            "Noon", lambda dates: (self._time_zone.to_utc(to_stamp(day)) + 12 * HOUR for day in dates)
        )

    def at(
        self,
        hour: int | timedelta,
        minute: int | TimeZone = 0,
        second: int | TimeZone = 0,
        time_zone: TimeZone | None = None,
    ) -> FuncTimeRule:
        """A time of day: `at(10, 30)`, `at(10, 30, 15)` or `at(timedelta)`; a zone may come last."""
        numbers = []
        for argument in (hour, minute, second, time_zone):
            if isinstance(argument, TimeZone):
                time_zone = argument
            elif argument is not None:
                numbers.append(argument)
        if isinstance(hour, timedelta):
            time_of_day = span_to_stamp(hour)
        else:
            hours, minutes, seconds = (*numbers, 0, 0)[:3]
            time_of_day = hours * HOUR + minutes * MINUTE + seconds * 1_000_000  # type: ignore[operator]
        zone = time_zone or self._time_zone
        return FuncTimeRule.of_stamps(
            _two_decimals(time_of_day / HOUR),
            lambda dates: (zone.to_utc(to_stamp(day) + time_of_day) for day in dates),
        )

    def every(self, interval: timedelta) -> FuncTimeRule:
        """Midnight and every interval after it until the next midnight."""
        step = span_to_stamp(interval)
        if step <= 0:
            raise ArgumentException("TimeRules.Every(): time span interval can not be zero or less")

        def stamps(dates: Iterable[datetime]) -> Iterator[int]:
            for day in dates:
                midnight = to_stamp(day)
                for local in range(midnight, midnight + DAY, step):
                    yield self._time_zone.to_utc(local)

        return FuncTimeRule.of_stamps(f"Every {_two_decimals(step / MINUTE)} min", stamps)

    def before_market_open(
        self,
        symbol: Symbol | str | float | None = None,
        minutes_before_open: float = 0,
        extended_market_open: bool = False,
    ) -> FuncTimeRule:
        """So many minutes before the first opening of the day."""
        symbol, minutes, extended = self._arguments(symbol, minutes_before_open, extended_market_open)
        return self._market_rule(symbol, -minutes, extended, True)

    def after_market_open(
        self,
        symbol: Symbol | str | float | None = None,
        minutes_after_open: float = 0,
        extended_market_open: bool = False,
    ) -> FuncTimeRule:
        """So many minutes after the day's first opening; without a symbol the earliest of all exchanges."""
        symbol, minutes, extended = self._arguments(symbol, minutes_after_open, extended_market_open)
        return self._market_rule(symbol, minutes, extended, True)

    def before_market_close(
        self,
        symbol: Symbol | str | float | None = None,
        minutes_before_close: float = 0,
        extended_market_close: bool = False,
    ) -> FuncTimeRule:
        """So many minutes before the last close of the day; without a symbol the latest of all exchanges."""
        symbol, minutes, extended = self._arguments(symbol, minutes_before_close, extended_market_close)
        return self._market_rule(symbol, minutes, extended, False)

    def after_market_close(
        self,
        symbol: Symbol | str | float | None = None,
        minutes_after_close: float = 0,
        extended_market_close: bool = False,
    ) -> FuncTimeRule:
        """So many minutes after the last close of the day."""
        symbol, minutes, extended = self._arguments(symbol, minutes_after_close, extended_market_close)
        return self._market_rule(symbol, -minutes, extended, False)

    def _arguments(
        self, symbol: Symbol | str | float | None, minutes: float, extended: bool
    ) -> tuple[Symbol | None, float, bool]:
        # Without a symbol the minutes come first, and the flag for extended hours second.
        if symbol is None:
            return None, minutes, extended
        if isinstance(symbol, int | float):
            return None, symbol, minutes if isinstance(minutes, bool) else extended
        return self._symbol(symbol), minutes, extended

    def _market_rule(
        self, symbol: Symbol | None, minutes: float, extended: bool, opening: bool
    ) -> FuncTimeRule:
        after = minutes > 0 if opening else minutes <= 0
        what = f"{'Extended' if extended else ''}Market{'Open' if opening else 'Close'}"
        name = f"{_two_decimals(abs(minutes))} min {'after' if after else 'before'} {what}"
        delta = _minutes_to_stamp(minutes if opening else -minutes)
        moment = _first_open if opening else _last_close
        if symbol is None:
            choose = min if opening else max

            def stamps(dates: Iterable[datetime]) -> Iterator[int]:
                exchanges = self._hours_of_all()
                for day in dates:
                    number = to_stamp(day) // DAY
                    found = [
                        hours.time_zone.to_utc(local + delta)
                        for hours in exchanges
                        if hours.is_day_open(number, extended)
                        and (local := moment(hours, number, extended)) is not None
                    ]
                    if found:
                        yield choose(found)

            return FuncTimeRule.of_stamps(name, stamps)
        hours = self._hours_of(symbol)

        def stamps_of_symbol(dates: Iterable[datetime]) -> Iterator[int]:
            for day in dates:
                number = to_stamp(day) // DAY
                local = moment(hours, number, extended)
                if local is not None and hours.is_day_open(number, extended):
                    yield hours.time_zone.to_utc(local + delta)

        return FuncTimeRule.of_stamps(f"{symbol}: {name}", stamps_of_symbol)


def _first_open(hours: SecurityExchangeHours, day: int, extended: bool) -> int | None:
    opens = hours.previous_open_stamp((day + 1) * DAY - 1, extended, True)
    return opens if opens // DAY == day else None


def _last_close(hours: SecurityExchangeHours, day: int, extended: bool) -> int:
    return hours.next_close_stamp(day * DAY, extended, True)


def _minutes_to_stamp(minutes: float) -> int:
    # TimeSpan.FromMinutes keeps ticks (100 ns); our stamps end at the microsecond
    return round(minutes * MINUTE)


@lru_cache(
    maxsize=2048
)  # an algorithm that names its next moment anew each minute comes back to the same ones daily
def _two_decimals(number: float) -> str:
    # .NET's format 0.##, which rounds halves away from zero
    return decimal_to_string(normalize(Decimal(repr(float(number))).quantize(_HUNDREDTH, ROUND_HALF_UP)))
