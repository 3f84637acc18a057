"""Statistics and trades as result files hold them (LEAN: AlgorithmPerformance.cs, Trade.cs)."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.common.numbers import decimal_to_string, round_decimal
from engine.common.symbol import Symbol
from engine.statistics.algorithm_performance import AlgorithmPerformance
from engine.statistics.trade import Trade

_DIGITS = 4
_UPPER_WORDS = {"mae": "MAE", "mfe": "MFE"}


def iso_time(time: datetime) -> str:
    """Return a UTC moment as Newtonsoft writes it: a fraction only where there is one."""
    fraction = f".{time.microsecond:06d}".rstrip("0") if time.microsecond else ""
    return f"{time:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def time_span(span: timedelta) -> str:
    """Return a span as .NET writes it, e.g. 1.06:30:00."""
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    days = f"{span.days}." if span.days else ""
    fraction = f".{span.microseconds:06d}0" if span.microseconds else ""
    return f"{sign}{days}{hours:02d}:{minutes:02d}:{seconds:02d}{fraction}"


def performance_json(performance: AlgorithmPerformance, with_trades: bool) -> dict[str, Any]:
    return {
        "tradeStatistics": _figures(performance.trade_statistics),
        "portfolioStatistics": _figures(performance.portfolio_statistics),
        "closedTrades": [trade_json(trade) for trade in performance.closed_trades] if with_trades else [],
    }


def trade_json(trade: Trade) -> dict[str, Any]:
    return {
        "id": trade.id,
        "symbols": [symbol_json(symbol) for symbol in trade.symbols],
        "entryTime": iso_time(trade.entry_time),
        "entryPrice": trade.entry_price_decimal,
        "direction": int(trade.direction),
        "quantity": trade.quantity_decimal,
        "exitTime": iso_time(trade.exit_time),
        "exitPrice": trade.exit_price_decimal,
        "profitLoss": trade.profit_loss_decimal,
        "totalFees": trade.total_fees_decimal,
        "mae": trade.mae_decimal,
        "mfe": trade.mfe_decimal,
        "duration": time_span(trade.duration),
        "endTradeDrawdown": trade.end_trade_drawdown_decimal,
        "isWin": trade.is_win,
        "orderIds": list(trade.order_ids),
    }


def symbol_json(symbol: Symbol) -> dict[str, Any]:
    data: dict[str, Any] = {"value": symbol.value, "id": str(symbol.id), "permtick": symbol.value}
    if symbol.has_underlying:
        data["underlying"] = symbol_json(symbol.underlying)
    return data


def _figures(statistics: Any) -> dict[str, Any]:
    named = ((field.name, getattr(statistics, field.name)) for field in fields(statistics))
    return {_camel_case(name): _figure(value) for name, value in named}


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(_UPPER_WORDS.get(word, word.capitalize()) for word in rest)


def _figure(value: Any) -> Any:
    # Decimals are texts, so that no reader loses digits.
    if isinstance(value, Decimal):
        return decimal_to_string(round_decimal(value, _DIGITS))
    if isinstance(value, timedelta):
        return time_span(value)
    return iso_time(value) if isinstance(value, datetime) else value
