"""The engine's one transaction handler and brokerage, telling what they do: the inside of the paper broker."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.brokerages.backtesting_brokerage import BacktestingBrokerage
from engine.common.enums import OrderStatus
from engine.orders.order_ticket import OrderTicket
from engine.paper.messages import Fields, event_fields, order_fields
from engine.transaction_handlers.backtesting_transaction_handler import BacktestingTransactionHandler
from engine.transaction_handlers.order_book import OpenOrderState

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order import Order
    from engine.orders.order_event import OrderEvent


class Happenings:
    """What happened at the broker since somebody took it: ready to be stored and told."""

    def __init__(self) -> None:
        self.notices: list[Fields] = []
        self.orders: dict[int, Order] = {}
        """Orders that changed, by id."""

    def take(self) -> tuple[list[Fields], list[Order]]:
        """Return notices and changed orders, and forget them."""
        taken = self.notices, list(self.orders.values())
        self.notices, self.orders = [], {}
        return taken


class PaperTransactionHandler(BacktestingTransactionHandler):
    """Books as in a backtest, and notes every order event, and every order that nobody placed."""

    def __init__(self, account: QCAlgorithm, brokerage: PaperMatching, results: Any) -> None:
        super().__init__(account, brokerage, results)
        self.happenings = Happenings()

    def handle_order_events(self, order_events: list[OrderEvent]) -> None:
        # the portfolio model adds the profit to a message; the client's own model does that again
        messages = [event.message for event in order_events]
        super().handle_order_events(order_events)
        told = [
            event_fields(event, message)
            for event, message in zip(order_events, messages)
            # the client says itself that a cancellation is pending
            if event.status != OrderStatus.CANCEL_PENDING
        ]
        for event in order_events:
            order = self.orders.get(event.order_id)
            if order is not None:
                self.happenings.orders[order.id] = order
        if told:
            self.happenings.notices.append({"kind": "orders", "events": told})

    def add_open_order(self, order: Order) -> None:
        super().add_open_order(order)
        self.happenings.orders[order.id] = order
        self.happenings.notices.append({"kind": "made", "order": order_fields(order)})

    def handle_position_assigned(self, fill: OrderEvent) -> None:
        super().handle_position_assigned(fill)
        self.happenings.notices.append({"kind": "assigned", "event": event_fields(fill, fill.message)})

    def _stop_with(self, error: Exception) -> None:
        # there is no algorithm here whose error it could be
        raise error

    def restore_order(self, order: Order) -> None:
        """Take in an order of an earlier process, under the id it has."""
        ticket = OrderTicket.of_order(self._algorithm.transactions, order)
        self.open(OpenOrderState(order, ticket, self._algorithm.securities[order.symbol]))
        self.orders[order.id] = order
        self.order_tickets[order.id] = ticket
        self.orders_count += 1


class PaperMatching(BacktestingBrokerage):
    """Finds the fills."""

    name = "Paper Brokerage"

    def __init__(self, account: QCAlgorithm) -> None:
        super().__init__(account)
        self.filled: dict[int, Decimal] = {}
        """What has filled of an order that has only filled in part."""

    def restore(self, order: Order) -> None:
        """Go on with an order of an earlier process."""
        self._pending[order.id] = order
        self._needs_scan = True

    def wait_for_assignments_until(self, stamp: int) -> None:
        """Say when the next look for early assignments is."""
        self._assignments.next_scan = stamp
