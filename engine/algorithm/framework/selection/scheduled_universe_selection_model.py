"""Securities chosen at certain times (LEAN: Algorithm.Framework/Selection/ScheduledUniverseSelectionModel.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.universe_selection_model import UniverseSelectionModel
from engine.common.time import TimeZone
from engine.data.universe_selection.scheduled_universe import ScheduledUniverse

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe import Universe
    from engine.data.universe_selection.universe_settings import UniverseSettings


class ScheduledUniverseSelectionModel(UniverseSelectionModel):
    """A date rule, a time rule and a function from the UTC time to symbols; a time zone may come first."""

    def __init__(self, *arguments: Any, settings: UniverseSettings | None = None) -> None:
        self._zone = TimeZone.of("UTC")
        if isinstance(arguments[0], TimeZone) or arguments[0] is None:
            self._zone = arguments[0] or self._zone
            arguments = arguments[1:]
        self._rules = arguments[:2]
        self._selector: Callable[[datetime], Iterable[Symbol]] = arguments[2]
        self._settings = arguments[3] if len(arguments) > 3 else settings

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        settings = self._settings or algorithm.universe_settings
        yield ScheduledUniverse(self._zone, *self._rules, self._selector, settings)
