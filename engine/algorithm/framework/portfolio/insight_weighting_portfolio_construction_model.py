"""Shares by the insights' weights (LEAN: Algorithm.Framework/Portfolio/InsightWeightingPortfolioConstructionModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.algorithm.framework.portfolio.equal_weighting_portfolio_construction_model import (
    EqualWeightingPortfolioConstructionModel,
)

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight


class InsightWeightingPortfolioConstructionModel(EqualWeightingPortfolioConstructionModel):
    """Gives an insight its weight; where the weights exceed 1 together they are scaled down."""

    def should_create_target_for_insight(self, insight: Insight) -> bool:
        return insight.weight is not None

    def determine_target_percent(self, active_insights: list[Insight]) -> dict[Insight, float]:
        total = sum(self.get_value(i) for i in active_insights if self.respect_portfolio_bias(i))
        factor = 1 / total if total > 1 else 1.0
        return {i: self._biased_direction(i) * self.get_value(i) * factor for i in active_insights}

    def get_value(self, insight: Insight) -> float:
        """Return what an insight's share goes by."""
        return abs(insight.weight or 0.0)
