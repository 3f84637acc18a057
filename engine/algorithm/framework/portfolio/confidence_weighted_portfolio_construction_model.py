"""Shares by confidence (LEAN: Algorithm.Framework/Portfolio/ConfidenceWeightedPortfolioConstructionModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.algorithm.framework.portfolio.insight_weighting_portfolio_construction_model import (
    InsightWeightingPortfolioConstructionModel,
)

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight


class ConfidenceWeightedPortfolioConstructionModel(InsightWeightingPortfolioConstructionModel):
    """Gives an insight its confidence as weight."""

    def should_create_target_for_insight(self, insight: Insight) -> bool:
        return insight.confidence is not None

    def get_value(self, insight: Insight) -> float:
        return insight.confidence or 0.0
