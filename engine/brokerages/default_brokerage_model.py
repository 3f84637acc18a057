"""What LEAN assumes of a brokerage nobody named (LEAN: Common/Brokerages/DefaultBrokerageModel.cs)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from engine.brokerages.brokerage_message_event import BrokerageMessageEvent, not_supported
from engine.common.enums import AccountType, OrderField, OrderType, SecurityType
from engine.common.market import Market
from engine.common.numbers import to_decimal, truncate
from engine.orders.fees.constant_fee_model import ConstantFeeModel
from engine.orders.fees.interactive_brokers_fee_model import InteractiveBrokersFeeModel
from engine.orders.fills.equity_fill_model import EquityFillModel
from engine.orders.fills.future_fill_model import FutureFillModel
from engine.orders.fills.future_option_fill_model import FutureOptionFillModel
from engine.orders.fills.immediate_fill_model import ImmediateFillModel
from engine.orders.order_extensions import is_limit_order, is_stop_order
from engine.orders.slippage.null_slippage_model import NullSlippageModel
from engine.orders.update_order_fields import UpdateOrderFields

if TYPE_CHECKING:
    from engine.data.market.split import Split
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.fills.fill_model import FillModel
    from engine.orders.order import Order
    from engine.orders.order_ticket import OrderTicket
    from engine.orders.update_order_request import UpdateOrderRequest
    from engine.securities.security import Security
    from engine.securities.security_manager import SecurityManager

Answer = tuple[bool, BrokerageMessageEvent | None]
"""Yes, or no with the reason: C#'s out parameter as pythonnet returns it."""

YES: Answer = (True, None)

_FUTURES = (SecurityType.FUTURE, SecurityType.FUTURE_OPTION)
_INTERACTIVE_BROKERS_FEES = (SecurityType.EQUITY, SecurityType.OPTION, *_FUTURES)
_FILL_MODELS: dict[SecurityType, type[FillModel]] = {
    SecurityType.EQUITY: EquityFillModel,
    SecurityType.FUTURE: FutureFillModel,
    SecurityType.FUTURE_OPTION: FutureOptionFillModel,
}
_LEVERAGE = {
    SecurityType.CRYPTO_FUTURE: 25.0,
    SecurityType.EQUITY: 2.0,
    SecurityType.FOREX: 50.0,
    SecurityType.CFD: 50.0,
}


class DefaultBrokerageModel:
    """Accepts all but market-on-open for futures; fees are Interactive Brokers', index options are free.

    An algorithm derives from it and overrides what it wants; checks answer (allowed, message), or a bool.
    """

    default_markets: ClassVar[Mapping[SecurityType, str]] = MappingProxyType(
        {
            SecurityType.BASE: Market.USA,
            SecurityType.EQUITY: Market.USA,
            SecurityType.OPTION: Market.USA,
            SecurityType.FUTURE: Market.CME,
            SecurityType.FUTURE_OPTION: Market.CME,
            SecurityType.FOREX: Market.OANDA,
            SecurityType.CFD: Market.OANDA,
            SecurityType.CRYPTO: Market.COINBASE,
            SecurityType.CRYPTO_FUTURE: Market.BINANCE,
            SecurityType.INDEX: Market.USA,
            SecurityType.INDEX_OPTION: Market.USA,
        }
    )
    account_type = AccountType.MARGIN
    required_free_buying_power_percent = 0.0

    def __init__(self, account_type: AccountType = AccountType.MARGIN) -> None:
        self.account_type = account_type

    # orders

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        """Return whether the brokerage takes the order, and why not."""
        if security.type in _FUTURES and order.type == OrderType.MARKET_ON_OPEN:
            return False, not_supported(
                "MarketOnOpen orders are not supported for futures and future options."
            )
        return YES

    def can_update_order(
        self,
        security: Security,
        order: Order,
        request: UpdateOrderRequest,
        message: BrokerageMessageEvent | None = None,
    ) -> Answer:
        """Return whether the brokerage changes a resting order, and why not."""
        return YES

    def can_execute_order(self, security: Security, order: Order) -> bool:
        """Return whether the order may fill now."""
        return True

    def apply_split(self, tickets: list[OrderTicket], split: Split) -> None:
        """Change resting orders to the same value after a split."""
        factor = to_decimal(split.split_factor)
        for ticket in tickets:
            ticket.update(_fields_after_split(ticket, factor))

    def _refuse_unsupported(
        self,
        security: Security,
        order: Order,
        security_types: Collection[SecurityType],
        order_types: Collection[OrderType],
    ) -> BrokerageMessageEvent | None:
        """Return the refusal of a kind of security or of order that the brokerage does not know."""
        return self._refuse_security_type(security, security_types) or self._refuse_order_type(
            order, order_types
        )

    def _refuse_security_type(
        self, security: Security, supported: Collection[SecurityType]
    ) -> BrokerageMessageEvent | None:
        if security.type in supported:
            return None
        kind = security.type.to_string()
        return not_supported(f"The {type(self).__name__} does not support {kind} security type.")

    def _refuse_order_type(
        self, order: Order, supported: Collection[OrderType]
    ) -> BrokerageMessageEvent | None:
        if order.type in supported:
            return None
        known = ",".join(kind.to_string() for kind in supported)
        kind = order.type.to_string()
        return not_supported(
            f"The {type(self).__name__} does not support {kind} order type. Only supports [{known}]"
        )

    # models

    def get_leverage(self, security: Security) -> float:
        return 1.0 if self.account_type == AccountType.CASH else _LEVERAGE.get(security.type, 1.0)

    def get_benchmark(self, securities: SecurityManager) -> Any:
        from engine.benchmarks.security_benchmark import SecurityBenchmark
        from engine.common.symbol import Symbol

        spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
        return SecurityBenchmark.create_instance(securities, spy)

    def get_fill_model(self, security: Security) -> FillModel:
        return _FILL_MODELS.get(security.type, ImmediateFillModel)()

    def get_fee_model(self, security: Security) -> FeeModel:
        if security.type in _INTERACTIVE_BROKERS_FEES:
            return InteractiveBrokersFeeModel()
        return ConstantFeeModel(0)

    def get_slippage_model(self, security: Security) -> Any:
        return NullSlippageModel.INSTANCE

    def get_settlement_model(self, security: Security) -> Any:
        from engine.brokerages.default_models import settlement_model

        return settlement_model(security, self.account_type)

    def get_buying_power_model(self, security: Security) -> Any:
        from engine.brokerages.default_models import buying_power_model

        return buying_power_model(self, security)

    def get_shortable_provider(self, security: Security) -> Any:
        from engine.securities.shortable_provider import NullShortableProvider

        return NullShortableProvider.INSTANCE

    def get_margin_interest_rate_model(self, security: Security) -> Any:
        from engine.securities.margin_interest_rate_model import MarginInterestRateModel

        return MarginInterestRateModel.NULL


def answer_of(result: Any) -> Answer:
    """Return the answer of a check, which an algorithm's own model may give as a bool."""
    if isinstance(result, tuple):
        return bool(result[0]), result[1]
    return bool(result), None


def _fields_after_split(ticket: OrderTicket, factor: Decimal) -> UpdateOrderFields:
    fields = UpdateOrderFields()
    fields.quantity_decimal = truncate(ticket.quantity_decimal / factor)
    kind = ticket.order_type
    if is_limit_order(kind):
        fields.limit_price_decimal = ticket.get_decimal(OrderField.LIMIT_PRICE) * factor
    if is_stop_order(kind):
        fields.stop_price_decimal = ticket.get_decimal(OrderField.STOP_PRICE) * factor
    if kind == OrderType.LIMIT_IF_TOUCHED:
        fields.trigger_price_decimal = ticket.get_decimal(OrderField.TRIGGER_PRICE) * factor
    if kind == OrderType.TRAILING_STOP and not ticket.get(OrderField.TRAILING_AS_PERCENTAGE):
        fields.trailing_amount_decimal = ticket.get_decimal(OrderField.TRAILING_AMOUNT) * factor
    return fields
