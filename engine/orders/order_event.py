"""What happened to an order (LEAN: Common/Orders/OrderEvent.cs)."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderDirection, OrderStatus
from engine.common.numbers import normalize, smart_rounding, to_decimal
from engine.orders.exact import datetime_of, float_of, stamp_of
from engine.orders.fees.order_fee import OrderFee
from engine.orders.lean_text import time_text
from engine.orders.order import ZERO, Order
from engine.orders.order_extensions import is_option
from engine.orders.trailing_stop_order import trailing_amount_text
from engine.securities.currencies import Currencies

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.order_ticket import OrderTicket


def _normalized(name: str) -> property:
    """Return an exact number that is normalised when set, as in LEAN's class."""

    def read(self: Any) -> Decimal:
        return getattr(self, name)

    def write(self: Any, value: Decimal | None) -> None:
        # LEAN ignores null here, so a price once set can not be taken back.
        if value is not None:
            setattr(self, name, normalize(value))

    return property(read, write)


class OrderEvent:
    """A change of an order's state, or a fill.

    Made from an order, `OrderEvent(order, utc_time, order_fee, message)`, or from its parts,
    `OrderEvent(order_id, symbol, utc_time, status, direction, fill_price, fill_quantity, order_fee, text)`.
    """

    __slots__ = (
        "_fill_price",
        "_fill_quantity",
        "_limit_price",
        "_quantity",
        "_stop_price",
        "_trailing_amount",
        "_trigger_price",
        "direction",
        "fill_price_currency",
        "id",
        "is_assignment",
        "is_in_the_money",
        "message",
        "order_fee",
        "order_id",
        "status",
        "symbol",
        "ticket",
        "trailing_as_percentage",
        "utc_time_stamp",
    )

    def __init__(self, order: Order | int | None = None, *parts: Any, message: str = "") -> None:
        self.id = 0
        self.order_id = 0
        self.symbol: Symbol | None = None
        self.utc_time_stamp = 0
        self.status = OrderStatus.NEW
        self.order_fee: OrderFee = OrderFee.ZERO
        self.direction = OrderDirection.BUY
        self.fill_price_currency = ""
        self.message = message
        self.is_assignment = False
        self.is_in_the_money = False
        self.trailing_as_percentage: bool | None = None
        self.ticket: OrderTicket | None = None
        self._fill_price = self._fill_quantity = self._quantity = ZERO
        self._limit_price: Decimal | None = None
        self._stop_price: Decimal | None = None
        self._trigger_price: Decimal | None = None
        self._trailing_amount: Decimal | None = None
        if isinstance(order, Order):
            self._from_order(order, *parts)
        elif order is not None:
            self._from_parts(order, *parts)

    def _from_order(
        self, order: Order, time: datetime | int, order_fee: OrderFee, message: str | None = None
    ) -> None:
        self.order_id = order.id
        self.symbol = order.symbol
        self.status = order.status
        self.quantity_decimal = order.quantity_decimal
        self.direction = order.direction
        self.fill_price_currency = order.price_currency
        self.utc_time_stamp = stamp_of(time)
        self.order_fee = order_fee
        self.message = self.message if message is None else message

    def _from_parts(
        self,
        order_id: int,
        symbol: Symbol,
        time: datetime | int,
        status: OrderStatus,
        direction: OrderDirection,
        fill_price: float | Decimal,
        fill_quantity: float | Decimal,
        order_fee: OrderFee,
        message: str | None = None,
    ) -> None:
        self.order_id = order_id
        self.symbol = symbol
        self.utc_time_stamp = stamp_of(time)
        self.status = status
        self.direction = direction
        self.fill_price_decimal = to_decimal(fill_price)
        self.fill_quantity_decimal = to_decimal(fill_quantity)
        self.order_fee = order_fee
        self.message = self.message if message is None else message

    utc_time = datetime_of("utc_time_stamp")
    quantity_decimal = _normalized("_quantity")
    fill_price_decimal = _normalized("_fill_price")
    fill_quantity_decimal = _normalized("_fill_quantity")
    limit_price_decimal = _normalized("_limit_price")
    stop_price_decimal = _normalized("_stop_price")
    trigger_price_decimal = _normalized("_trigger_price")
    trailing_amount_decimal = _normalized("_trailing_amount")
    quantity = float_of("quantity_decimal")
    fill_price = float_of("fill_price_decimal")
    fill_quantity = float_of("fill_quantity_decimal")
    limit_price = float_of("limit_price_decimal")
    stop_price = float_of("stop_price_decimal")
    trigger_price = float_of("trigger_price_decimal")
    trailing_amount = float_of("trailing_amount_decimal")

    @property
    def absolute_fill_quantity_decimal(self) -> Decimal:
        return abs(self._fill_quantity)

    @property
    def absolute_fill_quantity(self) -> float:
        return float(abs(self._fill_quantity))

    def clone(self) -> OrderEvent:
        return copy.copy(self)

    def __str__(self) -> str:
        """Return LEAN's text (Messages.Orders.cs, OrderEvent.ToString)."""
        text = (
            f"Time: {time_text(self.utc_time)} OrderID: {self.order_id} EventID: {self.id}"
            f" Symbol: {self.symbol.value} Status: {self.status.to_string()} Quantity: {self._quantity:f}"
        )
        return text + self._details(_LONG)

    def short_to_string(self) -> str:
        """Return LEAN's short text."""
        text = (
            f"{time_text(self.utc_time)} OID:{self.order_id} {self.symbol.value} {self.status.to_string()}"
            f" Q:{self._quantity:f}"
        )
        return text + self._details(_SHORT)

    def _details(self, words: dict[str, str]) -> str:
        currency = Currencies.get_currency_symbol(self.fill_price_currency)
        text = ""
        if self._fill_quantity:
            price = smart_rounding(self._fill_price)
            text += f" {words['quantity']}{self._fill_quantity:f} {words['price']}{currency}{price:f}"
        if self._limit_price is not None:
            text += f" {words['limit']}{currency}{smart_rounding(self._limit_price):f}"
        if self._stop_price is not None:
            text += f" {words['stop']}{currency}{smart_rounding(self._stop_price):f}"
        if self._trailing_amount is not None:
            amount = trailing_amount_text(self._trailing_amount, bool(self.trailing_as_percentage), currency)
            text += f" {words['trailing']}{amount}"
        if self._trigger_price is not None:
            text += f" {words['trigger']}{currency}{smart_rounding(self._trigger_price):f}"
        if self.order_fee.value.amount_decimal:
            text += f" {words['fee']}{currency if words is _SHORT else ''}{self.order_fee}"
        if self.message:
            text += f" {words['message']}{self.message}"
        if is_option(self.symbol.security_type):
            text += f" {words['assignment']}{self.is_assignment}"
        return text


_LONG = {
    "quantity": "FillQuantity: ",
    "price": "FillPrice: ",
    "limit": "LimitPrice: ",
    "stop": "StopPrice: ",
    "trailing": "TrailingAmount: ",
    "trigger": "TriggerPrice: ",
    "fee": "OrderFee: ",
    "message": "Message: ",
    "assignment": "IsAssignment: ",
}

_SHORT = {
    "quantity": "FQ:",
    "price": "FP:",
    "limit": "LP:",
    "stop": "SP:",
    "trailing": "TA: ",
    "trigger": "TP:",
    "fee": "OF:",
    "message": "M:",
    "assignment": "IA:",
}
