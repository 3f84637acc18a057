"""Bid and ask of a period (LEAN: Common/Data/Market/QuoteBar.cs)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from engine.common.enums import MarketDataType
from engine.common.numbers import smart_rounding
from engine.data.market.bar import Bar
from engine.data.market.exact_prices import ExactPrices
from engine.data.market.row_view import RowView
from engine.data.market.trade_bar import ONE_MINUTE, TradeBar

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class QuoteBar(RowView, ExactPrices):
    """Bid and ask bars from `time` to `end_time`; a side without a quote is None."""

    __slots__ = ("ask", "bid", "last_ask_size", "last_bid_size")

    _KIND = MarketDataType.QUOTE_BAR

    def __init__(
        self,
        time: datetime | None = None,
        symbol: Symbol | None = None,
        bid: Bar | None = None,
        last_bid_size: float = 0.0,
        ask: Bar | None = None,
        last_ask_size: float = 0.0,
        period: timedelta | None = None,
    ) -> None:
        super().__init__()
        self.period = ONE_MINUTE if period is None else period
        if time is None:
            self.bid, self.ask = Bar(), Bar()
            self.last_bid_size = self.last_ask_size = 0.0
            return
        self.time = time
        self.symbol = symbol
        self.bid = None if bid is None else Bar(bid.open, bid.high, bid.low, bid.close)
        self.ask = None if ask is None else Bar(ask.open, ask.high, ask.low, ask.close)
        self.last_bid_size = 0.0 if bid is None else float(last_bid_size)
        self.last_ask_size = 0.0 if ask is None else float(last_ask_size)
        self.value = self.close

    def _read(self, name: str) -> Any:
        columns, row = self._columns, self._row
        if name == "value":
            # LEAN fills a missing side in after the value was set from the sides of the row itself.
            return columns.own_mid(row)
        if name == "bid":
            return Bar.of_row(columns, row, "bid_") if columns.has(row, "bid_close") else None
        if name == "ask":
            return Bar.of_row(columns, row, "ask_") if columns.has(row, "ask_close") else None
        if name == "last_bid_size":
            return columns.size(row, "bid_size")
        if name == "last_ask_size":
            return columns.size(row, "ask_size")
        return super()._read(name)

    _FIELDS = (*RowView._FIELDS, "bid", "ask", "last_bid_size", "last_ask_size")

    def _mid(self, name: str) -> float:
        if self._columns is not None:
            return self._columns.mid(self._row, name)
        return float(self.decimal(name))

    def decimal(self, name: str) -> Decimal:
        if self._columns is not None:
            return self._columns.mid_decimal(self._row, name)
        bid = ZERO if self.bid is None else self.bid.decimal(name)
        ask = ZERO if self.ask is None else self.ask.decimal(name)
        if bid and ask:
            return (bid + ask) / 2
        return bid or ask

    @property
    def open(self) -> float:
        return self._mid("open")

    @property
    def high(self) -> float:
        return self._mid("high")

    @property
    def low(self) -> float:
        return self._mid("low")

    @property
    def close(self) -> float:
        if self._columns is None and self.bid is None and self.ask is None:
            return self.value
        return self._mid("close")

    def update(
        self,
        last_trade: float,
        bid_price: float,
        ask_price: float,
        volume: float,
        bid_size: float,
        ask_size: float,
    ) -> None:
        """Take one more trade or quote into the bar; zero is no price."""
        self.detach()
        self.bid = _updated(self.bid, bid_price)
        self.ask = _updated(self.ask, ask_price)
        if bid_size > 0:
            self.last_bid_size = bid_size
        if ask_size > 0:
            self.last_ask_size = ask_size
        self.value = last_trade or ask_price or bid_price or self.value

    def clone(self, fill_forward: bool | None = None) -> Self:
        twin = super().clone(fill_forward)
        twin.is_fill_forward = bool(fill_forward)
        if self._columns is None:
            twin.bid = None if self.bid is None else self.bid.clone()
            twin.ask = None if self.ask is None else self.ask.clone()
        return twin

    def collapse(self) -> TradeBar:
        """Return the bar of mid prices, without volume."""
        return TradeBar(self.time, self.symbol, self.open, self.high, self.low, self.close, 0.0, self.period)

    def __str__(self) -> str:
        return f"{self.symbol}: {_side('Bid', self.bid)}{_side('Ask', self.ask)}"


ZERO = Decimal(0)


def _updated(side: Bar | None, price: float) -> Bar | None:
    if side is None:
        return Bar(price, price, price, price) if price != 0 else None
    side.update(price)
    return side


def _side(label: str, side: Bar | None) -> str:
    prices = ("",) * 4 if side is None else (smart_rounding(side.decimal(name)) for name in _PRICES)
    return "".join(f"{label}: {letter}: {price} " for letter, price in zip("OHLC", prices))


_PRICES = ("open", "high", "low", "close")
