"""Puts one order to a fill model, outside the transaction handler."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.common.enums import OrderType
from engine.data.market.bar import Bar
from engine.orders.fills.fill_model import FillModel
from engine.orders.fills.fill_model_parameters import FillModelParameters
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.order import Order
from engine.orders.order_event import OrderEvent
from engine.orders.submit_order_request import SubmitOrderRequest
from tests.unit.trading.trading_desk import Desk


def order_at(
    desk: Desk,
    security: Any,
    kind: OrderType,
    quantity: int,
    minutes_ago: int = 0,
    group: GroupOrderManager | None = None,
    **prices: Any,
) -> Order:
    """Return an order that was placed so many minutes before now."""
    request = SubmitOrderRequest(
        kind,
        security.type,
        security.symbol,
        quantity,
        prices.pop("stop", 0),
        prices.pop("limit", 0),
        trigger_price=prices.pop("trigger", 0),
        trailing_amount=prices.pop("trailing", 0),
        trailing_as_percentage=prices.pop("as_percentage", False),
        time=desk.algorithm.utc_stamp - minutes_ago * 60_000_000,
        group_order_manager=group,
    )
    assert not prices
    request.set_order_id(len(group.order_ids) + 1 if group else 1)
    return Order.create_order(request)


def probe(desk: Desk, model: FillModel, securities: dict[Order, Any], **more: Any) -> list[OrderEvent]:
    """Return the events that a model gives for an order, or for a combo."""
    order, security = next(iter(securities.items()))
    parameters = FillModelParameters(
        security, order, desk.algorithm.data_manager, timedelta(hours=1), securities, **more
    )
    return list(model.fill(parameters))


def price_of(desk: Desk, model: FillModel, security: Any, order: Order) -> float | None:
    """Return the price at which an order fills whole, None if it does not fill."""
    (event,) = probe(desk, model, {order: security})
    if event.status.name != "FILLED":
        assert event.fill_quantity == 0
        return None
    assert event.fill_quantity == order.quantity
    return event.fill_price


def side(low: float, high: float, close: float, open: float | None = None) -> Bar:
    """Return one side of a quote bar."""
    return Bar(close if open is None else open, high, low, close)
