"""When an insight ends: LEAN counts its period in trading time (LEAN: the period specifications of Insight.cs).

Times are UTC stamps; a specification answers with the close time and the period an insight then has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.common.enums import Resolution
from engine.common.errors import ArgumentOutOfRangeException
from engine.common.time import DAY, END_OF_TIME, MINUTE, SECOND, span_to_stamp, to_datetime, to_stamp

if TYPE_CHECKING:
    from engine.securities.security_exchange_hours import SecurityExchangeHours

NO_TIME = datetime(1, 1, 1)
"""What a .NET time is that was never set."""
END_OF_TIME_SPAN = END_OF_TIME - NO_TIME
_END_STAMP = to_stamp(END_OF_TIME)


class PeriodSpecification(ABC):
    """Decides when an insight closes."""

    period: timedelta | None = None
    """The period where it is known before the insight is emitted."""

    @abstractmethod
    def close_and_period(self, hours: SecurityExchangeHours, generated: int) -> tuple[int, timedelta]: ...


class TimeSpanPeriodSpecification(PeriodSpecification):
    """A span that counts trading days, or the minutes or seconds of the session."""

    def __init__(self, period: timedelta) -> None:
        self.period = period or timedelta(seconds=1)

    def close_and_period(self, hours: SecurityExchangeHours, generated: int) -> tuple[int, timedelta]:
        return close_after_period(hours, generated, self.period), self.period  # type: ignore[arg-type,return-value]


@dataclass(slots=True)
class ResolutionBarCountPeriodSpecification(PeriodSpecification):
    """So many bars."""

    resolution: Resolution
    bar_count: int

    def close_and_period(self, hours: SecurityExchangeHours, generated: int) -> tuple[int, timedelta]:
        return _with_period(close_after_bars(hours, generated, self.resolution, self.bar_count), generated)


@dataclass(slots=True)
class CloseTimePeriodSpecification(PeriodSpecification):
    """A local time, or the first opening after it."""

    close_time_local: datetime

    def close_and_period(self, hours: SecurityExchangeHours, generated: int) -> tuple[int, timedelta]:
        close = _while_open(hours, self.close_time_local)
        if generated > close:
            raise ArgumentOutOfRangeException(
                "Insight closeTimeLocal must not be in the past.", "closeTimeLocal"
            )
        return _with_period(close, generated)


@dataclass(slots=True)
class FuncPeriodSpecification(PeriodSpecification):
    """A function from the local time of the insight to the local time of its close."""

    expiry: Callable[[datetime], datetime]

    def close_and_period(self, hours: SecurityExchangeHours, generated: int) -> tuple[int, timedelta]:
        local = self.expiry(hours.time_zone.local_datetime(generated))
        return _with_period(_while_open(hours, local), generated)


class EndOfTimeCloseTimePeriodSpecification(PeriodSpecification):
    """Never."""

    def close_and_period(self, hours: SecurityExchangeHours, generated: int) -> tuple[int, timedelta]:
        return _END_STAMP, END_OF_TIME_SPAN


def close_after_bars(
    hours: SecurityExchangeHours, generated: int, resolution: Resolution, bar_count: int
) -> int:
    """Return the stamp at which so many bars of trading time have passed."""
    if bar_count < 1:
        raise ArgumentOutOfRangeException("Insight barCount must be greater than zero.", "barCount")
    # Hours are counted as minutes: sessions begin and end at half hours.
    if resolution == Resolution.HOUR:
        resolution, bar_count = Resolution.MINUTE, bar_count * 60
    step = max(span_to_stamp(resolution.to_time_span()), SECOND)
    return _step(hours, generated, step, bar_count)


def close_after_period(hours: SecurityExchangeHours, generated: int, period: timedelta) -> int:
    """Return the stamp at which a span of trading time has passed."""
    span = span_to_stamp(period)
    if span < SECOND:
        raise ArgumentOutOfRangeException(
            "Insight period must be greater than or equal to 1 second.", "period"
        )
    size = DAY if span >= DAY else MINUTE if span >= MINUTE else SECOND
    count, rest = divmod(span, size)
    close = _step(hours, generated, size, count)
    if size == DAY:
        # what is left of a day is that part of a session
        rest = int(span_to_stamp(hours.regular_market_duration) * (rest / DAY))
    minutes = rest // MINUTE
    return _step(hours, close, MINUTE, minutes) if minutes else close


def _step(hours: SecurityExchangeHours, start: int, size: int, count: int) -> int:
    # LEAN: Time.GetEndTimeForTradeBars, in the exchange's time
    zone = hours.time_zone
    current = zone.to_local(start)
    by_day = size == DAY
    while count:
        following = current + size
        if (
            hours.is_day_open(following // DAY)
            if by_day
            else hours.is_open_between(current, following, False)
        ):
            count -= 1
        elif not by_day:
            # nothing counts until the market opens: go on in the step during which it does
            following += (hours.next_open_stamp(following - 1) - following) // size * size
        current = following
    return zone.to_utc(current)


def _while_open(hours: SecurityExchangeHours, local: datetime) -> int:
    if not hours.is_open(local, False):
        local = hours.get_next_market_open(local, False)
    return hours.time_zone.to_utc(to_stamp(local))


def _with_period(close: int, generated: int) -> tuple[int, timedelta]:
    return close, to_datetime(close) - to_datetime(generated)
