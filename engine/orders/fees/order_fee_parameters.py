"""What a fee model is asked about (LEAN: Common/Orders/Fees/OrderFeeParameters.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security


class OrderFeeParameters:
    """What a fee model is asked about."""

    __slots__ = ("order", "security")

    def __init__(self, security: Security, order: Order) -> None:
        self.security = security
        self.order = order
