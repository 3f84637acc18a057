"""The base of every order (LEAN: Common/Orders/Order.cs)."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from engine.common.enums import DataNormalizationMode, OrderDirection, OrderStatus, OrderType, SecurityType
from engine.common.errors import ArgumentException
from engine.common.numbers import normalize, to_decimal
from engine.common.symbol import symbol_of
from engine.orders.exact import datetime_of, float_of, stamp_of
from engine.orders.group_order_manager import GroupOrderManager, direction_of
from engine.orders.order_properties import OrderProperties
from engine.orders.order_submission_data import OrderSubmissionData

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.common.symbol import Symbol
    from engine.orders.submit_order_request import SubmitOrderRequest
    from engine.orders.time_in_force import TimeInForce
    from engine.orders.update_order_request import UpdateOrderRequest
    from engine.securities.positions.position import Position
    from engine.securities.security import Security
    from engine.securities.security_manager import SecurityManager

ZERO = Decimal(0)


class Order:
    """An order as the transaction handler keeps it; algorithms see its ticket and copies of it."""

    type: ClassVar[OrderType]
    _UPDATABLE_PRICES: ClassVar[tuple[str, ...]] = ()
    """Members of a request to update that are taken over where they are given."""

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        time: datetime | int,
        tag: str | None = "",
        properties: OrderProperties | None = None,
        group_order_manager: GroupOrderManager | None = None,
    ) -> None:
        self._id = 0
        self._new_event_id = 0
        self._price = ZERO
        self.contingent_id = 0
        self.broker_id: list[str] = []
        self.symbol = symbol_of(symbol)
        self.price_currency = ""
        self.time_stamp = stamp_of(time)
        self.time_has_zone = True
        """False where an algorithm's own request had a time without a zone; LEAN's hash shows it."""
        self.last_fill_time_stamp: int | None = None
        self.last_update_time_stamp: int | None = None
        self.canceled_time_stamp: int | None = None
        self.status = OrderStatus.NONE
        self.tag = tag
        self.properties = OrderProperties() if properties is None else properties
        self.order_submission_data: OrderSubmissionData | None = None
        self.group_order_manager = group_order_manager
        self.price_adjustment_mode = DataNormalizationMode.RAW
        self.quantity_decimal = to_decimal(quantity)

    time = datetime_of("time_stamp")
    created_time = datetime_of("time_stamp")
    last_fill_time = datetime_of("last_fill_time_stamp")
    last_update_time = datetime_of("last_update_time_stamp")
    canceled_time = datetime_of("canceled_time_stamp")
    quantity = float_of("quantity_decimal")
    price = float_of("price_decimal")

    @property
    def id(self) -> int:
        return self._id

    @id.setter
    def id(self, value: int) -> None:
        self._id = value
        if value > 0 and self.group_order_manager is not None:
            self.group_order_manager.order_ids[value] = None

    @property
    def price_decimal(self) -> Decimal:
        """The average fill price; for an exercise the strike, if in the money."""
        return self._price

    @price_decimal.setter
    def price_decimal(self, value: Decimal) -> None:
        self._price = normalize(value)

    @property
    def quantity_decimal(self) -> Decimal:
        return self._quantity

    @quantity_decimal.setter
    def quantity_decimal(self, value: Decimal) -> None:
        self._quantity = normalize(value)

    @property
    def time_in_force(self) -> TimeInForce:
        return self.properties.time_in_force

    @property
    def security_type(self) -> SecurityType:
        return self.symbol.id.security_type

    @property
    def direction(self) -> OrderDirection:
        return direction_of(self.quantity_decimal)

    @property
    def absolute_quantity_decimal(self) -> Decimal:
        return abs(self.quantity_decimal)

    @property
    def absolute_quantity(self) -> float:
        return float(abs(self.quantity_decimal))

    @property
    def value_decimal(self) -> Decimal:
        return self.quantity_decimal * self.price_decimal

    @property
    def value(self) -> float:
        return float(self.value_decimal)

    @property
    def is_marketable(self) -> bool:
        return self.type in (OrderType.MARKET, OrderType.COMBO_MARKET)

    def get_value(self, security: Security) -> float:
        return float(self.get_value_decimal(security))

    def get_value_decimal(self, security: Security) -> Decimal:
        """Return the order's value in account currency at the price it may reach."""
        rate = security.quote_currency.conversion_rate_decimal
        return (
            self._value_in_quote_currency(security)
            * rate
            * security.symbol_properties.contract_multiplier_decimal
        )

    def _value_in_quote_currency(self, security: Security) -> Decimal:
        return self.quantity_decimal * security.price_decimal

    def create_positions(self, securities: SecurityManager) -> Iterator[Position]:
        """Yield the positions this order would open, for the buying power of position groups."""
        from engine.securities.positions.position import Position

        yield Position(securities[self.symbol], self.quantity_decimal)

    def get_default_tag(self) -> str:
        return ""

    def get_new_id(self) -> int:
        """Return the id of this order's next event."""
        self._new_event_id += 1
        return self._new_event_id

    def apply_update_order_request(self, request: UpdateOrderRequest) -> None:
        if request.order_id != self.id:
            raise ArgumentException("Attempted to apply updates to the incorrect order!")
        if request.quantity_decimal is not None:
            self._update_quantity(request.quantity_decimal)
        if request.tag is not None:
            self.tag = request.tag
        for name in self._UPDATABLE_PRICES:
            price = getattr(request, name)
            if price is not None:
                setattr(self, name, price)

    def _update_quantity(self, quantity: Decimal) -> None:
        self.quantity_decimal = quantity

    def clone(self) -> Self:
        """Return a copy; combo legs go on sharing their group, as in LEAN."""
        order = copy.copy(self)
        order.broker_id = list(self.broker_id)
        order.properties = self.properties.clone()
        return order

    def __str__(self) -> str:
        """Return LEAN's text (Messages.Orders.cs)."""
        tag = f": {self.tag}" if self.tag else ""
        plural = "" if self.quantity_decimal == 1 else "s"
        return (
            f"OrderId: {self.id} (BrokerId: {','.join(self.broker_id)}) {self.status.to_string()}"
            f" {self.type.to_string()} order for {self.quantity_decimal:f} unit{plural} of {self.symbol}{tag}"
        )

    @staticmethod
    def create_order(request: SubmitOrderRequest) -> Order:
        """Return the order that a request asks for, with its id and status NEW."""
        from engine.orders.order_factory import create_order

        return create_order(request)


def limit_value(quantity: Decimal, limit_price: Decimal, price: Decimal) -> Decimal:
    """Return the value of a priced order: the higher of limit and market for sales, the lower for buys."""
    if quantity < 0:
        return quantity * max(limit_price, price)
    return quantity * min(limit_price, price) if quantity > 0 else ZERO
