"""A stop that follows the market (LEAN: Common/Orders/TrailingStopOrder.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection, OrderType
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of
from engine.orders.order_properties import OrderProperties
from engine.securities.currencies import Currencies

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
from engine.orders.stop_market_order import StopMarketOrder


class TrailingStopOrder(StopMarketOrder):
    """A stop that follows the market at a distance, in price or as a fraction of the price."""

    type = OrderType.TRAILING_STOP
    _UPDATABLE_PRICES = ("stop_price_decimal", "trailing_amount_decimal")

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        stop_price: float | Decimal,
        trailing_amount: float | Decimal,
        trailing_as_percentage: bool,
        time: datetime | int,
        tag: str | None = "",
        properties: OrderProperties | None = None,
    ) -> None:
        super().__init__(symbol, quantity, stop_price, time, tag, properties)
        self.trailing_amount_decimal = to_decimal(trailing_amount)
        self.trailing_as_percentage = trailing_as_percentage

    trailing_amount = float_of("trailing_amount_decimal")

    def get_default_tag(self) -> str:
        return f"Trailing Amount: {self._trailing_text()}"

    def __str__(self) -> str:
        return f"{super().__str__()}. Trailing amount: {self._trailing_text()}"

    def _trailing_text(self) -> str:
        currency = Currencies.get_currency_symbol(self.price_currency)
        return trailing_amount_text(self.trailing_amount_decimal, self.trailing_as_percentage, currency)

    @staticmethod
    def try_update_stop_price(
        market_price: Decimal,
        stop_price: Decimal,
        trailing_amount: Decimal,
        as_percentage: bool,
        direction: OrderDirection,
    ) -> Decimal | None:
        """Return the new stop, or None while the market is within the trailing amount of the old one."""
        selling = direction == OrderDirection.SELL
        distance = market_price - stop_price if selling else stop_price - market_price
        reference = market_price * trailing_amount if as_percentage else trailing_amount
        if distance <= reference:
            return None
        return TrailingStopOrder.calculate_stop_price(market_price, trailing_amount, as_percentage, direction)

    @staticmethod
    def calculate_stop_price(
        market_price: Decimal, trailing_amount: Decimal, as_percentage: bool, direction: OrderDirection
    ) -> Decimal:
        if as_percentage:
            factor = 1 + trailing_amount if direction == OrderDirection.BUY else 1 - trailing_amount
            return market_price * factor
        return (
            market_price + trailing_amount
            if direction == OrderDirection.BUY
            else market_price - trailing_amount
        )


def trailing_amount_text(amount: Decimal, as_percentage: bool, currency_symbol: str) -> str:
    """Return a trailing amount as LEAN's texts write it, e.g. "5.00%" or "$2"."""
    return f"{amount * 100:f}%" if as_percentage else f"{currency_symbol}{amount:f}"
