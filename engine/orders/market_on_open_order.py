"""An order for the next open (LEAN: Common/Orders/MarketOnOpenOrder.cs)."""

from __future__ import annotations

from engine.common.enums import OrderType
from engine.orders.order import Order


class MarketOnOpenOrder(Order):
    """Fills at the next regular open."""

    type = OrderType.MARKET_ON_OPEN
