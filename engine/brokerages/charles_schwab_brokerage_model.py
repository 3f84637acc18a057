"""Charles Schwab (LEAN: Common/Brokerages/CharlesSchwabBrokerageModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.brokerages.brokerage_message_event import BrokerageMessageEvent
from engine.brokerages.default_brokerage_model import Answer, DefaultBrokerageModel
from engine.common.enums import OrderType, SecurityType
from engine.orders.fees.charles_schwab_fee_model import CharlesSchwabFeeModel

if TYPE_CHECKING:
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.order import Order
    from engine.securities.security import Security

_SECURITY_TYPES = (SecurityType.EQUITY, SecurityType.OPTION, SecurityType.INDEX_OPTION)
_ORDER_TYPES = (
    OrderType.MARKET,
    OrderType.LIMIT,
    OrderType.STOP_MARKET,
    OrderType.COMBO_MARKET,
    OrderType.COMBO_LIMIT,
    OrderType.MARKET_ON_CLOSE,
    OrderType.MARKET_ON_OPEN,
    OrderType.STOP_LIMIT,
)


class CharlesSchwabBrokerageModel(DefaultBrokerageModel):
    """Combos without leg limits; no futures and no future options."""

    def get_fee_model(self, security: Security) -> FeeModel:
        return CharlesSchwabFeeModel()

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        refusal = self._refuse_unsupported(security, order, _SECURITY_TYPES, _ORDER_TYPES)
        return super().can_submit_order(security, order) if refusal is None else (False, refusal)
