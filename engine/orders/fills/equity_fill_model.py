"""The fill model of equities: trades decide, quotes price (LEAN: Common/Orders/Fills/EquityFillModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderStatus
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.orders.fills.equity_auctions import auction_trade, opening_trade
from engine.orders.fills.equity_prices import (
    BestEffort,
    best_effort_price,
    best_effort_trade_bar,
    gap_message,
)
from engine.orders.fills.fill_data import (
    add_slippage,
    has_extended_hours,
    is_exchange_open,
    local_order_time,
    no_subscription_error,
    should_wait_on_stale,
    slippage_of,
)
from engine.orders.fills.fill_model import BUY, SELL, FillModel, complete, has_closed_since
from engine.orders.lean_text import time_text

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from engine.orders.limit_if_touched_order import LimitIfTouchedOrder
    from engine.orders.limit_order import LimitOrder
    from engine.orders.market_on_close_order import MarketOnCloseOrder
    from engine.orders.market_on_open_order import MarketOnOpenOrder
    from engine.orders.market_order import MarketOrder
    from engine.orders.order import Order
    from engine.orders.order_event import OrderEvent
    from engine.orders.stop_market_order import StopMarketOrder
    from engine.securities.security import Security


class EquityFillModel(FillModel):
    """Tests limits and stops against trades, market orders against quotes the algorithm sees."""

    def market_fill(self, asset: Security, order: MarketOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        if order.status == OrderStatus.CANCELED or not is_exchange_open(asset, False):
            return fill
        slippage = slippage_of(asset, order)
        best = self._best_effort(asset, order)
        if best.stale_since is not None and should_wait_on_stale(
            self._configs(asset), best.stale_since, order.time_stamp
        ):
            return fill
        complete(fill, order, best.price + slippage if order.direction == BUY else best.price - slippage)
        fill.message = best.message
        return fill

    def limit_fill(self, asset: Security, order: LimitOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        bar = self._trade_bar(asset, order, self._extended_hours(asset))
        if bar is None:
            return fill
        limit = order.limit_price_decimal
        opened = bar.open_decimal
        if order.direction == BUY and bar.low_decimal < limit:
            self._fill_or_gap(fill, asset, order, limit, bar if opened < limit else None)
        elif order.direction == SELL and bar.high_decimal > limit:
            self._fill_or_gap(fill, asset, order, limit, bar if opened > limit else None)
        return fill

    @staticmethod
    def _fill_or_gap(fill: OrderEvent, asset: Security, order: LimitOrder, limit: Decimal, gap: Any) -> None:
        complete(fill, order, limit if gap is None else gap.open_decimal)
        if gap is not None:
            fill.message = gap_message(asset, gap, favorable=True)

    def stop_market_fill(self, asset: Security, order: StopMarketOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        bar = self._trade_bar(asset, order, extended=False)
        if bar is None:
            return fill
        stop = order.stop_price_decimal
        if order.direction == SELL:
            hit, gapped = bar.low_decimal <= stop, bar.open_decimal <= stop
        else:
            hit, gapped = bar.high_decimal >= stop, bar.open_decimal >= stop
        if hit:
            complete(fill, order, bar.open_decimal if gapped else stop)
            add_slippage(fill, asset, order)
            if gapped:
                fill.message = gap_message(asset, bar, favorable=False)
        return fill

    def limit_if_touched_fill(self, asset: Security, order: LimitIfTouchedOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        bar = self._trade_bar(asset, order, self._extended_hours(asset))
        if bar is None:
            return fill
        trigger, limit = order.trigger_price_decimal, order.limit_price_decimal
        if order.direction == BUY and (bar.low_decimal <= trigger or order.trigger_touched):
            order.trigger_touched = True
            best = self._best_effort(asset, order)
            if best.price <= limit:
                complete(fill, order, best.price)
                fill.message = best.message
        elif order.direction == SELL and (bar.high_decimal >= trigger or order.trigger_touched):
            order.trigger_touched = True
            best = self._best_effort(asset, order)
            if best.price >= limit:
                complete(fill, order, best.price)
                fill.message = best.message
        return fill

    def market_on_open_fill(self, asset: Security, order: MarketOnOpenOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        if order.status == OrderStatus.CANCELED:
            return fill
        ordered_at = local_order_time(asset, order)
        end = self._take_open(fill, asset, ordered_at)
        if end is None or ordered_at >= end:
            return fill
        # One placed while the market was open waits for another day.
        if asset.exchange.date_time_is_open(ordered_at) and ordered_at.date() == end.date():
            return fill
        if is_exchange_open(asset, False):
            self._complete_auction(fill, asset, order)
        return fill

    def _take_open(self, fill: OrderEvent, asset: Security, ordered_at: datetime) -> datetime | None:
        """Write the opening price into the fill and return the end of its data, None to go on waiting."""
        types = self._subscribed_types(asset)
        if Tick in types:
            return opening_trade(fill, asset)
        if TradeBar not in types:
            # LEAN leaves its end time at the beginning of time here: such an order never fills.
            return None
        bar = asset.cache.get_data(TradeBar)
        if bar is None or bar.time < ordered_at:
            return None
        if bar.period.total_seconds() < 3600 and not asset.exchange.date_time_is_open(bar.time):
            return None
        fill.fill_price_decimal = bar.open_decimal
        return bar.end_time

    def market_on_close_fill(self, asset: Security, order: MarketOnCloseOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        if order.status == OrderStatus.CANCELED or not has_closed_since(asset, order):
            return fill
        types = self._subscribed_types(asset)
        if Tick in types:
            extended = has_extended_hours(self._visible_configs(asset))
            if not auction_trade(fill, asset, order, extended):
                return fill
        elif TradeBar in types:
            bar = asset.cache.get_data(TradeBar)
            fill.fill_price_decimal = Decimal(0) if bar is None else bar.close_decimal
        else:
            when = f"{time_text(asset.local_time)} {asset.exchange.time_zone}"
            fill.message = f"Warning: No trade information available at {when}, order filled using Quote data"
        self._complete_auction(fill, asset, order)
        return fill

    def _complete_auction(self, fill: OrderEvent, asset: Security, order: Order) -> None:
        price = fill.fill_price_decimal
        if not price:
            best = self._best_effort(asset, order)
            price = best.price
            fill.message += best.message
        complete(fill, order, price)
        add_slippage(fill, asset, order)

    # what counts

    def _trade_bar(self, asset: Security, order: Order, extended: bool) -> Any:
        if order.status == OrderStatus.CANCELED or not is_exchange_open(asset, extended):
            return None
        return best_effort_trade_bar(asset, order.time_stamp, self._subscribed_types(asset))

    def _best_effort(self, asset: Security, order: Order) -> BestEffort:
        side = "ask" if order.direction == BUY else "bid"
        cut_off = order.time_stamp - self._stale_span()
        return best_effort_price(asset, side, cut_off, self._subscribed_types(asset))

    def _visible_configs(self, asset: Security) -> list:
        return [config for config in self._configs(asset) if not config.is_internal_feed]

    def _subscribed_types(self, asset: Security) -> set[type]:
        types = {config.type for config in self._visible_configs(asset)}
        if not types:
            raise no_subscription_error(asset)
        return types

    def _extended_hours(self, asset: Security) -> bool:
        return has_extended_hours(self._visible_configs(asset))
