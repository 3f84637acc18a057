"""Universe selection, alpha, portfolio construction, execution and risk models (LEAN: QCAlgorithm.Framework.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.universe_selection_model import (
    CompositeUniverseSelectionModel,
    NullUniverseSelectionModel,
    OptionChainedUniverseSelectionModel,
)
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.universe import Universe
    from engine.data.universe_selection.universe_settings import UniverseSettings


class QCAlgorithmFramework:
    """Models the algorithm sets; a step without any costs nothing."""

    def __init__(self: QCAlgorithm) -> None:
        self._universe_selection: Any = NullUniverseSelectionModel()
        self._selected_universes: dict[Symbol, None] = {}
        self.framework_models: Any = None
        """The chain from alpha to execution, None until a model is set."""

    @property
    def uses_framework(self: QCAlgorithm) -> bool:
        return self.framework_models is not None or not isinstance(
            self._universe_selection, NullUniverseSelectionModel
        )

    # -- universe selection ------------------------------------------------------------------------------------

    def set_universe_selection(self: QCAlgorithm, universe_selection: Any) -> None:
        self._universe_selection = universe_selection

    def add_universe_selection(self: QCAlgorithm, universe_selection: Any) -> None:
        known = self._universe_selection
        if isinstance(known, NullUniverseSelectionModel):
            self._universe_selection = universe_selection
        elif isinstance(known, CompositeUniverseSelectionModel):
            known.add_universe_selection(universe_selection)
        else:
            self._universe_selection = CompositeUniverseSelectionModel(known, universe_selection)

    def add_universe_options(
        self: QCAlgorithm, universe: Any, option_filter: Callable[[Any], Any] | None = None
    ) -> None:
        """Add the option chain of every security that a universe (or the universe of a symbol) selects."""
        if isinstance(universe, Symbol):
            symbol = universe
            if symbol not in self.universe_manager:
                self.add_security(symbol)
            universe = self.universe_manager.get(symbol)
            if universe is None:
                raise ArgumentException(f"Universe not found for underlying Symbol: {symbol}.")
        self.add_universe_selection(
            OptionChainedUniverseSelectionModel(universe, option_filter or (lambda chosen: chosen))
        )

    def create_option_chain(
        self: QCAlgorithm, symbol: Symbol, option_filter: Any, settings: UniverseSettings | None = None
    ) -> Universe:
        """Add the chain of an option symbol and return its universe."""
        settings = settings or self.universe_settings
        option = self.add_security(
            symbol.canonical,
            settings.resolution,
            settings.fill_forward,
            settings.leverage,
            settings.extended_market_hours,
        )
        option.set_filter(option_filter)
        return self.universe_manager[symbol.canonical]

    # -- called by the loop ------------------------------------------------------------------------------------

    def framework_post_initialize(self: QCAlgorithm) -> None:
        for universe in self._universe_selection.create_universes(self):
            self._add_universe(universe)
            self._selected_universes[universe.configuration.symbol] = None

    def on_framework_data(self: QCAlgorithm, slice_: Slice) -> None:
        """Refresh universes that are due, then let the models trade."""
        if self.time_keeper.utc_time >= self._universe_selection.get_next_refresh_time_utc():
            self._refresh_universes()
        if self.framework_models is not None:
            self.framework_models.on_data(self, slice_)

    def on_framework_securities_changed(self: QCAlgorithm, changes: Any) -> None:
        if self.framework_models is not None:
            self.framework_models.on_securities_changed(self, changes)

    def _refresh_universes(self: QCAlgorithm) -> None:
        for symbol in [s for s, universe in self.universe_manager.items() if universe.dispose_requested]:
            self.universe_manager.remove(symbol)
            self._selected_universes.pop(symbol, None)
        gone = dict(self._selected_universes)
        for universe in self._universe_selection.create_universes(self):
            symbol = universe.configuration.symbol
            self._selected_universes[symbol] = None
            self._add_universe(universe)
            gone.pop(symbol, None)
        for symbol in gone:
            self.universe_manager[symbol].dispose()
