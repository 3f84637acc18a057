"""TradeStation's fees (LEAN: Common/Orders/Fees/TradeStationFeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import SecurityType
from engine.orders.fees.fee_model import FeeModel
from engine.orders.fees.order_fee import OrderFee
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters

_OPTION_FEES = {SecurityType.OPTION: Decimal("0.6"), SecurityType.INDEX_OPTION: Decimal(1)}
_FUTURE_FEE = Decimal("1.5")


class TradeStationFeeModel(FeeModel):
    """Per contract; those who do not live in the United States pay 5 dollars more for each trade."""

    def __init__(self, us_resident: bool = True) -> None:
        self.us_resident = us_resident

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        quantity = parameters.order.absolute_quantity_decimal
        kind = parameters.security.type
        if kind == SecurityType.FUTURE:
            return OrderFee(CashAmount(quantity * _FUTURE_FEE, "USD"))
        per_trade = Decimal(0 if self.us_resident else 5)
        return OrderFee(CashAmount(per_trade + quantity * _OPTION_FEES.get(kind, Decimal(0)), "USD"))
