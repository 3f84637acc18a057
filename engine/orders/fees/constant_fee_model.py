"""The same fee for every order (LEAN: Common/Orders/Fees/ConstantFeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal

from engine.common.numbers import to_decimal
from engine.orders.fees.fee_model import FeeModel
from engine.orders.fees.order_fee import OrderFee
from engine.orders.fees.order_fee_parameters import OrderFeeParameters
from engine.securities.cash_amount import CashAmount


class ConstantFeeModel(FeeModel):
    """Charges the same for every order."""

    def __init__(self, fee: float | Decimal, currency: str = "USD") -> None:
        self._fee = CashAmount(abs(to_decimal(fee)), currency)

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        return OrderFee(self._fee)
