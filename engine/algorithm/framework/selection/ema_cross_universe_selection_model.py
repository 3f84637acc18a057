"""Equities whose fast average is above the slow one.

LEAN: Algorithm.Framework/Selection/EmaCrossUniverseSelectionModel.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.fundamental_universe_selection_model import (
    FundamentalUniverseSelectionModel,
)
from engine.indicators.moving_averages import ExponentialMovingAverage

if TYPE_CHECKING:
    from datetime import datetime

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe_settings import UniverseSettings

_TOLERANCE = 0.01


class EmaCrossUniverseSelectionModel(FundamentalUniverseSelectionModel):
    """Of the equities whose averages are more than a hundredth apart, those that are furthest."""

    def __init__(
        self,
        fast_period: int = 100,
        slow_period: int = 300,
        universe_count: int = 500,
        universe_settings: UniverseSettings | None = None,
    ) -> None:
        super().__init__(False, universe_settings)
        self.fast_period = fast_period
        self.slow_period = slow_period
        self.universe_count = universe_count
        self.averages: dict[Symbol, _Averages] = {}

    def select_coarse(self, algorithm: QCAlgorithm, coarse: list[Any]) -> Iterable[Symbol]:
        chosen = []
        for row in coarse:
            known = self.averages.get(row.symbol)
            if known is None:
                known = self.averages[row.symbol] = _Averages(row.symbol, self.fast_period, self.slow_period)
            if known.update(row.end_time, row.adjusted_price) and known.fast > known.slow * (1 + _TOLERANCE):
                chosen.append(known)
        chosen.sort(key=lambda averages: averages.scaled_delta, reverse=True)
        return [averages.symbol for averages in chosen[: self.universe_count]]


class _Averages:
    """The two averages of an equity's adjusted price."""

    __slots__ = ("_fast", "_slow", "symbol")

    def __init__(self, symbol: Symbol, fast_period: int, slow_period: int) -> None:
        self.symbol = symbol
        self._fast = ExponentialMovingAverage(fast_period)
        self._slow = ExponentialMovingAverage(slow_period)

    @property
    def fast(self) -> float:
        return float(self._fast.current.value)

    @property
    def slow(self) -> float:
        return float(self._slow.current.value)

    @property
    def scaled_delta(self) -> float:
        return (self.fast - self.slow) / ((self.fast + self.slow) / 2)

    def update(self, time: datetime, price: float) -> bool:
        """Take a day's price; return whether both averages are ready."""
        slow_is_ready = self._slow.update(time, price)
        return self._fast.update(time, price) and slow_is_ready
