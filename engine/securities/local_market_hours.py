"""The hours of one day. LEAN: Common/Securities/LocalMarketHours.cs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from engine.common.enums import DayOfWeek, MarketHoursState
from engine.common.time import DAY, span_to_stamp
from engine.securities.market_hours_segment import MarketHoursSegment


class LocalMarketHours:
    """Segments of one day, closed ones left out. The `_us` methods speak microseconds since midnight."""

    __slots__ = ("day_of_week", "is_closed_all_day", "is_open_all_day", "market_duration_us", "segments")

    def __init__(self, day: DayOfWeek, segments: Iterable[MarketHoursSegment] = ()) -> None:
        self.day_of_week = day
        self.segments = tuple(s for s in segments if s.state is not MarketHoursState.CLOSED)
        self.is_closed_all_day = not self.segments
        self.is_open_all_day = len(self.segments) == 1 and (
            self.segments[0].is_regular and self.segments[0].start_us == 0 and self.segments[0].end_us == DAY
        )
        self.market_duration_us = sum(s.end_us - s.start_us for s in self.segments if s.is_regular)

    @staticmethod
    def closed_all_day(day: DayOfWeek) -> LocalMarketHours:
        """Return a day without hours."""
        return LocalMarketHours(day)

    @staticmethod
    def open_all_day(day: DayOfWeek) -> LocalMarketHours:
        """Return a day of regular hours only."""
        return LocalMarketHours(day, [MarketHoursSegment.open_all_day()])

    @property
    def market_duration(self) -> timedelta:
        """Length of the regular hours."""
        return timedelta(microseconds=self.market_duration_us)

    def get_market_open(
        self, time: timedelta, extended_market_hours: bool, previous_day_last_segment: timedelta | None = None
    ) -> timedelta | None:
        """Return the first opening whose segment ends after `time`; a continued session is no opening."""
        previous = None if previous_day_last_segment is None else span_to_stamp(previous_day_last_segment)
        return _span(self.market_open_us(span_to_stamp(time), extended_market_hours, previous))

    def get_market_close(
        self,
        time: timedelta,
        extended_market_hours: bool,
        last_close: bool = False,
        next_day_segment_start: timedelta | None = None,
    ) -> timedelta | None:
        """Return the first (or last) close after `time`; a session that goes on does not close."""
        following = None if next_day_segment_start is None else span_to_stamp(next_day_segment_start)
        return _span(self.market_close_us(span_to_stamp(time), extended_market_hours, last_close, following))

    def is_open(self, start: timedelta, *rest: timedelta | bool) -> bool:
        """Return whether it is open: `(time, extended)` or `(start, end, extended)`."""
        if len(rest) == 1:
            return self.is_open_us(span_to_stamp(start), bool(rest[0]))
        end, extended = rest
        assert isinstance(end, timedelta)
        return self.overlaps_us(span_to_stamp(start), span_to_stamp(end), bool(extended))

    def market_open_us(self, time: int, extended: bool, previous_end: int | None) -> int | None:
        """Return what get_market_open returns."""
        from_previous_day = True
        for segment in self.segments:
            if not (segment.is_regular or extended):
                continue
            if segment.end_us > time and not _continues(previous_end, segment.start_us, from_previous_day):
                return segment.start_us
            previous_end = segment.end_us
            from_previous_day = False
        return None

    def market_close_us(
        self, time: int, extended: bool, last_close: bool, next_day_start: int | None
    ) -> int | None:
        """Return what get_market_close returns."""
        result = None
        last = len(self.segments) - 1
        for index, segment in enumerate(self.segments):
            if segment.end_us <= time or not (segment.is_regular or extended):
                continue
            if last_close:
                result = segment.end_us
                continue
            if index == last:
                following = next_day_start
            else:
                after = self.segments[index + 1]
                following = after.start_us if after.is_regular or extended else None
            if not _continues(segment.end_us, following, index == last):
                return segment.end_us
        return result

    def is_open_us(self, time: int, extended: bool) -> bool:
        """Return whether it is open at a time of day."""
        for segment in self.segments:
            if segment.start_us <= time < segment.end_us:
                return extended or segment.is_regular
        return False

    def overlaps_us(self, start: int, end: int, extended: bool) -> bool:
        """Return whether it is open at some time of a stretch of the day."""
        if start == end:
            return self.is_open_us(start, extended)
        for segment in self.segments:
            if (extended or segment.is_regular) and segment.start_us < end and segment.end_us > start:
                return True
        return False

    def __str__(self) -> str:
        if self.is_closed_all_day:
            return "Closed All Day"
        if self.is_open_all_day:
            return "Open All Day"
        return f"{self.day_of_week.to_string()}: {' | '.join(map(str, self.segments))}"


def _continues(previous_end: int | None, next_start: int | None, over_midnight: bool) -> bool:
    if previous_end is None or next_start is None:
        return False
    if over_midnight:
        return previous_end == DAY and next_start == 0
    return previous_end == next_start


def _span(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else timedelta(microseconds=microseconds)
