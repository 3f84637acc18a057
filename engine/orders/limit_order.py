"""An order with a limit (LEAN: Common/Orders/LimitOrder.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection, OrderType
from engine.common.numbers import smart_rounding, to_decimal
from engine.orders.exact import float_of
from engine.orders.order import Order, limit_value
from engine.orders.order_properties import OrderProperties
from engine.securities.currencies import Currencies

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security


class LimitOrder(Order):
    """Buys at the limit or below, sells at the limit or above."""

    type = OrderType.LIMIT
    _UPDATABLE_PRICES = ("limit_price_decimal",)

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        limit_price: float | Decimal,
        time: datetime | int,
        tag: str | None = "",
        properties: OrderProperties | None = None,
    ) -> None:
        super().__init__(symbol, quantity, time, tag, properties)
        self.limit_price_decimal = to_decimal(limit_price)

    limit_price = float_of("limit_price_decimal")

    @property
    def is_marketable(self) -> bool:
        """Whether the limit crossed the market when the order was sent."""
        return self.crosses_market(self.limit_price_decimal)

    def crosses_market(self, limit: Decimal) -> bool:
        """Whether a limit in this one's place crossed the market when the order was sent."""
        data = self.order_submission_data
        if data is None:
            return False
        if self.direction == OrderDirection.BUY:
            return limit >= data.ask_price_decimal
        return self.direction == OrderDirection.SELL and limit <= data.bid_price_decimal

    def _value_in_quote_currency(self, security: Security) -> Decimal:
        return limit_value(self.quantity_decimal, self.limit_price_decimal, security.price_decimal)

    def __str__(self) -> str:
        currency = Currencies.get_currency_symbol(self.price_currency)
        return f"{super().__str__()} at limit {currency}{smart_rounding(self.limit_price_decimal):f}"
