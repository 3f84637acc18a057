"""Checks that several brokerage models share (LEAN: Common/Brokerages/BrokerageExtensions.cs)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.brokerages.brokerage_message_event import BrokerageMessageEvent, not_supported
from engine.common.enums import MarketHoursState, OrderDirection, OrderPosition, OrderType, SecurityType

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security

AUCTION_ORDERS = (OrderType.MARKET_ON_OPEN, OrderType.MARKET_ON_CLOSE)
_DAY = timedelta(days=1)

Window = tuple[timedelta, timedelta]


def order_crosses_zero(holding_quantity: Decimal, order_quantity: Decimal) -> bool:
    """Return whether an order turns a long position short or a short one long."""
    after = holding_quantity + order_quantity
    return after < 0 < holding_quantity or holding_quantity < 0 < after


def refuse_cross_zero(
    brokerage_model: object, security: Security, order: Order, refused: Collection[OrderType] = AUCTION_ORDERS
) -> BrokerageMessageEvent | None:
    """Return the refusal of an order of a kind that may not cross zero, if it does."""
    if order.type not in refused:
        return None
    if not order_crosses_zero(security.holdings.quantity_decimal, order.quantity_decimal):
        return None
    return not_supported(
        f"Order type '{order.type.to_string()}' is not supported for orders that cross the zero holdings"
        f" threshold in the {type(brokerage_model).__name__}. This means you cannot change a position from"
        " positive to negative or vice versa using this order type. Please close the existing position first."
    )


def refuse_market_on_open(
    security: Security,
    order: Order,
    window_of: Callable[[Any], Window],
    supported: Collection[SecurityType],
) -> BrokerageMessageEvent | None:
    """Return the refusal of a market-on-open order outside the window, or of another kind of security.

    `window_of` gives the window's times of day for a day's regular session; a window may go over midnight.
    """
    if order.type != OrderType.MARKET_ON_OPEN:
        return None
    if security.type not in supported:
        kind = security.type.to_string()
        return not_supported(
            f"The broker does not support Market-on-Open orders for security type {kind}",
            "UnsupportedSecurityType",
        )
    now = security.local_time
    segments = security.exchange.hours.get_market_hours(now).segments
    regular = next((segment for segment in segments if segment.state == MarketHoursState.MARKET), None)
    start, end = (timedelta(0), _DAY) if regular is None else window_of(regular)
    time_of_day = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    if start <= time_of_day < end if start <= end else time_of_day >= start or time_of_day < end:
        return None
    return not_supported(
        "MarketOnOpen submission time is invalid. Valid local times are"
        f" {_clock(start)}\N{EN DASH}{_clock(end)}. Consider setting"
        " daily_precise_end_time = false or using self.schedule.on."
    )


def _clock(time: timedelta) -> str:
    # LEAN's format string begins with a space.
    minutes = time // timedelta(minutes=1)
    hour = minutes // 60 % 12 or 12
    return f" {hour:02d}:{minutes % 60:02d}"


def get_order_position(direction: OrderDirection, holdings_quantity: Decimal) -> OrderPosition:
    """Return whether an order opens or closes."""
    if direction == OrderDirection.BUY:
        return OrderPosition.BUY_TO_OPEN if holdings_quantity >= 0 else OrderPosition.BUY_TO_CLOSE
    return OrderPosition.SELL_TO_OPEN if holdings_quantity <= 0 else OrderPosition.SELL_TO_CLOSE
