"""Models that create universes (LEAN: Algorithm/Selection/UniverseSelectionModel.cs and its kin)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.common.time import BEGINNING_OF_TIME, END_OF_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.universe import Universe
    from engine.data.universe_selection.universe_settings import UniverseSettings


class UniverseSelectionModel:
    """Base: `create_universes` is asked at the start and whenever `get_next_refresh_time_utc` has come."""

    def get_next_refresh_time_utc(self) -> datetime:
        return END_OF_TIME

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        raise NotImplementedError("a universe selection model must define create_universes")


class NullUniverseSelectionModel(UniverseSelectionModel):
    """Creates nothing."""

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        return ()


class CompositeUniverseSelectionModel(UniverseSelectionModel):
    """Several models as one."""

    def __init__(self, *models: UniverseSelectionModel) -> None:
        self._models = list(models)

    def add_universe_selection(self, model: UniverseSelectionModel) -> None:
        self._models.append(model)

    def get_next_refresh_time_utc(self) -> datetime:
        return min(model.get_next_refresh_time_utc() for model in self._models)

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        for model in self._models:
            yield from model.create_universes(algorithm)


class OptionChainedUniverseSelectionModel(UniverseSelectionModel):
    """Adds the option chain of every symbol that another universe selects."""

    def __init__(
        self,
        universe: Universe,
        option_filter: Callable[[Any], Any],
        universe_settings: UniverseSettings | None = None,
    ) -> None:
        self._filter = option_filter
        self._settings = universe_settings
        self._next_refresh = END_OF_TIME
        self._canonicals: list[Symbol] = []
        universe.selection_listeners.append(self._on_selection)

    def _on_selection(self, selection: list[Symbol]) -> None:
        self._next_refresh = BEGINNING_OF_TIME
        self._canonicals = [
            Symbol.create_option(
                symbol,
                symbol.id.market,
                symbol.security_type.default_option_style(),
                OptionRight.CALL,
                0,
                SecurityIdentifier.DEFAULT_DATE,
            )
            for symbol in selection
        ]

    def get_next_refresh_time_utc(self) -> datetime:
        return self._next_refresh

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        self._next_refresh = END_OF_TIME
        for canonical in self._canonicals:
            yield algorithm.create_option_chain(canonical, self._filter, self._settings)
