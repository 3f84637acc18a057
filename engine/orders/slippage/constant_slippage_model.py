"""A constant share of the price (LEAN: Common/Orders/Slippage/ConstantSlippageModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security
from engine.orders.slippage.slippage_model import SlippageModel


class ConstantSlippageModel(SlippageModel):
    """A fraction of the last price."""

    def __init__(self, slippage_percent: float | Decimal) -> None:
        self._slippage_percent = to_decimal(slippage_percent)

    def _slippage(self, asset: Security, order: Order) -> Decimal:
        return asset.cache.last_value_decimal * self._slippage_percent
