"""Futures chains (LEAN: Algorithm.Framework/Selection/FutureUniverseSelectionModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.algorithm.framework.selection.chain_universe_selection_model import ChainUniverseSelectionModel
from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.universe import Universe


class FutureUniverseSelectionModel(ChainUniverseSelectionModel):
    """The continuous contract and the chain of each future that the selector names."""

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        self.next_refresh_time_utc = algorithm.utc_time + self.refresh_interval
        for symbol in dict.fromkeys(self.chain_symbol_selector(algorithm.utc_time)):
            if symbol.security_type != SecurityType.FUTURE:
                raise ArgumentException("FutureChainSymbolSelector must return future symbols.")
            yield from algorithm.create_future_chain(symbol, self.filter, self.universe_settings)
