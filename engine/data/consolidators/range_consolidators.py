"""Bars of a price range.

LEAN: Common/Data/Consolidators/RangeConsolidator.cs, ClassicRangeConsolidator.cs.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import ONE, ZERO, to_decimal, to_float
from engine.data.consolidators.base_timeless_consolidator import BaseTimelessConsolidator, Selector
from engine.data.market.range_bar import RangeBar
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

if TYPE_CHECKING:
    from engine.data.base_data import BaseData


class RangeConsolidator(BaseTimelessConsolidator):
    """Bars of `range` price steps; a jump over several ranges gives empty bars between."""

    _output = RangeBar

    def __init__(
        self, range: int, selector: Selector | None = None, volume_selector: Selector | None = None
    ) -> None:
        super().__init__(selector, volume_selector)
        self._range = int(range)
        self._clear()

    def _clear(self) -> None:
        self._first_tick = True
        self._step = self._size = ZERO

    @property
    def range(self) -> int:
        return self._range

    @property
    def range_size(self) -> float:
        return to_float(self._size)

    def _update_bar(self, time: datetime, value: Decimal, volume: Decimal) -> None:
        bar = self._current_bar
        rising = value > to_decimal(bar.high)
        bar.update(time, value, volume)
        while bar.is_closed:
            self.on_data_consolidated(bar)
            edge = to_decimal(bar.high) + self._step if rising else to_decimal(bar.low) - self._step
            self._current_bar = bar = RangeBar(bar.symbol, bar.end_time, self._size, edge)
            jumped = abs(to_decimal(bar.low) - value) > self._size
            bar.update(time, value, ZERO if jumped else volume)

    def _create_new_bar(self, data: BaseData, value: Decimal, volume: Decimal) -> None:
        if self._first_tick:
            self._first_tick = False
            symbol = data.symbol
            assert symbol is not None
            properties = SymbolPropertiesDatabase.from_data_folder().get_symbol_properties(
                symbol.id.market, symbol, symbol.security_type, "USD"
            )
            self._step = to_decimal(properties.minimum_price_variation)
            self._size = self._step * self._range
            value = (value / self._size).quantize(ONE, ROUND_CEILING) * self._size
        self._current_bar = RangeBar(data.symbol, data.time, self._size, value, volume=volume)

    def reset(self) -> None:
        super().reset()
        self._clear()


class ClassicRangeConsolidator(RangeConsolidator):
    """Bars of a range that begin anew with the first datum after the one that ended the bar before."""

    def _update_bar(self, time: datetime, value: Decimal, volume: Decimal) -> None:
        bar = self._current_bar
        bar.update(time, value, volume)
        if bar.is_closed:
            self.on_data_consolidated(bar)
            self._current_bar = None
