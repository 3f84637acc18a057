"""Indicators of a window of values: sums, extremes, changes.

LEAN: Indicators/Sum.cs, Minimum.cs, Maximum.cs, Momentum.cs, MomentumPercent.cs, RateOfChange*.cs,
LogReturn.cs, MidPoint.cs.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from engine.common.numbers import ONE, ZERO, double_to_decimal, to_float
from engine.indicators.indicator_base import WindowIndicator, optional_name
from engine.indicators.rolling_window import RollingWindow

_HUNDRED, _TWO = Decimal(100), Decimal(2)
Window = RollingWindow[Any]


def oldest_value(window: Window) -> Decimal:
    """Return the value that just fell out of a window, the oldest one in it while it fills."""
    if window.samples <= window.size:
        return window[window.count - 1].value_decimal
    return window.most_recently_removed.value_decimal


class Sum(WindowIndicator):
    """Sum of the last `period` values."""

    @optional_name("SUM({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self._sum = ZERO

    def compute_with_window(self, window: Window, data: Any) -> Decimal:
        self._sum += data.value_decimal
        if window.samples > window.size:
            self._sum -= window.most_recently_removed.value_decimal
        return self._sum

    def reset(self) -> None:
        self._sum = ZERO
        super().reset()


class _Extreme(WindowIndicator):
    # The largest value times `_sign`; the newest of equals while it rises, the newest in the window after.
    _sign: int

    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self._periods_since = 0

    def compute_with_window(self, window: Window, data: Any) -> Decimal:
        value, sign = data.value_decimal, self._sign
        if self.samples == 1 or sign * value >= sign * self.value_decimal:
            self._periods_since = 0
            return value
        if self._periods_since >= self.period - 1:
            values = [sign * point.value_decimal for point in window]
            best = max(values)
            self._periods_since = values.index(best)
            return sign * best
        self._periods_since += 1
        return self.value_decimal

    def reset(self) -> None:
        self._periods_since = 0
        super().reset()


class Maximum(_Extreme):
    """Largest of the last `period` values."""

    _sign = 1

    @optional_name("MAX({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    @property
    def periods_since_maximum(self) -> int:
        return self._periods_since


class Minimum(_Extreme):
    """Smallest of the last `period` values."""

    _sign = -1

    @optional_name("MIN({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    @property
    def periods_since_minimum(self) -> int:
        return self._periods_since


class _Change(WindowIndicator):
    # A change needs one value more than its period.

    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self.warm_up_period = period + 1

    @property
    def is_ready(self) -> bool:
        return self.samples > self.period


class Momentum(_Change):
    """Value less the value of `period` inputs ago."""

    @optional_name("MOM({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    def compute_with_window(self, window: Window, data: Any) -> Decimal:
        return data.value_decimal - oldest_value(window)


class RateOfChange(_Change):
    """Change since `period` inputs ago as a fraction."""

    @optional_name("ROC({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    def compute_with_window(self, window: Window, data: Any) -> Decimal:
        before = oldest_value(window)
        return (data.value_decimal - before) / before if before else ZERO


class RateOfChangePercent(RateOfChange):
    """Change since `period` inputs ago in percent."""

    @optional_name("ROCP({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    def compute_with_window(self, window: Window, data: Any) -> Decimal:
        return _HUNDRED * super().compute_with_window(window, data)


class MomentumPercent(RateOfChangePercent):
    """Change since `period` inputs ago in percent."""

    @optional_name("MOMP({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)


class RateOfChangeRatio(RateOfChange):
    """Value as a multiple of the value of `period` inputs ago; 0 where they are equal, as in LEAN."""

    @optional_name("ROCR({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    def compute_with_window(self, window: Window, data: Any) -> Decimal:
        change = super().compute_with_window(window, data)
        return change + ONE if change else ZERO


class LogReturn(WindowIndicator):
    """Logarithm of the value over that of `period` inputs ago."""

    @optional_name("LOGR({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    def compute_with_window(self, window: Window, data: Any) -> Decimal:
        ratio = to_float(data.value_decimal / oldest_value(window))
        return double_to_decimal(math.log(ratio))


class MidPoint(WindowIndicator):
    """Middle between the largest and the smallest of the last `period` values."""

    @optional_name("MIDPOINT({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self._maximum = Maximum(f"{name}_Max", period)
        self._minimum = Minimum(f"{name}_Min", period)
        self.parts = (self._maximum, self._minimum)

    def compute_with_window(self, window: Window, data: Any) -> Decimal:
        self._maximum.feed(data)
        self._minimum.feed(data)
        return (self._maximum.value_decimal + self._minimum.value_decimal) / _TWO
