"""The highest Sharpe ratio (LEAN: Algorithm.Framework/Portfolio/MaximumSharpeRatioPortfolioOptimizer.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.algorithm.framework.portfolio.minimum_variance_portfolio_optimizer import (
    minimize_by_least_squares,
    portfolio_variance,
)

if TYPE_CHECKING:
    from pandas import DataFrame


class MaximumSharpeRatioPortfolioOptimizer:
    """Weights that sum to 1 and earn most for their deviation."""

    def __init__(
        self, minimum_weight: float = -1, maximum_weight: float = 1, risk_free_rate: float = 0
    ) -> None:
        self.minimum_weight = minimum_weight
        self.maximum_weight = maximum_weight
        self.risk_free_rate = risk_free_rate

    def optimize(
        self, historical_returns: DataFrame, expected_returns: Any = None, covariance: Any = None
    ) -> Any:
        """Return a weight for each column of the returns; equal ones where there is no solution."""
        variances = np.asarray(historical_returns.cov() if covariance is None else covariance)
        means = np.asarray(historical_returns.mean() if expected_returns is None else expected_returns)
        excess = means - self.risk_free_rate
        size = variances.shape[0]
        found = minimize_by_least_squares(
            lambda weights: -excess.dot(weights) / np.sqrt(portfolio_variance(weights, variances)),
            size,
            [(self.minimum_weight, self.maximum_weight)] * size,
            [{"type": "eq", "fun": lambda weights: np.sum(weights) - 1}],
        )
        return np.full(size, 1 / size) if found is None else found
