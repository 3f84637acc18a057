"""A security as benchmark (LEAN: Common/Benchmarks/SecurityBenchmark.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.benchmarks.benchmark import Benchmark

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security
    from engine.securities.security_manager import SecurityManager


class SecurityBenchmark(Benchmark):
    """The latest price of a security, at whatever moment is asked for."""

    def __init__(self, security: Security) -> None:
        self.security = security

    @classmethod
    def create_instance(cls, securities: SecurityManager, symbol: Symbol) -> SecurityBenchmark:
        """Return the benchmark of a symbol; its security is its own, whatever the algorithm has of that symbol."""
        security = securities.create_benchmark_security(symbol)
        security.set_time_keeper(securities.time_keeper)
        return cls(security)

    def evaluate_decimal(self, stamp: int) -> Decimal:
        return self.security.price_decimal * self.security.quote_currency.conversion_rate_decimal
