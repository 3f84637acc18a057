"""Bars that end by their content, not by time (LEAN: Common/Data/Consolidators/BaseTimelessConsolidator.cs)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from engine.common.errors import ArgumentException
from engine.common.numbers import ZERO, to_decimal
from engine.data.base_data import BaseData
from engine.data.consolidators.consolidator_base import ConsolidatorBase
from engine.data.consolidators.event import Event
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

Selector = Callable[[Any], Any]


class ContentConsolidator(ConsolidatorBase):
    """Base of consolidators to which no time passes; the algorithm's handlers run before the engine's."""

    _output: type

    def __new__(cls, *arguments: Any, **named: Any) -> Self:
        consolidator = super().__new__(cls, *arguments, **named)
        consolidator.data_consolidated = Event()
        return consolidator

    def __class_getitem__(cls, kind: type) -> type[Self]:  # type: ignore[override]
        """`RenkoConsolidator[TradeBar]`: LEAN's Python may name the type of the input."""
        return cls

    @property
    def input_type(self) -> type:
        return BaseData

    @property
    def output_type(self) -> type:
        return self._output

    def scan(self, current_local_time: datetime) -> None:
        """Time alone ends no such bar."""

    def on_data_consolidated(self, consolidated: Any) -> None:
        self.window.add(consolidated)
        self.data_consolidated(self, consolidated)
        self.after_own_handlers(consolidated)
        self.consolidated_first(self, consolidated)
        self.consolidated = consolidated

    def after_own_handlers(self, consolidated: Any) -> None:
        """Take note of a bar that the algorithm's handlers have seen."""

    def dispose(self) -> None:
        self.data_consolidated.clear()
        super().dispose()


class BaseTimelessConsolidator(ContentConsolidator):
    """Reads a value and a volume of each datum and keeps the bar in the making."""

    def __init__(self, selector: Selector | None = None, volume_selector: Selector | None = None) -> None:
        super().__init__()
        for name, given in (("valueSelector", selector), ("volumeSelector", volume_selector)):
            if given is not None and not callable(given):
                raise ArgumentException(
                    f"Unable to convert parameter {name} to delegate type Func<IBaseData, decimal>"
                )
        self._selector = selector
        self._volume_selector = volume_selector
        self._current_bar: Any = None

    @property
    def working_data(self) -> BaseData | None:
        return None if self._current_bar is None else self._current_bar.clone()

    def update(self, data: BaseData) -> None:
        value = data.value_decimal if self._selector is None else to_decimal(self._selector(data))
        volume = _volume(data) if self._volume_selector is None else to_decimal(self._volume_selector(data))
        if self._current_bar is not None:
            self._update_bar(data.time, value, volume)
        if self._current_bar is None:
            self._create_new_bar(data, value, volume)

    @abstractmethod
    def _update_bar(self, time: datetime, value: Decimal, volume: Decimal) -> None:
        """Take a value into the bar; leave None behind where that ended it."""

    @abstractmethod
    def _create_new_bar(self, data: BaseData, value: Decimal, volume: Decimal) -> None:
        """Begin a bar with a value."""

    def reset(self) -> None:
        self._current_bar = None
        super().reset()


def _volume(data: BaseData) -> Decimal:
    if isinstance(data, TradeBar):
        return data.volume_decimal
    return to_decimal(data.quantity) if isinstance(data, Tick) else ZERO
