"""Equal shares (LEAN: Algorithm.Framework/Portfolio/EqualWeightingPortfolioConstructionModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.portfolio.portfolio_construction_model import PortfolioConstructionModel
from engine.common.enums import InsightDirection, PortfolioBias, Resolution
from engine.common.numbers import to_float

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight

_ONE = Decimal(1)


class EqualWeightingPortfolioConstructionModel(PortfolioConstructionModel):
    """Gives every insight that is not flat the same share; those against the bias get none."""

    portfolio_bias = PortfolioBias.LONG_SHORT

    def __init__(
        self, rebalance: Any = Resolution.DAILY, portfolio_bias: PortfolioBias = PortfolioBias.LONG_SHORT
    ) -> None:
        super().__init__(rebalance)
        self.portfolio_bias = portfolio_bias

    def determine_target_percent(self, active_insights: list[Insight]) -> dict[Insight, float]:
        directions = {insight: self._biased_direction(insight) for insight in active_insights}
        count = sum(direction != InsightDirection.FLAT for direction in directions.values())
        percent = to_float(_ONE / count) if count else 0.0
        return {insight: direction * percent for insight, direction in directions.items()}

    def respect_portfolio_bias(self, insight: Insight) -> bool:
        return self.portfolio_bias == PortfolioBias.LONG_SHORT or insight.direction == self.portfolio_bias

    def _biased_direction(self, insight: Insight) -> InsightDirection:
        return insight.direction if self.respect_portfolio_bias(insight) else InsightDirection.FLAT
