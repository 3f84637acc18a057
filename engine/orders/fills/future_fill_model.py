"""The fill model of futures (LEAN: Common/Orders/Fills/FutureFillModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.orders.fills.fill_data import has_extended_hours

if TYPE_CHECKING:
    from engine.orders.market_order import MarketOrder
    from engine.orders.order_event import OrderEvent
    from engine.orders.stop_market_order import StopMarketOrder
    from engine.securities.security import Security
from engine.orders.fills.immediate_fill_model import ImmediateFillModel


class FutureFillModel(ImmediateFillModel):
    """Market orders fill in extended hours too, stops where extended hours are subscribed."""

    def market_fill(self, asset: Security, order: MarketOrder) -> OrderEvent:
        return self._market_fill(asset, order, extended=True)

    def stop_market_fill(self, asset: Security, order: StopMarketOrder) -> OrderEvent:
        return self._stop_fill(asset, order, extended=has_extended_hours(self._configs(asset)))
