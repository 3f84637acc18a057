"""One basis point (LEAN: Common/Orders/Slippage/AlphaStreamsSlippageModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import SecurityType

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security
from engine.orders.slippage.slippage_model import SlippageModel

_ZERO = Decimal(0)


class AlphaStreamsSlippageModel(SlippageModel):
    """One basis point of the last price for equities, nothing for anything else."""

    def _slippage(self, asset: Security, order: Order) -> Decimal:
        if asset.type != SecurityType.EQUITY:
            return _ZERO
        return Decimal("0.0001") * asset.cache.last_value_decimal
