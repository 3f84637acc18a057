"""The market as an order saw it when it was sent (LEAN: Common/Orders/OrderSubmissionData.cs)."""

from __future__ import annotations

from decimal import Decimal

from engine.common.numbers import to_decimal
from engine.orders.exact import float_of


class OrderSubmissionData:
    """Bid, ask and last price at submission; 0 where there was none."""

    __slots__ = ("ask_price_decimal", "bid_price_decimal", "last_price_decimal")

    def __init__(
        self, bid_price: float | Decimal, ask_price: float | Decimal, last_price: float | Decimal
    ) -> None:
        self.bid_price_decimal = to_decimal(bid_price)
        self.ask_price_decimal = to_decimal(ask_price)
        self.last_price_decimal = to_decimal(last_price)

    bid_price = float_of("bid_price_decimal")
    ask_price = float_of("ask_price_decimal")
    last_price = float_of("last_price_decimal")
