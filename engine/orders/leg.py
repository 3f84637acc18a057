"""One leg of a combo order (LEAN: Common/Orders/Leg.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class Leg:
    """A contract, its signed ratio to the combo's quantity and, for leg limits and reports, a price."""

    __slots__ = ("order_price_decimal", "quantity", "symbol")

    def __init__(self) -> None:
        self.symbol: Symbol | None = None
        self.quantity = 0
        self.order_price_decimal: Decimal | None = None

    order_price = float_of("order_price_decimal")

    @staticmethod
    def create(symbol: Symbol, quantity: int, limit_price: float | Decimal | None = None) -> Leg:
        """Return a leg of `quantity` contracts per combo, negative for a sale."""
        if int(quantity) != quantity:
            raise TypeError(f"Leg.create: the quantity was {quantity}; LEAN takes whole numbers only")
        leg = Leg()
        leg.symbol = symbol
        leg.quantity = int(quantity)
        leg.order_price_decimal = None if limit_price is None else to_decimal(limit_price)
        return leg
