"""One stretch of a day in one state. LEAN: Common/Securities/MarketHoursSegment.cs."""

from __future__ import annotations

from datetime import timedelta

from engine.common.enums import MarketHoursState
from engine.common.errors import ArgumentException
from engine.common.time import DAY, span_to_stamp


class MarketHoursSegment:
    """Start is in the segment, end is not. `start_us` and `end_us` are microseconds since midnight."""

    __slots__ = ("end_us", "is_regular", "start_us", "state")

    def __init__(self, state: MarketHoursState, start: timedelta | int, end: timedelta | int) -> None:
        self.state = state
        self.start_us = start if isinstance(start, int) else span_to_stamp(start)
        self.end_us = end if isinstance(end, int) else span_to_stamp(end)
        self.is_regular = state is MarketHoursState.MARKET

    @property
    def start(self) -> timedelta:
        """Start of the segment, time of day."""
        return timedelta(microseconds=self.start_us)

    @property
    def end(self) -> timedelta:
        """End of the segment, time of day; 24 hours for midnight."""
        return timedelta(microseconds=self.end_us)

    @staticmethod
    def open_all_day() -> MarketHoursSegment:
        """Return a segment of regular hours from midnight to midnight."""
        return MarketHoursSegment(MarketHoursState.MARKET, 0, DAY)

    @staticmethod
    def closed_all_day() -> MarketHoursSegment:
        """Return a closed segment from midnight to midnight."""
        return MarketHoursSegment(MarketHoursState.CLOSED, 0, DAY)

    @staticmethod
    def get_market_hours_segments(
        extended_market_open: timedelta,
        market_open: timedelta,
        market_close: timedelta,
        extended_market_close: timedelta,
    ) -> list[MarketHoursSegment]:
        """Return the segments of a day with one regular session between extended ones."""
        if market_open < extended_market_open:
            raise ArgumentException(
                "Extended market open time must be less than or equal to market open time."
            )
        if market_close < market_open:
            raise ArgumentException("Market close time must be after market open time.")
        if extended_market_close < market_close:
            raise ArgumentException(
                "Extended market close time must be greater than or equal to market close time."
            )
        segments = []
        if extended_market_open != market_open:
            segments.append(
                MarketHoursSegment(MarketHoursState.PRE_MARKET, extended_market_open, market_open)
            )
        if market_open or market_close:
            segments.append(MarketHoursSegment(MarketHoursState.MARKET, market_open, market_close))
        if market_close != extended_market_close:
            segments.append(
                MarketHoursSegment(MarketHoursState.POST_MARKET, market_close, extended_market_close)
            )
        return segments

    def contains(self, time: timedelta) -> bool:
        """Return whether the time of day lies in the segment."""
        return self.start_us <= span_to_stamp(time) < self.end_us

    def overlaps(self, start: timedelta, end: timedelta) -> bool:
        """Return whether the stretch of the day touches the segment."""
        return self.start_us < span_to_stamp(end) and self.end_us > span_to_stamp(start)

    def __str__(self) -> str:
        return f"{self.state.to_string()}: {_clock(self.start_us)}-{_clock(self.end_us)}"


def _clock(microseconds: int) -> str:
    # TimeSpan's text: 16:00:00, and 1.00:00:00 for a whole day
    days, rest = divmod(microseconds // 1_000_000, 86400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{days}.{clock}" if days else clock
