"""System.TimeSpan as algorithms use it; every value is a Python timedelta, as LEAN hands them to Python."""

from __future__ import annotations

from datetime import timedelta


class TimeSpan:
    """TimeSpan(hours, minutes, seconds), TimeSpan(days, hours, minutes, seconds[, ms]) or TimeSpan(ticks)."""

    ZERO = Zero = zero = timedelta(0)
    MAX_VALUE = max_value = timedelta.max
    MIN_VALUE = min_value = timedelta.min

    def __new__(cls, *parts: int) -> timedelta:  # type: ignore[misc]
        if len(parts) == 1:
            return timedelta(microseconds=parts[0] / 10)
        if len(parts) == 3:
            parts = (0, *parts)
        if len(parts) not in (4, 5):
            raise TypeError(f"TimeSpan takes 1, 3, 4 or 5 numbers, not {len(parts)}")
        days, hours, minutes, seconds, *milliseconds = parts
        return timedelta(
            days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=sum(milliseconds)
        )

    @staticmethod
    def from_days(value: float) -> timedelta:
        return timedelta(days=value)

    @staticmethod
    def from_hours(value: float) -> timedelta:
        return timedelta(hours=value)

    @staticmethod
    def from_minutes(value: float) -> timedelta:
        return timedelta(minutes=value)

    @staticmethod
    def from_seconds(value: float) -> timedelta:
        return timedelta(seconds=value)

    @staticmethod
    def from_milliseconds(value: float) -> timedelta:
        return timedelta(milliseconds=value)

    @staticmethod
    def from_ticks(value: int) -> timedelta:
        return timedelta(microseconds=value / 10)
