"""Insights from two averages that cross (LEAN: Algorithm.Framework/Alphas/EmaCrossAlphaModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.algorithm.framework.alphas.alpha_model import AlphaModel
from engine.algorithm.framework.alphas.insight import Insight
from engine.common.enums import InsightDirection, Resolution
from engine.indicators.moving_averages import ExponentialMovingAverage

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges


class EmaCrossAlphaModel(AlphaModel):
    """Up when the fast average rises above the slow one, down when it falls below."""

    def __init__(
        self, fast_period: int = 12, slow_period: int = 26, resolution: Resolution = Resolution.DAILY
    ) -> None:
        self.fast_period = fast_period
        self.slow_period = slow_period
        self.resolution = resolution
        self.prediction_interval = resolution.to_time_span() * fast_period
        self.symbol_data_by_symbol: dict[Symbol, _Averages] = {}
        self.name = f"{self.__class__.__name__}({fast_period},{slow_period},{resolution})"

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        insights = []
        for symbol, averages in self.symbol_data_by_symbol.items():
            direction = averages.crossing()
            if direction is not None:
                insights.append(Insight.price(symbol, self.prediction_interval, direction))
        return insights

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        for added in changes.added_securities:
            known = self.symbol_data_by_symbol.get(added.symbol)
            if known is None:
                self.symbol_data_by_symbol[added.symbol] = _Averages(self, algorithm, added.symbol)
            else:
                known.fast.reset()
                known.slow.reset()
        for removed in changes.removed_securities:
            gone = self.symbol_data_by_symbol.pop(removed.symbol, None)
            if gone is not None:
                gone.remove_consolidators(algorithm)


class _Averages:
    """The two averages of a symbol."""

    def __init__(self, model: EmaCrossAlphaModel, algorithm: QCAlgorithm, symbol: Symbol) -> None:
        self.symbol = symbol
        self.fast = ExponentialMovingAverage(str(symbol), model.fast_period)
        self.slow = ExponentialMovingAverage(str(symbol), model.slow_period)
        self._fast_is_over_slow = False
        self._consolidators = []
        for average in (self.fast, self.slow):
            consolidator = algorithm.resolve_consolidator(symbol, model.resolution)
            algorithm.register_indicator(symbol, average, consolidator)
            self._consolidators.append(consolidator)
        for average in (self.fast, self.slow):
            algorithm.warm_up_indicator(symbol, average, model.resolution)

    def crossing(self) -> InsightDirection | None:
        """Return the direction in which the averages crossed since the last call, None where they did not."""
        fast, slow = self.fast.current.value, self.slow.current.value
        was_over = self._fast_is_over_slow
        self._fast_is_over_slow = fast > slow
        if not (self.fast.is_ready and self.slow.is_ready):
            return None
        if was_over:
            return InsightDirection.DOWN if slow > fast else None
        return InsightDirection.UP if fast > slow else None

    def remove_consolidators(self, algorithm: QCAlgorithm) -> None:
        for consolidator in self._consolidators:
            algorithm.subscription_manager.remove_consolidator(self.symbol, consolidator)
