"""What a position will be when its open orders have filled (LEAN: Common/Securities/ProjectedHoldings.cs)."""

from __future__ import annotations

from decimal import Decimal

from engine.orders.exact import float_of


class ProjectedHoldings:
    """Quantity held and quantity ordered."""

    __slots__ = ("holdings_quantity_decimal", "open_orders_quantity_decimal")

    def __init__(self, holdings_quantity: Decimal, open_orders_quantity: Decimal) -> None:
        self.holdings_quantity_decimal = holdings_quantity
        self.open_orders_quantity_decimal = open_orders_quantity

    @property
    def projected_quantity_decimal(self) -> Decimal:
        return self.holdings_quantity_decimal + self.open_orders_quantity_decimal

    holdings_quantity = float_of("holdings_quantity_decimal")
    open_orders_quantity = float_of("open_orders_quantity_decimal")
    projected_quantity = float_of("projected_quantity_decimal")
