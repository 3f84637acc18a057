"""Cached data under a split (LEAN: Extensions.Scale)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import MarketDataType, TickType
from engine.common.numbers import round_decimal, to_decimal, to_float
from engine.data.market.bar import Bar

if TYPE_CHECKING:
    from engine.data.base_data import BaseData


def scale_by_split(data: BaseData, factor: Decimal) -> None:
    """Multiply the prices of bars and ticks by the split's factor, and divide their sizes by it."""
    scale = _SCALES.get(data.data_type)
    if scale is not None:
        scale(data, factor)


def _price(value: Decimal, factor: Decimal) -> float:
    return to_float(value * factor)


def _size(value: float, factor: Decimal) -> float:
    return to_float(round_decimal(to_decimal(value) * (1 / factor)))


def _scale_trade_bar(bar: Any, factor: Decimal) -> None:
    prices = {name: _price(getattr(bar, f"{name}_decimal"), factor) for name in ("open", "high", "low")}
    close = _price(bar.close_decimal, factor)
    bar.detach()
    for name, value in prices.items():
        setattr(bar, name, value)
    bar.value = close
    bar.volume = _size(bar.volume, factor)


def _scale_quote_bar(bar: Any, factor: Decimal) -> None:
    sides = {
        name: None
        if side is None
        else Bar(*(_price(side.decimal(field), factor) for field in ("open", "high", "low", "close")))
        for name, side in (("bid", bar.bid), ("ask", bar.ask))
    }
    bar.detach()
    bar.bid, bar.ask = sides["bid"], sides["ask"]
    bar.last_bid_size = _size(bar.last_bid_size, factor)
    bar.last_ask_size = _size(bar.last_ask_size, factor)
    bar.value = bar.close


def _scale_tick(tick: Any, factor: Decimal) -> None:
    if tick.tick_type == TickType.OPEN_INTEREST:
        return
    tick.detach()
    if tick.tick_type == TickType.TRADE:
        tick.value = _price(to_decimal(tick.value), factor)
        tick.quantity = _size(tick.quantity, factor)
        return
    for side in ("bid", "ask"):
        setattr(tick, f"{side}_price", _price(to_decimal(getattr(tick, f"{side}_price")), factor))
        setattr(tick, f"{side}_size", _size(getattr(tick, f"{side}_size"), factor))
    if tick.bid_price and tick.ask_price:
        tick.value = (tick.bid_price + tick.ask_price) / 2
    else:
        tick.value = tick.bid_price or tick.ask_price


_SCALES = {
    MarketDataType.TRADE_BAR: _scale_trade_bar,
    MarketDataType.QUOTE_BAR: _scale_quote_bar,
    MarketDataType.TICK: _scale_tick,
}
