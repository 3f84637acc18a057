"""Trade bars of trade bars, of ticks, of any data with a value, and of custom data.

LEAN: Common/Data/Consolidators/TradeBarConsolidatorBase.cs, TradeBarConsolidator.cs, TickConsolidator.cs,
BaseDataConsolidator.cs, DynamicDataConsolidator.cs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import TickType
from engine.data.base_data import BaseData
from engine.data.consolidators.period_count_consolidator_base import PeriodCountConsolidatorBase
from engine.data.custom.python_data import DynamicData
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class TradeBarConsolidatorBase(PeriodCountConsolidatorBase):
    """Base of consolidators that give trade bars."""

    def _bar(
        self, start: datetime, data: BaseData, prices: tuple[float, ...], period: timedelta | None
    ) -> TradeBar:
        opens, high, low, close, volume = prices
        return TradeBar(start, data.symbol, opens, high, low, close, volume, period)


def extend(bar: TradeBar, high: float, low: float, close: float, volume: float) -> None:
    """Take more prices and volume into a bar."""
    bar.close = close
    bar.volume += volume
    if low < bar.low:
        bar.low = low
    if high > bar.high:
        bar.high = high


class TradeBarConsolidator(TradeBarConsolidatorBase):
    """Larger trade bars."""

    _input = TradeBar

    def new_bar(self, data: TradeBar) -> TradeBar:
        start = self.rounded_bar_time_of(data)
        period = self._period if self.is_time_based and self._period is not None else data.period
        return self._bar(start, data, (data.open, data.high, data.low, data.close, data.volume), period)

    def merge(self, bar: TradeBar, data: TradeBar) -> None:
        extend(bar, data.high, data.low, data.close, data.volume)


class TickConsolidator(TradeBarConsolidatorBase):
    """Trade bars of trade ticks."""

    _input = Tick

    def should_process(self, data: Tick) -> bool:
        return data.tick_type == TickType.TRADE

    def new_bar(self, data: Tick) -> TradeBar:
        start, price = self.rounded_bar_time_of(data), data.value
        return self._bar(start, data, (price, price, price, price, data.quantity), self._period)

    def merge(self, bar: TradeBar, data: Tick) -> None:
        extend(bar, data.value, data.value, data.value, data.quantity)


class BaseDataConsolidator(TradeBarConsolidatorBase):
    """Trade bars of values."""

    _input = BaseData

    def new_bar(self, data: BaseData) -> TradeBar:
        start, price = self.rounded_bar_time(data.time), data.value
        return self._bar(start, data, (price, price, price, price, 0.0), None)

    def merge(self, bar: TradeBar, data: BaseData) -> None:
        extend(bar, data.value, data.value, data.value, 0.0)


class DynamicDataConsolidator(TradeBarConsolidatorBase):
    """Trade bars of custom data: its Open, High, Low, Close and Volume, or its value where it lacks them."""

    _input = DynamicData

    def new_bar(self, data: DynamicData) -> TradeBar:
        start = self.rounded_bar_time_of(data)
        prices = tuple(_property(data, name, data.value) for name in ("Open", "High", "Low", "Close"))
        return self._bar(start, data, (*prices, _property(data, "Volume", 0)), None)

    def merge(self, bar: TradeBar, data: DynamicData) -> None:
        high, low, close = (_property(data, name, data.value) for name in ("High", "Low", "Close"))
        extend(bar, high, low, close, int(_property(data, "Volume", 0)))


def _property(data: DynamicData, name: str, default: float) -> float:
    return float(data.get_property(name)) if data.has_property(name) else default
