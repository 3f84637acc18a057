"""Alpaca's fees (LEAN: Common/Orders/Fees/AlpacaFeeModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import SecurityType
from engine.common.errors import UnsupportedMemberError
from engine.orders.fees.fee_model import FeeModel

if TYPE_CHECKING:
    from engine.orders.fees.order_fee import OrderFee
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters


class AlpacaFeeModel(FeeModel):
    """Stocks and options are free; crypto, which is not, the engine does not trade."""

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        if parameters.security.type == SecurityType.CRYPTO:
            raise UnsupportedMemberError("AlpacaFeeModel for crypto")
        return super().get_order_fee(parameters)
