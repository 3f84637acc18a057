"""The base of fee models (LEAN: Common/Orders/Fees/FeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.orders.fees.order_fee import OrderFee
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters


class FeeModel:
    """Charges nothing; a Python algorithm overrides get_order_fee."""

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        return OrderFee(CashAmount(Decimal(0), "USD"))
