"""Oscillators of bars.

LEAN: Indicators/Stochastic.cs, WilliamsPercentR.cs, CommodityChannelIndex.cs, UltimateOscillator.cs,
MidPrice.cs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.common.enums import MovingAverageType
from engine.common.numbers import ZERO
from engine.data.base_data import NO_TIME
from engine.indicators.adaptive_averages import moving_average
from engine.indicators.composite_indicator import FunctionalIndicator
from engine.indicators.indicator_base import BarIndicator, optional_name
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.simple_indicators import Maximum, Minimum, Sum
from engine.indicators.volatility import MeanAbsoluteDeviation, TrueRange

_TWO, _THREE, _HUNDRED = Decimal(2), Decimal(3), Decimal(100)
_FIFTY = Decimal(50)
_CCI_CONSTANT = Decimal("0.015")


class Stochastic(BarIndicator):
    """Where the close lies between the extremes; smoothed it is `stoch_k`, twice `stoch_d`."""

    @optional_name("STO({period},{k_period},{d_period})")
    def __init__(self, name: str, period: int, k_period: int, d_period: int) -> None:
        super().__init__(name)
        self._k_period, self._d_period = k_period, d_period
        self._maximum = Maximum(f"{name}_Max", period)
        self._minimum = Minimum(f"{name}_Min", period)
        self._sum_fast = Sum(f"{name}_SumFastK", k_period)
        self._sum_slow = Sum(f"{name}_SumD", d_period)
        self.fast_stoch = _line(f"{name}_FastStoch", self._maximum)
        self.stoch_k = _line(f"{name}_StochK", self._sum_fast)
        self.stoch_d = _line(f"{name}_StochD", self._sum_slow)
        self.warm_up_period = period + k_period + d_period - 2
        self.parts = (
            self.fast_stoch,
            self.stoch_k,
            self.stoch_d,
            self._maximum,
            self._minimum,
            self._sum_fast,
            self._sum_slow,
        )

    @property
    def is_ready(self) -> bool:
        return self.fast_stoch.is_ready and self.stoch_k.is_ready and self.stoch_d.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        time = data.end_time
        self._maximum.update(time, data.high_decimal)
        self._minimum.update(time, data.low_decimal)
        self.fast_stoch.update(time, self._fast(data) * _HUNDRED)
        slow = ZERO
        if self._sum_fast.is_ready:
            slow = self._sum_fast.value_decimal / self._k_period
            self._sum_slow.update(time, slow)
        self.stoch_k.update(time, slow * _HUNDRED)
        slower = self._sum_slow.value_decimal / self._d_period if self._sum_slow.is_ready else ZERO
        self.stoch_d.update(time, slower * _HUNDRED)
        return self.fast_stoch.value_decimal

    def _fast(self, data: Any) -> Decimal:
        if not self._maximum.is_ready:
            return ZERO
        lowest = self._minimum.value_decimal
        reach = self._maximum.value_decimal - lowest
        if not reach:
            return ZERO
        fast = (data.close_decimal - lowest) / reach
        self._sum_fast.update(data.end_time, fast)
        return fast


def _line(name: str, source: Any) -> FunctionalIndicator:
    # A value computed by its owner, ready with its source.
    return FunctionalIndicator(name, lambda point: point.value_decimal, lambda _: source.is_ready)


class WilliamsPercentR(BarIndicator):
    """Distance of the close from the highest high, in percent of the range, below zero."""

    @optional_name("WILR({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self.maximum = Maximum(f"{name}_Max", period)
        self.minimum = Minimum(f"{name}_Min", period)
        self.parts = (self.maximum, self.minimum)

    @property
    def is_ready(self) -> bool:
        return self.maximum.is_ready and self.minimum.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        self.minimum.update(data.end_time, data.low_decimal)
        self.maximum.update(data.end_time, data.high_decimal)
        if not self.is_ready:
            return ZERO
        highest = self.maximum.value_decimal
        reach = highest - self.minimum.value_decimal
        return -_HUNDRED * (highest - data.close_decimal) / reach if reach else ZERO


class CommodityChannelIndex(BarIndicator):
    """Typical price less its average, in units of 0.015 mean deviations."""

    @optional_name("CCI({period})")
    def __init__(
        self, name: str, period: int, moving_average_type: MovingAverageType = MovingAverageType.SIMPLE
    ) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self.moving_average_type = moving_average_type
        self.typical_price_average = moving_average(moving_average_type, f"{name}_TypicalPriceAvg", period)
        self.typical_price_mean_deviation = MeanAbsoluteDeviation(f"{name}_TypicalPriceMAD", period)
        self.parts = (self.typical_price_average, self.typical_price_mean_deviation)

    @property
    def is_ready(self) -> bool:
        return self.typical_price_average.is_ready and self.typical_price_mean_deviation.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        typical = (data.high_decimal + data.low_decimal + data.close_decimal) / _THREE
        self.typical_price_average.update(data.end_time, typical)
        self.typical_price_mean_deviation.update(data.end_time, typical)
        unit = _CCI_CONSTANT * self.typical_price_mean_deviation.value_decimal
        return (typical - self.typical_price_average.value_decimal) / unit if unit else ZERO


class UltimateOscillator(BarIndicator):
    """Buying pressure as a share of the true range, over three periods."""

    @optional_name("ULTOSC({period1},{period2},{period3})")
    def __init__(self, name: str, period1: int, period2: int, period3: int) -> None:
        super().__init__(name)
        periods = (period1, period2, period3)
        self._period = max(periods)
        self.warm_up_period = self._period + 1
        self._true_range = TrueRange(f"{name}_TR")
        self._pressures = [Sum(f"{name}_BP{i}", period) for i, period in enumerate(periods, 1)]
        self._ranges = [Sum(f"{name}_TR{i}", period) for i, period in enumerate(periods, 1)]
        self.parts = (self._true_range, *self._pressures, *self._ranges)
        self._close_before = ZERO

    @property
    def is_ready(self) -> bool:
        return self.samples > self._period

    def compute_next_value(self, data: Any) -> Decimal:
        self._true_range.feed(data)
        before, self._close_before = self._close_before, data.close_decimal
        if self.samples == 1:
            return _FIFTY
        # LEAN gives the pressure no time.
        pressure = IndicatorDataPoint(NO_TIME, data.close_decimal - min(data.low_decimal, before))
        for pressures, ranges in zip(self._pressures, self._ranges):
            pressures.feed(pressure)
            ranges.feed(self._true_range.current)
        if not self.is_ready:
            return _FIFTY
        if any(not ranges.value_decimal for ranges in self._ranges):
            return self.value_decimal
        first, second, third = (
            p.value_decimal / r.value_decimal for p, r in zip(self._pressures, self._ranges)
        )
        return _HUNDRED * (4 * first + 2 * second + third) / 7


class MidPrice(BarIndicator):
    """Middle between the highest high and the lowest low."""

    @optional_name("MIDPRICE({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = self._period = period
        self._maximum = Maximum(f"MAX({period})", period)
        self._minimum = Minimum(f"MIN({period})", period)
        self.parts = (self._maximum, self._minimum)

    @property
    def is_ready(self) -> bool:
        return self.samples >= self._period

    def compute_next_value(self, data: Any) -> Decimal:
        self._maximum.update(data.end_time, data.high_decimal)
        self._minimum.update(data.end_time, data.low_decimal)
        return (self._maximum.value_decimal + self._minimum.value_decimal) / _TWO
