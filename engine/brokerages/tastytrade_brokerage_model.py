"""Tastytrade (LEAN: Common/Brokerages/TastytradeBrokerageModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.brokerages.brokerage_extensions import refuse_cross_zero
from engine.brokerages.brokerage_message_event import BrokerageMessageEvent
from engine.brokerages.default_brokerage_model import Answer, DefaultBrokerageModel
from engine.common.enums import OrderType, SecurityType
from engine.orders.fees.tastytrade_fee_model import TastytradeFeeModel

if TYPE_CHECKING:
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.order import Order
    from engine.securities.security import Security

_SECURITY_TYPES = (
    SecurityType.EQUITY,
    SecurityType.OPTION,
    SecurityType.INDEX_OPTION,
    SecurityType.FUTURE,
    SecurityType.FUTURE_OPTION,
)
_ORDER_TYPES = (
    OrderType.MARKET,
    OrderType.LIMIT,
    OrderType.STOP_MARKET,
    OrderType.STOP_LIMIT,
    OrderType.COMBO_LIMIT,
)


class TastytradeBrokerageModel(DefaultBrokerageModel):
    """Of combos only those with one limit, and none that crosses zero."""

    def get_fee_model(self, security: Security) -> FeeModel:
        return TastytradeFeeModel()

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        refusal = self._refuse_unsupported(
            security, order, _SECURITY_TYPES, _ORDER_TYPES
        ) or refuse_cross_zero(self, security, order, (OrderType.COMBO_LIMIT,))
        return super().can_submit_order(security, order) if refusal is None else (False, refusal)
