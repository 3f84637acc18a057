"""What QCAlgorithm refuses before a request becomes an order (LEAN: QCAlgorithm.Trading.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import (
    AlgorithmStatus,
    OptionStyle,
    OrderResponseErrorCode,
    OrderType,
    Resolution,
    SecurityType,
)
from engine.common.errors import InvalidOperationException
from engine.common.numbers import decimal_to_string
from engine.common.time import span_to_stamp, to_datetime
from engine.orders.market_on_close_order import MarketOnCloseOrder
from engine.orders.order_response import OrderResponse
from engine.securities.margin_target import zero_price_message

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.orders.submit_order_request import SubmitOrderRequest
    from engine.securities.security import Security

_ERROR = OrderResponseErrorCode
_FUTURES = (SecurityType.FUTURE, SecurityType.FUTURE_OPTION)
_PAIRS = (SecurityType.FOREX, SecurityType.CRYPTO)

Refusal = tuple[OrderResponseErrorCode, str] | None


def pre_order_checks(algorithm: QCAlgorithm, request: SubmitOrderRequest) -> OrderResponse:
    """Return success, or the error of the first check that fails."""
    if algorithm.is_warming_up:
        return OrderResponse.warming_up(request)
    security = algorithm.securities.get(request.symbol)
    if security is None:
        return OrderResponse.missing_security(request)
    if not request.quantity_decimal:
        return OrderResponse.zero_quantity(request)
    for check in _CHECKS:
        refusal = check(algorithm, request, security)
        if refusal is not None:
            return OrderResponse.error(request, *refusal)
    return OrderResponse.success(request)


def _check_lot(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    size, lot = abs(request.quantity_decimal), security.symbol_properties.lot_size_decimal
    if size >= lot:
        return None
    return _ERROR.ORDER_QUANTITY_LESS_THAN_LOT_SIZE, (
        f"Unable to submit order with id {request.order_id} which quantity ({decimal_to_string(size)})"
        " is less than"
        f" lot size ({decimal_to_string(lot)})."
    )


def _check_tradable(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    if security.is_tradable:
        return None
    return (
        _ERROR.NON_TRADABLE_SECURITY,
        f"The security with symbol '{request.symbol}' is marked as non-tradable.",
    )


def _check_exchange(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    kind = request.order_type
    if kind == OrderType.OPTION_EXERCISE and not security.exchange.exchange_open:
        return _ERROR.EXCHANGE_NOT_OPEN, f"{kind.to_string()} order and exchange not open."
    if kind == OrderType.MARKET_ON_OPEN and security.type in _FUTURES:
        algorithm.warn_once(
            "market on open for futures",
            "Warning: Market-On-Open orders are not allowed for futures and future options. Consider"
            " using limit"
            " orders during extended market hours.",
        )
        text = f"{kind.to_string()} orders not supported for {security.type.to_string()}."
        return _ERROR.EXCHANGE_NOT_OPEN, text
    return None


def _check_price(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    if security.price_decimal:
        return None
    return _ERROR.SECURITY_PRICE_ZERO, zero_price_message(security)


def _check_currency(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    book = algorithm.portfolio.cash_book
    quote = security.quote_currency.symbol
    name = request.symbol.value
    why = "This can be caused by lack of data."
    if not book.contains_key(quote):
        return _ERROR.QUOTE_CURRENCY_REQUIRED, f"{name}: requires {quote} in the cashbook to trade."
    if not security.quote_currency.conversion_rate_decimal:
        text = f"{name}: requires {quote} to have a non-zero conversion rate. {why}"
        return _ERROR.CONVERSION_RATE_ZERO, text
    if security.type not in _PAIRS:
        return None
    base = security.base_currency.symbol  # type: ignore[attr-defined]
    if not book.contains_key(base):
        text = f"{name}: requires {base} and {quote} in the cashbook to trade."
        return _ERROR.FOREX_BASE_AND_QUOTE_CURRENCIES_REQUIRED, text
    if not book[base].conversion_rate_decimal:
        text = f"{name}: requires {base} and {quote} to have non-zero conversion rates. {why}"
        return _ERROR.FOREX_CONVERSION_RATE_ZERO, text
    return None


def _check_data(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    if security.has_data:
        return None
    return _ERROR.SECURITY_HAS_NO_DATA, (
        "There is no data for this symbol yet, please check the security.HasData flag to ensure there"
        " is at least"
        " one data point."
    )


def _check_count(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    limit = algorithm.max_orders
    if algorithm.live_mode or algorithm.transactions.orders_count <= limit:
        return None
    algorithm.set_status(AlgorithmStatus.STOPPED)
    return _ERROR.EXCEEDED_MAXIMUM_ORDERS, (
        f"You have exceeded maximum number of orders ({limit}), for unlimited orders upgrade your account."
    )


def _check_exercise(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    if request.order_type != OrderType.OPTION_EXERCISE:
        return None
    symbol = request.symbol
    if not security.type.is_option():
        return _ERROR.NON_EXERCISABLE_SECURITY, f"The security with symbol '{symbol}' is not exercisable."
    if symbol.id.option_style == OptionStyle.EUROPEAN:
        expiry = to_datetime(security.exchange.time_zone.utc_stamp(symbol.id.date))
        if to_datetime(algorithm.utc_stamp).date() < expiry.date():
            text = f"Cannot exercise European style option with symbol '{symbol}' before its expiration date."
            return _ERROR.EUROPEAN_OPTION_NOT_EXPIRED_ON_EXERCISE, text
    if security.holdings.is_short:
        return _ERROR.UNSUPPORTED_REQUEST_TYPE, (
            f"The security with symbol '{symbol}' has a short option position. Only long option positions are"
            " exercisable."
        )
    if abs(request.quantity_decimal) > security.holdings.quantity_decimal:
        text = f"Cannot exercise more contracts of '{symbol}' than is currently available in the portfolio. "
        return _ERROR.UNSUPPORTED_REQUEST_TYPE, text
    return None


def _check_auction(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    kind = request.order_type
    if kind not in (OrderType.MARKET_ON_OPEN, OrderType.MARKET_ON_CLOSE):
        return None
    hours = security.exchange.hours
    if hours.is_market_always_open:
        raise InvalidOperationException(
            f"Market never closes for this symbol {security.symbol}, can no submit a {kind.to_string()}"
            " order."
        )
    if kind == OrderType.MARKET_ON_CLOSE:
        if not is_within_market_on_close_buffer(algorithm, security):
            return None
        buffer = _span_text(MarketOnCloseOrder.submission_time_buffer)
        return _ERROR.MARKET_ON_CLOSE_ORDER_TOO_LATE, (
            f"MarketOnClose orders must be placed within {buffer} before market close. Override this"
            " TimeSpan buffer"
            " by setting Orders.MarketOnCloseOrder.SubmissionTimeBuffer in QCAlgorithm.Initialize()."
        )
    # With daily data alone, open and close are all there is to trade at: it stands for the next open.
    if not hours.is_open(security.local_time, False) or is_daily_only(algorithm, security.symbol):
        return None
    text = "Cannot submit a MarketOnOpen order while the market is open."
    return _ERROR.MARKET_ON_OPEN_NOT_ALLOWED_DURING_REGULAR_HOURS, text


def _check_split(algorithm: QCAlgorithm, request: SubmitOrderRequest, security: Security) -> Refusal:
    # Contracts were chosen with the price before the split.
    current: Any = algorithm.current_slice
    if current is None or not request.security_type.is_option() or not current.splits.count:
        return None
    if not current.splits.contains_key(request.symbol.underlying):
        return None
    text = "Options orders are not allowed when a split occurred for its underlying stock"
    algorithm.warn_once("option order on split", f"Warning: {text}")
    return _ERROR.OPTION_ORDER_ON_STOCK_SPLIT, text


_CHECKS = (
    _check_lot,
    _check_tradable,
    _check_exchange,
    _check_price,
    _check_currency,
    _check_data,
    _check_count,
    _check_exercise,
    _check_auction,
    _check_split,
)


def is_daily_only(algorithm: QCAlgorithm, symbol: Symbol) -> bool:
    """Return whether all the algorithm sees of a symbol is daily."""
    configs = algorithm.subscription_manager.subscription_data_config_service.get_configs(symbol)
    return bool(configs) and all(config.resolution == Resolution.DAILY for config in configs)


def is_within_market_on_close_buffer(algorithm: QCAlgorithm, security: Security) -> bool:
    """Return whether it is too late today for an order at the close."""
    hours = security.exchange.hours
    if hours.is_market_always_open:
        return False
    close = hours.get_next_market_close(security.local_time, False)
    latest = hours.time_zone.utc_stamp(close) - span_to_stamp(MarketOnCloseOrder.submission_time_buffer)
    return algorithm.utc_stamp > latest


def _span_text(span: timedelta) -> str:
    hours, rest = divmod(span // timedelta(seconds=1), 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
