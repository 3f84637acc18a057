"""Webull (LEAN: Common/Brokerages/WebullBrokerageModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.brokerages.brokerage_message_event import BrokerageMessageEvent, not_supported
from engine.brokerages.default_brokerage_model import Answer, DefaultBrokerageModel
from engine.common.enums import OrderDirection, OrderType, SecurityType
from engine.orders.brokerage_order_properties import WebullOrderProperties
from engine.orders.fees.webull_fee_model import WebullFeeModel
from engine.orders.time_in_force import DayTimeInForce

if TYPE_CHECKING:
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.order import Order
    from engine.securities.security import Security

_OPTION_ORDERS = (OrderType.MARKET, OrderType.LIMIT, OrderType.STOP_MARKET, OrderType.STOP_LIMIT)
_ORDER_TYPES = {
    SecurityType.EQUITY: (*_OPTION_ORDERS, OrderType.TRAILING_STOP),
    SecurityType.OPTION: _OPTION_ORDERS,
    SecurityType.INDEX_OPTION: _OPTION_ORDERS,
}


class WebullBrokerageModel(DefaultBrokerageModel):
    """No combos; options are sold with day orders only."""

    def get_fee_model(self, security: Security) -> FeeModel:
        return WebullFeeModel()

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        refusal = (
            self._refuse_unsupported(security, order, _ORDER_TYPES, _ORDER_TYPES.get(security.type, ()))
            or _refuse_time_in_force(security, order)
            or _refuse_outside_regular_hours(security, order)
        )
        return super().can_submit_order(security, order) if refusal is None else (False, refusal)


def _refuse_time_in_force(security: Security, order: Order) -> BrokerageMessageEvent | None:
    selling_option = security.type != SecurityType.EQUITY and order.direction == OrderDirection.SELL
    if not selling_option or isinstance(order.time_in_force, DayTimeInForce):
        return None
    kind = order.security_type.to_string()
    return not_supported(
        f"{kind} sell orders only support DayTimeInForce time in force, but"
        f" {type(order.time_in_force).__name__} was specified."
    )


def _refuse_outside_regular_hours(security: Security, order: Order) -> BrokerageMessageEvent | None:
    properties = order.properties
    if not (isinstance(properties, WebullOrderProperties) and properties.outside_regular_trading_hours):
        return None
    if security.type != SecurityType.EQUITY:
        return not_supported(
            "OutsideRegularTradingHours is only supported for Equity orders, but"
            f" {security.type.to_string()} was specified."
        )
    if order.type == OrderType.MARKET:
        return not_supported("Market orders are not supported outside regular trading hours.")
    return None
