"""The best bid, ask or trade for an equity order (LEAN: the helpers of EquityFillModel.cs)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import TickType
from engine.common.numbers import to_decimal
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.orders.fills.fill_data import close_of_side, last_tick, no_market_data_error
from engine.orders.fills.prices import end_utc
from engine.orders.lean_text import time_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.data.base_data import BaseData
    from engine.securities.security import Security


@dataclass(slots=True)
class BestEffort:
    """A price, the warning that comes with it, and the end of the data if that is stale."""

    price: Decimal
    message: str = ""
    stale_since: int | None = None


def best_effort_price(asset: Security, side: str, cut_off: int, types: set[type]) -> BestEffort:
    """Return the latest bid or ask (`side`), or the latest trade where quotes are older than `cut_off`.

    Quotes come before trades and ticks before bars; the first that is fresh wins, else the youngest of all.
    """
    best: BestEffort | None = None
    best_end: int | None = None
    for data, price, fresh_message, stale_message in _candidates(asset, side, types):
        end = end_utc(asset, data)
        if best_end is not None and end <= best_end:
            continue
        if end >= cut_off:
            return BestEffort(price, fresh_message)
        best, best_end = BestEffort(price, stale_message, end), end
    if best is None:
        raise no_market_data_error(asset, side, types)
    return best


def _candidates(asset: Security, side: str, types: set[type]) -> Iterator[tuple[BaseData, Decimal, str, str]]:
    """Yield data with its price, its message while fresh and its message when stale, in LEAN's order."""
    quote = last_tick(asset, TickType.QUOTE, f"{side}_price") if Tick in types else None
    if quote is not None:
        yield quote, to_decimal(getattr(quote, f"{side}_price")), "", _stale_quote(asset, quote, "Quote Tick")
    bar = asset.cache.get_data(QuoteBar) if QuoteBar in types else None
    if bar is not None:
        yield bar, close_of_side(bar, side), "", _stale_quote(asset, bar, "QuoteBar")
    trade = _last_trade(asset) if Tick in types else None
    if trade is not None:
        message = _no_quote(asset, trade, "Trade Tick")
        yield trade, trade.value_decimal, message, message
    bar = asset.cache.get_data(TradeBar) if TradeBar in types else None
    if bar is not None:
        message = _no_quote(asset, bar, "TradeBar")
        yield bar, bar.close_decimal, message, message


def _last_trade(asset: Security) -> Any:
    return next((t for t in reversed(asset.cache.get_all(Tick)) if t.tick_type == TickType.TRADE), None)


def _stale_quote(asset: Security, data: BaseData, kind: str) -> str:
    zone = asset.exchange.time_zone
    return f"Warning: fill at stale price ({time_text(data.end_time)} {zone}), using {kind} data."


def _no_quote(asset: Security, data: BaseData, kind: str) -> str:
    when = f"{time_text(data.end_time)} {asset.exchange.time_zone}"
    return f"Warning: No quote information available at {when}, order filled using {kind} data"


def best_effort_trade_bar(asset: Security, order_time: int, types: set[type]) -> Any:
    """Return the last trade bar (the ticks of this moment as one) if it ends after the order was placed."""
    if Tick in types:
        bar = _bar_of_trades(asset)
    else:
        bar = asset.cache.get_data(TradeBar) if TradeBar in types else None
    if bar is None or end_utc(asset, bar) <= order_time:
        return None
    return bar


def _bar_of_trades(asset: Security) -> TradeBar | None:
    trades = [tick for tick in asset.cache.get_all(Tick) if tick.tick_type == TickType.TRADE]
    if not trades:
        return None
    prices = [trade.value for trade in trades]
    first = next((price for price in prices if price), 0.0)
    volume = sum(trade.quantity for trade in trades)
    start, end = trades[0].time, trades[-1].end_time
    return TradeBar(start, asset.symbol, first, max(prices), min(prices), prices[-1], volume, end - start)


def gap_message(asset: Security, bar: TradeBar, favorable: bool) -> str:
    """Return the message of a fill at the bar's open instead of the order's price."""
    kind = "a favorable" if favorable else "an unfavorable"
    when = f"{time_text(bar.end_time)} {asset.exchange.time_zone}"
    return f"Due to {kind} gap at {when}, order filled using the open price ({bar.open_decimal:f})"
