"""Tradier (LEAN: Common/Brokerages/TradierBrokerageModel.cs)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.brokerages.brokerage_extensions import refuse_cross_zero
from engine.brokerages.brokerage_message_event import BrokerageMessageEvent, not_supported
from engine.brokerages.default_brokerage_model import YES, Answer, DefaultBrokerageModel
from engine.common.enums import OrderType, SecurityType
from engine.orders.brokerage_order_properties import TradierOrderProperties
from engine.orders.fees.constant_fee_model import ConstantFeeModel
from engine.orders.time_in_force import DayTimeInForce, GoodTilCanceledTimeInForce

if TYPE_CHECKING:
    from engine.data.market.split import Split
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.order import Order
    from engine.orders.order_ticket import OrderTicket
    from engine.orders.update_order_request import UpdateOrderRequest
    from engine.securities.security import Security

_ORDER_TYPES = (OrderType.LIMIT, OrderType.MARKET, OrderType.STOP_MARKET, OrderType.STOP_LIMIT)
_SECURITY_TYPES = (SecurityType.EQUITY, SecurityType.OPTION, SecurityType.INDEX_OPTION)
_LOWEST_SHORT_PRICE = 5
_LARGEST_ORDER = 10_000_000
_PRE_MARKET = (timedelta(hours=4), timedelta(hours=9, minutes=24))
_POST_MARKET = (timedelta(hours=16), timedelta(hours=19, minutes=55))


class TradierBrokerageModel(DefaultBrokerageModel):
    """No combos; short sales only as day orders, orders outside the session wait for the open."""

    def get_fee_model(self, security: Security) -> FeeModel:
        return ConstantFeeModel(0)

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        refusal = (
            self._refuse_order_type(order, _ORDER_TYPES)
            or _refuse_kind(order)
            or _refuse_short_sale(security, order)
            or _refuse_quantity(order)
        )
        if refusal is not None:
            return False, refusal
        wait = None
        if not self.can_execute_order(security, order):
            if _wants_extended_hours(order):
                return False, not_supported(
                    "Tradier does not support explicitly placing out-of-regular-hours orders if not currently"
                    " during the pre or post market session. PreMarket: 04:00:00-09:24:00. PostMarket:"
                    " 16:00:00-19:55:00. Only equity limit orders are allowed during extended market hours.",
                    "ExtendedMarket",
                )
            wait = not_supported(
                "Tradier does not support extended market hours trading."
                " Your order will be processed at market open.",
                "ExtendedMarket",
            )
        refusal = refuse_cross_zero(self, security, order)
        return (True, wait) if refusal is None else (False, refusal)

    def can_update_order(
        self,
        security: Security,
        order: Order,
        request: UpdateOrderRequest,
        message: BrokerageMessageEvent | None = None,
    ) -> Answer:
        if request.quantity_decimal is None or request.quantity_decimal == order.quantity_decimal:
            return YES
        return False, not_supported("Tradier does not support updating order quantities.", "UpdateRejected")

    def can_execute_order(self, security: Security, order: Order) -> bool:
        if security.exchange.exchange_open:
            return True
        return (
            _wants_extended_hours(order)
            and order.type == OrderType.LIMIT
            and order.security_type == SecurityType.EQUITY
            and _is_in_extended_session(security.local_time)
        )

    def apply_split(self, tickets: list[OrderTicket], split: Split) -> None:
        """Cancel open orders on reverse splits."""
        if split.split_factor <= 1:
            super().apply_split(tickets, split)
            return
        for ticket in tickets:
            ticket.cancel("Tradier Brokerage cancels open orders on reverse split symbols")


def _wants_extended_hours(order: Order) -> bool:
    properties = order.properties
    return isinstance(properties, TradierOrderProperties) and properties.outside_regular_trading_hours


def _is_in_extended_session(local_time: datetime) -> bool:
    time = local_time - local_time.replace(hour=0, minute=0, second=0, microsecond=0)
    return any(start <= time < end for start, end in (_PRE_MARKET, _POST_MARKET))


def _refuse_kind(order: Order) -> BrokerageMessageEvent | None:
    if order.security_type not in _SECURITY_TYPES:
        return not_supported("This model only supports equities and options.")
    if not isinstance(order.time_in_force, GoodTilCanceledTimeInForce | DayTimeInForce):
        names = "QuantConnect.Orders.TimeInForces"
        return not_supported(
            "This model only supports orders with the following time in force types:"
            f" {names}.DayTimeInForce and {names}.GoodTilCanceledTimeInForce"
        )
    return None


def _refuse_short_sale(security: Security, order: Order) -> BrokerageMessageEvent | None:
    if security.holdings.quantity_decimal + order.quantity_decimal >= 0:
        return None
    if isinstance(order.time_in_force, GoodTilCanceledTimeInForce):
        return not_supported(
            "You cannot place short stock orders with GTC, only day orders are allowed", "ShortOrderIsGtc"
        )
    if security.price_decimal < _LOWEST_SHORT_PRICE:
        return not_supported(
            "Sell Short order cannot be placed for stock priced below $5", "SellShortOrderLastPriceBelow5"
        )
    return None


def _refuse_quantity(order: Order) -> BrokerageMessageEvent | None:
    if 1 <= order.absolute_quantity_decimal <= _LARGEST_ORDER:
        return None
    return not_supported("Quantity should be between 1 and 10,000,000", "IncorrectOrderQuantity")
