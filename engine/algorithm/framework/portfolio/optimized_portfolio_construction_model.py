"""What the models that ask an optimiser for their shares have in common."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.algorithm.framework.portfolio.portfolio_construction_model import PortfolioConstructionModel
from engine.algorithm.framework.portfolio.returns_symbol_data import ReturnsBySymbol
from engine.common.enums import PortfolioBias, Resolution

if TYPE_CHECKING:
    from pandas import DataFrame

    from engine.algorithm.framework.alphas.insight import Insight
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.security_changes import SecurityChanges


class OptimizedPortfolioConstructionModel(PortfolioConstructionModel):
    """Keeps the past returns of its securities; the optimiser makes shares of them."""

    optimizer: Any

    def __init__(
        self,
        rebalance: Any,
        portfolio_bias: PortfolioBias,
        lookback: int,
        period: int,
        resolution: Resolution,
    ) -> None:
        super().__init__(rebalance)
        self.portfolio_bias = portfolio_bias
        self.returns = ReturnsBySymbol(lookback, period, resolution)

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        super().on_securities_changed(algorithm, changes)
        self.returns.on_securities_changed(algorithm, changes)

    def determine_target_percent(self, active_insights: list[Insight]) -> dict[Insight, float]:
        if not active_insights:
            return {}
        frame = self.returns.frame(insight.symbol for insight in active_insights)
        weights: dict[Any, float] = dict(zip(frame.columns, self._optimized(frame), strict=True))
        return {insight: self.biased(weights[insight.symbol]) for insight in active_insights}

    def _optimized(self, frame: DataFrame) -> Any:
        # LEAN's C# model hands an optimiser of the algorithm's three arguments, its Python model one.
        taken = len(signature(self.optimizer.optimize).parameters)
        return np.asarray(self.optimizer.optimize(*(frame, None, None)[: max(1, taken)]))

    def biased(self, weight: float) -> float:
        """Return the weight an optimiser gave, 0 where it goes against the bias."""
        if self.portfolio_bias != PortfolioBias.LONG_SHORT and np.sign(weight) != self.portfolio_bias:
            return 0.0
        return weight


def weight_bounds(bias: PortfolioBias) -> tuple[int, int]:
    """Return the least and the largest weight under a bias."""
    return (0 if bias == PortfolioBias.LONG else -1), (0 if bias == PortfolioBias.SHORT else 1)
