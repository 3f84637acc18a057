"""A limit that waits for a trigger (LEAN: Common/Orders/LimitIfTouchedOrder.cs)."""

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


class LimitIfTouchedOrder(Order):
    """Becomes a limit order once the market has touched the trigger."""

    type = OrderType.LIMIT_IF_TOUCHED
    _UPDATABLE_PRICES = (
        "trigger_price_decimal",
        "limit_price_decimal",
    )

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        trigger_price: float | Decimal,
        limit_price: float | Decimal,
        time: datetime | int,
        tag: str | None = "",
        properties: OrderProperties | None = None,
    ) -> None:
        super().__init__(symbol, quantity, time, tag, properties)
        self.trigger_price_decimal = to_decimal(trigger_price)
        self.limit_price_decimal = to_decimal(limit_price)
        self.trigger_touched = False

    trigger_price = float_of("trigger_price_decimal")
    limit_price = float_of("limit_price_decimal")

    def _value_in_quote_currency(self, security: Security) -> Decimal:
        return limit_value(self.quantity_decimal, self.limit_price_decimal, security.price_decimal)

    def __str__(self) -> str:
        currency = Currencies.get_currency_symbol(self.price_currency)
        return (
            f"{super().__str__()} at trigger {currency}{smart_rounding(self.trigger_price_decimal):f}"
            f" limit {currency}{smart_rounding(self.limit_price_decimal):f}"
        )
