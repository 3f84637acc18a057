"""What a fill model is given (LEAN: Common/Orders/Fills/FillModelParameters.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.extended_dictionary import ExtendedDictionary

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security


class OrderSecurities(ExtendedDictionary["Order", "Security"]):
    """The orders of a combo (or one order) and their securities; algorithms iterate over key and value."""

    def __init__(self, securities: dict[Order, Security]) -> None:
        self._securities = securities

    def _find(self, key: Order) -> Security | None:
        return self._securities.get(key)

    def _pairs(self) -> Iterable[tuple[Order, Security]]:
        return self._securities.items()

    def __getitem__(self, key: Order) -> Security:
        return self._securities[key]


def _nothing(order: Order) -> None:
    """Stand for a listener nobody gave."""


class FillModelParameters:
    """The order, its security (every leg's, for a combo) and where subscriptions are found."""

    __slots__ = (
        "config_provider",
        "on_order_updated",
        "order",
        "securities_for_orders",
        "security",
        "stale_price_time_span",
    )

    def __init__(
        self,
        security: Security,
        order: Order,
        config_provider: Any,
        stale_price_time_span: timedelta,
        securities_for_orders: dict[Order, Security],
        on_order_updated: Callable[[Order], None] | None = None,
    ) -> None:
        self.security = security
        self.order = order
        self.config_provider = config_provider
        self.stale_price_time_span = stale_price_time_span
        self.securities_for_orders = OrderSecurities(securities_for_orders)
        self.on_order_updated = on_order_updated or _nothing
