"""Numbers of a security's cache, read from bars and ticks when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from engine.common.numbers import to_decimal, to_float

_ZERO = Decimal(0)
_LOOK_AFTER = 8
"""Data that may wait unread; then it is looked at, so that no more is kept alive."""


class Reader(NamedTuple):
    """How a number is read from a piece of data: as the API shows it and exactly."""

    shown: Callable[[Any], float]
    exact: Callable[[Any], Decimal]


def reader(field: str) -> Reader:
    """Return the reader of a member, exact where the data knows LEAN's scale."""

    def shown(data: Any) -> float:
        return getattr(data, field)

    def exact(data: Any) -> Decimal:
        value = getattr(data, f"{field}_decimal", None)
        return to_decimal(getattr(data, field)) if value is None else value

    return Reader(shown, exact)


def side_reader(side: str) -> Reader:
    """Return the reader of the last price of one side of a quote bar; a missing side reads as 0."""

    def shown(data: Any) -> float:
        bar = getattr(data, side)
        return 0.0 if bar is None else bar.close

    def exact(data: Any) -> Decimal:
        return getattr(data, side).close_decimal

    return Reader(shown, exact)


class CachedNumber:
    """A number that keeps its last value other than 0 (LEAN: SecurityCache takes no zero from data).

    What was taken is looked at only when the number is asked for, the newest first; a few zeros are rare, so
    hardly ever more than the newest.
    """

    __slots__ = ("_exact", "_reader", "_shown", "_source", "_taken")

    def __init__(self) -> None:
        self._taken: list[tuple[Any, Reader]] = []
        self._source: Any = None
        self._reader: Reader | None = None
        self._shown = 0.0
        self._exact: Decimal | None = _ZERO

    def take(self, data: Any, how: Reader) -> None:
        """Take the number from `data` unless it turns out to be 0."""
        self._taken.append((data, how))
        if len(self._taken) == _LOOK_AFTER:
            self._resolve()

    def set(self, value: Decimal) -> None:
        """Replace the number, zero or not."""
        self._taken.clear()
        self._source = None
        self._exact = value
        self._shown = to_float(value)

    @property
    def shown(self) -> float:
        if self._taken:
            self._resolve()
        return self._shown

    @property
    def exact(self) -> Decimal:
        if self._taken:
            self._resolve()
        if self._exact is None:
            self._exact = self._reader.exact(self._source)  # type: ignore[union-attr]
        return self._exact

    def _resolve(self) -> None:
        for data, how in reversed(self._taken):
            value = how.shown(data)
            if value:
                self._shown = float(value)
                self._exact = None
                self._source = data
                self._reader = how
                break
        self._taken.clear()
