"""What the selection of option chains and of futures chains has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.universe_selection_model import UniverseSelectionModel
from engine.common.time import BEGINNING_OF_TIME

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe_settings import UniverseSettings

ChainSelector = Callable[[datetime], Iterable["Symbol"]]


class ChainUniverseSelectionModel(UniverseSelectionModel):
    """Asks a function of the UTC time for canonical symbols at every interval."""

    def __init__(
        self,
        refresh_interval: timedelta,
        chain_symbol_selector: ChainSelector,
        universe_settings: UniverseSettings | None = None,
    ) -> None:
        self.next_refresh_time_utc: Any = BEGINNING_OF_TIME
        self.refresh_interval = refresh_interval
        self.chain_symbol_selector = chain_symbol_selector
        self.universe_settings = universe_settings

    def get_next_refresh_time_utc(self) -> Any:
        return self.next_refresh_time_utc

    def filter(self, filter: Any) -> Any:
        """Narrow a chain's contracts; a derived class may."""
        return filter
