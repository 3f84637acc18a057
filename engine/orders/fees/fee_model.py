"""The base of fee models (LEAN: Orders/Fees/FeeModel.cs, OrderFeeParameters.cs, ConstantFeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import to_decimal
from engine.orders.fees.order_fee import OrderFee
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security


class OrderFeeParameters:
    """What a fee model is asked about."""

    __slots__ = ("order", "security")

    def __init__(self, security: Security, order: Order) -> None:
        self.security = security
        self.order = order


class FeeModel:
    """Charges nothing; a Python algorithm overrides get_order_fee."""

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        return OrderFee(CashAmount(Decimal(0), "USD"))


class ConstantFeeModel(FeeModel):
    """Charges the same for every order."""

    def __init__(self, fee: float | Decimal, currency: str = "USD") -> None:
        self._fee = CashAmount(abs(to_decimal(fee)), currency)

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        return OrderFee(self._fee)
