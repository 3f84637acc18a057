"""Targets, liquidation and questions about trading (LEAN: Algorithm/QCAlgorithm.Trading.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.algorithm.target_quantity import order_targets_by_margin_impact, target_quantity
from engine.common.enums import OrderType
from engine.common.numbers import double_to_decimal, to_decimal, to_float
from engine.common.symbol import Symbol, symbol_of

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order_properties import OrderProperties
    from engine.orders.order_ticket import OrderTicket

Number = float | Decimal
_ZERO = Decimal(0)


class _Change(NamedTuple):
    """An order quantity of a symbol."""

    symbol: Symbol
    quantity: Decimal


class QCAlgorithmHoldings:
    """`set_holdings`, `liquidate` and their kin."""

    # targets

    def calculate_order_quantity(self: QCAlgorithm, symbol: Any, target: Number) -> float:
        """Return the order that brings a position to a share of the portfolio; 0 if there is none."""
        return to_float(self._order_quantity(symbol_of(symbol), _fraction(target)))

    def _order_quantity(self: QCAlgorithm, symbol: Symbol, target: Decimal) -> Decimal:
        return target_quantity(self, symbol, target, return_delta_quantity=True) or _ZERO

    def set_holdings(self: QCAlgorithm, symbol: Any, *arguments: Any, **named: Any) -> list[OrderTicket]:
        """Bring positions to shares of the portfolio.

        `(symbol, percentage, liquidate_existing_holdings, asynchronous, tag, order_properties)`, or a list of
        targets in place of symbol and percentage.
        """
        if _is_collection(symbol):
            return self._set_holdings_of(list(symbol), *arguments, **named)
        return self._set_holding(symbol_of(symbol), *arguments, **named)

    def _set_holdings_of(
        self: QCAlgorithm,
        targets: list[Any],
        liquidate_existing_holdings: bool = False,
        asynchronous: bool = False,
        tag: str | None = None,
        order_properties: OrderProperties | None = None,
    ) -> list[OrderTicket]:
        tickets: list[OrderTicket] = []
        if liquidate_existing_holdings:
            others = self._symbols_without(target.symbol for target in targets)
            tickets += self.liquidate(others, tag=tag, order_properties=order_properties)
        changes = [
            _Change(target.symbol, self._order_quantity(target.symbol, to_decimal(target.quantity)))
            for target in targets
        ]
        for change in order_targets_by_margin_impact(self, changes, target_is_delta=True):
            tickets += self._order_change(change, asynchronous, tag, order_properties)
        return tickets

    def _set_holding(
        self: QCAlgorithm,
        symbol: Symbol,
        percentage: Number,
        liquidate_existing_holdings: bool = False,
        asynchronous: bool = False,
        tag: str | None = None,
        order_properties: OrderProperties | None = None,
    ) -> list[OrderTicket]:
        change = _Change(symbol, self._order_quantity(symbol, _fraction(percentage)))
        tickets: list[OrderTicket] = []
        if liquidate_existing_holdings:
            others = self._symbols_without([symbol])
            tickets += self.liquidate(others, tag=tag, order_properties=order_properties)
        return tickets + self._order_change(change, asynchronous, tag, order_properties)

    def _order_change(
        self: QCAlgorithm,
        change: _Change,
        asynchronous: bool,
        tag: str | None,
        order_properties: OrderProperties | None,
    ) -> list[OrderTicket]:
        symbol = change.symbol
        waiting = self.transactions.get_open_order_tickets(
            lambda ticket: (
                ticket.symbol == symbol and ticket.order_type in (OrderType.MARKET, OrderType.MARKET_ON_OPEN)
            )
        )
        quantity = change.quantity - sum((t.quantity_remaining_decimal for t in waiting), _ZERO)
        if not quantity:
            return []
        security = self.securities.get(symbol)
        if security is None:
            self.error(f"{symbol} not found in portfolio. Request this data when initializing the algorithm.")
            return []
        is_open = security.exchange.exchange_open
        send = self.market_order if is_open else self.market_on_open_order
        return [send(symbol, quantity, asynchronous, tag or "", order_properties)]

    def _symbols_without(self: QCAlgorithm, symbols: Iterable[Symbol]) -> list[Symbol]:
        kept = set(symbols)
        others = [symbol for symbol, _ in self.portfolio.items() if symbol not in kept]
        return sorted(others, key=lambda symbol: symbol.value)

    # liquidation

    def liquidate(
        self: QCAlgorithm,
        symbol: Any = None,
        asynchronous: bool | str = False,
        tag: str | None = None,
        order_properties: OrderProperties | None = None,
    ) -> list[Any]:
        """Cancel the open orders of a symbol, of several or of all, and close the positions at market."""
        if isinstance(asynchronous, str):
            # An obsolete overload of LEAN: (symbol, tag), which returns order ids.
            return [ticket.order_id for ticket in self.liquidate(symbol, tag=asynchronous)]
        if symbol is None:
            symbols = sorted(self.securities.keys(), key=lambda known: known.value)
        elif _is_collection(symbol):
            symbols = [symbol_of(one) for one in symbol]
        else:
            symbols = [symbol_of(symbol)]
        if not self.settings.liquidate_enabled:
            self.debug(
                "Liquidate() is currently disabled by settings. To re-enable please set"
                " 'Settings.LiquidateEnabled' to true"
            )
            return []
        tag = "Liquidated" if tag is None else tag
        tickets = (self._liquidate_one(one, asynchronous, tag, order_properties) for one in symbols)
        return [ticket for ticket in tickets if ticket is not None]

    def _liquidate_one(
        self: QCAlgorithm,
        symbol: Symbol,
        asynchronous: bool,
        tag: str,
        order_properties: OrderProperties | None,
    ) -> OrderTicket | None:
        if not self.securities.contains_key(symbol):
            self.warn_once(
                "liquidate unknown",
                f"Warning: liquidate ignored symbol '{symbol}' because it has not been added to the"
                " algorithm. Add"
                " the security before liquidating it.",
            )
            return None
        orders = self.transactions.get_open_orders(symbol)
        holdings = self.portfolio[symbol]
        quantity = holdings.quantity_decimal if holdings.invested else _ZERO
        if quantity and [(o.type, o.quantity_decimal) for o in orders] == [(OrderType.MARKET, -quantity)]:
            # The order that closes the position is already on its way.
            return None
        waiting = _ZERO
        for order in orders:
            if order.type == OrderType.MARKET:
                waiting += self.transactions.get_order_ticket(order.id).quantity_remaining_decimal
            else:
                self.transactions.cancel_order(order.id, tag)
        if not quantity:
            return None
        return self.order(symbol, -quantity - waiting, asynchronous, tag, order_properties)

    # questions

    def is_market_open(self: QCAlgorithm, symbol: Any) -> bool:
        """Return whether the regular session of a symbol's exchange is on."""
        symbol = symbol_of(symbol)
        security = self.securities.get(symbol)
        if security is not None:
            return security.exchange.hours.is_open(security.local_time, False)
        entry = self.market_hours_database.get_entry(symbol.id.market, symbol, symbol.security_type)
        hours = entry.exchange_hours
        return hours.is_open(hours.time_zone.local_datetime(self.utc_stamp), False)

    def shortable(
        self: QCAlgorithm, symbol: Any, short_quantity: Number = 0, update_order_id: int | None = None
    ) -> bool:
        """Return whether so much may be sold short, counting what is held and ordered already."""
        symbol = symbol_of(symbol)
        security = self.securities[symbol]
        available = security.shortable_provider.shortable_quantity(symbol, security.local_time)
        if available is None:
            return True
        ordered = self.transactions.get_open_orders_remaining_quantity_decimal(
            lambda ticket: ticket.symbol == symbol and ticket.order_id != update_order_id
        )
        position = security.holdings.quantity_decimal + ordered
        if position <= -available:
            return False
        return position - abs(to_decimal(short_quantity)) >= -available

    def shortable_quantity(self: QCAlgorithm, symbol: Any) -> int:
        """Return how much may be sold short, 0 where no limit is known."""
        security = self.securities[symbol_of(symbol)]
        return security.shortable_provider.shortable_quantity(security.symbol, security.local_time) or 0


def _fraction(value: Number) -> Decimal:
    # A Python float arrives in LEAN as a double.
    return double_to_decimal(float(value)) if isinstance(value, float) else to_decimal(value)


def _is_collection(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | Symbol)
