"""Volatility from the prices a security had.

LEAN: Common/Securities/Volatility/StandardDeviationOfReturnsVolatilityModel.cs,
RelativeStandardDeviationVolatilityModel.cs.
"""

from __future__ import annotations

import statistics
from collections import deque
from datetime import timedelta
from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING

from engine.common.enums import Resolution
from engine.common.errors import ArgumentOutOfRangeException
from engine.common.numbers import double_to_decimal, to_float
from engine.data.base_data import NO_TIME
from engine.securities.volatility.base_volatility_model import BaseVolatilityModel, configurations

if TYPE_CHECKING:
    from datetime import datetime

    from engine.data.base_data import BaseData
    from engine.data_feeds.history_provider import HistoryRequest
    from engine.securities.security import Security

_TRADING_DAYS = 252
_DEFAULT_PERIODS = {
    Resolution.TICK: 600,
    Resolution.SECOND: 600,
    Resolution.MINUTE: 60 * 24,
    Resolution.HOUR: 24 * 30,
    Resolution.DAILY: 30,
}


class _WindowedVolatilityModel(BaseVolatilityModel):
    """Takes at most one price per time span; the volatility is computed when it is asked for."""

    def __init__(self, periods: int, span: timedelta) -> None:
        if periods < 2:
            raise ArgumentOutOfRangeException("'periods' must be greater than or equal to 2.", "periods")
        self._span = span
        self._window: deque[float] = deque(maxlen=periods)
        self._begin()

    def _begin(self) -> None:
        self._window.clear()
        self._volatility = Decimal(0)
        self._is_stale = False
        self._last_update = NO_TIME

    @property
    def volatility_decimal(self) -> Decimal:
        if len(self._window) < 2:
            return Decimal(0)
        if self._is_stale:
            self._is_stale = False
            self._volatility = self._compute()
        return self._volatility

    @property
    def volatility(self) -> float:
        return to_float(self.volatility_decimal)

    def update(self, security: Security, data: BaseData) -> None:
        """Take the price of a datum, if a span has passed since the last one taken."""
        if data.end_time - self._last_update >= self._span and data.price > 0:
            self._take(data)
            self._last_update = data.end_time

    def _add(self, value: float) -> None:
        self._window.append(value)
        self._is_stale = True

    def _deviation(self) -> Decimal:
        return double_to_decimal(statistics.stdev(self._window))

    def get_history_requirements(
        self,
        security: Security,
        utc_time: datetime,
        resolution: Resolution | None = None,
        bar_count: int | None = None,
    ) -> list[HistoryRequest]:
        """Return the history that fills the window, and forget what the model knows."""
        if bar_count is not None:
            return super().get_history_requirements(security, utc_time, resolution, bar_count)
        self._begin()
        count = (self._window.maxlen or 0) + 1
        return super().get_history_requirements(security, utc_time, self._history_resolution(security), count)

    def _history_resolution(self, security: Security) -> Resolution | None:
        raise NotImplementedError

    def _take(self, data: BaseData) -> None:
        raise NotImplementedError

    def _compute(self) -> Decimal:
        raise NotImplementedError


class StandardDeviationOfReturnsVolatilityModel(_WindowedVolatilityModel):
    """The yearly sample standard deviation of returns; the price is taken once a day if nothing else is said.

    LEAN's forms: (periods, resolution=None, update_frequency=None) and (resolution, update_frequency=None).
    """

    def __init__(
        self,
        periods: int | Resolution,
        resolution: Resolution | timedelta | None = None,
        update_frequency: timedelta | None = None,
    ) -> None:
        if isinstance(periods, Resolution):
            frequency = resolution if isinstance(resolution, timedelta) else update_frequency
            periods, resolution, update_frequency = _DEFAULT_PERIODS[periods], periods, frequency
        self._resolution: Resolution | None = resolution  # type: ignore[assignment]
        if update_frequency is None:
            update_frequency = timedelta(1) if resolution is None else resolution.to_time_span()  # type: ignore[union-attr]
        super().__init__(periods, update_frequency)

    def _begin(self) -> None:
        super()._begin()
        self._last_price = Decimal(0)

    def _take(self, data: BaseData) -> None:
        price = data.value_decimal
        if self._last_price > 0:
            self._add(to_float(price / self._last_price) - 1.0)
        self._last_price = price

    def _compute(self) -> Decimal:
        return self._deviation() * double_to_decimal(sqrt(_TRADING_DAYS))

    def _history_resolution(self, security: Security) -> Resolution | None:
        return self._resolution


class RelativeStandardDeviationVolatilityModel(_WindowedVolatilityModel):
    """The standard deviation of prices as a part of their mean."""

    def __init__(self, period_span: timedelta, periods: int) -> None:
        super().__init__(periods, period_span)

    def _begin(self) -> None:
        super()._begin()
        self._last_update = NO_TIME + self._span * (self._window.maxlen or 0)

    def _take(self, data: BaseData) -> None:
        self._add(data.value)

    def _compute(self) -> Decimal:
        mean = abs(double_to_decimal(statistics.fmean(self._window)))
        return self._volatility if mean == 0 else self._deviation() / mean

    def _history_resolution(self, security: Security) -> Resolution | None:
        return min(config.resolution for config in configurations(security))
