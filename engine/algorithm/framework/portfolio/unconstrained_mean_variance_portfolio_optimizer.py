"""Mean-variance weights without bounds.

LEAN: Algorithm.Framework/Portfolio/UnconstrainedMeanVariancePortfolioOptimizer.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame


class UnconstrainedMeanVariancePortfolioOptimizer:
    """Expected returns by the inverse of their covariance."""

    def optimize(
        self, historical_returns: DataFrame, expected_returns: Any = None, covariance: Any = None
    ) -> Any:
        """Return a weight for each column of the returns."""
        means = np.asarray(historical_returns.mean() if expected_returns is None else expected_returns)
        variances = np.asarray(historical_returns.cov() if covariance is None else covariance)
        return means.dot(np.linalg.inv(variances))
