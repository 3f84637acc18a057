"""An order at the market's price (LEAN: Common/Orders/MarketOrder.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderType
from engine.common.numbers import to_decimal
from engine.orders.order import Order
from engine.orders.order_properties import OrderProperties

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class MarketOrder(Order):
    """Fills at once, or on the first fresh data."""

    type = OrderType.MARKET

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        time: datetime | int,
        *rest: float | Decimal | str | OrderProperties | None,
        tag: str | None = "",
        properties: OrderProperties | None = None,
    ) -> None:
        # LEAN has two constructors: (..., time, tag, properties) and (..., time, price, tag, properties).
        price = None
        given = list(rest)
        if given and isinstance(given[0], int | float | Decimal):
            price = to_decimal(given.pop(0))
        if given:
            tag = given[0]  # type: ignore[assignment]
        if len(given) > 1:
            properties = given[1]  # type: ignore[assignment]
        super().__init__(symbol, quantity, time, tag, properties)
        if price is not None:
            self.price_decimal = price
