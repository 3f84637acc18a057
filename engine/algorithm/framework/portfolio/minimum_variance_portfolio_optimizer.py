"""The least variance for a wanted return (LEAN: Algorithm.Framework/Portfolio/MinimumVariancePortfolioOptimizer.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame


class MinimumVariancePortfolioOptimizer:
    """Weights that sum to 1, earn the target return and vary least; then scaled to an absolute sum of 1."""

    def __init__(
        self, minimum_weight: float = -1, maximum_weight: float = 1, target_return: float = 0.02
    ) -> None:
        self.minimum_weight = minimum_weight
        self.maximum_weight = maximum_weight
        self.target_return = target_return

    def optimize(
        self, historical_returns: DataFrame, expected_returns: Any = None, covariance: Any = None
    ) -> Any:
        """Return a weight for each column of the returns; equal ones where there is no solution."""
        variances = np.asarray(historical_returns.cov() if covariance is None else covariance)
        means = np.asarray(historical_returns.mean() if expected_returns is None else expected_returns)
        constraints = [
            {"type": "eq", "fun": lambda weights: np.sum(weights) - 1},
            {"type": "eq", "fun": lambda weights: np.dot(means, weights) - self.target_return},
        ]
        size = historical_returns.shape[1]
        bounds = [(self.minimum_weight, self.maximum_weight)] * size
        found = minimize_by_least_squares(
            lambda weights: portfolio_variance(weights, variances), size, bounds, constraints
        )
        return np.full(size, 1 / size) if found is None else found / np.sum(np.abs(found))


def portfolio_variance(weights: Any, covariance: Any) -> Any:
    """Return the variance of a portfolio; none at all is an error of the covariance."""
    variance = np.dot(weights.T, np.dot(covariance, weights))
    if variance == 0 and np.any(weights):
        raise ValueError(f"portfolio_variance: Volatility cannot be zero. Weights: {weights}")
    return variance


def minimize_by_least_squares(
    objective: Any, size: int, bounds: list[tuple[float, float]], constraints: list[dict[str, Any]]
) -> Any:
    """Minimise from equal weights by sequential least squares; None where that fails."""
    from scipy.optimize import minimize

    found = minimize(
        objective, np.full(size, 1 / size), bounds=bounds, constraints=constraints, method="SLSQP"
    )
    return found.x if found.success else None
