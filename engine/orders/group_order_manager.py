"""What the orders of one combo share (LEAN: Common/Orders/GroupOrderManager.cs, GroupOrderExtensions.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.orders.order import Order
    from engine.securities.security import Security
    from engine.securities.security_manager import SecurityManager


class GroupOrderManager:
    """Quantity, limit and order ids of a combo; a leg's own quantity is its ratio times the group's."""

    __slots__ = ("count", "id", "limit_price_decimal", "order_ids", "quantity_decimal")

    def __init__(
        self, id: int, leg_count: int, quantity: float | Decimal, limit_price: float | Decimal = Decimal(0)
    ) -> None:
        self.id = id
        self.count = leg_count
        self.quantity_decimal = to_decimal(quantity)
        self.limit_price_decimal = to_decimal(limit_price)
        self.order_ids: dict[int, None] = {}
        """Ids of the legs' orders, in the order in which they came (LEAN: a HashSet, which keeps it)."""

    quantity = float_of("quantity_decimal")
    limit_price = float_of("limit_price_decimal")

    @property
    def absolute_quantity(self) -> float:
        return abs(self.quantity)

    @property
    def direction(self) -> OrderDirection:
        return direction_of(self.quantity_decimal)


def direction_of(quantity: Decimal) -> OrderDirection:
    """Return the side of a signed quantity."""
    if quantity > 0:
        return OrderDirection.BUY
    return OrderDirection.SELL if quantity < 0 else OrderDirection.HOLD


def try_get_group_orders(order: Order, order_provider: Callable[[int], Order | None]) -> list[Order] | None:
    """Return all orders of the combo of `order`, by id, or None while some of them have not arrived.

    An order without a group is a group of one.
    """
    group = order.group_order_manager
    if group is None:
        return [order]
    orders = [order if id == order.id else order_provider(id) for id in group.order_ids]
    if order.id not in group.order_ids:
        orders.append(order)
    if len(orders) != group.count or any(leg is None for leg in orders):
        return None
    return sorted((leg for leg in orders if leg is not None), key=lambda leg: leg.id)


def try_get_group_orders_securities(
    orders: list[Order], securities: SecurityManager
) -> dict[Order, Security] | None:
    """Return the security of every order, or None when one of them is unknown."""
    found: dict[Order, Security] = {}
    for order in orders:
        if not securities.contains_key(order.symbol):
            return None
        found[order] = securities[order.symbol]
    return found


class GroupOrderCacheManager:
    """Keeps the legs of a combo until the last one has come (LEAN: GroupOrderCacheManager.cs)."""

    def __init__(self) -> None:
        self._pending: dict[int, Order] = {}

    def try_get_group_cached_orders(self, order: Order) -> list[Order] | None:
        """Return the whole combo once it is there, else remember `order` and return None."""
        orders = try_get_group_orders(order, self._pending.get)
        if orders is None:
            self._pending[order.id] = order
            return None
        for leg in orders:
            self._pending.pop(leg.id, None)
        return orders
