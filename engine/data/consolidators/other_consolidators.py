"""Consolidators that pass data on, and two in a row.

LEAN: Common/Data/Consolidators/IdentityDataConsolidator.cs, FilteredIdentityDataConsolidator.cs,
SequentialConsolidator.cs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from engine.common.enums import TickType
from engine.common.errors import ArgumentException, ArgumentNullException
from engine.data.base_data import BaseData
from engine.data.consolidators.consolidator_base import ConsolidatorBase
from engine.data.market.tick import Tick


class IdentityDataConsolidator(ConsolidatorBase):
    """Passes data on, once per end time; ticks always. Made as `IdentityDataConsolidator[TradeBar]()`."""

    _input: type = BaseData

    def __init__(self) -> None:
        super().__init__()
        self._last: BaseData | None = None
        self._last_time: datetime | None = None

    def __class_getitem__(cls, kind: type) -> type:  # type: ignore[override]
        return type(cls.__name__, (cls,), {"_input": kind})

    @property
    def working_data(self) -> BaseData | None:
        return None if self._last is None else self._last.clone()

    @property
    def input_type(self) -> type:
        return self._input

    @property
    def output_type(self) -> type:
        return self._input

    def update(self, data: BaseData) -> None:
        if not isinstance(data, self._input):
            raise ArgumentNullException(
                f"Received type of {type(data).__name__} but expected {self._input.__name__}", "data"
            )
        if self._input is Tick or self._last is None or data.end_time != self._last_time:
            self.on_data_consolidated(data)
            self._last = data
            self._last_time = data.end_time

    def scan(self, current_local_time: datetime) -> None:
        """Nothing waits here."""

    def reset(self) -> None:
        super().reset()
        self._last = None


class FilteredIdentityDataConsolidator(IdentityDataConsolidator):
    """Passes on what a predicate accepts."""

    def __init__(self, predicate: Callable[[Any], bool]) -> None:
        super().__init__()
        self._predicate = predicate

    @staticmethod
    def for_tick_type(tick_type: TickType) -> FilteredIdentityDataConsolidator:
        kind: Any = FilteredIdentityDataConsolidator[Tick]  # type: ignore[type-arg]
        return kind(lambda tick: tick.tick_type == tick_type)

    def update(self, data: BaseData) -> None:
        if self._predicate(data):
            super().update(data)


class SequentialConsolidator(ConsolidatorBase):
    """Feeds what the first gives to the second."""

    def __init__(self, first: ConsolidatorBase, second: ConsolidatorBase) -> None:
        super().__init__()
        if not issubclass(first.output_type, second.input_type):
            raise ArgumentException("first.OutputType must equal second.OutputType!")
        self.first = first
        self.second = second
        first.consolidated_first += self._feed_second
        second.consolidated_first += self._forward

    def _feed_second(self, sender: object, consolidated: Any) -> None:
        self.second.update(consolidated)

    def _forward(self, sender: object, consolidated: Any) -> None:
        self.on_data_consolidated(consolidated)

    @property
    def working_data(self) -> BaseData | None:
        return self.second.working_data

    @property
    def input_type(self) -> type:
        return self.first.input_type

    @property
    def output_type(self) -> type:
        return self.second.output_type

    def update(self, data: BaseData) -> None:
        self.first.update(data)

    def scan(self, current_local_time: datetime) -> None:
        self.first.scan(current_local_time)

    def dispose(self) -> None:
        self.first.dispose()
        self.second.dispose()
        super().dispose()

    def reset(self) -> None:
        self.first.reset()
        self.second.reset()
        super().reset()
