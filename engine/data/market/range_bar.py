"""A bar that ends when its prices span a range (LEAN: Common/Data/Market/RangeBar.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.numbers import to_decimal, to_float
from engine.data.base_data import NO_TIME
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class RangeBar(TradeBar):
    """High and low never lie further apart than `range_size`. LEAN gives these bars an end and no start."""

    __slots__ = ("is_closed", "range_size")

    def __init__(
        self,
        symbol: Symbol | None = None,
        end_time: datetime = NO_TIME,
        range_size: Any = 0,
        open: Any = 0,
        high: Any = None,
        low: Any = None,
        close: Any = None,
        volume: Any = 0,
    ) -> None:
        high, low, close = (open if price is None else price for price in (high, low, close))
        super().__init__(NO_TIME, symbol, open, high, low, close, volume)
        self.end_time = end_time
        self.range_size = float(range_size)
        self.is_closed = False

    def update(self, time: datetime, current_value: Any, volume_since_last_update: Any) -> None:  # type: ignore[override]
        """Take one more value in; one that leaves the range closes the bar at the range's edge."""
        self.end_time = time
        high, low, size, value = (
            to_decimal(x) for x in (self.high, self.low, self.range_size, current_value)
        )
        if value < low:
            if high - value > size:
                self.is_closed = True
                self.low = self.value = to_float(high - size)
                return
            self.low = to_float(value)
        elif value > high:
            if value - low > size:
                self.is_closed = True
                self.high = self.value = to_float(low + size)
                return
            self.high = to_float(value)
        self.volume = to_float(to_decimal(self.volume) + to_decimal(volume_since_last_update))
