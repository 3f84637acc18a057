"""Orders of an algorithm (LEAN: Algorithm/QCAlgorithm.Trading.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.algorithm.pre_order_checks import (
    is_daily_only,
    is_within_market_on_close_buffer,
)
from engine.algorithm.qc_algorithm_combos import QCAlgorithmCombos
from engine.algorithm.qc_algorithm_holdings import QCAlgorithmHoldings
from engine.common.enums import OrderDirection, OrderStatus, OrderType, SecurityType
from engine.common.numbers import to_decimal
from engine.orders.order_ticket import OrderTicket
from engine.orders.time_in_force import GoodTilDateTimeInForce, TimeInForce
from engine.orders.trailing_stop_order import TrailingStopOrder

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order_properties import OrderProperties
    from engine.securities.security import Security

Number = float | Decimal
_FUTURES = (SecurityType.FUTURE, SecurityType.FUTURE_OPTION)
_ZERO = Decimal(0)
_UNLIMITED = 2**31 - 1

_CLOSED_WARNING = (
    "Warning: market orders submitted while the market is closed are automatically converted into"
    " MarketOnOpen"
    " orders to fill at the next market open."
)
_DAILY_WARNING = (
    "Warning: market orders on daily resolution data sent during market hours are automatically"
    " converted into"
    " MarketOnClose orders (or MarketOnOpen near the close) to avoid filling at the stale previous"
    " close. Note: in"
    " live trading this conversion is not applied, as the order fills at the current market price."
)
_GTD_WARNING = (
    "Warning: Good-Til-Date Time-In-Force is not supported for MOO and MOC orders. The time-in-force"
    " will be reset"
    " to Good-Til-Canceled (GTC)."
)


class QCAlgorithmTrading(QCAlgorithmCombos, QCAlgorithmHoldings):
    """Every kind of order; each method returns the ticket (combos: one per leg)."""

    # buy, sell, order

    def buy(self: QCAlgorithm, symbol: Any, quantity: Number, *rest: Any, **named: Any) -> Any:
        """Buy units at market; option strategies take `asynchronous`, `tag` and `order_properties` too."""
        return self.order(symbol, abs(quantity), *rest, **named)

    def sell(self: QCAlgorithm, symbol: Any, quantity: Number, *rest: Any, **named: Any) -> Any:
        """Sell units at market; option strategies take `asynchronous`, `tag` and `order_properties` too."""
        return self.order(symbol, -abs(quantity), *rest, **named)

    def order(
        self: QCAlgorithm,
        symbol: Any,
        quantity: Number,
        asynchronous: bool | OrderType = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> Any:
        """Order units at market, or an option strategy as a combo."""
        if isinstance(asynchronous, OrderType):
            # An obsolete overload of LEAN has the type here, and ignores it.
            asynchronous = False
        if hasattr(symbol, "option_legs"):
            return self._order_strategy(symbol, int(quantity), asynchronous, tag, order_properties)
        return self.market_order(symbol, quantity, asynchronous, tag, order_properties)

    # single orders

    def market_order(
        self: QCAlgorithm,
        symbol: Any,
        quantity: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> OrderTicket:
        """Order at market; a closed market makes it an order for the open, daily data one for the close."""
        security = self._security_for_order(symbol)
        named: Any = {"asynchronous": asynchronous, "tag": tag, "order_properties": order_properties}
        if security.type not in _FUTURES:
            if not security.exchange.exchange_open:
                ticket = self.market_on_open_order(security.symbol, quantity, **named)
                return self._warned_conversion(ticket, "market closed", _CLOSED_WARNING)
            if self._waits_for_close(security):
                late = is_within_market_on_close_buffer(self, security)
                convert = self.market_on_open_order if late else self.market_on_close_order
                return self._warned_conversion(
                    convert(security.symbol, quantity, **named), "daily data", _DAILY_WARNING
                )
        request = self._request(OrderType.MARKET, security, quantity, tag, order_properties, asynchronous)
        ticket = self.submit_order_request(request)
        if ticket.status != OrderStatus.INVALID and not asynchronous:
            self.transactions.wait_for_order(ticket.order_id)
        return ticket

    def _waits_for_close(self: QCAlgorithm, security: Security) -> bool:
        if self.live_mode or security.exchange.hours.is_market_always_open:
            return False
        return is_daily_only(self, security.symbol)

    def _warned_conversion(self: QCAlgorithm, ticket: OrderTicket, what: str, text: str) -> OrderTicket:
        if ticket.submit_request.response.is_success:
            self.warn_once(what, text)
        return ticket

    def market_on_open_order(
        self: QCAlgorithm,
        symbol: Any,
        quantity: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> OrderTicket:
        return self._auction_order(
            OrderType.MARKET_ON_OPEN, symbol, quantity, asynchronous, tag, order_properties
        )

    def market_on_close_order(
        self: QCAlgorithm,
        symbol: Any,
        quantity: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> OrderTicket:
        return self._auction_order(
            OrderType.MARKET_ON_CLOSE, symbol, quantity, asynchronous, tag, order_properties
        )

    def _auction_order(
        self: QCAlgorithm,
        kind: OrderType,
        symbol: Any,
        quantity: Number,
        asynchronous: bool,
        tag: str | None,
        order_properties: OrderProperties | None,
    ) -> OrderTicket:
        properties = self._properties(order_properties)
        if isinstance(properties.time_in_force, GoodTilDateTimeInForce):
            properties.time_in_force = TimeInForce.GOOD_TIL_CANCELED
            self.warn_once("good til date", _GTD_WARNING)
        security = self._security_for_order(symbol)
        return self.submit_order_request(
            self._request(kind, security, quantity, tag, properties, asynchronous)
        )

    def limit_order(
        self: QCAlgorithm,
        symbol: Any,
        quantity: Number,
        limit_price: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> OrderTicket:
        return self._priced_order(
            OrderType.LIMIT, symbol, quantity, asynchronous, tag, order_properties, limit_price=limit_price
        )

    def stop_market_order(
        self: QCAlgorithm,
        symbol: Any,
        quantity: Number,
        stop_price: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> OrderTicket:
        return self._priced_order(
            OrderType.STOP_MARKET,
            symbol,
            quantity,
            asynchronous,
            tag,
            order_properties,
            stop_price=stop_price,
        )

    def stop_limit_order(
        self: QCAlgorithm,
        symbol: Any,
        quantity: Number,
        stop_price: Number,
        limit_price: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> OrderTicket:
        return self._priced_order(
            OrderType.STOP_LIMIT,
            symbol,
            quantity,
            asynchronous,
            tag,
            order_properties,
            stop_price=stop_price,
            limit_price=limit_price,
        )

    def limit_if_touched_order(
        self: QCAlgorithm,
        symbol: Any,
        quantity: Number,
        trigger_price: Number,
        limit_price: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> OrderTicket:
        return self._priced_order(
            OrderType.LIMIT_IF_TOUCHED,
            symbol,
            quantity,
            asynchronous,
            tag,
            order_properties,
            trigger_price=trigger_price,
            limit_price=limit_price,
        )

    def trailing_stop_order(
        self: QCAlgorithm, symbol: Any, quantity: Number, *arguments: Any, **named: Any
    ) -> OrderTicket:
        """Order a stop that follows the market.

        `(symbol, quantity[, stop_price], trailing_amount, trailing_as_percentage, asynchronous, tag,
        order_properties)`; without a stop price it starts at the trailing distance from the last price.
        """
        security = self._security_for_order(symbol)
        given = _trailing_arguments(arguments, named)
        amount, as_percentage = to_decimal(given["trailing_amount"]), bool(given["trailing_as_percentage"])
        stop_price = given.get("stop_price")
        if stop_price is None:
            direction = OrderDirection.BUY if quantity > 0 else OrderDirection.SELL
            stop_price = TrailingStopOrder.calculate_stop_price(
                security.price_decimal, amount, as_percentage, direction
            )
        return self._priced_order(
            OrderType.TRAILING_STOP,
            security,
            quantity,
            given.get("asynchronous", False),
            given.get("tag", ""),
            given.get("order_properties"),
            stop_price=stop_price,
            trailing_amount=amount,
            trailing_as_percentage=as_percentage,
        )

    def _priced_order(
        self: QCAlgorithm,
        kind: OrderType,
        symbol: Any,
        quantity: Number,
        asynchronous: bool,
        tag: str | None,
        order_properties: OrderProperties | None,
        **prices: Any,
    ) -> OrderTicket:
        security = self._security_for_order(symbol)
        request = self._request(kind, security, quantity, tag, order_properties, asynchronous, **prices)
        return self.submit_order_request(request)

    def exercise_option(
        self: QCAlgorithm,
        option_symbol: Any,
        quantity: int,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> OrderTicket:
        """Exercise long contracts; the sign of the quantity does not matter."""
        security = self._security_for_order(option_symbol)
        kind = OrderType.OPTION_EXERCISE
        return self.submit_order_request(
            self._request(kind, security, -abs(quantity), tag, order_properties, asynchronous)
        )


def _trailing_arguments(arguments: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    names = [
        "stop_price",
        "trailing_amount",
        "trailing_as_percentage",
        "asynchronous",
        "tag",
        "order_properties",
    ]
    # LEAN's two overloads are told apart by where the first bool stands.
    has_stop_price = len(arguments) > 2 and not isinstance(arguments[1], bool)
    if len(arguments) == 2 and "trailing_as_percentage" in named:
        has_stop_price = True
    if not has_stop_price:
        names = names[1:]
    return dict(zip(names, arguments)) | named
