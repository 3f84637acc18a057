"""Shares that expect prices to return to their average.

LEAN: Algorithm.Framework/Portfolio/MeanReversionPortfolioConstructionModel.py; the rule is on-line moving average
reversion (Li and Hoi, 2012), projected on the simplex (Duchi and others, 2008).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.algorithm.framework.portfolio.portfolio_construction_model import PortfolioConstructionModel
from engine.common.enums import PortfolioBias, Resolution
from engine.common.errors import ArgumentException

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.security_changes import SecurityChanges


class MeanReversionPortfolioConstructionModel(PortfolioConstructionModel):
    """Moves the shares of the last time away from what stands above its average."""

    def __init__(
        self,
        rebalance: Any = Resolution.DAILY,
        portfolio_bias: PortfolioBias = PortfolioBias.LONG_SHORT,
        reversion_threshold: float = 1,
        window_size: int = 20,
        resolution: Resolution = Resolution.DAILY,
    ) -> None:
        if portfolio_bias == PortfolioBias.SHORT:
            raise ArgumentException(
                "Long position must be allowed in MeanReversionPortfolioConstructionModel."
            )
        super().__init__(rebalance)
        self.reversion_threshold = reversion_threshold
        self.window_size = window_size
        self.resolution = resolution
        self.symbol_data: dict[Symbol, _PriceAndAverage] = {}
        self._weights = np.array([])

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        super().on_securities_changed(algorithm, changes)
        for removed in changes.removed_securities:
            gone = self.symbol_data.pop(removed.symbol, None)
            if gone is not None:
                gone.reset()
        for added in changes.added_securities:
            if added.symbol not in self.symbol_data:
                self.symbol_data[added.symbol] = _PriceAndAverage(
                    algorithm, added.symbol, self.window_size, self.resolution
                )

    def determine_target_percent(self, active_insights: list[Insight]) -> dict[Insight, float]:
        if not active_insights or not all(self.symbol_data[i.symbol].is_ready for i in active_insights):
            return {}
        count = len(active_insights)
        if len(self._weights) != count:
            self._weights = np.full(count, 1 / count)
        relatives = self.get_price_relatives(active_insights)
        deviations = relatives - relatives.mean()
        norm = np.linalg.norm(deviations) ** 2
        step = 0.0
        if norm:
            step = max(0.0, (np.dot(self._weights, relatives) - self.reversion_threshold) / norm)
        self._weights = self.simplex_projection(self._weights - step * deviations)
        return dict(zip(active_insights, self._weights, strict=True))

    def get_price_relatives(self, active_insights: list[Insight]) -> Any:
        """Return the price each insight expects as a multiple: by its magnitude, else by its average."""
        return np.array([self._relative(insight) for insight in active_insights])

    def _relative(self, insight: Insight) -> float:
        if insight.magnitude is not None:
            return 1 + insight.magnitude * insight.direction
        known = self.symbol_data[insight.symbol]
        return known.identity.current.value / known.sma.current.value

    @staticmethod
    def simplex_projection(vector: Any, total: float = 1) -> Any:
        """Return the nearest weights that are not negative and sum to a total."""
        if total <= 0:
            raise ArgumentException("Total must be > 0 for Euclidean Projection onto the Simplex.")
        given = np.asarray(vector)
        descending = np.sort(given)[::-1]
        excess = (np.cumsum(descending) - total) / np.arange(1, len(given) + 1)
        last = np.nonzero(descending > excess)[0][-1]
        return np.maximum(given - excess[last], 0)


class _PriceAndAverage:
    """The price of a symbol and its average."""

    def __init__(
        self, algorithm: QCAlgorithm, symbol: Symbol, window_size: int, resolution: Resolution
    ) -> None:
        self.identity = algorithm.identity(symbol, resolution)
        self.sma = algorithm.sma(symbol, window_size, resolution)
        algorithm.warm_up_indicator(symbol, self.identity, resolution)
        algorithm.warm_up_indicator(symbol, self.sma, resolution)

    @property
    def is_ready(self) -> bool:
        return self.identity.is_ready and self.sma.is_ready

    def reset(self) -> None:
        self.identity.reset()
        self.sma.reset()
