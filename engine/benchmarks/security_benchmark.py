"""A security as benchmark (LEAN: Common/Benchmarks/SecurityBenchmark.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.benchmarks.benchmark import Benchmark

if TYPE_CHECKING:
    from engine.securities.security import Security


class SecurityBenchmark(Benchmark):
    """The latest price of a security, at whatever moment is asked for."""

    def __init__(self, security: Security) -> None:
        self.security = security

    def evaluate_decimal(self, stamp: int) -> Decimal:
        return self.security.price_decimal * self.security.quote_currency.conversion_rate_decimal
