"""Insights a model has made and may take back (LEAN: CancelInsights of the alpha models)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.algorithm.framework.alphas.insight_collection import InsightCollection

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol


class TrackedInsights(InsightCollection):
    """Remembers the insights of one model."""

    def cancel(self, algorithm: QCAlgorithm, symbol: Symbol) -> None:
        """End the insights for a symbol and forget them."""
        found, insights = self.try_get_value(symbol)
        if found:
            algorithm.insights.cancel(insights)
            self.clear([symbol])
