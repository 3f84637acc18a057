"""Consolidators written by the algorithm from nothing (LEAN: Common/Python/PythonConsolidator.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from engine.data.base_data import BaseData
from engine.data.consolidators.consolidator_base import IDataConsolidator
from engine.data.consolidators.event import Event
from engine.indicators.rolling_window import WindowBase


class PythonConsolidator(WindowBase[BaseData], IDataConsolidator):
    """Base class of an algorithm's own consolidator, which sets its types and defines `update` and `scan`."""

    consolidated: BaseData | None = None
    working_data: BaseData | None = None

    def __new__(cls, *arguments: Any, **named: Any) -> Self:
        # Made here, not in __init__, which an algorithm need not call.
        consolidator = super().__new__(cls)
        WindowBase.__init__(consolidator)
        consolidator.data_consolidated = consolidator.consolidated_first = Event()
        return consolidator

    def on_data_consolidated(self, consolidator: Any, data: BaseData | None) -> None:
        """Hand a result to the window and to the listeners."""
        if data is not None:
            self.window.add(data)
        self.data_consolidated(consolidator, data)

    def update(self, data: BaseData) -> None:
        """Take one datum; LEAN's does nothing with it."""

    def scan(self, current_local_time: datetime) -> None:
        """Emit what has ended by a time; in LEAN's nothing ever does."""

    def reset(self) -> None:
        self.consolidated = self.working_data = None
        self.window.reset()

    def dispose(self) -> None:
        """Nothing is held that would have to be let go."""
