"""ARIMA (LEAN: Indicators/AutoRegressiveIntegratedMovingAverage.cs, TimeSeriesIndicator.cs)."""

from __future__ import annotations

import logging
from decimal import Decimal
from itertools import accumulate
from typing import Any

import numpy as np

from engine.common.errors import ArgumentException
from engine.common.numbers import ZERO, double_to_decimal
from engine.indicators.indicator_base import WindowIndicator, optional_name
from engine.indicators.rolling_window import RollingWindow

_log = logging.getLogger(__name__)


class AutoRegressiveIntegratedMovingAverage(WindowIndicator):
    """The next value of a series by its last values and its last errors, fitted in two steps.

    As in LEAN a series runs from the newest value back, and so do its lags.
    """

    @optional_name("ARIMA(({ar_order}, {diff_order}, {ma_order}), {period}, {intercept})")
    def __init__(
        self, name: str, ar_order: int, diff_order: int, ma_order: int, period: int, intercept: bool = True
    ) -> None:
        if ar_order < 0 or ma_order < 0:
            raise ArgumentException("AR/MA orders cannot be negative.")
        if ar_order == 0:
            raise ArgumentException(
                "arOrder (p) must be greater than zero for all currently available fitting methods."
            )
        if period < max(ar_order, ma_order):
            raise ArgumentException("Period must exceed both arOrder and maOrder")
        super().__init__(name, period)
        self._orders = ar_order, diff_order, ma_order
        self._has_intercept = intercept
        self._told: set[str] = set()
        self.handle_exceptions = True
        self.ar_parameters: Any = None
        self.ma_parameters: Any = None
        self.intercept = 0.0
        self.ar_residual_error = 0.0
        self.ma_residual_error = 0.0

    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        if not window.is_ready:
            return ZERO
        ar_order, diff_order, ma_order = self._orders
        series, heads = _differences(np.array([float(point.value) for point in window]), diff_order)
        residuals = self._fit(series)
        value = float(self.ar_parameters @ series[:ar_order]) + self.intercept
        if ma_order:
            value += float(self.ma_parameters @ residuals[ma_order + 1 : 2 * ma_order + 1])
        return double_to_decimal(_first_of_sums([value, *series], heads))

    def _fit(self, series: Any) -> Any:
        ar_order, _, ma_order = self._orders
        lags = _lagged(series, ar_order)
        parameters = self._solve("AutoRegressiveStep", lags, series[ar_order:])
        errors = series[ar_order:] - lags @ parameters
        self.ar_residual_error = float(errors @ errors) / (len(series) - ar_order - 1)
        residuals = np.concatenate([np.zeros(ar_order), errors])
        if ma_order:
            self._moving_average_step(lags, series, residuals)
        else:
            self.ar_parameters = parameters
        return residuals

    def _moving_average_step(self, lags: Any, series: Any, residuals: Any) -> None:
        ar_order, _, ma_order = self._orders
        of_errors = _lagged(residuals, ma_order)
        inputs = np.column_stack([lags[: len(of_errors)], of_errors])
        columns = np.column_stack([np.ones(len(inputs)), inputs]) if self._has_intercept else inputs
        fitted = self._solve("MovingAverageStep", columns, series[ma_order:])
        parameters = fitted[1:] if self._has_intercept else fitted
        errors = series[ma_order:] - inputs @ parameters
        self.ma_residual_error = float(errors @ errors) / (len(series) - max(ar_order, ma_order) - 1)
        self.ar_parameters, self.ma_parameters = parameters[:ar_order], parameters[ar_order:]
        if self._has_intercept:
            self.intercept = float(fitted[0])

    def _solve(self, step: str, inputs: Any, outputs: Any) -> Any:
        """Return the least squares by the normal equations; zeros where they have no solution."""
        try:
            lower = np.linalg.cholesky(inputs.T @ inputs)
        except np.linalg.LinAlgError as error:
            if not self.handle_exceptions:
                raise
            if step not in self._told:
                self._told.add(step)
                _log.error("AutoRegressiveIntegratedMovingAverage.%s(): %s", step, error)
            return np.zeros(inputs.shape[1])
        return np.linalg.solve(lower.T, np.linalg.solve(lower, inputs.T @ outputs))


def _differences(series: Any, order: int) -> tuple[Any, list[float]]:
    """Return the differences of a series and the oldest value before each step."""
    heads = []
    for _ in range(order):
        heads.append(float(series[-1]))
        series = series[:-1] - series[1:]
    return series, heads


def _lagged(series: Any, order: int) -> Any:
    """Return for each place from `order` on the values before it."""
    count = len(series) - order
    return np.column_stack([series[order - lag : order - lag + count] for lag in range(1, order + 1)])


def _first_of_sums(series: list[float], heads: list[float]) -> float:
    """Undo the differences; return the newest value."""
    for head in heads:
        series = list(accumulate([head, *reversed(series)]))[::-1]
    return float(series[0])
