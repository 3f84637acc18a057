"""Market orders at once (LEAN: Algorithm/Execution/ImmediateExecutionModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.algorithm.framework.execution.execution_model import ExecutionModel, is_worth_its_fee
from engine.algorithm.framework.portfolio.portfolio_target_collection import PortfolioTargetCollection
from engine.algorithm.target_quantity import warn_below_minimum
from engine.orders.order_sizing import OrderSizing

if TYPE_CHECKING:
    from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
    from engine.algorithm.qc_algorithm import QCAlgorithm


class ImmediateExecutionModel(ExecutionModel):
    """Orders what is missing of each target, until its position is there."""

    def __init__(self, asynchronous: bool = True) -> None:
        super().__init__(asynchronous)
        self._targets = PortfolioTargetCollection()

    def execute(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> None:
        self._targets.add_range(targets)
        if self._targets.is_empty:
            return
        for target in self._targets.order_by_margin_impact(algorithm):
            security = algorithm.securities[target.symbol]
            quantity = OrderSizing.get_unordered_quantity(algorithm, target, security, True)
            if not quantity:
                continue
            if is_worth_its_fee(algorithm, security, quantity):
                algorithm.market_order(security.symbol, quantity, self.asynchronous, target.tag)
            else:
                warn_below_minimum(algorithm)
        self._targets.clear_fulfilled(algorithm)
