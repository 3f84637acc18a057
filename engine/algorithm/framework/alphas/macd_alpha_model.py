"""Insights from the signal of the MACD (LEAN: Algorithm.Framework/Alphas/MacdAlphaModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.algorithm.framework.alphas.alpha_model import AlphaModel
from engine.algorithm.framework.alphas.insight import Insight
from engine.algorithm.framework.alphas.tracked_insights import TrackedInsights
from engine.common.enums import InsightDirection, MovingAverageType, Resolution
from engine.indicators.oscillators import MovingAverageConvergenceDivergence

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges
    from engine.securities.security import Security

_BOUNCE_THRESHOLD = 0.01  # of the price


class MacdAlphaModel(AlphaModel):
    """Up or down while the signal is more than a hundredth of the price away from zero."""

    def __init__(
        self,
        fast_period: int = 12,
        slow_period: int = 26,
        signal_period: int = 9,
        moving_average_type: MovingAverageType = MovingAverageType.EXPONENTIAL,
        resolution: Resolution = Resolution.DAILY,
    ) -> None:
        self.periods = (fast_period, slow_period, signal_period)
        self.moving_average_type = moving_average_type
        self.resolution = resolution
        self.insight_period = resolution.to_time_span() * fast_period
        self.insight_collection = TrackedInsights()
        self.symbol_data: dict[Symbol, _Macd] = {}
        kind = f"{fast_period},{slow_period},{signal_period},{moving_average_type},{resolution}"
        self.name = f"{self.__class__.__name__}({kind})"

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        insights = []
        for symbol, macd in self.symbol_data.items():
            direction = macd.new_direction()
            if direction == InsightDirection.FLAT:
                self.insight_collection.cancel(algorithm, symbol)
            elif direction is not None:
                insights.append(Insight.price(symbol, self.insight_period, direction))
        self.insight_collection.add_range(insights)
        return insights

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        for added in changes.added_securities:
            if added.symbol not in self.symbol_data:
                self.symbol_data[added.symbol] = _Macd(self, algorithm, added)
        for removed in changes.removed_securities:
            gone = self.symbol_data.pop(removed.symbol, None)
            if gone is not None:
                algorithm.subscription_manager.remove_consolidator(removed.symbol, gone.consolidator)
            self.insight_collection.cancel(algorithm, removed.symbol)


class _Macd:
    """The indicator of a security, and the direction it last gave."""

    def __init__(self, model: MacdAlphaModel, algorithm: QCAlgorithm, security: Security) -> None:
        self.security = security
        self.macd = MovingAverageConvergenceDivergence(
            f"MACD({security.symbol})", *model.periods, model.moving_average_type
        )
        self.consolidator = algorithm.resolve_consolidator(security.symbol, model.resolution)
        self._direction: InsightDirection | None = None
        algorithm.register_indicator(security.symbol, self.macd, self.consolidator)
        algorithm.warm_up_indicator(security.symbol, self.macd, model.resolution)

    def new_direction(self) -> InsightDirection | None:
        """Return the direction where it changed, None where it did not."""
        price = self.security.price
        if not price:
            return None
        signal = self.macd.signal.current.value / price
        direction = InsightDirection((signal > _BOUNCE_THRESHOLD) - (signal < -_BOUNCE_THRESHOLD))
        if direction == self._direction:
            return None
        self._direction = direction
        return direction
