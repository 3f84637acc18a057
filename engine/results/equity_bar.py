"""The account between two samples, as a candle (LEAN: BaseResultsHandler.CurrentAlgorithmEquity)."""

from __future__ import annotations

from decimal import Decimal

from engine.common.chart_points import Candlestick
from engine.common.numbers import round_decimal


class EquityBar:
    """Takes values of the account and gives them away as a candle, then starts anew."""

    __slots__ = ("_close", "_high", "_low", "_open")

    def __init__(self) -> None:
        self._open: Decimal | None = None
        self._high = self._low = self._close = Decimal(0)

    def update(self, value: Decimal) -> None:
        value = round_decimal(value, 4)
        if self._open is None:
            self._open = self._high = self._low = value
        elif value > self._high:
            self._high = value
        elif value < self._low:
            self._low = value
        self._close = value

    def forget(self) -> None:
        self._open = None

    def take(self, stamp: int, value: Decimal) -> Candlestick:
        """Return the candle that ends at `stamp`, of `value` alone where nothing was seen since the last."""
        if self._open is None:
            self.update(value)
        candle = Candlestick(stamp, self._open, self._high, self._low, self._close)
        self._open = None
        return candle
