"""Insights that add up (LEAN: Algorithm.Framework/Portfolio/AccumulativeInsightPortfolioConstructionModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.portfolio.portfolio_construction_model import PortfolioConstructionModel
from engine.common.enums import InsightDirection, PortfolioBias

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight
    from engine.common.symbol import Symbol


class AccumulativeInsightPortfolioConstructionModel(PortfolioConstructionModel):
    """Every active insight of a symbol moves its share by a fixed percentage; a flat one moves it towards zero."""

    def __init__(
        self,
        rebalance: Any = None,
        portfolio_bias: PortfolioBias = PortfolioBias.LONG_SHORT,
        percent: float = 0.03,
    ) -> None:
        super().__init__(rebalance)
        self.portfolio_bias = portfolio_bias
        self.percent = abs(percent)

    def get_target_insights(self) -> list[Insight]:
        active = self.algorithm.insights.get_active_insights(self.algorithm.utc_stamp)
        wanted = (insight for insight in active if self.should_create_target_for_insight(insight))
        return sorted(wanted, key=lambda insight: insight.generated_stamp)

    def determine_target_percent(self, active_insights: list[Insight]) -> dict[Insight, float]:
        first: dict[Symbol, Insight] = {}
        shares: dict[Symbol, float] = {}
        for insight in active_insights:
            first.setdefault(insight.symbol, insight)
            shares[insight.symbol] = self._moved(shares.get(insight.symbol, 0.0), insight.direction)
        return {insight: shares[symbol] for symbol, insight in first.items()}

    def _moved(self, share: float, direction: InsightDirection) -> float:
        if direction != InsightDirection.FLAT:
            share += self.percent * direction
        elif abs(share) < self.percent:
            share = 0.0
        else:
            share -= self.percent if share > 0 else -self.percent
        if self.portfolio_bias == PortfolioBias.LONG_SHORT or share * self.portfolio_bias > 0:
            return share
        return 0.0
