"""Points of a chart (LEAN: Common/ChartPoint.cs, ScatterChartPoint.cs, Candlestick.cs).

What goes into a chart is rounded on the way in, and statistics are computed from what is in the chart.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Self

from engine.common.numbers import smart_rounding, to_decimal
from engine.common.time import to_datetime, to_stamp

_SECOND = 1_000_000


def _rounded(value: float | Decimal | None) -> Decimal | None:
    return None if value is None else smart_rounding(to_decimal(value))


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


class _SeriesPoint:
    """A moment: a naive UTC datetime outside, a stamp inside."""

    __slots__ = ("stamp",)

    def __init__(self, time: datetime | int) -> None:
        self.stamp: int = time if isinstance(time, int) else to_stamp(time)

    @property
    def time(self) -> datetime:
        """The moment, UTC."""
        return to_datetime(self.stamp)

    @property
    def seconds(self) -> int:
        """Seconds since 1970, as result files write the moment."""
        return self.stamp // _SECOND


class ChartPoint(_SeriesPoint):
    """One value at one moment; None is a gap.

    Parameters
    ----------
    time : datetime (naive, UTC), or a stamp
    value : rounded as LEAN rounds every chart value
    """

    __slots__ = ("y_decimal",)

    def __init__(self, time: datetime | int, value: float | Decimal | None) -> None:
        super().__init__(time)
        self.y_decimal = _rounded(value)

    @property
    def x(self) -> int:
        return self.seconds

    @property
    def y(self) -> float | None:
        return _float(self.y_decimal)

    @property
    def value(self) -> Decimal | None:
        """What statistics read of any point: here its only value."""
        return self.y_decimal

    def to_json(self) -> object:
        return [self.seconds, self.y_decimal]

    def clone(self) -> Self:
        return type(self)(self.stamp, self.y_decimal)

    def __str__(self) -> str:
        return f"{self.time:%Y-%m-%d %H:%M:%S} - {self.y_decimal}"


class ScatterChartPoint(ChartPoint):
    """A point of a scatter plot, with a text of its own."""

    __slots__ = ("tooltip",)

    def __init__(
        self, time: datetime | int, value: float | Decimal | None, tooltip: str | None = None
    ) -> None:
        super().__init__(time, value)
        self.tooltip = tooltip

    def to_json(self) -> object:
        point: dict[str, object] = {"x": self.seconds, "y": self.y_decimal}
        if self.tooltip is not None:
            point["tooltip"] = self.tooltip
        return point

    def clone(self) -> Self:
        return type(self)(self.stamp, self.y_decimal, self.tooltip)


class Candlestick(_SeriesPoint):
    """Open, high, low and close of a stretch of time that ends at `time`."""

    __slots__ = ("close_decimal", "high_decimal", "low_decimal", "open_decimal")

    def __init__(
        self,
        time: datetime | int,
        open: float | Decimal | None,
        high: float | Decimal | None,
        low: float | Decimal | None,
        close: float | Decimal | None,
    ) -> None:
        super().__init__(time)
        self.open_decimal = _rounded(open)
        self.high_decimal = _rounded(high)
        self.low_decimal = _rounded(low)
        self.close_decimal = _rounded(close)

    @property
    def long_time(self) -> int:
        return self.seconds

    @property
    def open(self) -> float | None:
        return _float(self.open_decimal)

    @property
    def high(self) -> float | None:
        return _float(self.high_decimal)

    @property
    def low(self) -> float | None:
        return _float(self.low_decimal)

    @property
    def close(self) -> float | None:
        return _float(self.close_decimal)

    @property
    def value(self) -> Decimal | None:
        """What statistics read of any point: here the close."""
        return self.close_decimal

    def to_json(self) -> object:
        return [self.seconds, self.open_decimal, self.high_decimal, self.low_decimal, self.close_decimal]

    def clone(self) -> Self:
        return type(self)(
            self.stamp, self.open_decimal, self.high_decimal, self.low_decimal, self.close_decimal
        )
