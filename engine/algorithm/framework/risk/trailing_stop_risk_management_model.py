"""A stop below each position's best value (LEAN: Algorithm.Framework/Risk/TrailingStopRiskManagementModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.algorithm.framework.risk.risk_management_model import RiskManagementModel, liquidating_target

if TYPE_CHECKING:
    from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.securities.security import Security


class TrailingStopRiskManagementModel(RiskManagementModel):
    """Closes a position that has given back a share of the best value it had."""

    def __init__(self, maximum_drawdown_percent: float = 0.05) -> None:
        self.maximum_drawdown_percent = abs(maximum_drawdown_percent)
        self._best: dict[Symbol, tuple[bool, float]] = {}
        """Whether the position is long, and its best absolute value."""

    def manage_risk(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> list[PortfolioTarget]:
        stopped = []
        for symbol, security in algorithm.securities.items():
            if not security.invested:
                self._best.pop(symbol, None)
            elif self._is_stopped(symbol, security):
                del self._best[symbol]
                stopped.append(liquidating_target(algorithm, symbol))
        return stopped

    def _is_stopped(self, symbol: Symbol, security: Security) -> bool:
        holdings = security.holdings
        long, value = holdings.is_long, holdings.absolute_holdings_value
        was_long, best = self._best.get(symbol, (None, 0.0))
        if was_long != long:
            best = holdings.absolute_holdings_cost
        if best < value if long else best > value:
            self._best[symbol] = (long, value)
            return False
        self._best[symbol] = (long, best)
        return abs((best - value) / best) > self.maximum_drawdown_percent
