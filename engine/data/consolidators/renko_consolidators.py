"""Renko bars: wicked, classic, and of volume.

LEAN: Common/Data/Consolidators/RenkoConsolidator.cs, ClassicRenkoConsolidator.cs, VolumeRenkoConsolidator.cs,
DollarVolumeRenkoConsolidator.cs.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from engine.common.enums import BarDirection, RenkoType, TickType
from engine.common.errors import ArgumentException, ArgumentNullException, ArgumentOutOfRangeException
from engine.common.numbers import ONE, round_decimal, to_decimal
from engine.data.base_data import NO_TIME, BaseData
from engine.data.consolidators.base_timeless_consolidator import (
    BaseTimelessConsolidator,
    ContentConsolidator,
    Selector,
)
from engine.data.consolidators.consolidator_base import ConsolidatorBase
from engine.data.consolidators.event import Event
from engine.data.market.renko_bars import RenkoBar, VolumeRenkoBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

_EPSILON = Decimal("1e-28")


class RenkoConsolidator(ContentConsolidator):
    """Bricks with wicks: one at a time in a trend, after two bricks' way back in the other direction."""

    _output = RenkoBar

    def __init__(self, bar_size: Any) -> None:
        super().__init__()
        if bar_size <= 0:
            raise ArgumentException("Renko consolidator BarSize must be strictly greater than zero")
        self.bar_size = to_decimal(bar_size)
        self._clear()

    def _clear(self) -> None:
        self._first_tick = True
        self._last_wicko: RenkoBar | None = None
        self._shown: RenkoBar | None = None
        self._open_on = self._close_on = NO_TIME
        self._open_rate = self._high_rate = self._low_rate = Decimal(0)

    @property
    def type(self) -> RenkoType:
        return RenkoType.WICKED

    @property
    def working_data(self) -> BaseData | None:
        return None if self._shown is None else self._shown.clone()

    def update(self, data: BaseData) -> None:
        rate = data.value_decimal
        self._close_on = data.time
        if self._first_tick:
            self._first_tick = False
            rate = self.get_closest_multiple(rate, self.bar_size)
            self._open_on = data.time
            self._open_rate = self._high_rate = self._low_rate = rate
            return
        self._high_rate, self._low_rate = max(self._high_rate, rate), min(self._low_rate, rate)
        if rate > self._open_rate:
            self._move(data, rate, 1)
        elif rate < self._open_rate:
            self._move(data, rate, -1)

    def _move(self, data: BaseData, rate: Decimal, way: int) -> None:
        last, ahead = self._last_wicko, BarDirection.RISING if way > 0 else BarDirection.FALLING
        if last is not None and last.direction != ahead:
            opens = to_decimal(last.open)
            limit = opens + way * self.bar_size
            if way * (rate - limit) <= 0:
                return
            self._emit(data, opens, limit, way)
        while way * (rate - (limit := self._open_rate + way * self.bar_size)) > 0:
            self._emit(data, self._open_rate, limit, way)

    def _emit(self, data: BaseData, opens: Decimal, limit: Decimal, way: int) -> None:
        high, low = (limit, self._low_rate) if way > 0 else (self._high_rate, limit)
        bar = RenkoBar(data.symbol, self._open_on, self._close_on, self.bar_size, opens, high, low, limit)
        self._last_wicko = bar
        self.on_data_consolidated(bar)
        self._open_on = self._close_on
        self._open_rate = limit
        if way > 0:
            self._low_rate = limit
        else:
            self._high_rate = limit

    def after_own_handlers(self, consolidated: RenkoBar) -> None:
        self._shown = consolidated

    def reset(self) -> None:
        self._clear()
        super().reset()

    @staticmethod
    def get_closest_multiple(price: Any, bar_size: Any) -> Decimal:
        """Return the multiple of a bar size that is nearest to a price."""
        if bar_size <= 0:
            raise ArgumentException("BarSize must be strictly greater than zero")
        price, size = to_decimal(price), to_decimal(bar_size)
        whole = price // size
        if price < 0 and whole * size != price:
            whole -= 1  # Math.Floor; Python's decimal // cuts towards zero
        return size * (whole + round_decimal((price - size * whole) / size))


class WickedRenkoConsolidator(RenkoConsolidator):
    """LEAN's older name of the Renko consolidator."""


class ClassicRenkoConsolidator(BaseTimelessConsolidator):
    """Bricks by closing values: (size, even_bars), (size, selector, volume selector, even_bars)."""

    _output = RenkoBar

    def __init__(
        self,
        bar_size: Any,
        selector: Selector | bool | RenkoType | None = None,
        volume_selector: Selector | None = None,
        even_bars: bool = True,
    ) -> None:
        if isinstance(selector, RenkoType):
            if selector != RenkoType.CLASSIC:
                raise ArgumentException(
                    "Please use the new RenkoConsolidator type if RenkoType is not Classic"
                )
            selector = None
        elif isinstance(selector, bool):
            selector, even_bars = None, selector
        super().__init__(selector, volume_selector)
        self._bar_size = to_decimal(bar_size)
        if self._bar_size < _EPSILON:
            raise ArgumentOutOfRangeException(
                "RenkoConsolidator bar size must be positve and greater than 1e-28", "barSize"
            )
        self._even_bars = even_bars
        self._last_close: Decimal | None = None

    @property
    def type(self) -> RenkoType:
        return RenkoType.CLASSIC

    def _update_bar(self, time: datetime, value: Decimal, volume: Decimal) -> None:
        bar = self._current_bar
        bar.update(time, value, volume)
        if bar.is_closed:
            self._last_close = to_decimal(bar.close)
            self.on_data_consolidated(bar)
            self._current_bar = None

    def _create_new_bar(self, data: BaseData, value: Decimal, volume: Decimal) -> None:
        opens = value if self._last_close is None else self._last_close
        if self._even_bars and self._last_close is None:
            opens = (opens / self._bar_size).quantize(ONE, ROUND_CEILING) * self._bar_size
        self._current_bar = RenkoBar(data.symbol, data.time, self._bar_size, opens, volume)

    def reset(self) -> None:
        super().reset()
        self._last_close = None


class VolumeRenkoConsolidator(ConsolidatorBase):
    """Bars of equal volume, of trade bars or of ticks of trades."""

    def __init__(self, bar_size: Any) -> None:
        super().__init__()
        self.data_consolidated = Event()
        self._bar_size = to_decimal(bar_size)
        self._bar: VolumeRenkoBar | None = None

    @property
    def working_data(self) -> BaseData | None:
        return self._bar

    @property
    def input_type(self) -> type:
        return BaseData

    @property
    def output_type(self) -> type:
        return VolumeRenkoBar

    def update(self, data: BaseData) -> None:
        if not isinstance(data, BaseData):
            raise ArgumentNullException(
                f"Received type of {type(data).__name__} but expected BaseData", "data"
            )
        close = data.value
        if isinstance(data, Tick):
            if data.tick_type != TickType.TRADE:
                return
            volume, opens, high, low = to_decimal(data.quantity), close, close, close
        elif isinstance(data, TradeBar):
            volume, opens, high, low = data.volume_decimal, data.open, data.high, data.low
        else:
            raise ArgumentException(f"{type(self).__name__} must be used with TradeBar or Tick data.")
        end = data.end_time
        bar = self._bar
        if bar is None:
            bar = VolumeRenkoBar(data.symbol, data.time, end, self._bar_size, opens, high, low, close)
            self._bar = bar
        left_over = bar.update(end, high, low, close, self._adjust_volume(volume, data))
        while left_over >= 0:
            self.on_data_consolidated(bar)
            self._bar = bar = bar.rollover()
            left_over = bar.update(end, high, low, close, left_over)

    def _adjust_volume(self, volume: Decimal, data: BaseData) -> Decimal:
        return volume

    def on_data_consolidated(self, consolidated: VolumeRenkoBar) -> None:
        super().on_data_consolidated(consolidated)
        self.data_consolidated(self, consolidated)

    def scan(self, current_local_time: datetime) -> None:
        """Time alone ends no such bar."""

    def reset(self) -> None:
        super().reset()
        self._bar = None


class DollarVolumeRenkoConsolidator(VolumeRenkoConsolidator):
    """Bars of equal turnover."""

    def _adjust_volume(self, volume: Decimal, data: BaseData) -> Decimal:
        return volume * data.value_decimal
