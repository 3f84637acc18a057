"""Bars of a fixed price move or of a fixed volume.

LEAN: Common/Data/Market/BaseRenkoBar.cs, RenkoBar.cs, VolumeRenkoBar.cs.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import BarDirection, RenkoType
from engine.common.errors import InvalidOperationException
from engine.common.numbers import ZERO, to_decimal, to_float
from engine.data.base_data import NO_TIME
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class BaseRenkoBar(TradeBar):
    """What the bars of Renko charts share; their end is kept, not counted from a period."""

    __slots__ = ("_closed", "_end", "brick_size", "type")

    def __init__(
        self, symbol: Symbol | None, start: datetime, end_time: datetime, kind: RenkoType, brick_size: Any
    ) -> None:
        self._end = end_time
        super().__init__(start, symbol)
        self._closed = False
        self.type = kind
        self.brick_size = float(brick_size)

    @property
    def end_time(self) -> datetime:
        return self._end

    @end_time.setter
    def end_time(self, value: datetime) -> None:
        self._end = value

    @property
    def end(self) -> datetime:
        """LEAN's old name of `end_time`."""
        return self._end

    @property
    def start(self) -> datetime:
        return self.time

    @property
    def is_closed(self) -> bool:
        return self._closed

    def _set_prices(self, opens: Any, high: Any, low: Any, close: Any, volume: Any = 0) -> None:
        self.open, self.high, self.low = float(opens), float(high), float(low)
        self.value, self.volume = float(close), float(volume)


class RenkoBar(BaseRenkoBar):
    """A bar of one brick: classic (symbol, time, size, open, volume) grows, wicked is made whole."""

    __slots__ = ()

    def __init__(
        self,
        symbol: Symbol | None = None,
        start: datetime = NO_TIME,
        *values: Any,
    ) -> None:
        if values and isinstance(values[0], datetime):
            end_time, brick_size, *prices = values
            super().__init__(symbol, start, end_time, RenkoType.WICKED, brick_size)
            self._set_prices(*prices)
        else:
            brick_size, opens, volume = values or (0.0, 0.0, 0.0)
            super().__init__(symbol, start, start, RenkoType.CLASSIC, brick_size)
            self._set_prices(opens, opens, opens, opens, volume)

    @property
    def direction(self) -> BarDirection:
        if self.open < self.close:
            return BarDirection.RISING
        return BarDirection.FALLING if self.open > self.close else BarDirection.NO_DELTA

    @property
    def spread(self) -> float:
        return to_float(abs(to_decimal(self.close) - to_decimal(self.open)))

    def update(self, time: datetime, current_value: Any, volume_since_last_update: Any) -> bool:  # type: ignore[override]
        """Take one more value into a classic bar; return whether that closed it."""
        if self.type == RenkoType.WICKED:
            raise InvalidOperationException('A "Wicked" RenkoBar cannot be updated!')
        if self._closed:
            return True
        if self.time == NO_TIME:
            self.time = time
        self._end = time
        opens, brick, value = (to_decimal(x) for x in (self.open, self.brick_size, current_value))
        low_close, high_close = opens - brick, opens + brick
        close = to_float(min(high_close, max(low_close, value)))
        self.value = close
        self.volume = to_float(to_decimal(self.volume) + to_decimal(volume_since_last_update))
        self._closed = value <= low_close or value >= high_close
        self.high, self.low = max(self.high, close), min(self.low, close)
        return self._closed


class VolumeRenkoBar(BaseRenkoBar):
    """A bar that closes when a volume was traded."""

    __slots__ = ()

    def __init__(
        self,
        symbol: Symbol | None = None,
        start: datetime = NO_TIME,
        end_time: datetime = NO_TIME,
        brick_size: Any = 0,
        open: Any = 0,
        high: Any = 0,
        low: Any = 0,
        close: Any = 0,
        volume: Any = 0,
    ) -> None:
        super().__init__(symbol, start, end_time, RenkoType.CLASSIC, brick_size)
        self._set_prices(open, high, low, close, volume)

    @property
    def is_closed(self) -> bool:
        return self.volume >= self.brick_size

    def update(  # type: ignore[override]
        self, time: datetime, high: float, low: float, close: float, volume: Any
    ) -> Decimal:
        """Take a bar of data in; return the volume that is too much for this bar (negative: still missing)."""
        if self.is_closed:
            return ZERO
        self._end = time
        total, brick = to_decimal(self.volume) + to_decimal(volume), to_decimal(self.brick_size)
        self.volume = to_float(min(total, brick))
        self.value = close
        self.high, self.low = max(self.high, high), min(self.low, low)
        return total - brick

    def rollover(self) -> VolumeRenkoBar:
        """Return the empty bar that begins where this one ended."""
        close = self.close
        return VolumeRenkoBar(self.symbol, self._end, self._end, self.brick_size, close, close, close, close)
