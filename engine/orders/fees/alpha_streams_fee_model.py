"""Fees of alpha streams (LEAN: Common/Orders/Fees/AlphaStreamsFeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderType, SecurityType
from engine.common.errors import ArgumentException
from engine.orders.fees.fee_model import FeeModel
from engine.orders.fees.order_fee import OrderFee
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters

_PER_CONTRACT = Decimal("0.5")
_CONTRACTS = (SecurityType.OPTION, SecurityType.FUTURE, SecurityType.FUTURE_OPTION)
_PER_SHARE, _MINIMUM, _MAXIMUM_RATE = Decimal("0.005"), Decimal(1), Decimal("0.005")


class AlphaStreamsFeeModel(FeeModel):
    """Half a dollar per contract; per share of the US with a minimum and a maximum."""

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        order, security = parameters.order, parameters.security
        if order.type == OrderType.OPTION_EXERCISE:
            return OrderFee.ZERO
        quantity = order.absolute_quantity_decimal
        if security.type in _CONTRACTS:
            return OrderFee(CashAmount(_PER_CONTRACT * quantity, "USD"))
        if security.type != SecurityType.EQUITY or security.symbol.id.market != "usa":
            raise ArgumentException(f"Unsupported security type: {security.type.to_string()}")
        fee, most = _PER_SHARE * quantity, _MAXIMUM_RATE * abs(order.get_value_decimal(security))
        fee = _MINIMUM if fee < _MINIMUM else min(fee, most)
        return OrderFee(CashAmount(fee, "USD"))
