"""A universe row for a symbol that no universe file lists. LEAN: CreateDataInstance."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.common.enums import OptionRight
from engine.common.symbol import Symbol


class SymbolRows:
    """Stands in for the file: one contract, every number of it zero."""

    __slots__ = ("path", "rows", "symbol", "time", "underlying")

    def __init__(self, symbol: Symbol, time: datetime, kind: Any) -> None:
        self.symbol = symbol
        self.time = time
        self.path = "contract chosen by the algorithm"
        self.underlying = None
        self.rows = [kind(self, 0)]

    def symbol_of_row(self, row: int) -> Symbol:
        """Return the contract."""
        return self.symbol

    def expiry_of_row(self, row: int) -> datetime:
        """Return the contract's expiry."""
        return self.symbol.id.date

    def strike_of_row(self, row: int) -> Decimal:
        """Return the contract's strike."""
        return self.symbol.id.strike_price_decimal

    def right_of_row(self, row: int) -> OptionRight:
        """Return the contract's right."""
        return self.symbol.id.option_right

    def numbers_of_row(self, row: int) -> list[str]:
        """Return no number: missing ones read as zero."""
        return []

    def cell_of_row(self, row: int, column: int) -> str:
        """Return no number."""
        return ""

    def is_underlying(self, row: int) -> bool:
        """Return False."""
        return False

    def line_number(self, row: int) -> int:
        """Return the only line."""
        return 1
