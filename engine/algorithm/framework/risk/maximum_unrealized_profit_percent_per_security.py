"""Taking each position's profit (LEAN: Algorithm.Framework/Risk/MaximumUnrealizedProfitPercentPerSecurity.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.algorithm.framework.risk.risk_management_model import RiskManagementModel, liquidating_target

if TYPE_CHECKING:
    from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
    from engine.algorithm.qc_algorithm import QCAlgorithm


class MaximumUnrealizedProfitPercentPerSecurity(RiskManagementModel):
    """Closes a position when its unrealized profit exceeds a share of its cost."""

    def __init__(self, maximum_unrealized_profit_percent: float = 0.05) -> None:
        self.maximum_unrealized_profit_percent = abs(maximum_unrealized_profit_percent)

    def manage_risk(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> list[PortfolioTarget]:
        return [
            liquidating_target(algorithm, security.symbol)
            for security in algorithm.securities.values()
            if security.invested
            and security.holdings.unrealized_profit_percent > self.maximum_unrealized_profit_percent
        ]
