"""Black-Litterman shares: the market's equilibrium, moved by the views of the alpha models.

LEAN: Algorithm.Framework/Portfolio/BlackLittermanOptimizationPortfolioConstructionModel.py.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.algorithm.framework.portfolio.maximum_sharpe_ratio_portfolio_optimizer import (
    MaximumSharpeRatioPortfolioOptimizer,
)
from engine.algorithm.framework.portfolio.optimized_portfolio_construction_model import (
    OptimizedPortfolioConstructionModel,
    weight_bounds,
)
from engine.common.enums import InsightDirection, PortfolioBias, Resolution
from engine.common.errors import ArgumentNullException

if TYPE_CHECKING:
    from pandas import DataFrame

    from engine.algorithm.framework.alphas.insight import Insight

_TRADING_DAYS = 252


class BlackLittermanOptimizationPortfolioConstructionModel(OptimizedPortfolioConstructionModel):
    """`delta` is the risk aversion of the market, `tau` how uncertain its equilibrium is."""

    def __init__(
        self,
        rebalance: Any = Resolution.DAILY,
        portfolio_bias: PortfolioBias = PortfolioBias.LONG_SHORT,
        lookback: int = 1,
        period: int = 63,
        resolution: Resolution = Resolution.DAILY,
        risk_free_rate: float = 0,
        delta: float = 2.5,
        tau: float = 0.05,
        optimizer: Any = None,
    ) -> None:
        super().__init__(rebalance, portfolio_bias, lookback, period, resolution)
        self.risk_free_rate = risk_free_rate
        self.delta = delta
        self.tau = tau
        self.optimizer = optimizer or MaximumSharpeRatioPortfolioOptimizer(
            *weight_bounds(portfolio_bias), risk_free_rate
        )

    def get_target_insights(self) -> list[Insight]:
        """Return the newest active insight of each model and symbol, in their order."""
        algorithm = self.algorithm
        active = [
            insight
            for insight in algorithm.insights.get_active_insights(algorithm.utc_stamp)
            if self.filter_invalid_insight_magnitude(algorithm, [insight])
        ]
        active.sort(key=lambda i: i.generated_stamp)
        newest = {(insight.source_model, insight.symbol): insight for insight in active}
        return [newest[key] for key in sorted(newest)]

    def determine_target_percent(self, active_insights: list[Insight]) -> dict[Insight, float]:
        links, views = self.get_views(active_insights)
        if links is None:
            return {}
        for insight in active_insights:
            if insight.magnitude is None:
                self._refuse()
                return {}
            self._add_view(insight)
        returns = self.returns.frame(insight.symbol for insight in active_insights)
        symbols = list(dict.fromkeys(insight.symbol for insight in active_insights))
        returns = returns[symbols]
        means, covariance = self.get_equilibrium_return(returns)
        means, covariance = self.apply_blacklitterman_master_formula(means, covariance, links, views)
        weights = np.asarray(self.optimizer.optimize(returns, means, covariance))
        first: dict[Any, Insight] = {}
        for insight in active_insights:
            first.setdefault(insight.symbol, insight)
        return {first[symbol]: self.biased(weight) for symbol, weight in zip(symbols, weights, strict=True)}

    def _refuse(self) -> None:
        self.algorithm.set_run_time_error(
            ArgumentNullException(
                "BlackLittermanOptimizationPortfolioConstructionModel does not accept 'None' as"
                " Insight.magnitude. Please make sure your Alpha Model is generating Insights with the Magnitude"
                " property set."
            )
        )

    def _add_view(self, insight: Insight) -> None:
        known = self.returns.get(insight.symbol)
        if known is None:
            return
        generated = insight.generated_time_utc.replace(tzinfo=None)
        if not known.window.samples or known.window[0].end_time != generated:
            known.add(generated, insight.magnitude or 0.0)

    def get_equilibrium_return(self, returns: DataFrame) -> tuple[Any, Any]:
        """Return the excess returns that equal shares of the market imply, and the yearly covariance."""
        size = returns.shape[1]
        equal = np.full(size, 1 / size)
        covariance = returns.cov() * _TRADING_DAYS
        annual_return = np.sum(((1 + returns.mean()) ** _TRADING_DAYS - 1) * equal)
        annual_variance = np.dot(equal, np.dot(covariance, equal))
        risk_aversion = (annual_return - self.risk_free_rate) / annual_variance
        return np.dot(risk_aversion * covariance.to_numpy(), equal), covariance

    def apply_blacklitterman_master_formula(
        self, means: Any, covariance: DataFrame, links: Any, views: Any
    ) -> tuple[Any, DataFrame]:
        """Return the returns and the covariance after the views; as they were where the views depend linearly."""
        scaled = self.tau * covariance.to_numpy()
        spread = links @ scaled @ links.T
        uncertainty = spread * np.eye(len(views))
        if np.linalg.det(uncertainty) == 0:
            return means, covariance
        pull = scaled @ links.T @ np.linalg.inv(spread + uncertainty)
        moved = means + (pull @ (views - (links @ means)[:, None]))[:, 0]
        return moved, (covariance + (scaled - pull @ links @ scaled)) * self.delta

    def get_views(self, insights: list[Insight]) -> tuple[Any, Any]:
        """Return what each model says: the parts of the symbols in its view, and the return it expects."""
        symbols = list(dict.fromkeys(insight.symbol for insight in insights))
        links, views = [], []
        for _, group in groupby(insights, lambda insight: insight.source_model):
            of_model = list(group)
            if any(insight.magnitude is None for insight in of_model):
                return None, None
            size = {
                direction: sum(abs(i.magnitude or 0.0) for i in of_model if i.direction == direction)
                for direction in (InsightDirection.UP, InsightDirection.DOWN)
            }
            expected = max(size.values())
            if not expected:
                continue
            parts = {i.symbol: i.direction * abs(i.magnitude or 0.0) / expected for i in of_model}
            links.append([parts.get(symbol, 0.0) for symbol in symbols])
            views.append([expected])
        return (np.array(links), np.array(views)) if views else (None, None)
