"""Weights against the figures of LEAN's own unit tests (Tests/Algorithm/Framework/Portfolio)."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.algorithm.framework.alphas.insight import Insight
from engine.algorithm.framework.portfolio.black_litterman_optimization_portfolio_construction_model import (
    BlackLittermanOptimizationPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.maximum_sharpe_ratio_portfolio_optimizer import (
    MaximumSharpeRatioPortfolioOptimizer,
)
from engine.algorithm.framework.portfolio.mean_reversion_portfolio_construction_model import (
    MeanReversionPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.mean_variance_optimization_portfolio_construction_model import (
    MeanVarianceOptimizationPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.minimum_variance_portfolio_optimizer import (
    MinimumVariancePortfolioOptimizer,
)
from engine.algorithm.framework.portfolio.risk_parity_portfolio_construction_model import (
    RiskParityPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.risk_parity_portfolio_optimizer import RiskParityPortfolioOptimizer
from engine.algorithm.framework.portfolio.unconstrained_mean_variance_portfolio_optimizer import (
    UnconstrainedMeanVariancePortfolioOptimizer,
)
from engine.common.enums import InsightDirection, InsightType, PortfolioBias, SecurityType
from engine.common.errors import ArgumentException, ArgumentNullException
from engine.common.symbol import Symbol

RETURNS = [
    [[0.76, -0.06, 1.22, 0.17], [0.02, 0.28, 1.25, 0], [-0.5, -0.13, -0.5, -0.03], [0.81, 0.31, 2.39, 0.26],
     [-0.02, 0.02, 0.06, 0.01]],
    [[-0.15, 0.67, 0.45], [-0.44, -0.1, 0.07], [0.04, -0.41, 0.01], [0.01, 0.03, 0.02]],
    [[0.76, 0.25, 0.21], [0.02, -0.15, 0.45], [-0.5, -0.44, 0.07], [0.81, 0.04, 0.01], [-0.02, 0.01, 0.02]],
]  # fmt: skip
MEANS: list[Any] = [[0.21, 0.08, 0.88, 0.08], [-0.13, 0.05, 0.14], None]
COVARIANCES: list[Any] = [
    [[0.31, 0.05, 0.55, 0.07], [0.05, 0.04, 0.18, 0.01], [0.55, 0.18, 1.28, 0.12], [0.07, 0.01, 0.12, 0.02]],
    [[0.05, -0.02, -0.01], [-0.02, 0.21, 0.09], [-0.01, 0.09, 0.04]],
    None,
]
MINIMUM_VARIANCE = [
    [-0.089212, 0.23431, -0.040975, 0.635503],
    [0.366812, -0.139738, 0.49345],
    [-0.119241, 0.443464, 0.437295],
]
MEAN_VARIANCE = [
    [-13.288136, -23.322034, 8.79661, 9.389831],
    [-0.142857, -35.285714, 82.857143],
    [4.621852, -9.651736, 5.098332],
]
CORRELATED = [[0.25, -0.2], [-0.2, 0.25]]
A, B = (Symbol.create(ticker, SecurityType.EQUITY, "usa") for ticker in ("AAA", "BBB"))


@pytest.mark.parametrize("case", range(3))
def test_weights_of_the_two_variance_optimisers_are_leans(case: int) -> None:
    """Given or derived means and covariances give the weights LEAN publishes for them, to the solver's precision."""
    given = (pd.DataFrame(RETURNS[case]), MEANS[case], COVARIANCES[case])
    least = MinimumVariancePortfolioOptimizer().optimize(*given)
    assert least == pytest.approx(MINIMUM_VARIANCE[case], abs=5e-4)
    free = UnconstrainedMeanVariancePortfolioOptimizer().optimize(*given)
    assert free == pytest.approx(MEAN_VARIANCE[case], abs=1e-6)


@pytest.mark.parametrize(
    ("means", "covariance", "expected"),
    [
        ([0.08, -0.01, 0.12], [[0.29, 0.13, 0.1], [0.13, 0.06, 0.04], [0.1, 0.04, 0.05]], [-0.5, 0.5, 1]),
        ([0.23, 0.15, 0.25], [[0.19, 0.11, 0.16], [0.11, 0.09, 0.09], [0.16, 0.09, 0.14]], [-0.670213, 0.670213, 1]),
    ],
)  # fmt: skip
def test_highest_sharpe_ratio_is_at_least_that_of_leans_weights(
    means: list[float], covariance: list[list[float]], expected: list[float]
) -> None:
    """LEAN's C# weights are a ratio to reach; the weights sum to 1 within their bounds."""
    weights = MaximumSharpeRatioPortfolioOptimizer().optimize(pd.DataFrame([[0.0] * 3]), means, covariance)

    def ratio(given: Any) -> float:
        return float(np.dot(means, given) / np.sqrt(np.dot(given, np.dot(covariance, given))))

    assert np.sum(weights) == pytest.approx(1)
    assert np.max(np.abs(weights)) <= 1 + 1e-9
    assert ratio(weights) >= ratio(np.array(expected)) - 1e-6


@pytest.mark.parametrize(
    ("budget", "covariance", "expected"),
    [
        (None, CORRELATED, [3.162278, 3.162278]),
        ([0.5, 0.5], [[0.01, 0], [0, 0.04]], [7.071068, 3.535534]),
        ([0.25, 0.75], CORRELATED, [2.965685, 3.285618]),
        ([0.25, 0.75], [[1, 0.45], [0.45, 0.25]], [0.264749, 1.510089]),
    ],
)
def test_risk_parity_shares_are_leans(budget: Any, covariance: Any, expected: list[float]) -> None:
    """The published solution of each problem, scaled to a sum of 1."""
    weights = RiskParityPortfolioOptimizer().optimize(
        pd.DataFrame(columns=["A", "B"]), budget, np.array(covariance)
    )
    assert weights == pytest.approx(np.array(expected) / sum(expected), abs=1e-5)


def test_simplex_projection_keeps_weights_positive_and_their_sum() -> None:
    """What is negative becomes nothing, the rest moves by the same amount."""
    project = MeanReversionPortfolioConstructionModel.simplex_projection
    assert project([0.7, 0.5, -0.4]) == pytest.approx([0.6, 0.4, 0])
    assert project([0.7, 0.5, -0.4], 0.5) == pytest.approx([0.35, 0.15, 0])
    with pytest.raises(ArgumentException):
        project([1.0], 0)


@pytest.mark.parametrize(
    "model", [MeanReversionPortfolioConstructionModel, RiskParityPortfolioConstructionModel]
)
def test_models_that_must_buy_refuse_a_short_bias(model: Any) -> None:
    """A model that knows no short position says so when it is made."""
    with pytest.raises(ArgumentException, match="Long position must be allowed"):
        model(portfolio_bias=PortfolioBias.SHORT)


def test_insight_without_a_magnitude_ends_the_run() -> None:
    """A mean-variance share needs an expected return: its absence is the algorithm's runtime error."""
    errors: list[Exception] = []
    settings = SimpleNamespace(
        max_absolute_portfolio_target_percentage=1e9, min_absolute_portfolio_target_percentage=1e-9
    )
    model = MeanVarianceOptimizationPortfolioConstructionModel()
    model.algorithm = SimpleNamespace(settings=settings, set_run_time_error=errors.append)  # type: ignore[assignment]
    assert not model.should_create_target_for_insight(_insight(A, None))
    assert isinstance(errors[0], ArgumentNullException)


def test_views_are_one_row_a_model_and_one_column_a_symbol() -> None:
    """Each model's view is scaled by the stronger side; a model without a direction has none."""
    views = BlackLittermanOptimizationPortfolioConstructionModel().get_views(
        [_insight(A, 0.02, "one"), _insight(B, -0.01, "one"), _insight(B, 0.03, "two")]
    )
    assert views[0].tolist() == [[1.0, -0.5], [0.0, 1.0]]
    assert views[1].tolist() == [[0.02], [0.03]]
    assert BlackLittermanOptimizationPortfolioConstructionModel().get_views([_insight(A, 0.0)]) == (
        None,
        None,
    )


def _insight(symbol: Symbol, magnitude: float | None, source_model: str = "one") -> Insight:
    direction = InsightDirection(int(np.sign(magnitude or 0)))
    return Insight(
        datetime(2024, 3, 8, 15), symbol, timedelta(1), InsightType.PRICE, direction, magnitude,
        source_model=source_model,
    )  # fmt: skip
