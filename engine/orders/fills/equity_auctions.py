"""Opening and closing prints of equities in tick data (LEAN: EquityFillModel.cs)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import TickType
from engine.data.market.tick import Tick
from engine.orders.fills.fill_data import local_order_time

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security

# LEAN: Common/Data/Auxiliary/TradeConditionFlags.cs
_OPEN_FLAGS = 1 << 26 | 1 << 6
_CLOSE_FLAGS = 1 << 24 | 1 << 7
_PATIENCE = timedelta(minutes=1)


def opening_trade(fill: OrderEvent, asset: Security) -> datetime | None:
    """Write the opening print's price into the fill; return the tick's time, None while waiting."""
    trades = [trade for trade in _trades(asset) if asset.exchange.date_time_is_open(trade.time)]
    tick = next((t for t in trades if _is_print(t, asset, _OPEN_FLAGS)), None)
    if tick is None:
        fill.message = "No trade with the OfficialOpen or OpeningPrints flag within the 1-minute timeout."
        tick = _last(trades, asset)
        if tick is None:
            return None
        today = asset.local_time
        opened = asset.exchange.hours.get_market_hours(today).get_market_open(timedelta(0), False)
        if opened is not None and _time_of_day(tick.end_time) - opened < _PATIENCE:
            return None
        fill.message += f" Fill with last {tick.tick_type.to_string()} data."
    if tick.tick_type == TickType.TRADE:
        fill.fill_price_decimal = tick.value_decimal
    return tick.end_time


def auction_trade(fill: OrderEvent, asset: Security, order: Order, extended: bool) -> bool:
    """Write the price of the closing print into the fill; return False while waiting for one."""
    trades = _trades(asset)
    prints = [t for t in trades if _is_print(t, asset, _CLOSE_FLAGS)]
    tick = prints[-1] if prints else None
    if tick is None:
        tick = _last(trades, asset)
        flags = "No trade with the OfficialClose or ClosingPrints flag"
        if extended:
            fill.message = f"{flags} within the 1-minute timeout."
            close = asset.exchange.hours.get_next_market_close(local_order_time(asset, order), False)
            if tick is not None and tick.end_time - close < _PATIENCE:
                return False
        else:
            fill.message = f"{flags} for data that does not include extended market hours."
        if tick is not None:
            fill.message += f" Fill with last {tick.tick_type.to_string()} data."
    if tick is not None and tick.tick_type == TickType.TRADE:
        fill.fill_price_decimal = tick.value_decimal
    return True


def _trades(asset: Security) -> list[Any]:
    trades = [tick for tick in asset.cache.get_all(Tick) if tick.tick_type == TickType.TRADE]
    return sorted(trades, key=lambda trade: trade.end_time)


def _last(trades: list[Any], asset: Security) -> Any:
    if trades:
        return trades[-1]
    ticks = asset.cache.get_all(Tick)
    return ticks[-1] if ticks else None


def _is_print(trade: Any, asset: Security, flags: int) -> bool:
    if not trade.sale_condition.strip() or trade.exchange_code != asset.primary_exchange.code:
        return False
    return bool(trade.parsed_sale_condition & flags)


def _time_of_day(time: datetime) -> timedelta:
    return timedelta(hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond)
