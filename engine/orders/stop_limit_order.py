"""A stop that becomes a limit (LEAN: Common/Orders/StopLimitOrder.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderType
from engine.common.numbers import smart_rounding, to_decimal
from engine.orders.exact import float_of
from engine.orders.order import Order, limit_value
from engine.orders.order_properties import OrderProperties
from engine.securities.currencies import Currencies

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security


class StopLimitOrder(Order):
    """Becomes a limit order once the market trades through the stop."""

    type = OrderType.STOP_LIMIT
    _UPDATABLE_PRICES = (
        "stop_price_decimal",
        "limit_price_decimal",
    )

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        stop_price: float | Decimal,
        limit_price: float | Decimal,
        time: datetime | int,
        tag: str | None = "",
        properties: OrderProperties | None = None,
    ) -> None:
        super().__init__(symbol, quantity, time, tag, properties)
        self.stop_price_decimal = to_decimal(stop_price)
        self.limit_price_decimal = to_decimal(limit_price)
        self.stop_triggered = False

    stop_price = float_of("stop_price_decimal")
    limit_price = float_of("limit_price_decimal")

    def _value_in_quote_currency(self, security: Security) -> Decimal:
        return limit_value(self.quantity_decimal, self.limit_price_decimal, security.price_decimal)

    def __str__(self) -> str:
        currency = Currencies.get_currency_symbol(self.price_currency)
        return (
            f"{super().__str__()} at stop {currency}{smart_rounding(self.stop_price_decimal):f}"
            f" limit {currency}{smart_rounding(self.limit_price_decimal):f}"
        )
