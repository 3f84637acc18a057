"""Tastytrade's fees (LEAN: Common/Orders/Fees/TastytradeFeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderPosition, SecurityType
from engine.orders.fees.fee_model import FeeModel
from engine.orders.fees.order_fee import OrderFee
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters

_FUTURE_FEE = Decimal("1.25")
# Options pay when they open, closing is free.
_OPENING_FEES = {
    SecurityType.OPTION: Decimal(1),
    SecurityType.INDEX_OPTION: Decimal(1),
    SecurityType.FUTURE_OPTION: Decimal("2.5"),
}
_OPENING = (OrderPosition.BUY_TO_OPEN, OrderPosition.SELL_TO_OPEN)


class TastytradeFeeModel(FeeModel):
    """Per contract; shares are free."""

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        from engine.brokerages.brokerage_extensions import get_order_position

        order, security = parameters.order, parameters.security
        rate = Decimal(0)
        if security.type == SecurityType.FUTURE:
            rate = _FUTURE_FEE
        elif security.type in _OPENING_FEES:
            position = get_order_position(order.direction, security.holdings.quantity_decimal)
            rate = _OPENING_FEES[security.type] if position in _OPENING else rate
        return OrderFee(CashAmount(order.absolute_quantity_decimal * rate, "USD"))
