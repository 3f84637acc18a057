"""Axos (LEAN: Common/Brokerages/AxosClearingBrokerageModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.benchmarks.func_benchmark import FuncBenchmark
from engine.brokerages.brokerage_message_event import BrokerageMessageEvent, not_supported
from engine.brokerages.default_brokerage_model import Answer, DefaultBrokerageModel
from engine.common.enums import OrderType, SecurityType
from engine.data.shortable.local_disk_shortable_provider import LocalDiskShortableProvider
from engine.orders.fees.axos_fee_model import AxosFeeModel

if TYPE_CHECKING:
    from engine.orders.fees.fee_model import FeeModel
    from engine.orders.order import Order
    from engine.securities.security import Security
    from engine.securities.security_manager import SecurityManager

_ORDER_TYPES = (OrderType.LIMIT, OrderType.MARKET, OrderType.MARKET_ON_CLOSE)


class AxosClearingBrokerageModel(DefaultBrokerageModel):
    """Whole shares by market, limit or at the close; nothing to compare with."""

    def get_fee_model(self, security: Security) -> FeeModel:
        return AxosFeeModel()

    def get_shortable_provider(self, security: Security) -> Any:
        if security.type == SecurityType.EQUITY:
            return LocalDiskShortableProvider("axos")
        return super().get_shortable_provider(security)

    def get_benchmark(self, securities: SecurityManager) -> Any:
        return FuncBenchmark(lambda _: 0)

    def can_submit_order(
        self, security: Security, order: Order, message: BrokerageMessageEvent | None = None
    ) -> Answer:
        refusal = self._refuse_unsupported(security, order, (SecurityType.EQUITY,), _ORDER_TYPES)
        if refusal is None and order.absolute_quantity_decimal % 1:
            quantity = f"{order.quantity_decimal:f}"
            refusal = not_supported(f"Order Quantity must be Integer, but provided {quantity}.")
        return (True, None) if refusal is None else (False, refusal)
