"""Charles Schwab's fees (LEAN: Common/Orders/Fees/CharlesSchwabFeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import SecurityType
from engine.orders.fees.fee_model import FeeModel
from engine.orders.fees.order_fee import OrderFee
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters

_OPTION_FEES = {
    SecurityType.OPTION: Decimal("0.65"),
    SecurityType.INDEX_OPTION: Decimal(1),
    SecurityType.FUTURE_OPTION: Decimal(0),
}


class CharlesSchwabFeeModel(FeeModel):
    """Per option contract; everything else is free."""

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        rate = _OPTION_FEES.get(parameters.security.type)
        if rate is None:
            return OrderFee.ZERO
        return OrderFee(CashAmount(parameters.order.absolute_quantity_decimal * rate, "USD"))
