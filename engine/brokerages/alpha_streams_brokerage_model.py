"""Alpha streams (LEAN: Common/Brokerages/AlphaStreamsBrokerageModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.brokerages.default_brokerage_model import DefaultBrokerageModel
from engine.common.enums import AccountType
from engine.common.errors import ArgumentException
from engine.orders.fees.alpha_streams_fee_model import AlphaStreamsFeeModel
from engine.orders.slippage.alpha_streams_slippage_model import AlphaStreamsSlippageModel
from engine.securities.settlement_model import ImmediateSettlementModel

if TYPE_CHECKING:
    from engine.orders.fees.fee_model import FeeModel
    from engine.securities.security import Security


class AlphaStreamsBrokerageModel(DefaultBrokerageModel):
    """Margin accounts without leverage, with slippage."""

    def __init__(self, account_type: AccountType = AccountType.MARGIN) -> None:
        if account_type == AccountType.CASH:
            raise ArgumentException(
                "The Alpha Streams brokerage does not currently support Cash trading.", "accountType"
            )
        super().__init__(account_type)

    def get_leverage(self, security: Security) -> float:
        return 1.0

    def get_fee_model(self, security: Security) -> FeeModel:
        return AlphaStreamsFeeModel()

    def get_slippage_model(self, security: Security) -> Any:
        return AlphaStreamsSlippageModel()

    def get_settlement_model(self, security: Security) -> Any:
        return ImmediateSettlementModel()
