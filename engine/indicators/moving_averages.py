"""Simple, exponential and weighted averages, and those made of them.

LEAN: Indicators/SimpleMovingAverage.cs, ExponentialMovingAverage.cs, WilderMovingAverage.cs,
LinearWeightedMovingAverage.cs, DoubleExponentialMovingAverage.cs, TripleExponentialMovingAverage.cs,
TriangularMovingAverage.cs, T3MovingAverage.cs, HullMovingAverage.cs, RelativeMovingAverage.cs.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from engine.common.errors import ArgumentException
from engine.common.numbers import ONE, ZERO, to_decimal
from engine.indicators.indicator_base import Indicator, WindowIndicator, optional_name
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.rolling_window import RollingWindow
from engine.indicators.simple_indicators import Sum

_TWO, _THREE = Decimal(2), Decimal(3)


class SimpleMovingAverage(WindowIndicator):
    """Mean of the last `period` values."""

    @optional_name("SMA({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self.rolling_sum = Sum(f"{name}_Sum", period)
        self.parts = (self.rolling_sum,)

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        self.rolling_sum.update(data.end_time, data.value_decimal)
        return self.rolling_sum.value_decimal / window.count


class ExponentialMovingAverage(Indicator):
    """0 until `period` values are there, then their mean, then exponentially weighted."""

    @optional_name("EMA({period})")
    def __init__(self, name: str, period: int, smoothing_factor: float | Decimal | None = None) -> None:
        super().__init__(name)
        self.warm_up_period = self._period = period
        default = smoothing_factor is None
        self._k = self._default_factor(period) if default else to_decimal(smoothing_factor)  # type: ignore[arg-type]
        self._first = SimpleMovingAverage(f"SMA({period})", period)
        self.parts = (self._first,)

    @staticmethod
    def _default_factor(period: int) -> Decimal:
        return _TWO / (1 + period)

    @staticmethod
    def smoothing_factor_default(period: int) -> float:
        return float(_TWO / (1 + period))

    @property
    def is_ready(self) -> bool:
        return self.samples >= self._period

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        if self.samples <= self._period:
            self._first.feed(data)
        if self.samples < self._period:
            return ZERO
        if self.samples == self._period:
            return self._first.value_decimal
        return data.value_decimal * self._k + self.value_decimal * (ONE - self._k)


class WilderMovingAverage(Indicator):
    """The mean of what is there until `period` values are, then exponentially weighted by 1 / period."""

    @optional_name("WWMA{period}")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = self._period = period
        self._k = ONE / period
        self._first = SimpleMovingAverage(f"{name}_SMA", period)
        self.parts = (self._first,)

    @property
    def is_ready(self) -> bool:
        return self.samples >= self._period

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        if not self.is_ready:
            self._first.feed(data)
            return self._first.value_decimal
        return data.value_decimal * self._k + self.value_decimal * (ONE - self._k)


class LinearWeightedMovingAverage(WindowIndicator):
    """Mean with weights period, period - 1, ... 1 from the newest value on."""

    @optional_name("LWMA({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self._denominator = Decimal(period * (period + 1) // 2)

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        if not self.is_ready:
            return ZERO
        weighted = (weight * point.value_decimal for weight, point in zip(range(window.size, 0, -1), window))
        return sum(weighted, ZERO) / self._denominator


class DoubleExponentialMovingAverage(Indicator):
    """Twice an EMA less the EMA of that EMA, or a part of it (`volume_factor`)."""

    @optional_name("DEMA({period})")
    def __init__(self, name: str, period: int, volume_factor: float | Decimal = ONE) -> None:
        super().__init__(name)
        self._minimum = 2 * (period - 1)
        self.warm_up_period = 1 + self._minimum
        self._factor = to_decimal(volume_factor)
        self._ema1 = ExponentialMovingAverage(f"{name}_1", period)
        self._ema2 = ExponentialMovingAverage(f"{name}_2", period)
        self.parts = (self._ema1, self._ema2)

    @property
    def is_ready(self) -> bool:
        return self.samples > self._minimum

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        first, second = self._ema1, self._ema2
        first.feed(data)
        if not first.is_ready:
            return first.value_decimal
        second.feed(first.current)
        return (self._factor + ONE) * first.value_decimal - self._factor * second.value_decimal


class TripleExponentialMovingAverage(Indicator):
    """Three EMAs in a row, combined so that they lag less."""

    @optional_name("TEMA({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = 3 * (period - 1) + 1
        self._ema1, self._ema2, self._ema3 = (
            ExponentialMovingAverage(f"{name}_{i}", period) for i in (1, 2, 3)
        )
        self.parts = (self._ema1, self._ema2, self._ema3)

    @property
    def is_ready(self) -> bool:
        return self._ema3.is_ready

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        first, second, third = self._ema1, self._ema2, self._ema3
        first.feed(data)
        if first.is_ready:
            second.feed(first.current)
        if second.is_ready:
            third.feed(second.current)
        if not self.is_ready:
            return ZERO
        return _THREE * first.value_decimal - _THREE * second.value_decimal + third.value_decimal


class TriangularMovingAverage(Indicator):
    """A simple average of a simple average."""

    @optional_name("TRIMA({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = self._period = period
        first = (period + 1) // 2
        second = period // 2 + 1 if period % 2 == 0 else first
        self._sma1 = SimpleMovingAverage(f"{name}_1", first)
        self._sma2 = SimpleMovingAverage(f"{name}_2", second)
        self.parts = (self._sma1, self._sma2)

    @property
    def is_ready(self) -> bool:
        return self.samples >= self._period

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        self._sma1.feed(data)
        self._sma2.feed(self._sma1.current)
        return self._sma2.value_decimal


class T3MovingAverage(Indicator):
    """Three generalised double EMAs in a row."""

    @optional_name("T3({period},{volume_factor})")
    def __init__(self, name: str, period: int, volume_factor: float | Decimal = Decimal("0.7")) -> None:
        super().__init__(name)
        self._minimum = 6 * (period - 1)
        self.warm_up_period = 1 + self._minimum
        self._gd1, self._gd2, self._gd3 = (
            DoubleExponentialMovingAverage(f"{name}_{i}", period, volume_factor) for i in (1, 2, 3)
        )
        self.parts = (self._gd1, self._gd2, self._gd3)

    @property
    def is_ready(self) -> bool:
        return self.samples > self._minimum

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        first, second, third = self._gd1, self._gd2, self._gd3
        first.feed(data)
        if not first.is_ready:
            return first.value_decimal
        second.feed(first.current)
        if not second.is_ready:
            return second.value_decimal
        third.feed(second.current)
        return third.value_decimal


class HullMovingAverage(Indicator):
    """A weighted average of twice a fast one less a slow one."""

    @optional_name("HMA({period})")
    def __init__(self, name: str, period: int) -> None:
        if period < 2:
            raise ArgumentException(
                "The Hull Moving Average period should be greater or equal to 2", "period"
            )
        super().__init__(name)
        length = round(math.sqrt(period))  # half to even, as Math.Round
        self._slow = LinearWeightedMovingAverage(f"LWMA({period})", period)
        self._fast = LinearWeightedMovingAverage(f"LWMA({round(period / 2)})", round(period / 2))
        self._hull = LinearWeightedMovingAverage(f"LWMA({length})", length)
        self.warm_up_period = period + length - 1
        self.parts = (self._slow, self._fast, self._hull)

    @property
    def is_ready(self) -> bool:
        return self._hull.is_ready

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        fast, slow = self._fast, self._slow
        fast.feed(data)
        slow.feed(data)
        if fast.is_ready and slow.is_ready:
            self._hull.update(data.end_time, _TWO * fast.value_decimal - slow.value_decimal)
        return self._hull.value_decimal


class RelativeMovingAverage(Indicator):
    """Short less medium plus long simple average, of one, two and three periods."""

    @optional_name("RMA({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.short_average = SimpleMovingAverage(f"{name}_Short", period)
        self.medium_average = SimpleMovingAverage(f"{name}_Medium", period * 2)
        self.long_average = SimpleMovingAverage(f"{name}_Long", period * 3)
        self.parts = (self.short_average, self.medium_average, self.long_average)
        self.warm_up_period = period * 3

    @property
    def is_ready(self) -> bool:
        return self.long_average.is_ready

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        for part in self.parts:
            part.feed(data)
        short, medium, long = (part.value_decimal for part in self.parts)
        return long - medium + short
