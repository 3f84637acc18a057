"""Several risk models as one (LEAN: Algorithm/Risk/CompositeRiskManagementModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.risk.risk_management_model import RiskManagementModel
from engine.common.errors import ArgumentException

if TYPE_CHECKING:
    from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.security_changes import SecurityChanges


class CompositeRiskManagementModel(RiskManagementModel):
    """Each model sees what those before it made of the targets."""

    def __init__(self, *risk_management_models: Any) -> None:
        models = risk_management_models
        if len(models) == 1 and isinstance(models[0], list | tuple):
            models = tuple(models[0])
        if not models:
            raise ArgumentException(
                "Must specify at least 1 risk management model for the CompositeRiskManagementModel"
            )
        self._models = list(models)

    def manage_risk(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> list[PortfolioTarget]:
        for model in self._models:
            targets = newest_by_symbol(model.manage_risk(algorithm, targets) or (), targets)
        return targets

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        for model in self._models:
            model.on_securities_changed(algorithm, changes)

    def add_risk_management(self, risk_management_model: Any) -> None:
        self._models.append(risk_management_model)


def newest_by_symbol(overrides: Any, targets: Any) -> list[Any]:
    """Return one target a symbol, those of the first list before those of the second."""
    chosen: dict[Any, Any] = {}
    for target in (*overrides, *targets):
        chosen.setdefault(target.symbol, target)
    return list(chosen.values())
