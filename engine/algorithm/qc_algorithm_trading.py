"""Orders of an algorithm (LEAN: Algorithm/QCAlgorithm.Trading.cs)."""

from __future__ import annotations

from decimal import Decimal
from math import gcd
from typing import TYPE_CHECKING, Any

from engine.algorithm.pre_order_checks import (
    is_daily_only,
    is_within_market_on_close_buffer,
    pre_order_checks,
)
from engine.algorithm.qc_algorithm_holdings import QCAlgorithmHoldings
from engine.common.enums import OrderDirection, OrderStatus, OrderType, SecurityType
from engine.common.errors import ArgumentException, InvalidOperationException
from engine.common.numbers import decimal_to_string, double_to_decimal, to_decimal
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.order_ticket import OrderTicket
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.orders.symbols import symbol_from
from engine.orders.time_in_force import GoodTilDateTimeInForce, TimeInForce
from engine.orders.trailing_stop_order import TrailingStopOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.orders.leg import Leg
    from engine.orders.order_properties import OrderProperties
    from engine.orders.order_response import OrderResponse
    from engine.securities.security import Security

Number = float | Decimal
Properties = "OrderProperties | None"
_FUTURES = (SecurityType.FUTURE, SecurityType.FUTURE_OPTION)
_ZERO = Decimal(0)
_UNLIMITED = 2**31 - 1

_CLOSED_WARNING = (
    "Warning: market orders submitted while the market is closed are automatically converted into MarketOnOpen"
    " orders to fill at the next market open."
)
_DAILY_WARNING = (
    "Warning: market orders on daily resolution data sent during market hours are automatically converted into"
    " MarketOnClose orders (or MarketOnOpen near the close) to avoid filling at the stale previous close. Note: in"
    " live trading this conversion is not applied, as the order fills at the current market price."
)
_GTD_WARNING = (
    "Warning: Good-Til-Date Time-In-Force is not supported for MOO and MOC orders. The time-in-force will be reset"
    " to Good-Til-Canceled (GTC)."
)


class QCAlgorithmTrading(QCAlgorithmHoldings):
    """Every kind of order; each method returns the ticket (combos: one per leg)."""

    def __init__(self: QCAlgorithm) -> None:
        self._warned: set[str] = set()
        self.max_orders = _UNLIMITED
        """Orders a backtest may place; only hosts that sell computing time set a limit."""

    def warn_once(self: QCAlgorithm, what: str, text: str) -> None:
        """Write a debug line the first time `what` happens."""
        if what not in self._warned:
            self._warned.add(what)
            self.debug(text)

    def set_maximum_orders(self: QCAlgorithm, max: int) -> None:
        if not self.get_locked():
            self.max_orders = max

    # buy, sell, order

    def buy(self: QCAlgorithm, symbol: Any, quantity: Number, *rest: Any, **named: Any) -> Any:
        """Buy units at market; an option strategy takes `asynchronous`, `tag` and `order_properties` as well."""
        return self.order(symbol, abs(quantity), *rest, **named)

    def sell(self: QCAlgorithm, symbol: Any, quantity: Number, *rest: Any, **named: Any) -> Any:
        """Sell units at market; an option strategy takes `asynchronous`, `tag` and `order_properties` as well."""
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

    def _order_strategy(
        self: QCAlgorithm,
        strategy: Any,
        quantity: int,
        asynchronous: bool,
        tag: str | None,
        order_properties: OrderProperties | None,
    ) -> list[OrderTicket]:
        strategy.set_symbols()
        if tag is None:
            tag = f"{strategy.name} ({quantity})"
        legs = [*strategy.underlying_legs, *strategy.option_legs]
        return self._submit_combo(legs, Decimal(quantity), _ZERO, asynchronous, tag, order_properties)

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

    # combos

    def combo_market_order(
        self: QCAlgorithm,
        legs: Sequence[Leg],
        quantity: int,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> list[OrderTicket]:
        return self._submit_combo(legs, to_decimal(quantity), _ZERO, asynchronous, tag, order_properties)

    def combo_leg_limit_order(
        self: QCAlgorithm,
        legs: Sequence[Leg],
        quantity: int,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> list[OrderTicket]:
        if any(not leg.order_price_decimal for leg in legs):
            raise ArgumentException("ComboLegLimitOrder requires a limit price for each leg")
        return self._submit_combo(legs, to_decimal(quantity), _ZERO, asynchronous, tag, order_properties)

    def combo_limit_order(
        self: QCAlgorithm,
        legs: Sequence[Leg],
        quantity: int,
        limit_price: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> list[OrderTicket]:
        limit = to_decimal(limit_price)
        if not limit:
            raise ArgumentException("ComboLimitOrder requires a limit price")
        if any(leg.order_price_decimal for leg in legs):
            raise ArgumentException("ComboLimitOrder does not support limit prices for individual legs")
        return self._submit_combo(legs, to_decimal(quantity), limit, asynchronous, tag, order_properties)

    def _submit_combo(
        self: QCAlgorithm,
        legs: Sequence[Leg],
        quantity: Decimal,
        limit: Decimal,
        asynchronous: bool,
        tag: str | None,
        order_properties: OrderProperties | None,
    ) -> list[OrderTicket]:
        _check_ratios(legs, quantity)
        kind = OrderType.COMBO_LIMIT if limit else OrderType.COMBO_MARKET
        group_id = self.transactions.get_increment_group_order_manager_id()
        group = GroupOrderManager(group_id, len(legs), quantity, limit)
        requests = []
        for leg in legs:
            security = self._security_for_order(leg.symbol)
            if leg.order_price_decimal is not None:
                limit, kind = leg.order_price_decimal, OrderType.COMBO_LEG_LIMIT
            request = self._request(
                kind,
                security,
                leg.quantity * quantity,
                tag,
                order_properties,
                asynchronous,
                limit_price=limit,
                group_order_manager=group,
            )
            # All legs are checked before the first is sent, so that no half of a combo is left behind.
            response = self._pre_order_checks(request)
            if response.is_error:
                return [OrderTicket.invalid_submit_request(self.transactions, request, response)]
            requests.append(request)
        return [self.transactions.add_order(request) for request in requests]

    # requests

    def submit_order_request(self: QCAlgorithm, request: SubmitOrderRequest) -> OrderTicket:
        """Send a request that passes the checks; else return a ticket with the error."""
        response = self._pre_order_checks(request)
        if response.is_error:
            return OrderTicket.invalid_submit_request(self.transactions, request, response)
        return self.transactions.add_order(request)

    def _pre_order_checks(self: QCAlgorithm, request: SubmitOrderRequest) -> OrderResponse:
        response = pre_order_checks(self, request)
        if response.is_error:
            self.error(response.error_message)
        return response

    def _request(
        self: QCAlgorithm,
        kind: OrderType,
        security: Security,
        quantity: Number,
        tag: str | None,
        order_properties: OrderProperties | None,
        asynchronous: bool,
        **more: Any,
    ) -> SubmitOrderRequest:
        return SubmitOrderRequest(
            kind,
            security.type,
            security.symbol,
            quantity_of(quantity),
            time=self.utc_stamp,
            tag=tag,
            properties=self._properties(order_properties),
            asynchronous=asynchronous,
            **more,
        )

    def _properties(self: QCAlgorithm, order_properties: OrderProperties | None) -> OrderProperties:
        return self.default_order_properties.clone() if order_properties is None else order_properties

    def _security_for_order(self: QCAlgorithm, symbol: Any) -> Security:
        """Return the security of a symbol; one that was never added, or was removed, is added now."""
        symbol = symbol_from(symbol)
        security = self.securities.get(symbol)
        # Canonical and delisted ones pass: their order is refused with a ticket, not with an exception.
        if security is not None and (symbol.is_canonical() or security.is_tradable or security.is_delisted):
            return security
        if self._can_auto_add(symbol) and symbol.security_type != SecurityType.INDEX:
            security = self.add_security(symbol)
            if not self.settings.seed_initial_prices:
                self.seed_securities([security])
            return security
        raise InvalidOperationException(
            f"The symbol {symbol} is not found in the algorithm's securities collection and cannot be re-added due"
            " to it being delisted or no longer tradable."
        )

    def _can_auto_add(self: QCAlgorithm, symbol: Symbol) -> bool:
        from engine.securities.future.futures_expiry_utility_functions import is_future_contract_expired
        from engine.securities.option.option_symbol import OptionSymbol

        if symbol.is_canonical():
            return False
        if symbol.security_type.is_option():
            return not OptionSymbol.is_option_contract_expired(symbol, self.utc_time)
        if symbol.security_type == SecurityType.FUTURE:
            return not is_future_contract_expired(symbol, self.utc_time)
        return not symbol.has_underlying


def quantity_of(value: Number) -> Decimal:
    """Return the quantity of an order as LEAN has it: a Python float arrives as a double."""
    return double_to_decimal(float(value)) if isinstance(value, float) else to_decimal(value)


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


def _check_ratios(legs: Sequence[Leg], quantity: Decimal) -> None:
    divisor = gcd(*(leg.quantity for leg in legs))
    if divisor == 1:
        return
    now = ", ".join(f"{leg.quantity} {leg.symbol}" for leg in legs)
    better = ", ".join(f"{leg.quantity // divisor if divisor else 0} {leg.symbol}" for leg in legs)
    size = decimal_to_string(quantity)
    raise ArgumentException(
        "The global combo quantity should be used to increase or reduce the size of the order, while the leg"
        " quantities should be used to specify the ratio of the order. The combo order quantities should be reduced"
        f" from {size}x({now}) to {decimal_to_string(quantity * divisor)}x({better})."
    )
