"""Insights from Wilder's relative strength (LEAN: Algorithm.Framework/Alphas/RsiAlphaModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.algorithm.framework.alphas.alpha_model import AlphaModel
from engine.algorithm.framework.alphas.insight import Insight
from engine.common.enums import InsightDirection, MovingAverageType, Resolution
from engine.data.market.trade_bar import TradeBar
from engine.indicators.oscillators import RelativeStrengthIndex

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges

_LOW, _HIGH = 30, 70
_BOUNCE = 5  # a state ends only this far inside its threshold
_AGAINST = {"low": InsightDirection.UP, "high": InsightDirection.DOWN}


class RsiAlphaModel(AlphaModel):
    """Up when the index falls below 30, down when it rises above 70."""

    def __init__(self, period: int = 14, resolution: Resolution = Resolution.DAILY) -> None:
        self.period = period
        self.resolution = resolution
        self.insight_period = resolution.to_time_span() * period
        self.symbol_data_by_symbol: dict[Symbol, _Strength] = {}
        self.name = f"{self.__class__.__name__}({period},{resolution})"

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        insights = []
        for symbol, strength in self.symbol_data_by_symbol.items():
            direction = strength.tripped()
            if direction is not None:
                insights.append(Insight.price(symbol, self.insight_period, direction))
        return insights

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        for removed in changes.removed_securities:
            gone = self.symbol_data_by_symbol.pop(removed.symbol, None)
            if gone is not None:
                algorithm.subscription_manager.remove_consolidator(removed.symbol, gone.consolidator)
        added = [s.symbol for s in changes.added_securities if s.symbol not in self.symbol_data_by_symbol]
        for symbol in added:
            self.symbol_data_by_symbol[symbol] = _Strength(self, algorithm, symbol)
        for bars in algorithm.history[TradeBar](added, self.period, self.resolution) if added else ():
            for bar in bars.values():
                self.symbol_data_by_symbol[bar.symbol].consolidator.update(bar)


class _Strength:
    """The index of a symbol, and on which side it last tripped."""

    def __init__(self, model: RsiAlphaModel, algorithm: QCAlgorithm, symbol: Symbol) -> None:
        self.rsi = RelativeStrengthIndex(f"RSI({symbol})", model.period, MovingAverageType.WILDERS)
        self.consolidator = algorithm.resolve_consolidator(symbol, model.resolution)
        self._state = "middle"
        algorithm.register_indicator(symbol, self.rsi, self.consolidator)

    def tripped(self) -> InsightDirection | None:
        """Return the direction of an insight when the index has just tripped, else None."""
        previous, self._state = self._state, self._next_state()
        if self._state == previous or not self.rsi.is_ready:
            return None
        return _AGAINST.get(self._state)

    def _next_state(self) -> str:
        value, state = self.rsi.current.value, self._state
        if value > _HIGH:
            return "high"
        if value < _LOW:
            return "low"
        if (state == "low" and value > _LOW + _BOUNCE) or (state == "high" and value < _HIGH - _BOUNCE):
            return "middle"
        return state
