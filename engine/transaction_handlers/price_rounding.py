"""Multiples of tick and lot, as brokers take them (LEAN: BrokerageTransactionHandler.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderType
from engine.common.numbers import decimal_to_string, normalize, round_decimal, to_decimal
from engine.securities.price_variation_models import GetMinimumPriceVariationParameters

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order import Order
    from engine.securities.security import Security

# Attribute without suffix, and the name in the warning.
_LIMIT = ("limit_price", "LimitPrice")
_STOP = ("stop_price", "StopPrice")
_TRIGGER = ("trigger_price", "TriggerPrice")
_TRAILING = ("trailing_amount", "TrailingAmount")

_PRICES = {
    OrderType.LIMIT: (_LIMIT,),
    OrderType.STOP_MARKET: (_STOP,),
    OrderType.STOP_LIMIT: (_LIMIT, _STOP),
    OrderType.TRAILING_STOP: (_STOP, _TRAILING),
    OrderType.LIMIT_IF_TOUCHED: (_LIMIT, _TRIGGER),
    OrderType.COMBO_LEG_LIMIT: (_LIMIT,),
}


class PriceRounding:
    """Rounds orders, and tells the algorithm so the first time that changes anything."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm
        self._warned_of_price = False
        self._warned_of_quantity = False

    def round_quantity(self, order: Order, security: Security) -> None:
        """Truncate the quantity to whole lots."""
        lot = security.symbol_properties.lot_size_decimal
        excess = order.quantity_decimal % lot
        if not excess:
            return
        order.quantity_decimal -= excess
        if not self._warned_of_quantity:
            self._warned_of_quantity = True
            self._algorithm.error(
                "Warning: Due to brokerage limitations, orders will be rounded to the nearest lot size of"
                f" {decimal_to_string(lot)}"
            )

    def round_prices(self, order: Order, security: Security, legs: dict[Order, Security] | None) -> None:
        """Round every price of an order; `legs` are all legs of its combo once they are there."""
        if order.type == OrderType.COMBO_LIMIT:
            if legs is not None:
                increments = [
                    price_increment(leg, leg_order.price_decimal) for leg_order, leg in legs.items()
                ]
                increment = min((step for step in increments if step > 0), default=Decimal(0))
                self._round(order.group_order_manager, *_LIMIT, increment)
            return
        for attribute, name in _PRICES.get(order.type, ()):
            if attribute == "trailing_amount" and order.trailing_as_percentage:  # type: ignore[attr-defined]
                continue
            increment = price_increment(security, getattr(order, f"{attribute}_decimal"))
            self._round(order, attribute, name, increment)

    def _round(self, owner: Any, attribute: str, name: str, increment: Decimal) -> None:
        if increment <= 0:
            return
        attribute = f"{attribute}_decimal"
        price = getattr(owner, attribute)
        # The product keeps the tick's own scale (0.10 stays 0.10), which LEAN's order JSON shows.
        rounded = round_decimal(normalize(price / increment)) * increment
        setattr(owner, attribute, rounded)
        if rounded != price and not self._warned_of_price:
            self._warned_of_price = True
            self._algorithm.error(
                f"Warning: To meet brokerage precision requirements, order {name} was rounded to"
                f" {decimal_to_string(rounded)} from {decimal_to_string(price)}"
            )


def price_increment(security: Security, price: Decimal) -> Decimal:
    """Return the security's tick at a price."""
    parameters = GetMinimumPriceVariationParameters(security, price)
    return to_decimal(security.price_variation_model.get_minimum_price_variation(parameters))
