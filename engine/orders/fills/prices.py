"""The prices an order is tested against (LEAN: Common/Orders/Fills/Prices.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.data.base_data import BaseData
    from engine.securities.security import Security


class Prices:
    """Open, high, low, close and current price of a bar; a price of 0 stands for the current one.

    Made from a bar (`Prices(bar)`), from one side of a quote (`Prices(time, end_time, side)`) or from numbers
    (`Prices(time, end_time, current, open, high, low, close)`); times are in the zone of the exchange.
    """

    __slots__ = (
        "close_decimal",
        "current_decimal",
        "end_stamp",
        "end_time",
        "high_decimal",
        "low_decimal",
        "open_decimal",
        "start_stamp",
        "time",
    )

    def __init__(self, time: datetime | BaseData, end_time: datetime | None = None, *prices: Any) -> None:
        self.start_stamp: int | None = None
        self.end_stamp: int | None = None
        if isinstance(time, datetime):
            self.time = time
            self.end_time = end_time
        else:
            prices = (time,)
            self.time, self.end_time = time.time, time.end_time
            self._take_stamps(time)
        if len(prices) == 1:
            bar = prices[0]
            self._set(
                bar.close_decimal, bar.open_decimal, bar.high_decimal, bar.low_decimal, bar.close_decimal
            )
        else:
            self._set(*(to_decimal(price) for price in prices))

    @classmethod
    def of_side(cls, quote_bar: Any, side: Any) -> Prices:
        """Return the prices of the bid or the ask of a quote bar."""
        prices = cls(quote_bar.time, quote_bar.end_time, side)
        prices._take_stamps(quote_bar)
        return prices

    def _take_stamps(self, data: BaseData) -> None:
        self.start_stamp = getattr(data, "start_stamp", None)
        self.end_stamp = getattr(data, "end_stamp", None)

    def _set(self, current: Decimal, open: Decimal, high: Decimal, low: Decimal, close: Decimal) -> None:
        self.current_decimal = current
        self.open_decimal = open or current
        self.high_decimal = high or current
        self.low_decimal = low or current
        self.close_decimal = close or current

    current = float_of("current_decimal")
    open = float_of("open_decimal")
    high = float_of("high_decimal")
    low = float_of("low_decimal")
    close = float_of("close_decimal")

    def start_utc(self, asset: Security) -> int:
        """Return the bar's start as a stamp."""
        return asset.exchange.time_zone.utc_stamp(self.time) if self.start_stamp is None else self.start_stamp

    def end_utc(self, asset: Security) -> int:
        """Return the bar's end as a stamp."""
        return asset.exchange.time_zone.utc_stamp(self.end_time) if self.end_stamp is None else self.end_stamp


def end_utc(asset: Security, data: BaseData) -> int:
    """Return the end of a piece of data as a stamp."""
    stamp = getattr(data, "end_stamp", None)
    return asset.exchange.time_zone.utc_stamp(data.end_time) if stamp is None else stamp
