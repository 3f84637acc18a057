"""What every consolidator has (LEAN: Common/Data/Consolidators/ConsolidatorBase.cs, DataConsolidator.cs)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any, Self

from engine.data.base_data import BaseData
from engine.data.consolidators.event import Event
from engine.indicators.rolling_window import WindowBase


class IDataConsolidator(ABC):  # noqa: B024  a name that algorithms use in annotations
    """What LEAN calls everything that consolidates."""


class ConsolidatorBase(WindowBase[BaseData], IDataConsolidator):
    """Turns data into fewer, larger data. `consolidator[0]` is the newest result.

    `consolidated_first` is the event of LEAN's interface IDataConsolidator, on which the engine itself
    listens; `data_consolidated` is the one an algorithm sees. They differ where LEAN declares it twice.
    """

    consolidated: BaseData | None

    def __new__(cls, *arguments: Any, **named: Any) -> Self:
        # Made here, not in __init__, which an algorithm's own kind need not call.
        consolidator = super().__new__(cls)
        WindowBase.__init__(consolidator)
        consolidator.consolidated = None
        consolidator.consolidated_first = Event()
        consolidator.data_consolidated = consolidator.consolidated_first
        return consolidator

    @property
    @abstractmethod
    def working_data(self) -> BaseData | None:
        """A copy of the bar in the making."""

    @property
    @abstractmethod
    def input_type(self) -> type: ...

    @property
    @abstractmethod
    def output_type(self) -> type: ...

    @abstractmethod
    def update(self, data: BaseData) -> None: ...

    @abstractmethod
    def scan(self, current_local_time: datetime) -> None:
        """Emit what has ended by a time (exchange time zone)."""

    def on_data_consolidated(self, consolidated: Any) -> None:
        """Hand a result to the window and to the listeners."""
        if consolidated is not None:
            self.window.add(consolidated)
        self.consolidated_first(self, consolidated)
        # Set after the listeners ran, so that they can compare with the result before.
        self.consolidated = consolidated

    def dispose(self) -> None:
        self.consolidated_first.clear()

    def reset(self) -> None:
        self.consolidated = None
        if self._window is not None:
            self._window.reset()
