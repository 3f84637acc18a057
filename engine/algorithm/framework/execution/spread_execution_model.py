"""Orders when bid and ask are close (LEAN: Algorithm.Framework/Execution/SpreadExecutionModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.algorithm.framework.execution.execution_model import ExecutionModel
from engine.algorithm.framework.portfolio.portfolio_target_collection import PortfolioTargetCollection
from engine.common.numbers import to_decimal
from engine.orders.order_sizing import OrderSizing

if TYPE_CHECKING:
    from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.securities.security import Security


class SpreadExecutionModel(ExecutionModel):
    """Orders what is missing of each target while the spread is no more than a fraction of the price."""

    def __init__(self, accepting_spread_percent: float | Decimal = 0.005, asynchronous: bool = True) -> None:
        super().__init__(asynchronous)
        self.targets_collection = PortfolioTargetCollection()
        self.accepting_spread_percent = abs(to_decimal(accepting_spread_percent))

    def execute(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> None:
        self.targets_collection.add_range(targets)
        if self.targets_collection.is_empty:
            return
        for target in self.targets_collection.order_by_margin_impact(algorithm):
            unordered = OrderSizing.get_unordered_quantity(algorithm, target)
            if unordered and self.price_is_favorable(algorithm.securities[target.symbol]):
                algorithm.market_order(target.symbol, unordered, self.asynchronous, target.tag)
        self.targets_collection.clear_fulfilled(algorithm)

    def price_is_favorable(self, security: Security) -> bool:
        """Return whether the exchange is open and the spread small; a price of zero is none."""
        price, bid, ask = security.price_decimal, security.bid_price_decimal, security.ask_price_decimal
        if not security.exchange.exchange_open or min(price, bid, ask) <= 0:
            return False
        return (ask - bid) / price <= self.accepting_spread_percent
