"""Equal shares of the risk (LEAN: Algorithm.Framework/Portfolio/RiskParityPortfolioOptimizer.py)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame

_LEAST_WEIGHT = 1e-05


class RiskParityPortfolioOptimizer:
    """Positive weights under which each asset carries its budget of the portfolio's risk (Spinu, 2013)."""

    def __init__(
        self, minimum_weight: float = _LEAST_WEIGHT, maximum_weight: float = sys.float_info.max
    ) -> None:
        self.minimum_weight = max(minimum_weight, _LEAST_WEIGHT)
        self.maximum_weight = max(maximum_weight, minimum_weight)

    def optimize(self, historical_returns: DataFrame, budget: Any = None, covariance: Any = None) -> Any:
        """Return a weight for each column of the returns; equal ones where there is no solution."""
        from scipy.optimize import minimize

        variances = np.cov(historical_returns.T) if covariance is None else covariance
        size = historical_returns.shape[1]
        equal = np.full(size, 1 / size)
        risk = equal if budget is None else np.asarray(budget)

        found = minimize(
            lambda weights: 0.5 * weights.T @ variances @ weights - risk.T @ np.log(weights),
            equal,
            jac=lambda weights: variances @ weights - risk / weights,
            hess=lambda weights: variances + np.diag(risk / weights**2),
            method="Newton-CG",
        )
        if not found.success:
            return equal
        return np.clip(found.x / np.sum(found.x), self.minimum_weight, self.maximum_weight)
