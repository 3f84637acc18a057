"""What the returns of a run are compared with (LEAN: Common/Benchmarks/*.cs)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.errors import ArgumentNullException
from engine.common.numbers import to_decimal
from engine.common.time import to_datetime, to_stamp

if TYPE_CHECKING:
    from engine.securities.security import Security


class Benchmark(ABC):
    """A value at a moment."""

    @abstractmethod
    def evaluate_decimal(self, stamp: int) -> Decimal:
        """Return the value, in account currency."""

    def evaluate(self, time: datetime) -> float:
        """Return the value at a UTC datetime."""
        return float(self.evaluate_decimal(to_stamp(time)))


class FuncBenchmark(Benchmark):
    """A function of the algorithm: UTC datetime to number."""

    def __init__(self, benchmark: Callable[[datetime], float | Decimal]) -> None:
        if benchmark is None:
            raise ArgumentNullException("Value cannot be null.", "benchmark")
        self._benchmark = benchmark

    def evaluate_decimal(self, stamp: int) -> Decimal:
        return to_decimal(self._benchmark(to_datetime(stamp)))


class SecurityBenchmark(Benchmark):
    """The price of a security, the latest at whatever moment is asked for."""

    def __init__(self, security: Security) -> None:
        self.security = security

    def evaluate_decimal(self, stamp: int) -> Decimal:
        return self.security.price_decimal * self.security.quote_currency.conversion_rate_decimal
