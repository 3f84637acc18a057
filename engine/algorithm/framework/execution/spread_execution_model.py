"""Orders when bid and ask are close (LEAN: Algorithm.Framework/Execution/SpreadExecutionModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.algorithm.framework.execution.collecting_execution_model import CollectingExecutionModel
from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.securities.security import Security


class SpreadExecutionModel(CollectingExecutionModel):
    """Orders what is missing of each target while the spread is no more than a fraction of the price."""

    def __init__(self, accepting_spread_percent: float | Decimal = 0.005, asynchronous: bool = True) -> None:
        super().__init__(asynchronous)
        self.accepting_spread_percent = abs(to_decimal(accepting_spread_percent))

    def order_now(self, algorithm: QCAlgorithm, symbol: Symbol, unordered_quantity: float) -> float:
        if not unordered_quantity or not self.price_is_favorable(algorithm.securities[symbol]):
            return 0
        return unordered_quantity

    def price_is_favorable(self, security: Security) -> bool:
        """Return whether the exchange is open and the spread small; a price of zero is none."""
        price, bid, ask = security.price_decimal, security.bid_price_decimal, security.ask_price_decimal
        if not security.exchange.exchange_open or min(price, bid, ask) <= 0:
            return False
        return (ask - bid) / price <= self.accepting_spread_percent
