"""From a request to its order (LEAN: Order.CreateOrder)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import OrderStatus, OrderType
from engine.orders.combo_orders import ComboLegLimitOrder, ComboLimitOrder, ComboMarketOrder
from engine.orders.limit_orders import LimitIfTouchedOrder, LimitOrder
from engine.orders.market_orders import (
    MarketOnCloseOrder,
    MarketOnOpenOrder,
    MarketOrder,
    OptionExerciseOrder,
)
from engine.orders.stop_orders import StopLimitOrder, StopMarketOrder, TrailingStopOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.orders.order import Order
    from engine.orders.order_requests import SubmitOrderRequest

_PLAIN: dict[OrderType, type[Order]] = {
    kind.type: kind for kind in (MarketOrder, MarketOnOpenOrder, MarketOnCloseOrder, OptionExerciseOrder)
}

# What each kind takes between quantity and time.
_PRICED: dict[OrderType, tuple[type[Order], Callable[[SubmitOrderRequest], tuple]]] = {
    OrderType.LIMIT: (LimitOrder, lambda r: (r.limit_price_decimal,)),
    OrderType.STOP_MARKET: (StopMarketOrder, lambda r: (r.stop_price_decimal,)),
    OrderType.STOP_LIMIT: (StopLimitOrder, lambda r: (r.stop_price_decimal, r.limit_price_decimal)),
    OrderType.TRAILING_STOP: (
        TrailingStopOrder,
        lambda r: (r.stop_price_decimal, r.trailing_amount_decimal, r.trailing_as_percentage),
    ),
    OrderType.LIMIT_IF_TOUCHED: (
        LimitIfTouchedOrder,
        lambda r: (r.trigger_price_decimal, r.limit_price_decimal),
    ),
    OrderType.COMBO_MARKET: (ComboMarketOrder, lambda r: ()),
    OrderType.COMBO_LIMIT: (ComboLimitOrder, lambda r: (r.limit_price_decimal,)),
    OrderType.COMBO_LEG_LIMIT: (ComboLegLimitOrder, lambda r: (r.limit_price_decimal,)),
}


def create_order(request: SubmitOrderRequest) -> Order:
    """Return the order that `request` asks for, with its id and status NEW."""
    kind, prices = _PRICED.get(request.order_type) or (_PLAIN[request.order_type], lambda r: ())
    group = () if request.group_order_manager is None else (request.group_order_manager,)
    order = kind(
        request.symbol,
        request.quantity_decimal,
        *prices(request),
        request.time_stamp,
        *group,
        tag=request.tag,
        properties=request.order_properties,
    )
    order.status = OrderStatus.NEW
    order.id = request.order_id
    return order
