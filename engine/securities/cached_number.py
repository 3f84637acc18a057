"""Numbers of a security's cache, read from bars and ticks when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from engine.common.numbers import to_decimal, to_float

_ZERO = Decimal(0)


class Reader(NamedTuple):
    """How a number is read from a piece of data: as the API shows it and exactly."""

    shown: Callable[[Any], float]
    exact: Callable[[Any], Decimal]


Taken = tuple[Any, Mapping[str, Reader]]
"""A piece of data and how each number it may give is read from it."""


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

    The data it may come from are looked at only when it is asked for, the newest first; a few zeros are rare, so hardly ever
    more than the newest.
    """

    __slots__ = ("_exact", "_reader", "_source", "seen", "shown")

    def __init__(self) -> None:
        self.seen = 0
        """How many of the data taken were looked at."""
        self.shown = 0.0
        self._source: Any = None
        self._reader: Reader | None = None
        self._exact: Decimal | None = _ZERO

    def look(self, name: str, taken: Sequence[Taken], count: int) -> None:
        """Find the newest value among the last data taken; `count` is how many there were in all."""
        unseen, self.seen = count - self.seen, count
        for data, readers in reversed(taken[-unseen:]):
            how = readers.get(name)
            value = how.shown(data) if how is not None else 0.0
            if value:
                self.shown = float(value)
                self._exact = None
                self._source = data
                self._reader = how
                return

    def set(self, value: Decimal) -> None:
        """Replace the number, zero or not."""
        self._source = None
        self._exact = value
        self.shown = to_float(value)

    @property
    def exact(self) -> Decimal:
        if self._exact is None:
            self._exact = self._reader.exact(self._source)  # type: ignore[union-attr]
        return self._exact
