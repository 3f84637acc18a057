"""A fund's constituents (LEAN: Algorithm.Framework/Selection/ETFConstituentsUniverseSelectionModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.universe_selection_model import UniverseSelectionModel
from engine.data.universe_selection.universe_settings import UniverseSettings

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.universe import Universe


class ETFConstituentsUniverseSelectionModel(UniverseSelectionModel):
    """What a function keeps of a fund (symbol or ticker), all of it without one; the settings may be left out."""

    def __init__(
        self, etf_symbol: Any, universe_settings: Any = None, universe_filter_func: Any = None
    ) -> None:
        if universe_settings is not None and not isinstance(universe_settings, UniverseSettings):
            universe_settings, universe_filter_func = None, universe_settings
        self._etf = etf_symbol
        self._settings: UniverseSettings | None = universe_settings
        self._filter = universe_filter_func
        self._universe: Universe | None = None

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        if self._universe is None:
            self._universe = algorithm.universe.etf(
                self._etf, universe_settings=self._settings, universe_filter_func=self._filter
            )
        yield self._universe
