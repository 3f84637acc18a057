"""A stop on the portfolio's loss (LEAN: Algorithm.Framework/Risk/MaximumDrawdownPercentPortfolio.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.algorithm.framework.risk.risk_management_model import RiskManagementModel, liquidating_target

if TYPE_CHECKING:
    from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
    from engine.algorithm.qc_algorithm import QCAlgorithm


class MaximumDrawdownPercentPortfolio(RiskManagementModel):
    """Closes what has a target when the portfolio has lost a share of its first (or, trailing, highest) value."""

    def __init__(self, maximum_drawdown_percent: float = 0.05, is_trailing: bool = False) -> None:
        self.maximum_drawdown_percent = -abs(maximum_drawdown_percent)
        self.is_trailing = is_trailing
        self._high: float | None = None

    def manage_risk(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> list[PortfolioTarget]:
        value = algorithm.portfolio.total_portfolio_value
        if self._high is None:
            self._high = value
        if self.is_trailing and self._high < value:
            self._high = value
            return []
        if not targets or value / self._high - 1 >= self.maximum_drawdown_percent:
            return []
        # the next rebalance starts from the value it then finds
        self._high = None
        return [liquidating_target(algorithm, target.symbol) for target in targets]
