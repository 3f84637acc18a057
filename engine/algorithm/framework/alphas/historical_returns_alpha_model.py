"""Insights that repeat the last return (LEAN: Algorithm.Framework/Alphas/HistoricalReturnsAlphaModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.algorithm.framework.alphas.alpha_model import AlphaModel
from engine.algorithm.framework.alphas.insight import Insight
from engine.algorithm.framework.alphas.tracked_insights import TrackedInsights
from engine.common.enums import InsightDirection, Resolution
from engine.data.market.trade_bar import TradeBar
from engine.indicators.simple_indicators import RateOfChange

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges


class HistoricalReturnsAlphaModel(AlphaModel):
    """Expects the return of the last bars once more."""

    def __init__(self, lookback: int = 1, resolution: Resolution = Resolution.DAILY) -> None:
        self.lookback = lookback
        self.resolution = resolution
        self.prediction_interval = resolution.to_time_span() * lookback
        self.insight_collection = TrackedInsights()
        self.symbol_data_by_symbol: dict[Symbol, _Return] = {}
        self.name = f"{self.__class__.__name__}({lookback},{resolution})"

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        insights = []
        for symbol, last in self.symbol_data_by_symbol.items():
            if not last.can_emit():
                continue
            magnitude = last.roc.current.value
            if magnitude == 0:
                self.insight_collection.cancel(algorithm, symbol)
                continue
            direction = InsightDirection.UP if magnitude > 0 else InsightDirection.DOWN
            insights.append(Insight.price(symbol, self.prediction_interval, direction, magnitude))
        self.insight_collection.add_range(insights)
        return insights

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        for removed in changes.removed_securities:
            gone = self.symbol_data_by_symbol.pop(removed.symbol, None)
            if gone is not None:
                algorithm.subscription_manager.remove_consolidator(removed.symbol, gone.consolidator)
            self.insight_collection.cancel(algorithm, removed.symbol)
        added = [s.symbol for s in changes.added_securities if s.symbol not in self.symbol_data_by_symbol]
        for symbol in added:
            self.symbol_data_by_symbol[symbol] = _Return(self, algorithm, symbol)
        for bars in algorithm.history[TradeBar](added, self.lookback, self.resolution) if added else ():
            for bar in bars.values():
                self.symbol_data_by_symbol[bar.symbol].roc.update(bar.end_time, bar.close)


class _Return:
    """The return of a symbol over the model's bars."""

    def __init__(self, model: HistoricalReturnsAlphaModel, algorithm: QCAlgorithm, symbol: Symbol) -> None:
        self.roc = RateOfChange(str(symbol), model.lookback)
        self.consolidator = algorithm.resolve_consolidator(symbol, model.resolution)
        self._seen = 0
        algorithm.register_indicator(symbol, self.roc, self.consolidator)

    def can_emit(self) -> bool:
        """Return whether there is a return that was not asked for yet."""
        if self._seen == self.roc.samples:
            return False
        self._seen = self.roc.samples
        return self.roc.is_ready
