"""The orders of a run and their tickets (LEAN: the collections of BrokerageTransactionHandler.cs)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.orders.projected_holdings import ProjectedHoldings

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.orders.order_ticket import OrderTicket
    from engine.securities.security import Security

# LEAN keeps open orders in a ConcurrentDictionary, walked bucket by bucket: id modulo 37, later ids first.
_BUCKETS = 37


@dataclass(slots=True)
class OpenOrderState:
    """An open order, its ticket and its security."""

    order: Order
    ticket: OrderTicket
    security: Security | None


class OrderBook:
    """Orders by id: open ones, and all that were ever processed."""

    def __init__(self) -> None:
        self.orders: dict[int, Order] = {}
        """Every order that was processed, by id, in the order of their ids."""
        self.order_tickets: dict[int, OrderTicket] = {}
        self._open: dict[int, OpenOrderState] = {}
        self.orders_count = 0

    @property
    def has_open_orders(self) -> bool:
        return bool(self._open)

    def open_states(self) -> list[OpenOrderState]:
        """Return the open orders in the order in which LEAN walks them."""
        return [self._open[id] for id in sorted(self._open, key=lambda id: (id % _BUCKETS, -id))]

    def find(self, order_id: int) -> OpenOrderState | None:
        """Return an order with ticket and, while it is open, security; None if it is unknown."""
        state = self._open.get(order_id)
        if state is not None:
            return state
        order, ticket = self.orders.get(order_id), self.order_tickets.get(order_id)
        if order is None or ticket is None:
            return None
        return OpenOrderState(order, ticket, None)

    def open(self, state: OpenOrderState) -> None:
        self._open[state.order.id] = state

    def get_open(self, order_id: int) -> OpenOrderState | None:
        return self._open.get(order_id)

    def close(self, order_id: int) -> OpenOrderState | None:
        """Take an order off the open ones; return it if it was among them."""
        state = self._open.pop(order_id, None)
        if state is not None:
            self.orders[order_id] = state.order
            self.order_tickets[order_id] = state.ticket
        return state

    # what algorithms may ask

    def get_order_ticket(self, order_id: int) -> OrderTicket | None:
        return self.order_tickets.get(order_id)

    def get_order_tickets(self, filter: Callable[[OrderTicket], bool] | None = None) -> list[OrderTicket]:
        tickets = self.order_tickets.values()
        return [ticket for ticket in tickets if filter is None or filter(ticket)]

    def get_open_order_tickets(
        self, filter: Callable[[OrderTicket], bool] | None = None
    ) -> list[OrderTicket]:
        tickets = (state.ticket for state in self.open_states())
        return [ticket for ticket in tickets if filter is None or filter(ticket)]

    def get_order_by_id(self, order_id: int) -> Order | None:
        order = self.orders.get(order_id)
        return None if order is None else order.clone()

    def get_orders(self, filter: Callable[[Order], bool] | None = None) -> list[Order]:
        return [order.clone() for order in self.orders.values() if filter is None or filter(order)]

    def get_open_orders(self, filter: Callable[[Order], bool] | None = None) -> list[Order]:
        orders = (state.order for state in self.open_states())
        return [order.clone() for order in orders if filter is None or filter(order)]

    def get_orders_by_brokerage_id(self, brokerage_id: str) -> list[Order]:
        return self.get_orders(lambda order: brokerage_id in order.broker_id)

    def get_projected_holdings(self, security: Security) -> ProjectedHoldings:
        """Return what a position will be when its open orders have filled."""
        tickets = self.get_open_order_tickets(lambda ticket: ticket.symbol == security.symbol)
        ordered = sum((ticket.quantity_remaining_decimal for ticket in tickets), Decimal(0))
        return ProjectedHoldings(security.holdings.quantity_decimal, ordered)
