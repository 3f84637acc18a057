"""The engine's one transaction handler and brokerage, telling what they do: the inside of the paper broker."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.brokerages.backtesting_brokerage import BacktestingBrokerage, fee_of
from engine.common.enums import OrderStatus
from engine.orders.fees.order_fee import OrderFee
from engine.orders.order_event import OrderEvent
from engine.orders.order_extensions import is_closed
from engine.orders.order_ticket import OrderTicket
from engine.paper.messages import Fields, event_fields, order_fields
from engine.transaction_handlers.backtesting_transaction_handler import BacktestingTransactionHandler
from engine.transaction_handlers.order_book import OpenOrderState

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order import Order
    from engine.securities.security import Security


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

    def remember_order(self, order: Order) -> None:
        """Know a leg that is done of a combo that is not."""
        self.orders[order.id] = order

    def restore_order(self, order: Order) -> None:
        """Take in an order of an earlier process, under the id it has."""
        ticket = OrderTicket.of_order(self._algorithm.transactions, order)
        self.open(OpenOrderState(order, ticket, self._algorithm.securities[order.symbol]))
        self.orders[order.id] = order
        self.order_tickets[order.id] = ticket
        self.orders_count += 1


class PartialFill(NamedTuple):
    """How an order fills in part: a part of every leg, or some of a combo's legs whole."""

    part: float | None
    legs: int | None
    cancels_rest: bool


class PaperMatching(BacktestingBrokerage):
    """Finds the fills, and spoils those that shall go wrong."""

    name = "Paper Brokerage"

    def __init__(self, account: QCAlgorithm) -> None:
        super().__init__(account)
        self.filled: dict[int, Decimal] = {}
        """What has filled of an order that has only filled in part."""
        self.refusal: str | None = None
        """Why the next order is rejected."""
        self.partial: dict[int, PartialFill] = {}
        """Orders that shall fill in part, by id."""
        self._filled_in_part_at: dict[int, int] = {}
        """Orders of which a part has just filled, and when: the rest waits for a later moment."""
        self._cancels_rest = False

    # orders

    def place_order(self, order: Order) -> bool:
        if self.refusal is None:
            return super().place_order(order)
        event = OrderEvent(order, self._algorithm.utc_stamp, OrderFee.ZERO, self.refusal)
        event.status = OrderStatus.INVALID
        self._on_order_events([event])
        return True

    def cancel_order(self, order: Order) -> bool:
        rest = self._rest_of(order)
        if rest is None:
            return super().cancel_order(order)
        self._remove(rest, OrderStatus.CANCELED)
        return True

    # partial fills

    def _rest_of(self, order: Order) -> list[Order] | None:
        """Return what still rests of a combo of which some legs are done; None where no leg is."""
        group = order.group_order_manager
        if group is None:
            return None
        rest = [self._pending[id] for id in group.order_ids if id in self._pending]
        return rest if len(rest) < group.count else None

    def _scan_order(self, order: Order) -> None:
        if self._filled_in_part_at.get(order.id) == self._algorithm.utc_stamp:
            return
        rest = self._rest_of(order)
        if rest is None:
            super()._scan_order(order)
            return
        if order is not rest[0]:
            return
        group = order.group_order_manager
        legs = [self._listener.orders[id] for id in group.order_ids]  # type: ignore[union-attr]
        securities = {leg: self._algorithm.securities[leg.symbol] for leg in legs}
        if self._may_fill({leg: securities[leg] for leg in rest}):
            # judged as the whole combo, booked for what is left of it
            ids = {leg.id for leg in rest}
            fills = [fill for fill in self._fills_of(order, securities) if fill.order_id in ids]
            if fills:
                self._emit(rest, fills)

    def _fills_of(self, order: Order, securities: dict[Order, Security]) -> list[OrderEvent]:
        fills = super()._fills_of(order, securities)
        if not any(fill.fill_quantity_decimal for fill in fills):
            return fills
        wanted = next((self.partial.pop(leg.id) for leg in securities if leg.id in self.partial), None)
        for leg in securities:
            self.partial.pop(leg.id, None)
        if wanted is not None:
            fills = self._first_part(wanted, fills)
            self._filled_in_part_at = {leg.id: self._algorithm.utc_stamp for leg in securities}
            self._cancels_rest = wanted.cancels_rest
        legs = {leg.id: leg for leg in securities}
        for fill in fills:
            self._count(fill, legs[fill.order_id], securities)
        return fills

    @staticmethod
    def _first_part(wanted: PartialFill, fills: list[OrderEvent]) -> list[OrderEvent]:
        if wanted.legs is not None:
            return fills[: wanted.legs]
        part = Decimal(str(wanted.part))
        for fill in fills:
            fill.fill_quantity_decimal = (fill.fill_quantity_decimal * part).to_integral_value(ROUND_DOWN)
        return [fill for fill in fills if fill.fill_quantity_decimal]

    def _count(self, fill: OrderEvent, order: Order, securities: dict[Order, Security]) -> None:
        """Book what has filled before, and charge each part for itself."""
        before = self.filled.get(order.id, Decimal(0))
        whole = order.quantity_decimal
        if before and fill.fill_quantity_decimal == whole:
            fill.fill_quantity_decimal = whole - before
        filled = before + fill.fill_quantity_decimal
        if filled != whole:
            fill.status = OrderStatus.PARTIALLY_FILLED
        if filled != fill.fill_quantity_decimal or filled != whole:
            piece = order.clone()
            piece.quantity_decimal = fill.fill_quantity_decimal
            fill.order_fee = fee_of(securities[order], piece)
        self.filled[order.id] = filled

    def _can_pay(self, order: Order, orders: list[Order], securities: dict[Order, Security]) -> bool:
        # what has begun to fill has been paid for
        return any(leg.id in self.filled for leg in orders) or super()._can_pay(order, orders, securities)

    def _emit(self, orders: list[Order], fills: list[OrderEvent]) -> None:
        super()._emit(orders, fills)
        for order in orders:
            if is_closed(order.status):
                self._pending.pop(order.id, None)
                self.filled.pop(order.id, None)
            else:  # of a combo whose other legs are done it is not let go
                self._pending[order.id] = order
        if self._cancels_rest:
            self._cancels_rest = False
            self._remove([order for order in orders if not is_closed(order.status)], OrderStatus.CANCELED)

    # going on

    def restore(self, order: Order) -> None:
        """Go on with an order of an earlier process."""
        self._pending[order.id] = order
        self._needs_scan = True

    def wait_for_assignments_until(self, stamp: int) -> None:
        """Say when the next look for early assignments is."""
        self._assignments.next_scan = stamp
