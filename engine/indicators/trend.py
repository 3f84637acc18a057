"""Direction of the market.

LEAN: Indicators/AroonOscillator.cs, AverageDirectionalIndex.cs, AverageDirectionalMovementIndexRating.cs,
ParabolicStopAndReverse(Extended).cs, HeikinAshi.cs, LeastSquaresMovingAverage.cs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.common.numbers import ZERO, double_to_decimal, to_decimal, to_float
from engine.indicators.composite_indicator import FunctionalIndicator, Identity
from engine.indicators.indicator_base import BarIndicator, WindowIndicator, optional_name
from engine.indicators.moving_averages import WilderMovingAverage
from engine.indicators.rolling_window import RollingWindow
from engine.indicators.simple_indicators import Maximum, Minimum

_TWO, _FOUR, _FIFTY, _HUNDRED = Decimal(2), Decimal(4), Decimal(50), Decimal(100)


class AroonOscillator(BarIndicator):
    """How long ago the highest high and the lowest low were."""

    @optional_name("AROON({up_period},{down_period})")
    def __init__(self, name: str, up_period: int, down_period: int) -> None:
        super().__init__(name)
        maximum = Maximum(f"{name}_Max", up_period + 1)
        minimum = Minimum(f"{name}_Min", down_period + 1)

        def up(point: Any) -> Decimal:
            maximum.feed(point)
            return _HUNDRED * (up_period - maximum.periods_since_maximum) / up_period

        def down(point: Any) -> Decimal:
            minimum.feed(point)
            return _HUNDRED * (down_period - minimum.periods_since_minimum) / down_period

        self.aroon_up = FunctionalIndicator(f"{name}_AroonUp", up, lambda _: maximum.is_ready, maximum.reset)
        self.aroon_down = FunctionalIndicator(
            f"{name}_AroonDown", down, lambda _: minimum.is_ready, minimum.reset
        )
        self.warm_up_period = 1 + max(up_period, down_period)
        self.parts = (self.aroon_up, self.aroon_down)

    @property
    def is_ready(self) -> bool:
        return self.aroon_up.is_ready and self.aroon_down.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        self.aroon_up.update(data.end_time, data.high_decimal)
        self.aroon_down.update(data.end_time, data.low_decimal)
        return self.aroon_up.value_decimal - self.aroon_down.value_decimal


class AverageDirectionalIndex(BarIndicator):
    """Wilder's strength of a trend, with `positive_directional_index` and `negative_directional_index`."""

    @optional_name("ADX({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self._period = period
        self.warm_up_period = period * 2
        self.positive_directional_index = self._line(f"{name}_PositiveDirectionalIndex")
        self.negative_directional_index = self._line(f"{name}_NegativeDirectionalIndex")
        self._average = WilderMovingAverage(f"WWMA{period}", period)
        self.parts = (self.positive_directional_index, self.negative_directional_index, self._average)
        self._clear()

    def _line(self, name: str) -> FunctionalIndicator:
        ready = lambda _: self.samples > self._period  # noqa: E731
        return FunctionalIndicator(name, lambda point: point.value_decimal, ready)

    def _clear(self) -> None:
        self._before: Any = None
        self._smoothed = [ZERO, ZERO, ZERO]  # true range, movement up, movement down

    @property
    def is_ready(self) -> bool:
        return self._average.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        steep = self.samples > self._period + 1
        for i, step in enumerate(self._movements(data)):
            smoothed = self._smoothed[i]
            self._smoothed[i] = smoothed + step - (smoothed / self._period if steep else ZERO)
        self._before = data
        true_range, up, down = self._smoothed
        usable = bool(true_range) and self.samples > self._period
        now = self.current.end_time
        self.positive_directional_index.update(now, _HUNDRED * up / true_range if usable else ZERO)
        self.negative_directional_index.update(now, _HUNDRED * down / true_range if usable else ZERO)
        positive = self.positive_directional_index.value_decimal
        negative = self.negative_directional_index.value_decimal
        if not positive + negative:
            return _FIFTY
        self._average.update(data.end_time, _HUNDRED * abs(positive - negative) / (positive + negative))
        return self._average.value_decimal

    def _movements(self, data: Any) -> tuple[Decimal, Decimal, Decimal]:
        before = self._before
        if before is None:
            return ZERO, ZERO, ZERO
        high, low, close = data.high_decimal, data.low_decimal, before.close_decimal
        true_range = max(high - low, abs(high - close), abs(low - close))
        rise, fall = high - before.high_decimal, before.low_decimal - low
        up = rise if rise > 0 and rise >= fall else ZERO
        down = fall if fall > 0 and fall > rise else ZERO
        return true_range, up, down

    def reset(self) -> None:
        super().reset()
        self._clear()


class AverageDirectionalMovementIndexRating(BarIndicator):
    """Mean of the ADX now and a period ago."""

    @optional_name("ADXR({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self._period = period
        self.warm_up_period = period * 3 - 1
        self.adx = AverageDirectionalIndex(f"{name}_ADX", period)
        self._history: RollingWindow[Decimal] = RollingWindow(period)
        self.parts = (self.adx,)

    @property
    def is_ready(self) -> bool:
        return self._history.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        self.adx.feed(data)
        if self.adx.is_ready:
            self._history.add(self.adx.value_decimal)
        if not self.is_ready:
            return _FIFTY
        return (self.adx.value_decimal + self._history[self._period - 1]) / _TWO

    def reset(self) -> None:
        self._history.reset()
        super().reset()


class _Side:
    # One direction of a parabolic stop: its acceleration and how prices of this direction compare.
    __slots__ = ("acceleration", "increment", "initial", "maximum", "sign")

    def __init__(self, sign: int, initial: Decimal, increment: Decimal, maximum: Decimal) -> None:
        self.sign = sign
        self.acceleration = self.initial = initial
        self.increment = increment
        self.maximum = maximum


class ParabolicStopAndReverseExtended(BarIndicator):
    """A stop that accelerates with the trend; below zero while the position would be short."""

    warm_up_period = 2

    @optional_name(
        "SAREXT({sar_start},{offset_on_reverse},{af_start_short},{af_increment_short},{af_max_short},"
        "{af_start_long},{af_increment_long},{af_max_long})"
    )
    def __init__(
        self,
        name: str,
        sar_start: float | Decimal = 0,
        offset_on_reverse: float | Decimal = 0,
        af_start_short: float | Decimal = Decimal("0.02"),
        af_increment_short: float | Decimal = Decimal("0.02"),
        af_max_short: float | Decimal = Decimal("0.2"),
        af_start_long: float | Decimal = Decimal("0.02"),
        af_increment_long: float | Decimal = Decimal("0.02"),
        af_max_long: float | Decimal = Decimal("0.2"),
    ) -> None:
        super().__init__(name)
        d = to_decimal
        self._start = d(sar_start)
        self._offset = d(offset_on_reverse)
        self._long = _Side(1, d(af_start_long), d(af_increment_long), d(af_max_long))
        self._short = _Side(-1, d(af_start_short), d(af_increment_short), d(af_max_short))
        self._side = self._long
        self._before: Any = None
        self._sar = self._extreme = ZERO

    @property
    def is_ready(self) -> bool:
        return self.samples >= 2

    def compute_next_value(self, data: Any) -> Decimal:
        if self.samples == 1:
            self._before = data
            return self._start or data.close_decimal
        if self.samples == 2:
            self._begin(data)
            self._before = data
        output = self._step(data)
        self._before = data
        return output

    def _begin(self, data: Any) -> None:
        if self._start:
            self._side = self._long if self._start > 0 else self._short
            self._sar = abs(self._start)
        else:
            before = self._before
            fall = before.low_decimal - data.low_decimal
            falls = fall > 0 and data.high_decimal - before.high_decimal < fall
            self._side = self._short if falls else self._long
            self._sar = before.high_decimal if falls else before.low_decimal
        self._extreme = data.high_decimal if self._side is self._long else data.low_decimal

    def _step(self, data: Any) -> Decimal:
        # In units of the side (times its sign) a short position is a long one.
        side = self._side
        behind = data.low_decimal if side is self._long else data.high_decimal
        if side.sign * behind <= side.sign * self._sar:
            return self._reverse(data)
        output = side.sign * self._sar
        ahead = data.high_decimal if side is self._long else data.low_decimal
        if side.sign * ahead > side.sign * self._extreme:
            self._extreme = ahead
            side.acceleration = min(side.acceleration + side.increment, side.maximum)
        self._advance(side, data)
        return output

    def _reverse(self, data: Any) -> Decimal:
        side = self._side = self._short if self._side is self._long else self._long
        self._sar = self._beyond(side, self._extreme, data)
        if self._offset:
            self._sar -= side.sign * self._sar * self._offset
        output = side.sign * self._sar
        side.acceleration = side.initial
        self._extreme = data.high_decimal if side is self._long else data.low_decimal
        self._advance(side, data)
        return output

    def _advance(self, side: _Side, data: Any) -> None:
        moved = self._sar + side.acceleration * (self._extreme - self._sar)
        self._sar = self._beyond(side, moved, data)

    def _beyond(self, side: _Side, sar: Decimal, data: Any) -> Decimal:
        # The stop stays outside the range of the last two bars.
        if side is self._long:
            return min(sar, self._before.low_decimal, data.low_decimal)
        return max(sar, self._before.high_decimal, data.high_decimal)

    def reset(self) -> None:
        self._long.acceleration = self._long.initial
        self._short.acceleration = self._short.initial
        super().reset()


class ParabolicStopAndReverse(ParabolicStopAndReverseExtended):
    """Wilder's parabolic stop."""

    @optional_name("PSAR({af_start},{af_increment},{af_max})")
    def __init__(
        self,
        name: str,
        af_start: float | Decimal = Decimal("0.02"),
        af_increment: float | Decimal = Decimal("0.02"),
        af_max: float | Decimal = Decimal("0.2"),
    ) -> None:
        factors = (af_start, af_increment, af_max)
        super().__init__(name, 0, 0, *factors, *factors)

    def compute_next_value(self, data: Any) -> Decimal:
        return abs(super().compute_next_value(data))


class HeikinAshi(BarIndicator):
    """Averaged bars; `open`, `high`, `low`, `close` and `volume` are indicators."""

    warm_up_period = 2

    def __init__(self, name: str = "HA") -> None:
        super().__init__(name)
        self.open, self.high, self.low, self.close, self.volume = (
            Identity(f"{name}_{part}") for part in ("Open", "High", "Low", "Close", "Volume")
        )
        self.parts = (self.open, self.high, self.low, self.close, self.volume)

    @property
    def is_ready(self) -> bool:
        return self.samples > 1

    def compute_next_value(self, data: Any) -> Decimal:
        opens, high, low, close = data.open_decimal, data.high_decimal, data.low_decimal, data.close_decimal
        time = data.end_time
        ready = self.is_ready
        start = (self.open.value_decimal + self.close.value_decimal) if ready else opens + close
        self.open.update(time, start / _TWO)
        self.close.update(time, (opens + high + low + close) / _FOUR)
        if ready:
            high = max(high, self.open.value_decimal, self.close.value_decimal)
            low = min(low, self.open.value_decimal, self.close.value_decimal)
        self.high.update(time, high)
        self.low.update(time, low)
        self.volume.update(time, to_decimal(getattr(data, "volume", 0.0)))
        return self.close.value_decimal


class LeastSquaresMovingAverage(WindowIndicator):
    """Value of the regression line at the newest of the last `period` values."""

    @optional_name("LSMA({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self.intercept = Identity(f"{name}_Intercept")
        self.slope = Identity(f"{name}_Slope")
        self.parts = (self.intercept, self.slope)

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        if not window.is_ready:
            return data.value_decimal
        values = [to_float(point.value_decimal) for point in sorted(window, key=lambda p: p.end_time)]
        mean_x, mean_y = (len(values) + 1) / 2, sum(values) / len(values)
        covariance = sum((x - mean_x) * (y - mean_y) for x, y in enumerate(values, 1))
        slope = covariance / sum((x - mean_x) ** 2 for x in range(1, len(values) + 1))
        self.intercept.update(data.end_time, double_to_decimal(mean_y - slope * mean_x))
        self.slope.update(data.end_time, double_to_decimal(slope))
        return self.intercept.value_decimal + self.slope.value_decimal * self.period
