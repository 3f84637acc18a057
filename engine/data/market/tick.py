"""One trade, one quote or one open interest (LEAN: Common/Data/Market/Tick.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import MarketDataType, SecurityType, TickType
from engine.common.numbers import decimal_to_string, normalize, to_decimal
from engine.data.market.row_view import RowView

if TYPE_CHECKING:
    from decimal import Decimal

    from engine.common.symbol import Symbol


class Tick(RowView):
    """A trade (`quantity` at `value`), a quote, or an open interest (`value`)."""

    __slots__ = (
        "ask_price",
        "ask_size",
        "bid_price",
        "bid_size",
        "exchange",
        "quantity",
        "sale_condition",
        "suspicious",
        "tick_type",
    )

    _KIND = MarketDataType.TICK

    def __init__(
        self, time: datetime | Tick | None = None, symbol: Symbol | None = None, *values: Any
    ) -> None:
        super().__init__()
        self.tick_type = TickType.TRADE
        self.bid_price = self.ask_price = self.bid_size = self.ask_size = self.quantity = 0.0
        self.exchange = self.sale_condition = ""
        self.suspicious = False
        if isinstance(time, Tick):
            for name in (*_COPIED, *TICK_FIELDS):
                setattr(self, name, getattr(time, name))
        elif time is not None:
            self.time = time
            self.symbol = symbol
            self._assign(values)

    def _assign(self, values: tuple[Any, ...]) -> None:
        # LEAN's constructors differ in the number and the kind of their arguments.
        textual = bool(values) and isinstance(values[0], str)
        if len(values) == 1:
            self.tick_type, self.value = TickType.OPEN_INTEREST, float(values[0])
        elif len(values) == 2:
            self._quote(0.0, values[0], 0.0, values[1])
            self.value = (self.bid_price + self.ask_price) / 2
        elif len(values) == 3:
            self._quote(0.0, values[1], 0.0, values[2])
            self.value = float(values[0])
        elif len(values) == 4 and textual:
            self.sale_condition, self.exchange = values[0], str(values[1])
            self.quantity, self.value = float(values[2]), float(values[3])
        elif len(values) == 4:
            self._quote(*values)
        elif len(values) == 6 and textual:
            self.sale_condition, self.exchange = values[0], str(values[1])
            self._quote(*values[2:])
        else:
            raise TypeError("No method matches given arguments for Tick.__init__")

    def _quote(self, bid_size: float, bid_price: float, ask_size: float, ask_price: float) -> None:
        self.tick_type = TickType.QUOTE
        self.bid_size, self.bid_price = float(bid_size), float(bid_price)
        self.ask_size, self.ask_price = float(ask_size), float(ask_price)
        self.set_value()

    def _read(self, name: str) -> Any:
        if name in TICK_FIELDS or name == "value":
            return self._columns.tick_field(self._row, name)
        return super()._read(name)

    @property
    def end_time(self) -> datetime:
        return self.time

    @end_time.setter
    def end_time(self, value: datetime) -> None:
        self.time = value

    @property
    def last_price(self) -> float:
        return self.value

    @property
    def exchange_code(self) -> str:
        return self.exchange

    @property
    def parsed_sale_condition(self) -> int:
        return int(self.sale_condition, 16) if self.sale_condition else 0

    @property
    def value_decimal(self) -> Decimal:
        if self._columns is not None:
            return self._columns.decimal(self._row, "value")
        return to_decimal(self.value)

    def set_value(self) -> None:
        """Make the value of a quote its mid, or its only side."""
        self.value = self.bid_price + self.ask_price
        if self.bid_price * self.ask_price != 0:
            self.value /= 2

    def is_valid(self) -> bool:
        if self.tick_type == TickType.TRADE:
            is_index = self.symbol is not None and self.symbol.security_type == SecurityType.INDEX
            return self.value > 0 and (self.quantity > 0 or is_index)
        if self.tick_type == TickType.QUOTE:
            return (self.ask_price > 0 and self.ask_size > 0) or (self.bid_price > 0 and self.bid_size > 0)
        return self.value > 0

    def update(
        self,
        last_trade: float,
        bid_price: float,
        ask_price: float,
        volume: float,
        bid_size: float,
        ask_size: float,
    ) -> None:
        self.value, self.quantity = last_trade, volume
        self.bid_price, self.ask_price = bid_price, ask_price
        self.bid_size, self.ask_size = bid_size, ask_size

    def __str__(self) -> str:
        if self.tick_type == TickType.TRADE:
            return f"{self.symbol}: Price: {_text(self.price)} Quantity: {_text(self.quantity)}"
        if self.tick_type == TickType.QUOTE:
            bid = f"{_text(self.bid_size)}@{_text(self.bid_price)}"
            return f"{self.symbol}: Bid: {bid} Ask: {_text(self.ask_size)}@{_text(self.ask_price)}"
        return f"{self.symbol}: OpenInterest: {_text(self.value)}"


def _text(value: float) -> str:
    return decimal_to_string(normalize(to_decimal(value)))


_COPIED = ("symbol", "time", "value")
TICK_FIELDS = (
    "tick_type",
    "quantity",
    "bid_price",
    "bid_size",
    "ask_price",
    "ask_size",
    "exchange",
    "sale_condition",
    "suspicious",
)
