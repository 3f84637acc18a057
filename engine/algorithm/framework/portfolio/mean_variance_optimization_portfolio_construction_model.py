"""Mean-variance shares.

LEAN: Algorithm.Framework/Portfolio/MeanVarianceOptimizationPortfolioConstructionModel.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.portfolio.minimum_variance_portfolio_optimizer import (
    MinimumVariancePortfolioOptimizer,
)
from engine.algorithm.framework.portfolio.optimized_portfolio_construction_model import (
    OptimizedPortfolioConstructionModel,
    weight_bounds,
)
from engine.algorithm.framework.portfolio.portfolio_construction_model import PortfolioConstructionModel
from engine.common.enums import PortfolioBias, Resolution
from engine.common.errors import ArgumentNullException

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight


class MeanVarianceOptimizationPortfolioConstructionModel(OptimizedPortfolioConstructionModel):
    """The magnitude of an insight is one more return of its symbol; the least variance decides."""

    def __init__(
        self,
        rebalance: Any = Resolution.DAILY,
        portfolio_bias: PortfolioBias = PortfolioBias.LONG_SHORT,
        lookback: int = 1,
        period: int = 63,
        resolution: Resolution = Resolution.DAILY,
        target_return: float = 0.02,
        optimizer: Any = None,
    ) -> None:
        super().__init__(rebalance, portfolio_bias, lookback, period, resolution)
        self.optimizer = optimizer or MinimumVariancePortfolioOptimizer(
            *weight_bounds(portfolio_bias), target_return
        )

    def should_create_target_for_insight(self, insight: Insight) -> bool:
        if not PortfolioConstructionModel.filter_invalid_insight_magnitude(self.algorithm, [insight]):
            return False
        if insight.magnitude is None:
            self.algorithm.set_run_time_error(
                ArgumentNullException(
                    "MeanVarianceOptimizationPortfolioConstructionModel does not accept 'None' as"
                    " Insight.magnitude. Please checkout the selected Alpha Model specifications."
                )
            )
            return False
        known = self.returns.get(insight.symbol)
        if known is not None:
            known.add(self.algorithm.time, insight.magnitude)
        return True
