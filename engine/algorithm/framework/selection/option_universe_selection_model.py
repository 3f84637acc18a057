"""Option chains (LEAN: Algorithm.Framework/Selection/OptionUniverseSelectionModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.algorithm.framework.selection.chain_universe_selection_model import ChainUniverseSelectionModel
from engine.common.errors import ArgumentException
from engine.common.sid_encoding import OPTION_TYPES

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.universe import Universe


class OptionUniverseSelectionModel(ChainUniverseSelectionModel):
    """The chain of each option that the selector names, one for an underlying."""

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        # from midnight on
        self.next_refresh_time_utc = (algorithm.utc_time + self.refresh_interval).date()
        seen = set()
        for symbol in self.chain_symbol_selector(algorithm.utc_time):
            if symbol.security_type not in OPTION_TYPES:
                raise ArgumentException(
                    "optionChainSymbolSelector must return option, index options, or futures options symbols."
                )
            if symbol.underlying not in seen:
                seen.add(symbol.underlying)
                yield algorithm.create_option_chain(symbol, self.filter, self.universe_settings)
