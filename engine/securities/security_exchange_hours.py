"""When an exchange is open. LEAN: Common/Securities/SecurityExchangeHours.cs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from engine.common.enums import DayOfWeek, Resolution
from engine.common.errors import ArgumentException, InvalidOperationException
from engine.common.time import DAY, TimeZone, date_to_stamp, span_to_stamp, to_datetime, to_stamp
from engine.securities.local_market_hours import LocalMarketHours
from engine.securities.market_hours_segment import MarketHoursSegment

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TWO_WEEKS = 15 * DAY
_NO_OPEN = (
    "Unable to locate next market {} within two weeks.",
    " Market is always open for this asset, this can happen e.g. if using TimeRules {} for a crypto asset. "
    "An alternative would be TimeRules.At(), TimeRules.Every(), TimeRules.Midnight or TimeRules.Noon instead",
)


class SecurityExchangeHours:
    """Weekly hours, holidays, early closes and late opens of one exchange, in its own time zone.

    Members with LEAN's names take and give naive local datetimes. Those ending in `_stamp` do the same with
    local stamps (microseconds), without building datetimes.
    """

    __slots__ = ("_bank_holidays", "_by_weekday", "_days", "_early_closes", "_grids", "_holidays",
                 "_late_opens", "is_market_always_open", "regular_market_duration", "time_zone")  # fmt: skip

    def __init__(
        self,
        time_zone: TimeZone,
        holiday_dates: Iterable[date],
        market_hours_for_each_day_of_week: Mapping[DayOfWeek, LocalMarketHours],
        early_closes: Mapping[date, timedelta] | None = None,
        late_opens: Mapping[date, timedelta] | None = None,
        bank_holiday_dates: Iterable[date] = (),
    ) -> None:
        self.time_zone = time_zone
        self._holidays = {_day_number(day) for day in holiday_dates}
        self._bank_holidays = {_day_number(day) for day in bank_holiday_dates}
        self._early_closes = {_day_number(d): span_to_stamp(at) for d, at in (early_closes or {}).items()}
        self._late_opens = {_day_number(d): span_to_stamp(at) for d, at in (late_opens or {}).items()}
        given = market_hours_for_each_day_of_week
        self._by_weekday = tuple(given.get(day) or LocalMarketHours(day) for day in DayOfWeek)
        durations = [hours.market_duration_us for hours in self._by_weekday]
        # The most common length of a day; the longer one of two that tie.
        self.regular_market_duration = timedelta(
            microseconds=max(durations, key=lambda length: (durations.count(length), length))
        )
        self.is_market_always_open = all(hours.is_open_all_day for hours in self._by_weekday)
        self._days: dict[int, LocalMarketHours] = {}
        self._grids: dict[tuple[int, Resolution, bool], NDArray[np.int64]] = {}

    @staticmethod
    def always_open(time_zone: TimeZone) -> SecurityExchangeHours:
        """Return hours without a close."""
        return SecurityExchangeHours(
            time_zone, (), {day: LocalMarketHours.open_all_day(day) for day in DayOfWeek}
        )

    # What the hours are made of ----

    @property
    def holidays(self) -> set[datetime]:
        """Days without trading."""
        return {to_datetime(day * DAY) for day in self._holidays}

    @property
    def bank_holidays(self) -> set[datetime]:
        """Days that are traded but do not count as business days of futures' expiries."""
        return {to_datetime(day * DAY) for day in self._bank_holidays}

    @property
    def early_closes(self) -> dict[datetime, timedelta]:
        """Days that close early, and when."""
        return {to_datetime(day * DAY): timedelta(microseconds=at) for day, at in self._early_closes.items()}

    @property
    def late_opens(self) -> dict[datetime, timedelta]:
        """Days that open late, and when."""
        return {to_datetime(day * DAY): timedelta(microseconds=at) for day, at in self._late_opens.items()}

    @property
    def market_hours(self) -> dict[DayOfWeek, LocalMarketHours]:
        """Hours of an ordinary week."""
        return {hours.day_of_week: hours for hours in self._by_weekday}

    # Questions of LEAN's API ----

    def get_market_hours(self, local_date_time: date) -> LocalMarketHours:
        """Return the hours of a date."""
        return self.hours_of_day(_day_number(local_date_time))

    def is_open(self, local_date_time: datetime, *rest: datetime | bool, **named: bool) -> bool:
        """Return whether it is open: `(time, extended)` or `(start, end, extended)`."""
        extended = bool(named.get("extended_market_hours", rest[-1] if rest else False))
        if rest and isinstance(rest[0], date):
            return self.is_open_between(_stamp(local_date_time), _stamp(rest[0]), extended)
        return self.is_open_stamp(_stamp(local_date_time), extended)

    def is_date_open(self, local_date_time: date, extended_market_hours: bool = False) -> bool:
        """Return whether the date has regular (or else extended) hours."""
        return self.is_day_open(_day_number(local_date_time), extended_market_hours)

    def get_next_market_open(self, local_date_time: date, extended_market_hours: bool = False) -> datetime:
        """Return the first opening after the time."""
        return to_datetime(self.next_open_stamp(_stamp(local_date_time), extended_market_hours))

    def get_previous_market_open(
        self, local_date_time: date, extended_market_hours: bool = False, first_open: bool = False
    ) -> datetime:
        """Return the last opening not after the time; with `first_open` the first one of that day."""
        return to_datetime(
            self.previous_open_stamp(_stamp(local_date_time), extended_market_hours, first_open)
        )

    def get_first_daily_market_open(self, local_date_time: date, extended_market_hours: bool) -> datetime:
        """Return the first opening of the day on which it last opened."""
        return self.get_previous_market_open(local_date_time, extended_market_hours, True)

    def get_next_market_close(
        self, local_date_time: date, extended_market_hours: bool = False, last_close: bool = False
    ) -> datetime:
        """Return the first close after the time; with `last_close` the last one of that day."""
        return to_datetime(self.next_close_stamp(_stamp(local_date_time), extended_market_hours, last_close))

    def get_last_daily_market_close(self, local_date_time: datetime, extended_market_hours: bool) -> datetime:
        """Return the last close of the day on which it closes next."""
        return self.get_next_market_close(local_date_time, extended_market_hours, True)

    def get_previous_trading_day(self, local_date: datetime) -> datetime:
        """Return the last date before with regular hours; the time of day is kept."""
        return self._step_to_trading_day(local_date, -1)

    def get_next_trading_day(self, local_date: datetime) -> datetime:
        """Return the first date after with regular hours; the time of day is kept."""
        return self._step_to_trading_day(local_date, 1)

    def _step_to_trading_day(self, moment: datetime, step: int) -> datetime:
        day = _day_number(moment) + step
        while not self.is_day_open(day):
            day += step
        return moment + timedelta(days=day - _day_number(moment))

    # The same with local stamps and day numbers (days since 1970) ----

    def hours_of_day(self, day: int) -> LocalMarketHours:
        """Return the hours of a day number; computed once."""
        hours = self._days.get(day)
        if hours is None:
            hours = self._days[day] = self._make_day(day)
        return hours

    def is_day_open(self, day: int, extended: bool = False) -> bool:
        """Return whether the day has regular (or else extended) hours."""
        hours = self.hours_of_day(day)
        return not hours.is_closed_all_day and (extended or hours.market_duration_us != 0)

    def is_open_stamp(self, local: int, extended: bool = False) -> bool:
        """Return whether it is open at a local stamp."""
        day = local // DAY
        return self.hours_of_day(day).is_open_us(local - day * DAY, extended)

    def is_open_between(self, start: int, end: int, extended: bool) -> bool:
        """Return whether it is open at some time from start to end."""
        if start == end:
            return self.is_open_stamp(start, extended)
        day = start // DAY
        last = (end - 1) // DAY if end > start else day
        while day <= last:
            midnight = day * DAY
            first = max(start - midnight, 0)
            if self.hours_of_day(day).overlaps_us(first, min(end - midnight, DAY - 1), extended):
                return True
            day += 1
        return False

    def next_open_stamp(self, local: int, extended: bool = False) -> int:
        """Return the first opening after a local stamp."""
        day, time = divmod(local, DAY)
        previous = self.hours_of_day(day - 1).segments
        previous_end = previous[-1].end_us if previous else None
        limit = day * DAY + _TWO_WEEKS
        while day * DAY < limit:
            hours = self.hours_of_day(day)
            if hours.is_closed_all_day:
                previous_end = None
            else:
                opens = hours.market_open_us(time, extended, previous_end)
                if opens is not None and local < day * DAY + opens:
                    return day * DAY + opens
                # After an early close the next day opens anew even if its first segment starts at midnight.
                previous_end = None if day in self._early_closes else hours.segments[-1].end_us
            day += 1
            time = 0
        raise ArgumentException(self._no_open_message("open", "AfterMarketOpen"))

    def previous_open_stamp(self, local: int, extended: bool = False, first_open: bool = False) -> int:
        """Return the last opening not after a local stamp."""
        if self.next_open_stamp(local - 1, extended) == local:
            return local
        day = local // DAY
        for _ in range(9):
            result = None
            for segment in reversed(self.hours_of_day(day).segments):
                opens = day * DAY + segment.start_us
                if opens > local or not (segment.is_regular or extended):
                    continue
                if first_open:
                    result = opens
                elif self.next_open_stamp(opens - 1, extended) == opens:
                    return opens
            if result is not None:
                return result
            day -= 1
        raise InvalidOperationException(
            f"Did not find last market open for {to_datetime(local)}. "
            f"IsMarketAlwaysOpen: {self.is_market_always_open}"
        )

    def next_close_stamp(self, local: int, extended: bool = False, last_close: bool = False) -> int:
        """Return the first close after a local stamp."""
        day, time = divmod(local, DAY)
        limit = day * DAY + _TWO_WEEKS
        while day * DAY < limit:
            hours = self.hours_of_day(day)
            if not hours.is_closed_all_day:
                closes = hours.market_close_us(time, extended, last_close, self._first_start(day + 1))
                if closes is not None and local < day * DAY + closes:
                    return day * DAY + closes
            day += 1
            time = 0
        raise ArgumentException(self._no_open_message("close", "BeforeMarketClose"))

    def open_minutes(self, day: date, resolution: Resolution, extended: bool) -> NDArray[np.int64]:
        """Return the UTC stamps at which bars of a local date end: the grid that fill forward walks.

        Bars lie on multiples of their length from midnight and count when they touch open hours, so an hourly
        bar from 9:00 to 10:00 counts for a market that opens at 9:30. A daily bar ends at the last close.
        """
        key = (_day_number(day), resolution, extended)
        grid = self._grids.get(key)
        if grid is None:
            grid = self._grids[key] = self._make_grid(*key)
            grid.flags.writeable = False
        return grid

    # Making a day ----

    def _make_grid(self, day: int, resolution: Resolution, extended: bool) -> NDArray[np.int64]:
        segments = [s for s in self.hours_of_day(day).segments if s.is_regular or extended]
        if not segments:
            return np.empty(0, dtype=np.int64)
        if resolution is Resolution.DAILY:
            ends = np.array([segments[-1].end_us], dtype=np.int64)
        else:
            step = span_to_stamp(resolution.to_time_span())
            ends = np.unique(
                np.concatenate(
                    [
                        np.arange(s.start_us // step + 1, -(-s.end_us // step) + 1, dtype=np.int64) * step
                        for s in segments
                    ]
                )
            )
        # unique: the hour that a clock change skips has no bars of its own
        return np.unique(self.time_zone.to_utc(day * DAY + ends))

    def _make_day(self, day: int) -> LocalMarketHours:
        weekday = DayOfWeek((day + 4) % 7)  # 1970-01-01 was a Thursday
        if day in self._holidays:
            return LocalMarketHours.closed_all_day(weekday)
        hours = self._by_weekday[weekday]
        close = self._early_closes.get(day)
        opens = self._late_opens.get(day)
        if close is None and opens is None:
            return hours
        before = None if close is None else _until(hours.segments, close)
        if before is None or opens is None:
            segments = _since(hours.segments, opens) if before is None else before  # type: ignore[arg-type]
        elif close <= opens:  # type: ignore[operator]
            # It closes early and opens again; at one and the same time LEAN opens what it has just cut off.
            segments = before + _since(before if close == opens else hours.segments, opens)
        else:
            segments = _since(before, opens)
        return LocalMarketHours(weekday, segments)

    def _first_start(self, day: int) -> int | None:
        if day in self._early_closes:
            return None
        segments = self.hours_of_day(day).segments
        return segments[0].start_us if segments else None

    def _no_open_message(self, what: str, rule: str) -> str:
        message = _NO_OPEN[0].format(what)
        return message + _NO_OPEN[1].format(rule) if self.is_market_always_open else message


def _until(segments: Iterable[MarketHoursSegment], close: int) -> list[MarketHoursSegment]:
    # Segments up to an early close. One that starts later ends the list, and takes the one before with it:
    # LEAN's index is one too low there (it matters only when the close lies in a gap between two segments).
    result: list[MarketHoursSegment] = []
    for segment in segments:
        if segment.start_us <= close <= segment.end_us:
            result.append(MarketHoursSegment(segment.state, segment.start_us, close))
            break
        if close < segment.start_us:
            del result[-1:]
            break
        result.append(segment)
    return result


def _since(segments: Iterable[MarketHoursSegment], opens: int) -> list[MarketHoursSegment]:
    # Segments from a late open on. Without one that contains it or starts later all of them stay, as in LEAN.
    segments = list(segments)
    for index, segment in enumerate(segments):
        if segment.start_us <= opens <= segment.end_us:
            return [MarketHoursSegment(segment.state, opens, segment.end_us), *segments[index + 1 :]]
        if opens < segment.start_us:
            return segments[index:]
    return segments


def _day_number(day: date) -> int:
    return date_to_stamp(day) // DAY


def _stamp(moment: date) -> int:
    # a date is its midnight, as where Python's dates become .NET's
    if not isinstance(moment, datetime):
        return date_to_stamp(moment)
    # a UTC time is read as it stands: .NET compares the clock, whatever the zone
    return to_stamp(moment if moment.tzinfo is None else moment.replace(tzinfo=None))
