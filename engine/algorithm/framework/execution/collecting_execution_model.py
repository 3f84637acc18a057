"""What models that wait for a good moment have in common: targets stay until their positions are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.algorithm.framework.execution.execution_model import ExecutionModel
from engine.algorithm.framework.portfolio.portfolio_target_collection import PortfolioTargetCollection
from engine.orders.order_sizing import OrderSizing

if TYPE_CHECKING:
    from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol


class CollectingExecutionModel(ExecutionModel):
    """Orders at market, of what is missing of each target, as much as `order_now` says."""

    def __init__(self, asynchronous: bool = True) -> None:
        super().__init__(asynchronous)
        self.targets_collection = PortfolioTargetCollection()

    def order_now(self, algorithm: QCAlgorithm, symbol: Symbol, unordered_quantity: float) -> float:
        """Return how much of the quantity to order in this step, 0 for nothing."""
        raise NotImplementedError

    def execute(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> None:
        self.targets_collection.add_range(targets)
        if self.targets_collection.is_empty:
            return
        for target in self.targets_collection.order_by_margin_impact(algorithm):
            unordered = OrderSizing.get_unordered_quantity(algorithm, target)
            size = self.order_now(algorithm, target.symbol, unordered)
            if size:
                algorithm.market_order(target.symbol, size, self.asynchronous, target.tag)
        self.targets_collection.clear_fulfilled(algorithm)
