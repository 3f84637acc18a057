"""A benchmark of the algorithm's own (LEAN: Common/Benchmarks/FuncBenchmark.cs)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from engine.benchmarks.benchmark import Benchmark
from engine.common.errors import ArgumentException, ArgumentNullException
from engine.common.numbers import to_decimal
from engine.common.time import to_datetime


class FuncBenchmark(Benchmark):
    """A function from a UTC datetime to a number."""

    def __init__(self, benchmark: Callable[[datetime], float | Decimal]) -> None:
        if benchmark is None:
            raise ArgumentNullException("Value cannot be null.", "benchmark")
        if not callable(benchmark):
            raise ArgumentException(
                "FuncBenchmark(): Unable to convert Python function to benchmark function, "
                "please ensure the function signature matches: (datetime) -> float"
            )
        self._benchmark = benchmark

    def evaluate_decimal(self, stamp: int) -> Decimal:
        return to_decimal(self._benchmark(to_datetime(stamp)))
