"""What fill models ask of subscriptions, hours and data (LEAN: the helpers of Fills/FillModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderDirection, Resolution, TickType
from engine.common.errors import InvalidOperationException
from engine.common.numbers import to_decimal
from engine.common.time import span_to_stamp
from engine.data.base_data import NO_TIME
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.orders.fills.prices import Prices
from engine.orders.order_event import OrderEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.orders.order import Order
    from engine.securities.security import Security

_ONE_HOUR_SECONDS = 3600
_COARSE = (Resolution.HOUR, Resolution.DAILY)


def slippage_of(asset: Security, order: Order) -> Decimal:
    """Return the slippage of the security's model, exactly where the model is one of ours."""
    model = asset.slippage_model
    exact = getattr(model, "get_slippage_approximation_decimal", None)
    if exact is not None:
        return exact(asset, order)
    return to_decimal(model.get_slippage_approximation(asset, order))


def add_slippage(fill: OrderEvent, asset: Security, order: Order) -> None:
    """Worsen a fill's price by the slippage."""
    slippage = slippage_of(asset, order)
    if order.direction == OrderDirection.BUY:
        fill.fill_price_decimal += slippage
    elif order.direction == OrderDirection.SELL:
        fill.fill_price_decimal -= slippage


def no_subscription_error(asset: Security) -> InvalidOperationException:
    return InvalidOperationException(
        f"Cannot perform fill for {asset.symbol} because no data subscription were found."
    )


def no_market_data_error(
    asset: Security, side: str, types: Iterable[type] | None = None
) -> InvalidOperationException:
    known = "" if types is None else f" SubscribedTypes: [{','.join(kind.__name__ for kind in types)}]"
    return InvalidOperationException(
        f"Cannot get {side} price to perform fill for {asset.symbol} because no market data was found.{known}"
    )


def is_exchange_open(asset: Security, extended: bool) -> bool:
    """Return whether the market is open, or was during the bar that ends now."""
    exchange = asset.exchange
    local_time = asset.local_time
    if exchange.hours.is_open(local_time, extended):
        return True
    bar = asset.get_last_data()
    if bar is None:
        return False
    # A daily bar counts all its last day, any other bar until it ends.
    if (bar.end_time - bar.time).total_seconds() > _ONE_HOUR_SECONDS:
        on_bar = local_time.date() == bar.end_time.date()
    else:
        on_bar = local_time <= bar.end_time
    return on_bar and exchange.is_open_during_bar(bar.time, bar.end_time, extended)


def has_extended_hours(configs: Iterable[SubscriptionDataConfig]) -> bool:
    return any(config.extended_market_hours for config in configs)


def should_wait_for_fresh_data(configs: Iterable[SubscriptionDataConfig]) -> bool:
    """Return whether all the algorithm sees of the security is hourly or daily."""
    visible = [config.resolution for config in configs if not config.is_internal_feed]
    return bool(visible) and all(resolution in _COARSE for resolution in visible)


def should_wait_on_stale(configs: list[SubscriptionDataConfig], data_end: int, order_time: int) -> bool:
    """Return whether an order waits for data younger than `data_end`: more than one bar behind the order."""
    if should_wait_for_fresh_data(configs):
        return True
    finest = min((config.resolution for config in configs), default=Resolution.DAILY)
    if finest == Resolution.TICK:
        return False
    return order_time - data_end > span_to_stamp(finest.to_time_span())


def last_data_prices(asset: Security) -> Prices:
    """Return the prices of the security's cache, which serve where no subscribed type has data."""
    cache = asset.cache
    data = cache.get_data()
    if data is None:
        return _EMPTY
    prices = Prices(
        data.time,
        data.end_time,
        asset.price_decimal,
        asset.open_decimal,
        asset.high_decimal,
        asset.low_decimal,
        asset.close_decimal,
    )
    prices._take_stamps(data)
    return prices


def _no_prices() -> Prices:
    prices = Prices(NO_TIME, NO_TIME, *(Decimal(0),) * 5)
    prices.start_stamp = prices.end_stamp = -(2**62)  # older than any order
    return prices


_EMPTY = _no_prices()


def tick_prices(asset: Security, direction: OrderDirection) -> Prices | None:
    """Return the prices of the last tick: its side of the quote, else its own price."""
    tick = asset.cache.get_data(Tick)
    if tick is None:
        return None
    price = tick.bid_price if direction == OrderDirection.SELL else tick.ask_price
    price = price or tick.value
    if not price:
        return None
    prices = Prices(tick.time, tick.end_time, price, 0, 0, 0, 0)
    prices._take_stamps(tick)
    return prices


def quote_prices(asset: Security, direction: OrderDirection) -> Prices | None:
    """Return the prices of the last quote bar's bid (sales) or ask, None without that side."""
    bar = asset.cache.get_data(QuoteBar)
    if bar is None:
        return None
    side = bar.bid if direction == OrderDirection.SELL else bar.ask
    return None if side is None else Prices.of_side(bar, side)


def prices_of(asset: Security, direction: OrderDirection, types: set[type]) -> Prices:
    """Return tick, quote or trade prices, whichever subscribed type comes first and has data."""
    prices = tick_prices(asset, direction) if Tick in types else None
    if prices is None and QuoteBar in types:
        prices = quote_prices(asset, direction)
    if prices is None and TradeBar in types:
        bar = asset.cache.get_data(TradeBar)
        prices = None if bar is None else Prices(bar)
    return last_data_prices(asset) if prices is None else prices


def last_tick(asset: Security, tick_type: TickType, price: str) -> Any:
    """Return the last tick of a kind whose attribute `price` is above zero."""
    ticks = asset.cache.get_all(Tick)
    return next((t for t in reversed(ticks) if t.tick_type == tick_type and getattr(t, price) > 0), None)


def opposite_price(asset: Security, side: str, types: set[type]) -> Decimal:
    """Return the latest bid or ask (`side`), for touched limits; LEAN: FillModel.GetAskPrice, GetBidPrice."""
    if Tick in types:
        quote = last_tick(asset, TickType.QUOTE, f"{side}_price")
        if quote is not None:
            return to_decimal(getattr(quote, f"{side}_price"))
    if QuoteBar in types:
        bar = asset.cache.get_data(QuoteBar)
        if bar is not None:
            return close_of_side(bar, side)
    if Tick in types:
        trade = last_tick(asset, TickType.TRADE, "value")
        if trade is not None:
            return trade.value_decimal
    if TradeBar in types:
        bar = asset.cache.get_data(TradeBar)
        if bar is not None:
            return bar.close_decimal
    raise no_market_data_error(asset, side)


def close_of_side(bar: QuoteBar, side: str) -> Decimal:
    """Return the close of a quote bar's bid or ask, or of the bar where that side is missing."""
    found = getattr(bar, side)
    return bar.close_decimal if found is None else found.close_decimal


def local_order_time(asset: Security, order: Order) -> datetime:
    return asset.exchange.time_zone.local_datetime(order.time_stamp)
