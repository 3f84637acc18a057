"""Indicators that fit a line or a process to what they saw."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.common.errors import ArgumentException
from engine.indicators.auto_regressive_integrated_moving_average import AutoRegressiveIntegratedMovingAverage
from engine.indicators.regression_channel import RegressionChannel

START = datetime(2024, 3, 8)


def feed(indicator: Any, values: list[float]) -> Any:
    for minute, value in enumerate(values):
        indicator.update(START + timedelta(minutes=minute), value)
    return indicator


def test_channel_lies_two_deviations_around_the_line() -> None:
    """On a straight line the line is the price; the deviation of 1 to 5 is the root of 2."""
    channel = feed(RegressionChannel(5, 2), [1.0, 2.0, 3.0, 4.0, 5.0])
    assert channel.is_ready
    assert channel.current.value == pytest.approx(5)
    assert channel.upper_channel.current.value == pytest.approx(5 + 2 * 2**0.5)
    assert channel.lower_channel.current.value == pytest.approx(5 - 2 * 2**0.5)
    assert channel.slope.current.value == pytest.approx(1)


def test_process_that_follows_its_last_value_is_found() -> None:
    """Read from the newest value back, each value of a halving series is twice the one before it."""
    arima = feed(AutoRegressiveIntegratedMovingAverage(1, 0, 0, 8), [64.0 / 2**n for n in range(8)])
    assert arima.is_ready
    assert arima.ar_parameters == pytest.approx([2])
    assert arima.current.value == pytest.approx(1)


def test_differences_are_undone() -> None:
    """Where differences repeat, the value in place of the newest is the newest again."""
    arima = feed(AutoRegressiveIntegratedMovingAverage(1, 1, 0, 6), [1.0, 3.0, 5.0, 7.0, 9.0, 11.0])
    assert arima.ar_parameters == pytest.approx([1])
    assert arima.current.value == pytest.approx(13)


def test_series_that_cannot_be_fitted_gives_no_prediction_but_a_difference() -> None:
    """Equal values have no differences: LEAN's parameters are then zero, and the value stays."""
    arima = feed(AutoRegressiveIntegratedMovingAverage(1, 1, 1, 6), [5.0] * 6)
    assert arima.ar_parameters.tolist() == [0]
    assert arima.current.value == pytest.approx(5)


@pytest.mark.parametrize("orders", [(-1, 0, 0, 5), (0, 0, 1, 5), (3, 0, 6, 5)])
def test_orders_that_make_no_process_are_refused(orders: tuple[int, int, int, int]) -> None:
    """There must be a last value to follow, and more values than the process looks back."""
    with pytest.raises(ArgumentException):
        AutoRegressiveIntegratedMovingAverage(*orders)
