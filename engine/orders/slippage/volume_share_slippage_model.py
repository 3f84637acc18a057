"""Slippage by share of volume (LEAN: Common/Orders/Slippage/VolumeShareSlippageModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import MarketDataType, OrderDirection, SecurityType
from engine.common.errors import InvalidOperationException
from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security
from engine.orders.slippage.slippage_model import SlippageModel

_ZERO = Decimal(0)


_WITHOUT_VOLUME = (SecurityType.CFD, SecurityType.FOREX, SecurityType.CRYPTO)


class VolumeShareSlippageModel(SlippageModel):
    """Grows with the square of the order's share of the bar's volume, up to a limit."""

    def __init__(
        self, volume_limit: float | Decimal = Decimal("0.025"), price_impact: float | Decimal = Decimal("0.1")
    ) -> None:
        self._volume_limit = to_decimal(volume_limit)
        self._price_impact = to_decimal(price_impact)

    def _slippage(self, asset: Security, order: Order) -> Decimal:
        data = asset.get_last_data()
        if data is None:
            return _ZERO
        volume = self._bar_volume(data, order)
        share = self._volume_limit
        if volume > 0:
            share = min(order.absolute_quantity_decimal / volume, self._volume_limit)
        elif asset.type in _WITHOUT_VOLUME:
            return _ZERO
        return share * share * self._price_impact * asset.cache.last_value_decimal

    @staticmethod
    def _bar_volume(data: Any, order: Order) -> Decimal:
        if data.data_type == MarketDataType.TRADE_BAR:
            return to_decimal(data.volume)
        if data.data_type != MarketDataType.QUOTE_BAR:
            raise InvalidOperationException(
                "VolumeShareSlippageModel.GetSlippageApproximation(): Cannot use this model with market data"
                f" type {type(data).__name__}"
            )
        buying = order.direction == OrderDirection.BUY
        return to_decimal(data.last_bid_size if buying else data.last_ask_size)
