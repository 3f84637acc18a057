"""The four prices of a bar as LEAN's decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


class ExactPrices:
    """For bars that can give a price by its name."""

    __slots__ = ()

    def decimal(self, name: str) -> Decimal:
        """Return a price exactly, with LEAN's scale."""
        raise NotImplementedError

    @property
    def open_decimal(self) -> Decimal:
        return self.decimal("open")

    @property
    def high_decimal(self) -> Decimal:
        return self.decimal("high")

    @property
    def low_decimal(self) -> Decimal:
        return self.decimal("low")

    @property
    def close_decimal(self) -> Decimal:
        return self.decimal("close")
