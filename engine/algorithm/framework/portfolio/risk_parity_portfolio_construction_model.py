"""Shares of equal risk (LEAN: Algorithm.Framework/Portfolio/RiskParityPortfolioConstructionModel.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.portfolio.optimized_portfolio_construction_model import (
    OptimizedPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.portfolio_construction_model import PortfolioConstructionModel
from engine.algorithm.framework.portfolio.risk_parity_portfolio_optimizer import RiskParityPortfolioOptimizer
from engine.common.enums import PortfolioBias, Resolution
from engine.common.errors import ArgumentException

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.security_changes import SecurityChanges


class RiskParityPortfolioConstructionModel(OptimizedPortfolioConstructionModel):
    """Every security carries the same part of the risk; returns follow the market."""

    def __init__(
        self,
        rebalance: Any = Resolution.DAILY,
        portfolio_bias: PortfolioBias = PortfolioBias.LONG_SHORT,
        lookback: int = 1,
        period: int = 252,
        resolution: Resolution = Resolution.DAILY,
        optimizer: Any = None,
    ) -> None:
        if portfolio_bias == PortfolioBias.SHORT:
            raise ArgumentException("Long position must be allowed in RiskParityPortfolioConstructionModel.")
        super().__init__(rebalance, portfolio_bias, lookback, period, resolution)
        self.optimizer = optimizer or RiskParityPortfolioOptimizer()

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        PortfolioConstructionModel.on_securities_changed(self, algorithm, changes)
        for removed in changes.removed_securities:
            known = self.returns.get(removed.symbol)
            if known is not None:
                algorithm.unregister_indicator(known.roc)
        for new in self.returns.on_securities_changed(algorithm, changes):
            algorithm.register_indicator(new.symbol, new.roc, self.returns.resolution)
