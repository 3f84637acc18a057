"""Models that correct targets (LEAN: Algorithm/Risk/RiskManagementModel.cs, NullRiskManagementModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.security_changes import SecurityChanges


class RiskManagementModel:
    """Base: `manage_risk` returns the targets that replace others."""

    def manage_risk(
        self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]
    ) -> Iterable[PortfolioTarget]:
        raise NotImplementedError(
            "Types deriving from 'RiskManagementModel' must implement the 'IEnumerable<IPortfolioTarget>"
            " ManageRisk(QCAlgorithm, IPortfolioTarget[]) method."
        )

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        """Securities came or went; nothing to do unless a model says so."""


class NullRiskManagementModel(RiskManagementModel):
    """Corrects nothing."""

    def manage_risk(
        self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]
    ) -> Iterable[PortfolioTarget]:
        return ()


def liquidating_target(algorithm: QCAlgorithm, symbol: Symbol) -> PortfolioTarget:
    """Cancel the insights of a symbol and return the target that closes its position."""
    algorithm.insights.cancel([symbol])
    return PortfolioTarget(symbol, 0)
