"""Axos' fees (LEAN: Common/Orders/Fees/AxosFeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.numbers import to_decimal
from engine.orders.fees.fee_model import FeeModel
from engine.orders.fees.order_fee import OrderFee
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters

_FEE_PER_SHARE = Decimal("0.0035")


class AxosFeeModel(FeeModel):
    """An amount per share."""

    def __init__(self, fees_per_share: Any = None) -> None:
        self._fees_per_share = _FEE_PER_SHARE if fees_per_share is None else to_decimal(fees_per_share)

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        amount = self._fees_per_share * parameters.order.absolute_quantity_decimal
        return OrderFee(CashAmount(amount, "USD"))
