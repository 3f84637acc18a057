"""The pair whose returns go together most.

LEAN: Algorithm.Framework/Alphas/PearsonCorrelationPairsTradingAlphaModel.py.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.algorithm.framework.alphas.base_pairs_trading_alpha_model import BasePairsTradingAlphaModel
from engine.common.enums import Resolution

if TYPE_CHECKING:
    from pandas import DataFrame

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.security_changes import SecurityChanges


class PearsonCorrelationPairsTradingAlphaModel(BasePairsTradingAlphaModel):
    """Trades one pair: that of the highest correlation, if it reaches the least wanted."""

    def __init__(
        self,
        lookback: int = 15,
        resolution: Resolution = Resolution.MINUTE,
        threshold: float = 1,
        minimum_correlation: float = 0.5,
    ) -> None:
        super().__init__(lookback, resolution, threshold)
        self.minimum_correlation = minimum_correlation
        self.best_pair: tuple[Symbol, ...] = ()

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        self._follow(changes)
        symbols = sorted(security.symbol for security in self.securities)
        history = algorithm.history(symbols, self.lookback, self.resolution) if symbols else None
        if history is not None and not history.empty:
            self._choose(self._returns(history.close.unstack(level=0)))
        super().on_securities_changed(algorithm, changes)

    def _choose(self, returns: DataFrame) -> None:
        pairs = [
            (float(np.corrcoef(returns[one], returns[other])[0, 1]), (one, other))
            for one, other in combinations(sorted(returns.columns), 2)
        ]
        if pairs:
            # the last of equals, as a stable sort leaves it
            correlation, pair = sorted(pairs, key=lambda item: item[0])[-1]
            if correlation >= self.minimum_correlation:
                self.best_pair = pair

    def _returns(self, prices: DataFrame) -> Any:
        logarithms: Any = np.log(prices)
        return (logarithms - logarithms.shift(1)).dropna()

    def has_passed_test(self, algorithm: QCAlgorithm, asset1: Symbol, asset2: Symbol) -> bool:
        return (asset1, asset2) == self.best_pair
