"""Oscillators of values.

LEAN: Indicators/RelativeStrengthIndex.cs, StochasticRelativeStrengthIndex.cs,
MovingAverageConvergenceDivergence.cs, AbsolutePriceOscillator.cs, PercentagePriceOscillator.cs,
ChandeMomentumOscillator.cs, Trix.cs, TrueStrengthIndex.cs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.common.enums import MovingAverageType
from engine.common.errors import ArgumentException
from engine.common.numbers import ONE, ZERO, round_decimal
from engine.indicators.adaptive_averages import moving_average
from engine.indicators.composite_indicator import Identity
from engine.indicators.indicator_base import Indicator, WindowIndicator, optional_name
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.indicator_extensions import IndicatorExtensions
from engine.indicators.moving_averages import ExponentialMovingAverage
from engine.indicators.rolling_window import RollingWindow
from engine.indicators.simple_indicators import RateOfChangePercent

_HUNDRED = Decimal(100)


class RelativeStrengthIndex(Indicator):
    """100 less 100 / (1 + average gain / average loss); 100 without losses."""

    @optional_name("RSI({period})")
    def __init__(
        self, name: str, period: int, moving_average_type: MovingAverageType = MovingAverageType.WILDERS
    ) -> None:
        super().__init__(name)
        self.warm_up_period = period + 1
        self.moving_average_type = moving_average_type
        self.average_gain = moving_average(moving_average_type, f"{name}Up", period)
        self.average_loss = moving_average(moving_average_type, f"{name}Down", period)
        self.parts = (self.average_gain, self.average_loss)
        self._before: Decimal | None = None

    @property
    def is_ready(self) -> bool:
        return self.average_gain.is_ready and self.average_loss.is_ready

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        value = data.value_decimal
        if self._before is not None:
            change = value - self._before
            self.average_gain.update(data.end_time, change if change >= 0 else ZERO)
            self.average_loss.update(data.end_time, -change if change < 0 else ZERO)
        self._before = value
        # Some averages of numbers above zero fall below it.
        loss = max(ZERO, self.average_loss.value_decimal)
        gain = max(ZERO, self.average_gain.value_decimal)
        if not round_decimal(loss, 10):
            return _HUNDRED
        return _HUNDRED - _HUNDRED / (ONE + gain / loss)

    def reset(self) -> None:
        self._before = None
        super().reset()


class StochasticRelativeStrengthIndex(Indicator):
    """Where the RSI lies between its own extremes; the lines are `k` and `d`."""

    @optional_name(
        "SRSI({rsi_period},{stoch_period},{k_smoothing_period},{d_smoothing_period},{moving_average_type})"
    )
    def __init__(
        self,
        name: str,
        rsi_period: int,
        stoch_period: int,
        k_smoothing_period: int,
        d_smoothing_period: int,
        moving_average_type: MovingAverageType = MovingAverageType.SIMPLE,
    ) -> None:
        super().__init__(name)
        kind = moving_average_type.to_string()
        self._rsi = RelativeStrengthIndex(f"RSI({rsi_period})", rsi_period)
        self._recent: RollingWindow[Decimal] = RollingWindow(stoch_period)
        self.k = moving_average(moving_average_type, f"{name}_K_{kind}", k_smoothing_period)
        self.d = moving_average(moving_average_type, f"{name}_D_{kind}", d_smoothing_period)
        self.warm_up_period = rsi_period + stoch_period + max(k_smoothing_period, d_smoothing_period)
        self.parts = (self._rsi, self.k, self.d)

    @property
    def is_ready(self) -> bool:
        return self.samples >= self.warm_up_period

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        self._rsi.feed(data)
        rsi = self._rsi.value_decimal
        self._recent.add(rsi)
        if not self._recent.is_ready:
            return ZERO
        highest, lowest = max(self._recent), min(self._recent)
        k = _HUNDRED * (rsi - lowest) / (highest - lowest) if highest != lowest else _HUNDRED
        self.k.update(data.end_time, k)
        self.d.update(data.end_time, self.k.value_decimal)
        return data.value_decimal

    def reset(self) -> None:
        self._recent.reset()
        super().reset()


class MovingAverageConvergenceDivergence(Indicator):
    """Fast less slow average; its average is `signal`, the difference `histogram`."""

    @optional_name("MACD({fast_period},{slow_period},{signal_period})")
    def __init__(
        self,
        name: str,
        fast_period: int,
        slow_period: int,
        signal_period: int,
        type: MovingAverageType = MovingAverageType.EXPONENTIAL,
    ) -> None:
        super().__init__(name)
        if fast_period >= slow_period:
            raise ArgumentException(
                "MovingAverageConvergenceDivergence: fastPeriod must be less than slowPeriod",
                "fastPeriod, slowPeriod",
            )
        self.fast = moving_average(type, f"{name}_Fast", fast_period)
        self.slow = moving_average(type, f"{name}_Slow", slow_period)
        self.signal = moving_average(type, f"{name}_Signal", signal_period)
        self.histogram = Identity(f"{name}_Histogram")
        self.warm_up_period = slow_period + signal_period - 1
        self.parts = (self.fast, self.slow, self.signal, self.histogram)

    @property
    def is_ready(self) -> bool:
        return self.signal.is_ready

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        fast_ready, slow_ready = self.fast.feed(data), self.slow.feed(data)
        macd = self.fast.value_decimal - self.slow.value_decimal
        if fast_ready and slow_ready and self.signal.update(data.end_time, macd):
            self.histogram.update(data.end_time, macd - self.signal.value_decimal)
        return macd


class AbsolutePriceOscillator(MovingAverageConvergenceDivergence):
    """Fast less slow average."""

    @optional_name("APO({fast_period},{slow_period})")
    def __init__(
        self,
        name: str,
        fast_period: int,
        slow_period: int,
        moving_average_type: MovingAverageType = MovingAverageType.SIMPLE,
    ) -> None:
        super().__init__(name, fast_period, slow_period, slow_period, moving_average_type)


class PercentagePriceOscillator(AbsolutePriceOscillator):
    """Fast less slow average in percent of the slow one."""

    @optional_name("PPO({fast_period},{slow_period})")
    def __init__(
        self,
        name: str,
        fast_period: int,
        slow_period: int,
        moving_average_type: MovingAverageType = MovingAverageType.SIMPLE,
    ) -> None:
        super().__init__(name, fast_period, slow_period, moving_average_type)

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        value, slow = super().compute_next_value(data), self.slow.value_decimal
        return _HUNDRED * value / slow if slow else ZERO


class ChandeMomentumOscillator(WindowIndicator):
    """Gains less losses in percent of both."""

    @optional_name("CMO({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self.warm_up_period = period + 1
        self._clear()

    def _clear(self) -> None:
        self._before = self._gain = self._loss = ZERO

    @property
    def is_ready(self) -> bool:
        return self.samples > self.period

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        value, period = data.value_decimal, self.period
        if self.samples == 1:
            self._before = value
            return ZERO
        change, self._before = value - self._before, value
        if self.samples > period + 1:
            self._loss *= period - 1
            self._gain *= period - 1
        if change < 0:
            self._loss -= change
        else:
            self._gain += change
        if not self.is_ready:
            return ZERO
        self._loss /= period
        self._gain /= period
        total = self._gain + self._loss
        return _HUNDRED * ((self._gain - self._loss) / total) if total else ZERO

    def reset(self) -> None:
        self._clear()
        super().reset()


class Trix(Indicator):
    """Rate of change, in percent, of an EMA smoothed three times."""

    @optional_name("TRIX({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self._averages = [ExponentialMovingAverage(f"{name}_{i}", period) for i in (1, 2, 3)]
        self._change = RateOfChangePercent(f"{name}_ROCP1", 1)
        self.warm_up_period = 3 * (period - 1) + self._change.warm_up_period
        self.parts = (*self._averages, self._change)

    @property
    def is_ready(self) -> bool:
        return self._change.is_ready

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        point = data
        for average in self._averages:
            average.feed(point)
            if not average.is_ready:
                return self._change.value_decimal
            point = average.current
        self._change.feed(point)
        return self._change.value_decimal


class TrueStrengthIndex(Indicator):
    """Changes smoothed twice, in percent of their size smoothed twice; the average is `signal`."""

    @optional_name("TSI({long_term_period},{short_term_period},{signal_period})")
    def __init__(
        self,
        name: str,
        long_term_period: int = 25,
        short_term_period: int = 13,
        signal_period: int = 7,
        signal_type: MovingAverageType = MovingAverageType.EXPONENTIAL,
    ) -> None:
        super().__init__(name)
        e = IndicatorExtensions
        self._change = ExponentialMovingAverage(f"{name}_PC_EMA", long_term_period)
        self._size = ExponentialMovingAverage(f"{name}_APC_EMA", long_term_period)
        change = e.of(ExponentialMovingAverage(f"{name}_PC_EMA_EMA", short_term_period), self._change)
        size = e.of(ExponentialMovingAverage(f"{name}_APC_EMA_EMA", short_term_period), self._size)
        self._index = e.times(e.over(change, size), _HUNDRED)
        self.signal = e.of(moving_average(signal_type, f"{name}_Signal", signal_period), self._index)
        self.warm_up_period = long_term_period + short_term_period
        self.parts = (self._change, self._size, change, size, self._index, self.signal)
        self._before = ZERO

    @property
    def is_ready(self) -> bool:
        return self.samples >= self.warm_up_period

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        value = data.value_decimal
        if self.samples == 1:
            self._before = value
            return ZERO
        change, self._before = value - self._before, value
        self._change.update(data.end_time, change)
        self._size.update(data.end_time, abs(change))
        return self._index.value_decimal

    def reset(self) -> None:
        self._before = ZERO
        super().reset()
