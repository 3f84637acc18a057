"""Indicators of two symbols.

LEAN: Indicators/MultiSymbolIndicator.cs, DualSymbolIndicator.cs, Beta.cs, Covariance.cs, Correlation.cs.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.common.enums import CorrelationType, Resolution
from engine.common.errors import ArgumentException
from engine.common.numbers import ONE, ZERO, double_to_decimal, to_float
from engine.common.symbol import Symbol, symbol_of
from engine.common.time import to_datetime
from engine.indicators.indicator_base import BarIndicator
from engine.indicators.rolling_window import RollingWindow
from engine.securities.market_hours_database import MarketHoursDatabase

_ONE_HOUR = timedelta(hours=1)


class _SymbolData:
    # The newest input of one symbol, and those that had a partner.

    def __init__(self, symbol: Symbol, period: int) -> None:
        hours = MarketHoursDatabase.from_data_folder().get_exchange_hours(
            symbol.id.market, symbol, symbol.security_type
        )
        self.zone = hours.time_zone
        self.points: RollingWindow[Any] = RollingWindow(period)
        self.resolution = Resolution.TICK
        self.current: Any = None
        self.time: datetime | None = None

    def take(self, data: Any) -> None:
        self.current = data
        self.time = self._rounded(to_datetime(self.zone.utc_stamp(data.end_time)))

    def _rounded(self, moment: datetime) -> datetime:
        if self.resolution == Resolution.DAILY:
            return datetime(moment.year, moment.month, moment.day)
        if self.resolution == Resolution.HOUR:
            return moment.replace(minute=0, second=0, microsecond=0)
        if self.resolution == Resolution.MINUTE:
            return moment.replace(second=0, microsecond=0)
        return moment

    def reset(self) -> None:
        self.points.reset()
        self.current = self.time = None


class MultiSymbolIndicator(BarIndicator):
    """Computes when every symbol has an input of the same time (UTC, rounded to the resolution)."""

    def __init__(self, name: str, symbols: Sequence[Symbol], period: int) -> None:
        super().__init__(name)
        self._by_symbol = {symbol: _SymbolData(symbol, period) for symbol in map(symbol_of, symbols)}
        zones = {data.zone.name for data in self._by_symbol.values()}
        self.warm_up_period = period + (1 if len(zones) > 1 else 0)
        self._last = ZERO

    @property
    def is_ready(self) -> bool:
        return all(data.points.is_ready for data in self._by_symbol.values())

    @abstractmethod
    def compute_indicator(self) -> Decimal:
        """Return the value from the paired inputs."""

    def compute_next_value(self, data: Any) -> Decimal:
        entry = self._by_symbol.get(data.symbol)
        if entry is None:
            known = ", ".join(str(symbol) for symbol in self._by_symbol)
            raise ArgumentException(
                f"Input symbol {data.symbol} does not correspond to any of the symbols this indicator works "
                f"on ({known})"
            )
        if self.samples == 1:
            self._set_resolution(data)
            entry.take(data)
            return ZERO
        entry.take(data)
        if len({one.time for one in self._by_symbol.values()}) == 1:
            for one in self._by_symbol.values():
                one.points.add(one.current)
            self._last = self.compute_indicator()
        return self._last

    def _set_resolution(self, data: Any) -> None:
        span = data.end_time - data.time
        resolution = Resolution.DAILY
        if span <= _ONE_HOUR:
            spans = [r for r in Resolution if r.to_time_span() >= span]
            resolution = min(spans)
        for entry in self._by_symbol.values():
            entry.resolution = resolution

    def reset(self) -> None:
        self._last = ZERO
        for entry in self._by_symbol.values():
            entry.reset()
        super().reset()


class DualSymbolIndicator(MultiSymbolIndicator):
    """Of a target and a reference. LEAN's constructors: ([name], target, reference, period)."""

    def __init__(self, name: str, target_symbol: Symbol, reference_symbol: Symbol, period: int) -> None:
        target_symbol, reference_symbol = symbol_of(target_symbol), symbol_of(reference_symbol)
        super().__init__(name, (target_symbol, reference_symbol), period)
        self.target_symbol = target_symbol
        self.reference_symbol = reference_symbol
        self._target = self._by_symbol[target_symbol].points
        self._reference = self._by_symbol[reference_symbol].points


def _arguments(arguments: tuple[Any, ...], label: str) -> tuple[str, Any, Any, Any]:
    # ([name], target, reference, period) or (name, period, target, reference)
    rest = list(arguments)
    name = rest.pop(0) if isinstance(rest[0], str) else None
    if isinstance(rest[0], int):
        rest = [*rest[1:], rest[0]]
    target, reference, period = rest
    return name or f"{label}({period})", target, reference, period


class _ReturnsIndicator(DualSymbolIndicator):
    _label: str

    def __init__(self, *arguments: Any) -> None:
        name, target, reference, period = _arguments(arguments, self._label)
        super().__init__(name, target, reference, 2)
        if period < 2:
            raise ArgumentException(
                f"Period parameter for {type(self).__name__} indicator must be greater than 2 but was "
                f"{period}."
            )
        self._target_returns: RollingWindow[float] = RollingWindow(period)
        self._reference_returns: RollingWindow[float] = RollingWindow(period)
        self.warm_up_period += period - 1

    @property
    def is_ready(self) -> bool:
        return self._target_returns.is_ready and self._reference_returns.is_ready

    def compute_indicator(self) -> Decimal:
        if self._target.is_ready:
            self._target_returns.add(_return(self._target))
        if self._reference.is_ready:
            self._reference_returns.add(_return(self._reference))
        return self.compute_from_returns(list(self._target_returns), list(self._reference_returns))

    @abstractmethod
    def compute_from_returns(self, target: list[float], reference: list[float]) -> Decimal: ...

    def reset(self) -> None:
        self._target_returns.reset()
        self._reference_returns.reset()
        super().reset()


def _return(points: RollingWindow[Any]) -> float:
    now, before = points[0].close_decimal, points[1].close_decimal
    return to_float((now / before if before else ZERO) - ONE)


def covariance(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the sample covariance; NaN with fewer than two values."""
    count = len(first)
    if count < 2:
        return math.nan
    mean_first, mean_second = sum(first) / count, sum(second) / count
    return sum((x - mean_first) * (y - mean_second) for x, y in zip(first, second)) / (count - 1)


def _or_else(value: float, default: float) -> float:
    return default if math.isnan(value) or value == 0 else value


class Beta(_ReturnsIndicator):
    """Covariance of the returns over the variance of the reference's."""

    _label = "B"

    def compute_from_returns(self, target: list[float], reference: list[float]) -> Decimal:
        variance = _or_else(covariance(reference, reference), 1.0)
        return double_to_decimal(_or_else(covariance(target, reference), 0.0) / variance)


class Covariance(_ReturnsIndicator):
    """Covariance of the returns."""

    _label = "COV"

    def compute_from_returns(self, target: list[float], reference: list[float]) -> Decimal:
        return double_to_decimal(_or_else(covariance(target, reference), 0.0))


class Correlation(DualSymbolIndicator):
    """Correlation of the closes, of their values (Pearson) or of their ranks (Spearman)."""

    def __init__(self, *arguments: Any) -> None:
        rest = list(arguments)
        kind = rest.pop() if isinstance(rest[-1], CorrelationType) else CorrelationType.PEARSON
        name, target, reference, period = _arguments(tuple(rest), "Correlation")
        super().__init__(name, target, reference, period)
        if period < 2:
            raise ArgumentException(
                f"Period parameter for Correlation indicator must be greater than 2 but was {period}"
            )
        self._kind = kind

    def compute_indicator(self) -> Decimal:
        target = [bar.close for bar in self._target]
        reference = [bar.close for bar in self._reference]
        if self._kind == CorrelationType.SPEARMAN:
            target, reference = _ranks(target), _ranks(reference)
        spread = math.sqrt(_square(target) * _square(reference))
        correlation = covariance(target, reference) / spread if spread else math.nan
        return double_to_decimal(_or_else(correlation, 0.0))


def _square(values: Sequence[float]) -> float:
    variance = covariance(values, values)
    return 0.0 if math.isnan(variance) else variance


def _ranks(values: Sequence[float]) -> list[float]:
    # Equal values share the mean of their ranks.
    order = sorted(values)
    return [(order.index(v) + len(order) - order[::-1].index(v) + 1) / 2 for v in values]
