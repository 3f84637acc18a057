"""Interactive Brokers (LEAN: Common/Brokerages/InteractiveBrokersBrokerageModel.cs)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.brokerages.brokerage_extensions import Window, refuse_market_on_open
from engine.brokerages.brokerage_message_event import BrokerageMessageEvent, not_supported
from engine.brokerages.default_brokerage_model import YES, Answer, DefaultBrokerageModel
from engine.common.enums import AccountType, OrderType, SecurityType, SettlementType
from engine.common.market import Market
from engine.orders.fees.interactive_brokers_fee_model import InteractiveBrokersFeeModel
from engine.orders.time_in_force import DayTimeInForce, GoodTilCanceledTimeInForce, GoodTilDateTimeInForce

if TYPE_CHECKING:
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.order import Order
    from engine.orders.update_order_request import UpdateOrderRequest
    from engine.securities.security import Security
    from engine.securities.security_manager import SecurityManager

_ORDER_TYPES = (
    OrderType.MARKET,
    OrderType.MARKET_ON_OPEN,
    OrderType.MARKET_ON_CLOSE,
    OrderType.LIMIT,
    OrderType.STOP_MARKET,
    OrderType.STOP_LIMIT,
    OrderType.TRAILING_STOP,
    OrderType.LIMIT_IF_TOUCHED,
    OrderType.COMBO_MARKET,
    OrderType.COMBO_LIMIT,
    OrderType.COMBO_LEG_LIMIT,
    OrderType.OPTION_EXERCISE,
)
_SECURITY_TYPES = frozenset(
    {
        SecurityType.EQUITY,
        SecurityType.FOREX,
        SecurityType.OPTION,
        SecurityType.FUTURE,
        SecurityType.FUTURE_OPTION,
        SecurityType.INDEX,
        SecurityType.INDEX_OPTION,
        SecurityType.CFD,
    }
)
_MARKET_ON_OPEN = frozenset(
    {
        SecurityType.CFD,
        SecurityType.EQUITY,
        SecurityType.OPTION,
        SecurityType.FUTURE_OPTION,
        SecurityType.INDEX_OPTION,
    }
)
_MARKET_ON_CLOSE = (SecurityType.FUTURE, SecurityType.EQUITY, SecurityType.CFD)
_TIMES_IN_FORCE = (GoodTilCanceledTimeInForce, DayTimeInForce, GoodTilDateTimeInForce)
_LEGS_TOO_MANY = 4

# Smallest and largest order of a currency (LEAN's table of IB's size limits; 0, 0: no order at all).
_FOREX_LIMITS = {
    "USD": (25_000, 7_000_000),
    "AUD": (25_000, 6_000_000),
    "CAD": (25_000, 6_000_000),
    "CHF": (25_000, 6_000_000),
    "CNH": (150_000, 40_000_000),
    "DKK": (150_000, 35_000_000),
    "EUR": (20_000, 6_000_000),
    "GBP": (20_000, 5_000_000),
    "HKD": (200_000, 50_000_000),
    "KRW": (0, 200_000_000),
    "JPY": (2_500_000, 550_000_000),
    "MXN": (300_000, 70_000_000),
    "NOK": (150_000, 35_000_000),
    "NZD": (35_000, 8_000_000),
    "RUB": (750_000, 30_000_000),
    "SEK": (175_000, 40_000_000),
    "SGD": (35_000, 8_000_000),
    "ZAR": (350_000, 100_000_000),
}


class InteractiveBrokersBrokerageModel(DefaultBrokerageModel):
    """Takes nearly everything; combos with a limit per leg only up to three legs."""

    default_markets = MappingProxyType(
        {
            SecurityType.BASE: Market.USA,
            SecurityType.EQUITY: Market.USA,
            SecurityType.INDEX: Market.USA,
            SecurityType.OPTION: Market.USA,
            SecurityType.INDEX_OPTION: Market.USA,
            SecurityType.FUTURE: Market.CME,
            SecurityType.FUTURE_OPTION: Market.CME,
            SecurityType.FOREX: Market.OANDA,
            SecurityType.CFD: Market.INTERACTIVE_BROKERS,
        }
    )

    def get_benchmark(self, securities: SecurityManager) -> Any:
        from engine.benchmarks.func_benchmark import FuncBenchmark

        return FuncBenchmark(lambda time: 0)

    def get_fee_model(self, security: Security) -> FeeModel:
        return InteractiveBrokersFeeModel()

    def get_leverage(self, security: Security) -> float:
        if self.account_type == AccountType.MARGIN and security.type == SecurityType.CFD:
            return 10.0
        return super().get_leverage(security)

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        refusal = (
            self._refuse_order_type(order, _ORDER_TYPES)
            or _refuse_market_on_close(security, order)
            or refuse_market_on_open(security, order, _market_on_open_window, _MARKET_ON_OPEN)
            or self._refuse_many_leg_limits(order)
            or self._refuse_security_type(security, _SECURITY_TYPES)
            or _refuse_forex_size(security, order.symbol.value, order.quantity_decimal)
            or self._refuse_time_in_force(order)
            or self._refuse_cash_exercise(security, order)
        )
        return YES if refusal is None else (False, refusal)

    def can_update_order(
        self,
        security: Security,
        order: Order,
        request: UpdateOrderRequest,
        message: BrokerageMessageEvent | None = None,
    ) -> Answer:
        if request.quantity_decimal is None:
            return YES
        refusal = _refuse_forex_size(security, order.symbol.value, request.quantity_decimal)
        return YES if refusal is None else (False, refusal)

    def can_execute_order(self, security: Security, order: Order) -> bool:
        return order.security_type != SecurityType.BASE

    def _refuse_many_leg_limits(self, order: Order) -> BrokerageMessageEvent | None:
        group = order.group_order_manager
        if order.type != OrderType.COMBO_LEG_LIMIT or group is None or group.count < _LEGS_TOO_MANY:
            return None
        return not_supported(
            f"The {type(self).__name__} does not support four-leg ComboLegLimit orders. Use ComboLimit orders"
            " for four-leg combinations or more."
        )

    def _refuse_time_in_force(self, order: Order) -> BrokerageMessageEvent | None:
        kind = type(order.time_in_force)
        if kind in _TIMES_IN_FORCE:
            return None
        return not_supported(f"The {type(self).__name__} does not support {kind.__name__} time in force.")

    def _refuse_cash_exercise(self, security: Security, order: Order) -> BrokerageMessageEvent | None:
        if order.type != OrderType.OPTION_EXERCISE:
            return None
        cash_settled = security.type == SecurityType.INDEX_OPTION or (
            security.type == SecurityType.OPTION and security.exercise_settlement == SettlementType.CASH
        )
        if not cash_settled:
            return None
        return not_supported(
            f"The {type(self).__name__} does not support {order.type.to_string()} exercises for index and"
            " cash-settled options."
        )


def _refuse_market_on_close(security: Security, order: Order) -> BrokerageMessageEvent | None:
    if order.type != OrderType.MARKET_ON_CLOSE or security.type in _MARKET_ON_CLOSE:
        return None
    return not_supported(
        "InteractiveBrokers does not support Market-on-Close orders for other security types different than"
        " Future and Equity.",
        f"Unsupported order type for {security.type.to_string()} security type",
    )


def _refuse_forex_size(security: Security, pair: str, quantity: Decimal) -> BrokerageMessageEvent | None:
    if security.type != SecurityType.FOREX:
        return None
    base = pair[:3]
    smallest, largest = _FOREX_LIMITS.get(base, (0, 0))
    size = abs(quantity)
    if (size >= smallest if smallest else size > 0) and size <= largest:
        return None
    return not_supported(
        f"The minimum and maximum limits for the allowable order size are ({smallest}, {largest}){base}.",
        "OrderSizeLimit",
    )


def _market_on_open_window(session: Any) -> Window:
    return session.end, session.start - timedelta(minutes=2)
