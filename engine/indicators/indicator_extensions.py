"""Arithmetic with indicators, and indicators of indicators (LEAN: Indicators/IndicatorExtensions.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

from engine.common.enums import IndicatorStatus
from engine.common.numbers import ZERO, decimal_to_string, to_decimal
from engine.indicators.composite_indicator import (
    CompositeIndicator,
    ConstantIndicator,
    ResetCompositeIndicator,
    WindowIdentity,
)
from engine.indicators.indicator_base import IndicatorBase
from engine.indicators.indicator_data_point import IndicatorDataPoint, IndicatorResult
from engine.indicators.moving_averages import ExponentialMovingAverage, SimpleMovingAverage
from engine.indicators.python_indicator import as_indicator
from engine.indicators.simple_indicators import Maximum, Minimum, Sum

I = TypeVar("I", bound=IndicatorBase)  # noqa: E741
Operand = Any
"""An indicator, a custom indicator of the algorithm's, or (on the right) a number."""


def _sum(left: IndicatorBase, right: IndicatorBase) -> IndicatorResult:
    return IndicatorResult(left.value_decimal + right.value_decimal)


def _difference(left: IndicatorBase, right: IndicatorBase) -> IndicatorResult:
    return IndicatorResult(left.value_decimal - right.value_decimal)


def _product(left: IndicatorBase, right: IndicatorBase) -> IndicatorResult:
    return IndicatorResult(left.value_decimal * right.value_decimal)


def _quotient(left: IndicatorBase, right: IndicatorBase) -> IndicatorResult:
    if not right.value_decimal:
        return IndicatorResult(ZERO, IndicatorStatus.MATH_ERROR)
    return IndicatorResult(left.value_decimal / right.value_decimal)


def _compose(left: Operand, right: Operand, name: str | None, composer: Any) -> CompositeIndicator:
    if isinstance(right, (int, float, Decimal)):
        number = to_decimal(right)
        right = ConstantIndicator(decimal_to_string(number), number)
    return CompositeIndicator(name, as_indicator(left), as_indicator(right), composer)


class IndicatorExtensions:
    """Static functions on indicators."""

    @staticmethod
    def update(indicator: IndicatorBase, time: Any, value: float) -> bool:
        return indicator.update(time, value)

    @staticmethod
    def of(second: I, first: Operand, wait_for_first_to_ready: bool = True) -> I:
        """Feed the second indicator with the values of the first; return the second."""
        source, target = as_indicator(first), as_indicator(second)

        def pass_on(sender: object, point: IndicatorDataPoint) -> None:
            if not wait_for_first_to_ready or source.is_ready:
                target.feed(point)

        source.updated += pass_on
        return target  # type: ignore[return-value]

    @staticmethod
    def plus(left: Operand, right: Operand, name: str | None = None) -> CompositeIndicator:
        return _compose(left, right, name, _sum)

    @staticmethod
    def minus(left: Operand, right: Operand, name: str | None = None) -> CompositeIndicator:
        return _compose(left, right, name, _difference)

    @staticmethod
    def times(left: Operand, right: Operand, name: str | None = None) -> CompositeIndicator:
        return _compose(left, right, name, _product)

    @staticmethod
    def over(left: Operand, right: Operand, name: str | None = None) -> CompositeIndicator:
        return _compose(left, right, name, _quotient)

    @staticmethod
    def weighted_by(value: Operand, weight: Operand, period: int) -> CompositeIndicator:
        """Return the average of one indicator, weighted by another."""
        x, y = WindowIdentity(period), WindowIdentity(period)
        numerator, denominator = Sum("Sum_xy", period), Sum("Sum_y", period)

        def value_updated(sender: object, point: IndicatorDataPoint) -> None:
            x.feed(point)
            if x.samples == y.samples:
                numerator.update(point.time, point.value_decimal * y.value_decimal)

        def weight_updated(sender: object, point: IndicatorDataPoint) -> None:
            y.feed(point)
            if x.samples == y.samples:
                numerator.update(point.time, point.value_decimal * x.value_decimal)
            denominator.feed(point)

        value, weight = as_indicator(value), as_indicator(weight)
        value.updated += value_updated
        weight.updated += weight_updated

        def reset() -> None:
            x.reset()
            y.reset()

        return ResetCompositeIndicator(numerator, denominator, _quotient, reset)

    @staticmethod
    def ema(
        left: Operand,
        period: int,
        smoothing_factor: float | None = None,
        wait_for_first_to_ready: bool = True,
    ) -> ExponentialMovingAverage:
        source = as_indicator(left)
        average = ExponentialMovingAverage(f"EMA{period}_Of_{source.name}", period, smoothing_factor)
        return IndicatorExtensions.of(average, source, wait_for_first_to_ready)

    @staticmethod
    def max(left: Operand, period: int, wait_for_first_to_ready: bool = True) -> Maximum:
        source = as_indicator(left)
        maximum = Maximum(f"MAX{period}_Of_{source.name}", period)
        return IndicatorExtensions.of(maximum, source, wait_for_first_to_ready)

    @staticmethod
    def min(left: Operand, period: int, wait_for_first_to_ready: bool = True) -> Minimum:
        source = as_indicator(left)
        minimum = Minimum(f"MIN{period}_Of_{source.name}", period)
        return IndicatorExtensions.of(minimum, source, wait_for_first_to_ready)

    @staticmethod
    def sma(left: Operand, period: int, wait_for_first_to_ready: bool = True) -> SimpleMovingAverage:
        source = as_indicator(left)
        average = SimpleMovingAverage(f"SMA{period}_Of_{source.name}", period)
        return IndicatorExtensions.of(average, source, wait_for_first_to_ready)
