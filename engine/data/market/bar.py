"""Open, high, low and close of one side of a quote (LEAN: Common/Data/Market/Bar.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.numbers import smart_rounding, to_decimal
from engine.data.base_data import unknown_member
from engine.data.market.exact_prices import ExactPrices

if TYPE_CHECKING:
    from decimal import Decimal

    from engine.data_source.columns import BarColumns


class Bar(ExactPrices):
    """A bar of four prices; one made by `of_row` reads its prices from the columns when asked."""

    __slots__ = ("_columns", "_prefix", "_row", "close", "high", "low", "open")

    def __init__(self, open: float = 0.0, high: float = 0.0, low: float = 0.0, close: float = 0.0) -> None:
        self._columns = None
        self.open = float(open)
        self.high = float(high)
        self.low = float(low)
        self.close = float(close)

    @classmethod
    def of_row(cls, columns: BarColumns, row: int, prefix: str) -> Bar:
        """Return the view of one side (`prefix` "bid_" or "ask_") of a row."""
        bar = cls.__new__(cls)
        bar._columns = columns
        bar._row = row
        bar._prefix = prefix
        return bar

    def __getattr__(self, name: str) -> float:
        # Reached only for a price that was not read yet.
        if name in _PRICES and self._columns is not None:
            value = self._columns.price(self._row, self._prefix + name)
            setattr(self, name, value)
            return value
        raise unknown_member(self, name)

    def update(self, value: float) -> None:
        """Take one more price into the bar; zero is no price."""
        if value == 0:
            return
        if self.open == 0:
            self.open = self.high = self.low = value
        elif value > self.high:
            self.high = value
        elif value < self.low:
            self.low = value
        self.close = value

    def decimal(self, name: str) -> Decimal:
        """Return a price exactly, with LEAN's scale."""
        if self._columns is not None:
            return self._columns.decimal(self._row, self._prefix + name)
        return to_decimal(getattr(self, name))

    def clone(self) -> Bar:
        return Bar(self.open, self.high, self.low, self.close)

    def to_string(self) -> str:
        return str(self)

    def __str__(self) -> str:
        prices = (self.open_decimal, self.high_decimal, self.low_decimal, self.close_decimal)
        return " ".join(f"{label}: {smart_rounding(price)}" for label, price in zip("OHLC", prices))


_PRICES = frozenset(("open", "high", "low", "close"))
