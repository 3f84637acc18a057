"""From a request to its order (LEAN: Order.CreateOrder)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import OrderStatus, OrderType
from engine.orders.combo_leg_limit_order import ComboLegLimitOrder
from engine.orders.combo_limit_order import ComboLimitOrder
from engine.orders.combo_market_order import ComboMarketOrder
from engine.orders.limit_if_touched_order import LimitIfTouchedOrder
from engine.orders.limit_order import LimitOrder
from engine.orders.market_on_close_order import MarketOnCloseOrder
from engine.orders.market_on_open_order import MarketOnOpenOrder
from engine.orders.market_order import MarketOrder
from engine.orders.option_exercise_order import OptionExerciseOrder
from engine.orders.stop_limit_order import StopLimitOrder
from engine.orders.stop_market_order import StopMarketOrder
from engine.orders.trailing_stop_order import TrailingStopOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.orders.order import Order
    from engine.orders.submit_order_request import SubmitOrderRequest

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
    order.time_has_zone = request.time_has_zone
    order.status = OrderStatus.NEW
    order.id = request.order_id
    return order
