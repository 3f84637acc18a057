"""TradeStation (LEAN: Common/Brokerages/TradeStationBrokerageModel.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.brokerages.brokerage_extensions import (
    AUCTION_ORDERS,
    Window,
    order_crosses_zero,
    refuse_cross_zero,
    refuse_market_on_open,
)
from engine.brokerages.brokerage_message_event import BrokerageMessageEvent, not_supported
from engine.brokerages.default_brokerage_model import YES, Answer, DefaultBrokerageModel
from engine.common.enums import OrderType, SecurityType
from engine.orders.brokerage_order_properties import TradeStationOrderProperties
from engine.orders.fees.trade_station_fee_model import TradeStationFeeModel

if TYPE_CHECKING:
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.order import Order
    from engine.orders.update_order_request import UpdateOrderRequest
    from engine.securities.security import Security

_SECURITY_TYPES = (SecurityType.EQUITY, SecurityType.OPTION, SecurityType.FUTURE, SecurityType.INDEX_OPTION)
_ORDER_TYPES = (
    OrderType.MARKET,
    OrderType.LIMIT,
    OrderType.STOP_MARKET,
    OrderType.STOP_LIMIT,
    OrderType.COMBO_MARKET,
    OrderType.COMBO_LIMIT,
    OrderType.MARKET_ON_OPEN,
    OrderType.MARKET_ON_CLOSE,
    OrderType.TRAILING_STOP,
)
_COMBOS = (OrderType.COMBO_MARKET, OrderType.COMBO_LIMIT)
_MARKET_ON_OPEN = (SecurityType.EQUITY, SecurityType.OPTION, SecurityType.INDEX_OPTION)
_WINDOW_START = timedelta(hours=6)


class TradeStationBrokerageModel(DefaultBrokerageModel):
    """Combos without leg limits; no future options."""

    def get_fee_model(self, security: Security) -> FeeModel:
        return TradeStationFeeModel()

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        refusal = (
            _refuse_outside_regular_hours(order)
            or self._refuse_unsupported(security, order, _SECURITY_TYPES, _ORDER_TYPES)
            or refuse_cross_zero(self, security, order, _COMBOS + AUCTION_ORDERS)
            or refuse_market_on_open(security, order, _market_on_open_window, _MARKET_ON_OPEN)
        )
        return super().can_submit_order(security, order) if refusal is None else (False, refusal)

    def can_update_order(
        self,
        security: Security,
        order: Order,
        request: UpdateOrderRequest,
        message: BrokerageMessageEvent | None = None,
    ) -> Answer:
        if request.quantity_decimal is None or request.quantity_decimal == order.quantity_decimal:
            return YES
        name = type(self).__name__
        if order_crosses_zero(security.holdings.quantity_decimal, order.quantity_decimal):
            return False, not_supported(
                f"Unfortunately, the {name} brokerage model does not support updating the quantity of Cross"
                " Zero Orders.",
                "UpdateRejected",
            )
        if order.type in _COMBOS:
            kind = order.type.to_string()
            return False, not_supported(
                f"Order type '{kind}' is not supported to update quantity in the {name}."
            )
        return YES


def _refuse_outside_regular_hours(order: Order) -> BrokerageMessageEvent | None:
    properties = order.properties
    if not (isinstance(properties, TradeStationOrderProperties) and properties.outside_regular_trading_hours):
        return None
    if order.type == OrderType.LIMIT and order.security_type == SecurityType.EQUITY:
        return None
    return not_supported(
        "To place an order outside regular trading hours, please use a limit order and ensure the security is"
        " an equity.",
        "NotSupportedOutsideRegularMarketHours",
    )


def _market_on_open_window(session: Any) -> Window:
    return _WINDOW_START, session.start - timedelta(minutes=1)
