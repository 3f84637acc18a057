"""From an algorithm's call to a request that is checked and sent (LEAN: Algorithm/QCAlgorithm.Trading.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.algorithm.pre_order_checks import pre_order_checks
from engine.common.enums import OrderType, SecurityType
from engine.common.errors import InvalidOperationException
from engine.common.numbers import double_to_decimal, to_decimal
from engine.common.symbol import symbol_of
from engine.common.time import to_datetime
from engine.orders.order_ticket import OrderTicket
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.securities.option.option_symbol import OptionSymbol

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.orders.order_properties import OrderProperties
    from engine.orders.order_response import OrderResponse
    from engine.securities.security import Security

Number = float | Decimal
_UNLIMITED = 2**31 - 1


class QCAlgorithmRequests:
    """What every kind of order needs: its security, its properties, the checks."""

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
        symbol = symbol_of(symbol)
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
            f"The symbol {symbol} is not found in the algorithm's securities collection and cannot be"
            " re-added due"
            " to it being delisted or no longer tradable."
        )

    def _can_auto_add(self: QCAlgorithm, symbol: Symbol) -> bool:
        if symbol.is_canonical():
            return False
        if not symbol.has_underlying:
            return (
                True  # an expired future too, as in LEAN: without a price its order is refused with a ticket
            )
        now = to_datetime(self.utc_stamp)
        return symbol.security_type.is_option() and not OptionSymbol.is_option_contract_expired(symbol, now)


def quantity_of(value: Number) -> Decimal:
    """Return the quantity of an order as LEAN has it: a Python float arrives as a double."""
    return double_to_decimal(float(value)) if isinstance(value, float) else to_decimal(value)
