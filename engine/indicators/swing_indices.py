"""Indices of swings and ranges.

LEAN: Indicators/MassIndex.cs, WilderSwingIndex.cs, WilderAccumulativeSwingIndex.cs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.common.numbers import ZERO, to_decimal
from engine.indicators.indicator_base import TradeBarIndicator, optional_name
from engine.indicators.moving_averages import ExponentialMovingAverage
from engine.indicators.simple_indicators import Sum

_HALF, _QUARTER, _FIFTY = Decimal("0.5"), Decimal("0.25"), Decimal(50)


class MassIndex(TradeBarIndicator):
    """Sum of an average range over the average of that average."""

    @optional_name("MASS({ema_period},{sum_period})")
    def __init__(self, name: str, ema_period: int = 9, sum_period: int = 25) -> None:
        super().__init__(name)
        self._sum_period = sum_period
        self.warm_up_period = 2 * (ema_period - 1) + sum_period
        self._ema1 = ExponentialMovingAverage(f"{name}_1", ema_period)
        self._ema2 = ExponentialMovingAverage(f"{name}_2", ema_period)
        self._sum = Sum(f"{name}_Sum", sum_period)
        self.parts = (self._ema1, self._ema2, self._sum)

    @property
    def is_ready(self) -> bool:
        return self._sum.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        time = data.end_time
        self._ema1.update(time, data.high_decimal - data.low_decimal)
        if self._ema1.is_ready:
            self._ema2.update(time, self._ema1.value_decimal)
        if self._ema2.is_ready:
            below = self._ema2.value_decimal
            self._sum.update(time, self._ema1.value_decimal / below if below else ZERO)
        return self._sum.value_decimal if self._sum.is_ready else Decimal(self._sum_period)


class WilderSwingIndex(TradeBarIndicator):
    """How far a bar went from the one before, in fiftieths of a limit move."""

    @optional_name("SI")
    def __init__(self, name: str, limit_move: Any) -> None:
        super().__init__(name)
        self._limit = abs(to_decimal(limit_move))
        self.warm_up_period = 2
        self._previous: Any = None

    @property
    def is_ready(self) -> bool:
        return self.samples > 1

    def compute_next_value(self, data: Any) -> Decimal:
        before, self._previous = self._previous, data
        if before is None:
            return ZERO
        close, last = data.close_decimal, before.close_decimal
        body = last - before.open_decimal
        above, below = data.high_decimal - last, data.low_decimal - last
        swing = close - last + _HALF * (close - data.open_decimal) + _QUARTER * body
        reach = _range(abs(above), abs(below), data.high_decimal - data.low_decimal, abs(_QUARTER * body))
        if not reach or not self._limit:
            return ZERO
        return _FIFTY * (swing / reach) * (max(abs(above), abs(below)) / self._limit)

    def reset(self) -> None:
        self._previous = None
        super().reset()


def _range(above: Decimal, below: Decimal, span: Decimal, body: Decimal) -> Decimal:
    # the largest of the three decides; the first of equals
    largest = max(above, below, span)
    if above == largest:
        return above - _HALF * below + body
    return below - _HALF * above + body if below == largest else span + body


class WilderAccumulativeSwingIndex(TradeBarIndicator):
    """Sum of the swing index."""

    @optional_name("ASI")
    def __init__(self, name: str, limit_move: Any) -> None:
        super().__init__(name)
        self.warm_up_period = 2
        self._index = WilderSwingIndex(f"{name}_SI", limit_move)
        self.parts = (self._index,)

    @property
    def is_ready(self) -> bool:
        return self.samples > 1

    def compute_next_value(self, data: Any) -> Decimal:
        self._index.update(data)
        if not self._index.is_ready:
            return ZERO
        return self.value_decimal + self._index.value_decimal
