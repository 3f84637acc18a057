"""Data that an algorithm's own reader made, as rows of a subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone
    from engine.data.base_data import BaseData


class CustomColumns:
    """What a block asks of columns; the rows are the objects of the algorithm.

    Parameters
    ----------
    ends : UTC stamps at which the points may be known, never falling
    """

    is_decoded = True
    """The points are there from the start."""

    __slots__ = ("end", "exchange_time_zone", "points", "start", "symbol")

    def __init__(
        self, symbol: Symbol, exchange_time_zone: TimeZone, points: list[BaseData], ends: list[int]
    ) -> None:
        self.symbol = symbol
        self.exchange_time_zone = exchange_time_zone
        self.points = points
        starts = [exchange_time_zone.utc_stamp(point.time) for point in points]
        self.start = np.array(starts, dtype=np.int64)
        self.end = np.array(ends, dtype=np.int64)

    def first_end(self) -> int | None:
        return int(self.end[0]) if len(self.end) else None

    def bar(self, row: int) -> Any:
        return self.points[row]

    def price(self, row: int, field: str) -> float:
        return self.points[row].price

    raw_price = price
