"""An order for the next close (LEAN: Common/Orders/MarketOnCloseOrder.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from engine.common.enums import OrderType
from engine.orders.order import Order


class MarketOnCloseOrder(Order):
    """Fills at the next regular close."""

    type = OrderType.MARKET_ON_CLOSE

    DEFAULT_SUBMISSION_TIME_BUFFER: ClassVar[timedelta] = timedelta(minutes=15, seconds=30)
    submission_time_buffer: ClassVar[timedelta] = DEFAULT_SUBMISSION_TIME_BUFFER
    """How long before the close the order must be in; algorithms may change it for their run."""
