"""A value to compare returns with (LEAN: Common/Benchmarks/IBenchmark.cs)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.common.numbers import to_decimal
from engine.common.time import to_datetime, to_stamp


class Benchmark(ABC):
    """A value at a moment."""

    @abstractmethod
    def evaluate_decimal(self, stamp: int) -> Decimal:
        """Return the value, in account currency."""

    def evaluate(self, time: datetime) -> float:
        """Return the value at a UTC datetime."""
        return float(self.evaluate_decimal(to_stamp(time)))


def evaluate_benchmark(benchmark: Any, stamp: int) -> Decimal:
    """Return a benchmark's value; one of the algorithm's own has only LEAN's `evaluate`."""
    if isinstance(benchmark, Benchmark):
        return benchmark.evaluate_decimal(stamp)
    return to_decimal(benchmark.evaluate(to_datetime(stamp)))
