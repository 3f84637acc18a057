"""Fills at the latest price (LEAN: Common/Orders/Fills/LatestPriceFillModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.orders.fills.fill_data import last_data_prices, quote_prices, tick_prices
from engine.orders.fills.prices import Prices, end_utc

if TYPE_CHECKING:
    from engine.securities.security import Security
from engine.orders.fills.immediate_fill_model import ImmediateFillModel


class LatestPriceFillModel(ImmediateFillModel):
    """Takes whichever of trade and quote is younger; for assets with both, such as crypto."""

    def get_prices(self, asset: Security, direction: OrderDirection) -> Prices:
        if direction == OrderDirection.HOLD:
            return last_data_prices(asset)
        configs = self.parameters.config_provider.get_configs(asset.symbol)
        if any(config.type is Tick for config in configs):
            prices = tick_prices(asset, direction)
            if prices is not None:
                return prices
        quote = asset.cache.get_data(QuoteBar)
        if quote is None:
            return last_data_prices(asset)
        trade = asset.cache.get_data(TradeBar)
        if trade is not None and end_utc(asset, trade) > end_utc(asset, quote):
            return Prices(trade)
        return quote_prices(asset, direction) or last_data_prices(asset)
