"""Alpaca (LEAN: Common/Brokerages/AlpacaBrokerageModel.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.brokerages.brokerage_extensions import Window, refuse_cross_zero, refuse_market_on_open
from engine.brokerages.brokerage_message_event import BrokerageMessageEvent, not_supported
from engine.brokerages.default_brokerage_model import Answer, DefaultBrokerageModel
from engine.common.enums import OrderType, SecurityType
from engine.orders.brokerage_order_properties import AlpacaOrderProperties
from engine.orders.fees.alpaca_fee_model import AlpacaFeeModel
from engine.orders.time_in_force import DayTimeInForce

if TYPE_CHECKING:
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.order import Order
    from engine.securities.security import Security

_ORDER_TYPES = {
    SecurityType.EQUITY: (
        OrderType.MARKET,
        OrderType.LIMIT,
        OrderType.STOP_MARKET,
        OrderType.STOP_LIMIT,
        OrderType.TRAILING_STOP,
        OrderType.MARKET_ON_OPEN,
        OrderType.MARKET_ON_CLOSE,
    ),
    SecurityType.OPTION: (OrderType.MARKET, OrderType.LIMIT),
    SecurityType.CRYPTO: (OrderType.MARKET, OrderType.LIMIT, OrderType.STOP_LIMIT),
}
_WINDOW_START = timedelta(hours=19)


class AlpacaBrokerageModel(DefaultBrokerageModel):
    """No combos, no index options, no futures; always a margin account."""

    def __init__(self) -> None:
        super().__init__()

    def get_fee_model(self, security: Security) -> FeeModel:
        return AlpacaFeeModel()

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        refusal = (
            self._refuse_unsupported(security, order, _ORDER_TYPES, _ORDER_TYPES.get(security.type, ()))
            or self._refuse_outside_regular_hours(order)
            or refuse_cross_zero(self, security, order)
            or refuse_market_on_open(security, order, _market_on_open_window, (SecurityType.EQUITY,))
        )
        return super().can_submit_order(security, order) if refusal is None else (False, refusal)

    def _refuse_outside_regular_hours(self, order: Order) -> BrokerageMessageEvent | None:
        properties = order.properties
        if not (isinstance(properties, AlpacaOrderProperties) and properties.outside_regular_trading_hours):
            return None
        if order.type == OrderType.LIMIT and isinstance(order.time_in_force, DayTimeInForce):
            return None
        names = "QuantConnect.Orders.TimeInForces"
        return not_supported(
            f"The {type(self).__name__} does not support {order.type.to_string()} orders with"
            f" {names}.{type(order.time_in_force).__name__} TIF outside regular hours. Only Limit orders with"
            f" {names}.DayTimeInForce TIF are supported outside regular trading hours."
        )


def _market_on_open_window(session: Any) -> Window:
    return _WINDOW_START, session.start - timedelta(minutes=2)
