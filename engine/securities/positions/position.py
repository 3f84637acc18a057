"""A quantity of one symbol (LEAN: Common/Securities/Positions/Position.cs, PositionExtensions.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security

Number = float | Decimal


class Position:
    """Immutable. Made of a symbol with both quantities, or of a security and a quantity (default: held)."""

    __slots__ = ("quantity_decimal", "symbol", "unit_quantity_decimal")

    def __init__(
        self, symbol: Symbol | Security, quantity: Number | None = None, unit_quantity: Number | None = None
    ) -> None:
        if unit_quantity is None:
            security: Security = symbol  # type: ignore[assignment]
            self.symbol: Symbol = security.symbol
            held = security.holdings.quantity_decimal
            self.quantity_decimal = held if quantity is None else to_decimal(quantity)
            self.unit_quantity_decimal = security.symbol_properties.lot_size_decimal
            return
        self.symbol = symbol  # type: ignore[assignment]
        self.quantity_decimal = to_decimal(quantity or 0)
        self.unit_quantity_decimal = to_decimal(unit_quantity)

    quantity = float_of("quantity_decimal")
    unit_quantity = float_of("unit_quantity_decimal")

    def deduct(self, quantity_to_deduct: Number) -> Position:
        """Return the position that is left."""
        return Position(
            self.symbol, self.quantity_decimal - to_decimal(quantity_to_deduct), self.unit_quantity_decimal
        )

    def combine(self, other: Position) -> Position:
        """Return both positions of the symbol as one."""
        return Position(
            self.symbol,
            self.quantity_decimal + other.quantity_decimal,
            min(self.unit_quantity_decimal, other.unit_quantity_decimal),
        )

    def with_lots(self, number_of_lots: Decimal) -> Position:
        """Return so many units on the same side; a negative number turns the side."""
        sign = -1 if self.quantity_decimal < 0 else 1
        quantity = number_of_lots * self.unit_quantity_decimal * sign
        return Position(self.symbol, quantity, self.unit_quantity_decimal)

    def get_group_quantity(self) -> Decimal:
        """Return the number of units."""
        return self.quantity_decimal / self.unit_quantity_decimal

    def __str__(self) -> str:
        return f"{self.symbol}: {self.quantity_decimal:f}"
