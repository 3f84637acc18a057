"""Exact numbers inside, floats outside: the two faces of every decimal of an order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.common.numbers import to_decimal, to_float
from engine.common.time import to_datetime, to_stamp


def float_of(exact: str) -> property:
    """Return the float face of the attribute `exact`; None stays None, what is set is converted exactly."""

    def read(self: Any) -> float | None:
        value = getattr(self, exact)
        return None if value is None else to_float(value)

    def write(self: Any, value: Any) -> None:
        setattr(self, exact, None if value is None else to_decimal(value))

    return property(read, write, doc=f"{exact.removesuffix('_decimal')} as LEAN's Python API shows it.")


def datetime_of(stamp: str) -> property:
    """Return the datetime face of the stamp attribute `stamp`; None stays None.

    LEAN's UTC times of orders reach Python with their zone, its local times without.
    """

    def read(self: Any) -> datetime | None:
        value = getattr(self, stamp)
        return None if value is None else utc_datetime(value)

    def write(self: Any, value: datetime | int | None) -> None:
        setattr(self, stamp, None if value is None else stamp_of(value))

    return property(read, write, doc=f"{stamp.removesuffix('_stamp')}, UTC.")


def utc_datetime(stamp: int) -> datetime:
    """Return a stamp as an aware datetime in UTC."""
    return to_datetime(stamp).replace(tzinfo=UTC)


def stamp_of(time: datetime | int) -> int:
    """Return the stamp of a UTC datetime (algorithms, aware or naive), or the stamp itself (engine)."""
    if not isinstance(time, datetime):
        return time
    return to_stamp(time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None))
