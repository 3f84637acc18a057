"""Averages that adapt to the market or weigh in a special way, and the choice among all averages.

LEAN: Indicators/KaufmanEfficiencyRatio.cs, KaufmanAdaptiveMovingAverage.cs, ArnaudLegouxMovingAverage.cs,
ZeroLagExponentialMovingAverage.cs, McGinleyDynamic.cs, MovingAverageTypeExtensions.cs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.common.enums import MovingAverageType
from engine.common.errors import ArgumentException
from engine.common.numbers import ONE, ZERO, double_to_decimal, to_decimal, to_float
from engine.indicators.composite_indicator import Delay
from engine.indicators.indicator_base import Indicator, WindowIndicator, optional_name
from engine.indicators.moving_averages import (
    DoubleExponentialMovingAverage,
    ExponentialMovingAverage,
    HullMovingAverage,
    LinearWeightedMovingAverage,
    SimpleMovingAverage,
    T3MovingAverage,
    TriangularMovingAverage,
    TripleExponentialMovingAverage,
    WilderMovingAverage,
)
from engine.indicators.rolling_window import RollingWindow
from engine.indicators.simple_indicators import Sum

_TWO = Decimal(2)


class KaufmanEfficiencyRatio(WindowIndicator):
    """Change over the period divided by the sum of its single changes."""

    @optional_name("KER({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period + 1)
        self._clear()

    def _clear(self) -> None:
        self._travelled = self._trailing = ZERO

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        value, size = data.value_decimal, self.period
        step = abs(value - window[1].value_decimal) if self.samples > 1 else ZERO
        if self.samples < size:
            self._travelled += step
            return value
        oldest = window[size - 1].value_decimal
        if self.samples > size:
            self._travelled -= abs(self._trailing - oldest)
        self._travelled += step
        self._trailing = oldest
        change = value - oldest
        if self._travelled <= change or not self._travelled:
            return ONE
        return abs(change / self._travelled)

    def reset(self) -> None:
        self._clear()
        super().reset()


class KaufmanAdaptiveMovingAverage(KaufmanEfficiencyRatio):
    """An EMA whose speed follows the efficiency ratio."""

    @optional_name("KAMA({period},{fast_ema_period},{slow_ema_period})")
    def __init__(self, name: str, period: int, fast_ema_period: int = 2, slow_ema_period: int = 30) -> None:
        super().__init__(name, period)
        self._slow = _TWO / (slow_ema_period + ONE)
        self._difference = _TWO / (fast_ema_period + ONE) - self._slow
        self._average = ZERO

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        ratio = super().compute_with_window(window, data)
        if self.samples < self.period:
            return data.value_decimal
        if self.samples == self.period:
            self._average = window[1].value_decimal
        smoothing = ratio * self._difference + self._slow
        smoothing *= smoothing
        self._average = (data.value_decimal - self._average) * smoothing + self._average
        return self._average

    def reset(self) -> None:
        self._average = ZERO
        super().reset()


class ArnaudLegouxMovingAverage(WindowIndicator):
    """Mean with the weights of a bell curve."""

    @optional_name("ALMA({period},{sigma},{offset})")
    def __init__(
        self, name: str, period: int, sigma: int = 6, offset: float | Decimal = Decimal("0.85")
    ) -> None:
        super().__init__(name, period)
        place = to_decimal(offset)
        if not ZERO <= place <= ONE:
            raise ArgumentException(f"Offset parameter range is [0,1]. Value: {offset}", "offset")
        centre = math.floor(place * (period - 1))
        width = Decimal(period) / sigma
        weights = [
            math.exp(to_float(-(i - centre) * (i - centre) / (2 * width * width))) for i in range(period)
        ]
        total = 0.0
        for weight in weights:
            total += weight
        self._weights = [double_to_decimal(weight / total) for weight in reversed(weights)]

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        if not self.is_ready:
            return data.value_decimal
        return sum((point.value_decimal * weight for point, weight in zip(window, self._weights)), ZERO)


class ZeroLagExponentialMovingAverage(WindowIndicator):
    """EMA of the value plus its change over half the period."""

    @optional_name("ZLEMA({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self.warm_up_period = period + period // 2
        self._ema = ExponentialMovingAverage(f"{name}_EMA", period)
        self._delayed = Delay(f"DELAY({round((period - 1) / 2)})", round((period - 1) / 2))
        self.parts = (self._ema, self._delayed)

    @property
    def is_ready(self) -> bool:
        return self._delayed.is_ready and self._ema.is_ready

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        if not self._delayed.feed(data):
            return ZERO
        value = data.value_decimal
        self._ema.update(data.end_time, value + (value - self._delayed.value_decimal))
        return self._ema.value_decimal


class McGinleyDynamic(WindowIndicator):
    """An average that slows down when the market does."""

    @optional_name("MGD({period})")
    def __init__(self, name: str, period: int) -> None:
        if period == 0:
            raise ArgumentException("Period can not be zero")
        super().__init__(name, period)
        self._sum = Sum(f"{name}_Sum", period)
        self.parts = (self._sum,)

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        self._sum.update(data.end_time, data.value_decimal)
        if not self.is_ready:
            return ZERO
        if self.samples == self.period:
            return self._sum.value_decimal / self.period
        now, value = self.value_decimal, data.value_decimal
        if not now or not value:
            return now
        ratio = to_float(value / now)
        denominator = self.period * double_to_decimal(ratio**4.0)
        return now + (value - now) / denominator if denominator else now


_AVERAGES: dict[MovingAverageType, Callable[[str, int], Indicator]] = {
    MovingAverageType.SIMPLE: SimpleMovingAverage,
    MovingAverageType.EXPONENTIAL: ExponentialMovingAverage,
    MovingAverageType.WILDERS: WilderMovingAverage,
    MovingAverageType.LINEAR_WEIGHTED_MOVING_AVERAGE: LinearWeightedMovingAverage,
    MovingAverageType.DOUBLE_EXPONENTIAL: DoubleExponentialMovingAverage,
    MovingAverageType.TRIPLE_EXPONENTIAL: TripleExponentialMovingAverage,
    MovingAverageType.TRIANGULAR: TriangularMovingAverage,
    MovingAverageType.T_3: T3MovingAverage,
    MovingAverageType.KAMA: KaufmanAdaptiveMovingAverage,
    MovingAverageType.HULL: HullMovingAverage,
    MovingAverageType.ALMA: ArnaudLegouxMovingAverage,
    MovingAverageType.ZLEMA: ZeroLagExponentialMovingAverage,
    MovingAverageType.MGD: McGinleyDynamic,
}


def moving_average(kind: MovingAverageType, name: str, period: int) -> Indicator:
    """Return a moving average of a kind (LEAN: MovingAverageTypeExtensions.AsIndicator)."""
    return _AVERAGES[kind](name, period)
