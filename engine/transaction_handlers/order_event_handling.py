"""From the brokerage's events to orders, portfolio and algorithm (LEAN: HandleOrderEvents)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import AlgorithmStatus, OrderStatus, OrderType
from engine.common.errors import EngineError
from engine.orders.order_extensions import is_closed, is_fill

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order import Order
    from engine.orders.order_event import OrderEvent
    from engine.orders.order_ticket import OrderTicket
    from engine.securities.security import Security
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler
    from engine.transaction_handlers.cancel_pending_orders import CancelPendingOrders

# Prices of the order that its events repeat.
_EVENT_PRICES = {
    OrderType.LIMIT: ("limit_price",),
    OrderType.COMBO_LEG_LIMIT: ("limit_price",),
    OrderType.STOP_MARKET: ("stop_price",),
    OrderType.STOP_LIMIT: ("limit_price", "stop_price"),
    OrderType.TRAILING_STOP: ("stop_price", "trailing_amount"),
    OrderType.LIMIT_IF_TOUCHED: ("limit_price", "trigger_price"),
}
_FINAL = (OrderStatus.FILLED, OrderStatus.CANCELED)
_SENT = (OrderStatus.SUBMITTED, OrderStatus.UPDATE_SUBMITTED)


class OrderEventHandling:
    """Updates orders and tickets, books fills, then calls the algorithm: a combo is booked whole first."""

    _algorithm: QCAlgorithm
    _results: Any
    _cancel_pending: CancelPendingOrders
    order_events: list[OrderEvent]

    def handle_order_event(self, order_event: OrderEvent) -> None:
        self.handle_order_events([order_event])

    def handle_order_events(self: BrokerageTransactionHandler, order_events: list[OrderEvent]) -> None:
        """Take the events of one order, or of all legs of a combo."""
        self.activity += 1
        owners = []
        for event in order_events:
            owner = self._owner_of(event)
            if owner is None:
                return
            owners.append(owner)
            event.ticket = owner[1]
        for event, (order, ticket, _) in zip(order_events, owners):
            self._apply_to_order(event, order, ticket)
        self._book(order_events, [security for _, _, security in owners])
        for event in order_events:
            if event.status != OrderStatus.NONE:
                self._announce(event)

    def _owner_of(
        self: BrokerageTransactionHandler, event: OrderEvent
    ) -> tuple[Order, OrderTicket, Security] | None:
        state = self.close(event.order_id) if is_closed(event.status) else None
        state = state or self.find(event.order_id)
        if state is None:
            return None
        security = state.security
        # An exercise trades the underlying under the option's order.
        if security is None or security.symbol != event.symbol:
            security = self._algorithm.securities[event.symbol]
        return state.order, state.ticket, security

    def _apply_to_order(self, event: OrderEvent, order: Order, ticket: OrderTicket) -> None:
        status = event.status
        self._cancel_pending.update_or_remove(order.id, status)
        # An order that is done stays done when a late update of it is refused.
        if order.status not in _FINAL or status != OrderStatus.INVALID:
            order.status = status
        event.id = order.get_new_id()
        if status == OrderStatus.CANCELED:
            order.canceled_time_stamp = event.utc_time_stamp
        elif is_fill(status):
            order.last_fill_time_stamp = event.utc_time_stamp
        elif status in _SENT and ticket.update_requests:
            order.last_update_time_stamp = event.utc_time_stamp
        event.quantity_decimal = order.quantity_decimal
        for price in _EVENT_PRICES.get(order.type, ()):
            setattr(event, f"{price}_decimal", getattr(order, f"{price}_decimal"))

    def _book(self, events: list[OrderEvent], securities: list[Security]) -> None:
        algorithm = self._algorithm
        fills = [event for event in events if is_fill(event.status)]
        if fills:
            algorithm.portfolio.process_fills(fills)
        for event, security in zip(events, securities):
            if is_fill(event.status):
                fee = algorithm.portfolio.cash_book.convert_to_account_currency(event.order_fee.value)
                algorithm.trade_builder.process_fill(
                    event,
                    security.quote_currency.conversion_rate_decimal,
                    fee.amount_decimal,
                    security.symbol_properties.contract_multiplier_decimal,
                )
            # After the booking and before the callback: then everything is ready for the algorithm's code.
            event.ticket.add_order_event(event)

    def _announce(self, event: OrderEvent) -> None:
        algorithm = self._algorithm
        self.order_events.append(event)
        self._results.order_event(event)
        try:
            if algorithm.framework_models is not None:
                algorithm.framework_models.on_order_event(algorithm, event)
            algorithm.on_order_event(event)
        except EngineError:
            raise
        except Exception as error:
            self._stop_with(error)

    def _stop_with(self, error: Exception) -> None:
        """End the run after this step with the algorithm's error."""
        self._algorithm.set_run_time_error(error)
        self._algorithm.set_status(AlgorithmStatus.RUNTIME_ERROR)
