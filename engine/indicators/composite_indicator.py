"""Indicators made of indicators, constants and functions.

LEAN: Indicators/CompositeIndicator.cs, ResetCompositeIndicator.cs, ConstantIndicator.cs,
FunctionalIndicator.cs, Identity.cs, FilteredIdentity.cs, WindowIdentity.cs, Delay.cs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.common.numbers import ZERO, to_decimal
from engine.data.base_data import NO_TIME, BaseData
from engine.indicators.indicator_base import Indicator, IndicatorBase, WindowIndicator, optional_name
from engine.indicators.indicator_data_point import IndicatorDataPoint, IndicatorResult
from engine.indicators.rolling_window import RollingWindow

Composer = Callable[[IndicatorBase, IndicatorBase], IndicatorResult]


class CompositeIndicator(Indicator):
    """A function of two indicators, computed when both have a new value (a constant always has).

    LEAN's constructors: (name, left, right, composer), (left, right, composer).
    """

    def __init__(self, *arguments: Any, name: str | None = None) -> None:
        given, left, right, composer = arguments if len(arguments) == 4 else (name, *arguments)
        super().__init__(given or f"COMPOSE({left.name},{right.name})")
        self.left: IndicatorBase = left
        self.right: IndicatorBase = right
        self._composer = composer
        self._left_is_new = self._right_is_new = False
        left.updated += self._left_updated
        right.updated += self._right_updated

    def _left_updated(self, sender: object, point: IndicatorDataPoint) -> None:
        self._left_is_new = True
        if self._right_is_new or isinstance(self.right, ConstantIndicator):
            self._compose(point)

    def _right_updated(self, sender: object, point: IndicatorDataPoint) -> None:
        self._right_is_new = True
        if self._left_is_new or isinstance(self.left, ConstantIndicator):
            self._compose(point)

    def _compose(self, point: IndicatorDataPoint) -> None:
        time: datetime = max(point.time, self.left.current.time, self.right.current.time)
        self.feed(IndicatorDataPoint(time, ZERO))
        self._left_is_new = self._right_is_new = False

    @property
    def is_ready(self) -> bool:
        return self.left.is_ready and self.right.is_ready

    def validate_and_compute_next_value(self, data: Any) -> IndicatorResult:
        result = self._composer(self.left, self.right)
        # A composer of the algorithm's own gives a number or a result of numbers.
        if isinstance(result, IndicatorResult):
            return IndicatorResult(to_decimal(result.value), result.status)
        return IndicatorResult(to_decimal(result))

    def compute_next_value(self, data: Any) -> Decimal:
        return self.validate_and_compute_next_value(data).value

    def reset(self) -> None:
        self.left.reset()
        self.right.reset()
        super().reset()


class ResetCompositeIndicator(CompositeIndicator):
    """A composite that resets something else with it."""

    def __init__(self, *arguments: Any) -> None:
        *rest, extra_reset_action = arguments
        name = rest.pop(0) if len(rest) == 4 else f"RESET_COMPOSE({rest[0].name},{rest[1].name})"
        super().__init__(name, *rest)
        self._extra_reset_action = extra_reset_action

    def reset(self) -> None:
        super().reset()
        self._extra_reset_action()


class ConstantIndicator(IndicatorBase):
    """Always the same value."""

    def __init__(self, name: str, value: float | Decimal) -> None:
        super().__init__(name)
        self._value = to_decimal(value)
        self.window.add(IndicatorDataPoint(NO_TIME, self._value))

    @property
    def is_ready(self) -> bool:
        return True

    def compute_next_value(self, data: Any) -> Decimal:
        return self._value

    def reset(self) -> None:
        super().reset()
        self.window.add(IndicatorDataPoint(NO_TIME, self._value))


class FunctionalIndicator(Indicator):
    """An indicator given by functions."""

    def __init__(
        self,
        name: str,
        compute_next_value: Callable[[Any], Any],
        is_ready: Callable[[IndicatorBase], bool],
        reset: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(name)
        self._compute = compute_next_value
        self._is_ready = is_ready
        self._reset = reset

    @property
    def is_ready(self) -> bool:
        return self._is_ready(self)

    def compute_next_value(self, data: Any) -> Decimal:
        return to_decimal(self._compute(data))

    def reset(self) -> None:
        if self._reset is not None:
            self._reset()
        super().reset()


class Identity(Indicator):
    """The value itself."""

    warm_up_period = 1

    def __init__(self, name: str = "") -> None:
        super().__init__(str(name))

    @property
    def is_ready(self) -> bool:
        return self.samples > 0

    def compute_next_value(self, data: Any) -> Decimal:
        return data.value_decimal


class FilteredIdentity(IndicatorBase):
    """The value of the last datum that a filter accepted. LEAN's constructors: (filter), (name, filter)."""

    def __init__(self, *arguments: Any) -> None:
        name, self._filter = arguments if len(arguments) == 2 else ("", arguments[0])
        super().__init__(name)
        self._last = ZERO

    @property
    def is_ready(self) -> bool:
        return self.samples > 0 and self.value_decimal > 0

    def compute_next_value(self, data: BaseData) -> Decimal:
        if self._filter is None or self._filter(data):
            self._last = data.value_decimal
        return self._last


class WindowIdentity(WindowIndicator):
    """The value itself, ready after a period."""

    @optional_name("WIN-ID{period}")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        return data.value_decimal


class Delay(WindowIndicator):
    """The value of `period` inputs ago."""

    @optional_name("DELAY({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name, period)
        self.warm_up_period = period + 1

    @property
    def is_ready(self) -> bool:
        return self.samples > self.period

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        if not self.is_ready:
            return window[window.count - 1].value_decimal
        return window.most_recently_removed.value_decimal
