"""How an order shall be worked (LEAN: Common/Orders/OrderProperties.cs)."""

from __future__ import annotations

import copy
from typing import ClassVar, Self

from engine.orders.time_in_force import TimeInForce


class OrderProperties:
    """Time in force and, where a brokerage routes, the exchange."""

    json_members: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Members a brokerage's class adds to the order's JSON: (name in JSON, attribute), in LEAN's order."""

    def __init__(self, exchange: object = None) -> None:
        self.time_in_force: TimeInForce = TimeInForce.GOOD_TIL_CANCELED
        self.exchange = exchange

    def clone(self) -> Self:
        return copy.copy(self)
