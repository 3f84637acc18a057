"""Spread, true range and bands.

LEAN: Indicators/Variance.cs, StandardDeviation.cs, MeanAbsoluteDeviation.cs, TrueRange.cs,
AverageTrueRange.cs,
NormalizedAverageTrueRange.cs, BollingerBands.cs, KeltnerChannels.cs, DonchianChannel.cs, SuperTrend.cs.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from engine.common.enums import IndicatorStatus, MovingAverageType
from engine.common.numbers import ZERO, double_to_decimal, to_decimal, to_float
from engine.indicators.adaptive_averages import moving_average
from engine.indicators.composite_indicator import FunctionalIndicator, Identity
from engine.indicators.indicator_base import BarIndicator, Indicator, WindowIndicator, optional_name
from engine.indicators.indicator_data_point import IndicatorDataPoint, IndicatorResult
from engine.indicators.indicator_extensions import IndicatorExtensions
from engine.indicators.moving_averages import SimpleMovingAverage
from engine.indicators.rolling_window import RollingWindow
from engine.indicators.simple_indicators import Maximum, Minimum

_TWO, _THREE, _HUNDRED = Decimal(2), Decimal(3), Decimal(100)


class Variance(WindowIndicator):
    """Population variance of the last `period` values."""

    @optional_name("VAR({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self._sum = self._sum_of_squares = ZERO

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        value = data.value_decimal
        self._sum += value
        self._sum_of_squares += value * value
        if self.samples < 2:
            return ZERO
        count = min(self.period, self.samples)
        mean, mean_of_squares = self._sum / count, self._sum_of_squares / count
        if count == self.period:
            removed = window[self.period - 1].value_decimal
            self._sum -= removed
            self._sum_of_squares -= removed * removed
        return max(ZERO, mean_of_squares - mean * mean)

    def reset(self) -> None:
        self._sum = self._sum_of_squares = ZERO
        super().reset()


class StandardDeviation(Variance):
    """Population standard deviation of the last `period` values."""

    @optional_name("STD({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        return double_to_decimal(math.sqrt(to_float(super().compute_with_window(window, data))))


class MeanAbsoluteDeviation(WindowIndicator):
    """Mean distance of the last `period` values from their mean."""

    @optional_name("MAD({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self.mean = SimpleMovingAverage(f"{name}_Mean", period)
        self.parts = (self.mean,)

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        self.mean.feed(data)
        if self.samples < 2:
            return ZERO
        mean = self.mean.value_decimal
        return sum((abs(point.value_decimal - mean) for point in window), ZERO) / window.count


class TrueRange(BarIndicator):
    """Range of a bar, from the close before where that lies outside."""

    warm_up_period = 2

    def __init__(self, name: str = "TR") -> None:
        super().__init__(name)
        self._close_before = ZERO

    @property
    def is_ready(self) -> bool:
        return self.samples > 1

    def compute_next_value(self, data: Any) -> Decimal:
        high, low = data.high_decimal, data.low_decimal
        greatest = high - low
        if self.is_ready:
            before = self._close_before
            greatest = max(greatest, abs(before - high), abs(before - low))
        self._close_before = data.close_decimal
        return greatest


class AverageTrueRange(BarIndicator):
    """Moving average of the true range."""

    @optional_name("ATR({period})")
    def __init__(
        self, name: str, period: int, moving_average_type: MovingAverageType = MovingAverageType.WILDERS
    ) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self.true_range = TrueRange(name)
        average = moving_average(moving_average_type, f"{name}_{moving_average_type.to_string()}", period)
        self._smoother = IndicatorExtensions.of(average, self.true_range, False)
        self.parts = (self._smoother, self.true_range)

    @property
    def is_ready(self) -> bool:
        return self._smoother.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        self.true_range.feed(data)
        return self._smoother.value_decimal


class NormalizedAverageTrueRange(BarIndicator):
    """Average true range in percent of the close."""

    @optional_name("NATR({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self._period = period
        self.warm_up_period = period + 1
        self._true_range = TrueRange(f"{name}_TR")
        self._average = AverageTrueRange(f"{name}_ATR", period, MovingAverageType.SIMPLE)
        self._last = ZERO
        self.parts = (self._true_range, self._average)

    @property
    def is_ready(self) -> bool:
        return self.samples > self._period

    def compute_next_value(self, data: Any) -> Decimal:
        self._true_range.feed(data)
        if self.samples <= self._period + 1:
            self._average.feed(data)
            self._last = self._average.value_decimal
        else:
            self._last = (self._last * (self._period - 1) + self._true_range.value_decimal) / self._period
        close = data.close_decimal
        return self._last / close * _HUNDRED if close else ZERO


class BollingerBands(Indicator):
    """Bands of k standard deviations around a moving average."""

    @optional_name("BB({period},{k})")
    def __init__(
        self,
        name: str,
        period: int,
        k: float | Decimal,
        moving_average_type: MovingAverageType = MovingAverageType.SIMPLE,
    ) -> None:
        super().__init__(name)
        e = IndicatorExtensions
        self.warm_up_period = period
        self.moving_average_type = moving_average_type
        self.standard_deviation = StandardDeviation(f"{name}_StandardDeviation", period)
        self.middle_band = moving_average(moving_average_type, f"{name}_MiddleBand", period)
        deviation = self.standard_deviation
        self.lower_band = e.minus(self.middle_band, e.times(deviation, k), f"{name}_LowerBand")
        self.upper_band = e.plus(self.middle_band, e.times(deviation, k), f"{name}_UpperBand")
        width = e.minus(self.upper_band, self.lower_band)
        self.band_width = e.times(e.over(width, self.middle_band), _HUNDRED, f"{name}_BandWidth")
        self.price = Identity(f"{name}_Close")
        self.percent_b = e.over(e.minus(self.price, self.lower_band), width, f"{name}_%B")
        self.parts = (
            self.standard_deviation,
            self.middle_band,
            self.upper_band,
            self.lower_band,
            self.band_width,
            self.percent_b,
        )

    @property
    def is_ready(self) -> bool:
        bands = (self.middle_band, self.upper_band, self.lower_band, self.band_width, self.percent_b)
        return all(band.is_ready for band in bands)

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        self.standard_deviation.feed(data)
        self.middle_band.feed(data)
        self.price.feed(data)
        return data.value_decimal

    def validate_and_compute_next_value(self, data: IndicatorDataPoint) -> IndicatorResult:
        value = self.compute_next_value(data)
        # Without deviation %B has no value: the bands are not announced with a stale one.
        if self.is_ready and not self.standard_deviation.value_decimal:
            return IndicatorResult(value, IndicatorStatus.MATH_ERROR)
        return IndicatorResult(value)


def _output(name: str, is_ready: Any) -> FunctionalIndicator:
    # A value computed by its owner, ready when the owner says so.
    return FunctionalIndicator(name, lambda point: point.value_decimal, is_ready)


class KeltnerChannels(BarIndicator):
    """Bands of k average true ranges around a moving average of the typical price."""

    @optional_name("KC({period},{k})")
    def __init__(
        self,
        name: str,
        period: int,
        k: float | Decimal,
        moving_average_type: MovingAverageType = MovingAverageType.SIMPLE,
    ) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self._k = to_decimal(k)
        self.average_true_range = AverageTrueRange(
            f"{name}_AverageTrueRange", period, MovingAverageType.SIMPLE
        )
        self.middle_band = moving_average(moving_average_type, f"{name}_MiddleBand", period)
        self.lower_band = _output(f"{name}_LowerBand", lambda _: self.middle_band.is_ready)
        self.upper_band = _output(f"{name}_UpperBand", lambda _: self.middle_band.is_ready)
        self.parts = (self.average_true_range, self.middle_band, self.lower_band, self.upper_band)

    @property
    def is_ready(self) -> bool:
        return self.middle_band.is_ready and self.average_true_range.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        self.average_true_range.feed(data)
        typical = (data.high_decimal + data.low_decimal + data.close_decimal) / _THREE
        self.middle_band.update(data.end_time, typical)
        middle, reach = self.middle_band.value_decimal, self.average_true_range.value_decimal * self._k
        ready = self.middle_band.is_ready
        self.lower_band.update(data.end_time, middle - reach if ready else ZERO)
        self.upper_band.update(data.end_time, middle + reach if ready else ZERO)
        return middle


class DonchianChannel(BarIndicator):
    """Highest high and lowest low. LEAN's constructors: ([name], period), ([name], upper, lower)."""

    def __init__(self, *arguments: Any) -> None:
        rest = list(arguments)
        name = rest.pop(0) if isinstance(rest[0], str) else f"DCH({rest[-1]},{rest[-1]})"
        upper, lower = rest[0], rest[-1]
        super().__init__(name)
        self.warm_up_period = max(upper, lower)
        self.upper_band = Maximum(f"{name}_UpperBand", upper)
        self.lower_band = Minimum(f"{name}_LowerBand", lower)
        self.parts = (self.upper_band, self.lower_band)

    @property
    def is_ready(self) -> bool:
        return self.upper_band.is_ready and self.lower_band.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        self.upper_band.update(data.end_time, data.high_decimal)
        self.lower_band.update(data.end_time, data.low_decimal)
        return (self.upper_band.value_decimal + self.lower_band.value_decimal) / _TWO


class SuperTrend(BarIndicator):
    """A stop that trails the price by a multiple of the average true range."""

    @optional_name("SuperTrend({period},{multiplier})")
    def __init__(
        self,
        name: str,
        period: int,
        multiplier: float | Decimal,
        moving_average_type: MovingAverageType = MovingAverageType.WILDERS,
    ) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self._multiplier = to_decimal(multiplier)
        self._average = AverageTrueRange(f"ATR({period})", period, moving_average_type)
        self.parts = (self._average,)
        self._clear()

    def _clear(self) -> None:
        self._upper = self._lower = self._close = ZERO
        self._trend: Decimal | None = None
        self.basic_upper_band = self.basic_lower_band = 0.0

    @property
    def is_ready(self) -> bool:
        return self._average.is_ready

    @property
    def current_trailing_upper_band(self) -> float:
        return to_float(self._upper)

    @property
    def current_trailing_lower_band(self) -> float:
        return to_float(self._lower)

    def compute_next_value(self, data: Any) -> Decimal:
        close = data.close_decimal
        if not self._average.feed(data):
            self._close = close
            return ZERO
        middle = (data.high_decimal + data.low_decimal) / _TWO
        reach = self._multiplier * self._average.value_decimal
        lower, upper = middle - reach, middle + reach
        self.basic_lower_band, self.basic_upper_band = to_float(lower), to_float(upper)
        was_upper, was_lower = self._upper, self._lower
        self._lower = lower if lower > was_lower or self._close < was_lower else was_lower
        self._upper = upper if upper < was_upper or self._close > was_upper else was_upper
        if self._trend is None or self._trend == was_upper:
            self._trend = self._upper if close <= self._upper else self._lower
        elif self._trend == was_lower:
            self._trend = self._lower if close >= self._lower else self._upper
        self._close = close
        return self._trend

    def reset(self) -> None:
        super().reset()
        self._clear()
