"""From requests to orders at the brokerage (LEAN: BrokerageTransactionHandler.cs)."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import (
    DataNormalizationMode,
    OrderDirection,
    OrderRequestStatus,
    OrderRequestType,
    OrderResponseErrorCode,
    OrderStatus,
)
from engine.common.errors import EngineError, InvalidOperationException
from engine.orders.fees.order_fee import OrderFee
from engine.orders.order import Order
from engine.orders.order_event import OrderEvent
from engine.orders.order_extensions import is_closed
from engine.orders.order_response import OrderResponse
from engine.orders.order_submission_data import OrderSubmissionData
from engine.orders.order_ticket import OrderTicket
from engine.transaction_handlers.cancel_pending_orders import CancelPendingOrders
from engine.transaction_handlers.order_book import OpenOrderState, OrderBook
from engine.transaction_handlers.order_event_handling import OrderEventHandling
from engine.transaction_handlers.order_request_handling import OrderRequestHandling
from engine.transaction_handlers.position_notifications import PositionNotifications
from engine.transaction_handlers.price_rounding import PriceRounding

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.brokerages.backtesting_brokerage import BacktestingBrokerage
    from engine.common.symbol import Symbol
    from engine.orders.cancel_order_request import CancelOrderRequest
    from engine.orders.order_request import OrderRequest
    from engine.orders.submit_order_request import SubmitOrderRequest
    from engine.orders.update_order_request import UpdateOrderRequest
    from engine.securities.security import Security


class BrokerageTransactionHandler(OrderBook, OrderRequestHandling, OrderEventHandling, PositionNotifications):
    """Takes requests, queues them, and hands them to the brokerage; books what the brokerage reports."""

    def __init__(self, algorithm: QCAlgorithm, brokerage: BacktestingBrokerage, results: Any) -> None:
        super().__init__()
        self._algorithm = algorithm
        self._brokerage = brokerage
        self._results = results
        self._rounding = PriceRounding(algorithm)
        self._cancel_pending = CancelPendingOrders()
        self._queue: deque[OrderRequest] = deque()
        self._adjustment_modes: dict[Symbol, DataNormalizationMode] = {}
        self.order_events: list[OrderEvent] = []
        self.activity = 0
        """Grows with every request and every event: did anything happen since somebody looked?"""
        brokerage.set_listener(self)

    # requests come in

    def process(self, request: OrderRequest) -> OrderTicket:
        """Take a request: submissions are processed at once, updates and cancels are queued."""
        self.activity += 1
        if request.order_request_type == OrderRequestType.SUBMIT:
            return self._add_order(request)  # type: ignore[arg-type]
        if request.order_request_type == OrderRequestType.UPDATE:
            return self._update_order(request)  # type: ignore[arg-type]
        return self._cancel_order(request)  # type: ignore[arg-type]

    def _add_order(self, request: SubmitOrderRequest) -> OrderTicket:
        algorithm = self._algorithm
        response = OrderResponse.success(request)
        if algorithm.is_warming_up:
            response = OrderResponse.warming_up(request)
        if request.quantity_decimal < 0 and not algorithm.shortable(request.symbol, request.quantity_decimal):
            response = self._exceeds_shortable(request, request.symbol, request.quantity_decimal)
        request.set_response(response)
        ticket = OrderTicket(algorithm.transactions, request)
        security = algorithm.securities[request.symbol]
        order = Order.create_order(request)
        self.orders_count += 1
        self.order_tickets[ticket.order_id] = ticket
        if response.is_error:
            self._keep_refused(order, ticket, security, response)
            return ticket
        order.order_submission_data = submission_data(security)
        self.open(OpenOrderState(order, ticket, security))
        self._queue.append(request)
        self.process_pending_requests()
        return ticket

    def _keep_refused(
        self, order: Order, ticket: OrderTicket, security: Security, response: OrderResponse
    ) -> None:
        warming_up = response.error_code == OrderResponseErrorCode.ALGORITHM_WARMING_UP
        tag = "Algorithm warming up." if warming_up else response.error_message
        order.price_currency = security.symbol_properties.quote_currency
        order.status = OrderStatus.INVALID
        order.tag = tag
        ticket.set_order(order)
        self.orders.setdefault(order.id, order)
        self.handle_order_event(self._event(order, tag or ""))

    def _update_order(self, request: UpdateOrderRequest) -> OrderTicket:
        state = self.find(request.order_id)
        if state is None:
            return OrderTicket.invalid_update_order_id(self._algorithm.transactions, request)
        state.ticket.add_update_request(request)
        refusal = self._refuse_update(request, state)
        if refusal is not None:
            request.set_response(refusal)
        else:
            request.set_response(OrderResponse.success(request), OrderRequestStatus.PROCESSING)
            self._queue.append(request)
        return state.ticket

    def _refuse_update(self, request: UpdateOrderRequest, state: OpenOrderState) -> OrderResponse | None:
        order, ticket = state.order, state.ticket
        asked = request.quantity_decimal
        quantity = ticket.quantity_decimal if asked is None else asked
        if order.status == OrderStatus.NEW:
            return OrderResponse.invalid_new_status(request, order)
        if is_closed(order.status) and not request.is_allowed_for_closed_order():
            return OrderResponse.invalid_status(request, order)
        if asked is not None and not asked:
            return OrderResponse.zero_quantity(request)
        if self._algorithm.is_warming_up:
            return OrderResponse.warming_up(request)
        sells = order.direction == OrderDirection.SELL or quantity < 0
        if sells and not self._algorithm.shortable(ticket.symbol, quantity, order.id):
            return self._exceeds_shortable(request, ticket.symbol, ticket.quantity_decimal)
        return None

    def _exceeds_shortable(self, request: OrderRequest, symbol: Symbol, quantity: Decimal) -> OrderResponse:
        available = self._algorithm.shortable_quantity(symbol)
        text = f"Order exceeds shortable quantity {available} for Symbol {symbol} requested {quantity:f})"
        return OrderResponse.error(request, OrderResponseErrorCode.EXCEEDS_SHORTABLE_QUANTITY, text)

    def _cancel_order(self, request: CancelOrderRequest) -> OrderTicket:
        state = self.find(request.order_id)
        if state is None:
            return OrderTicket.invalid_cancel_order_id(self._algorithm.transactions, request)
        order, ticket = state.order, state.ticket
        if not ticket.try_set_cancel_request(request):
            text = "Cancellation is already in progress."
            request.set_response(OrderResponse.error(request, OrderResponseErrorCode.INVALID_REQUEST, text))
            return ticket
        # Before the checks: LEAN changes the tag of closed orders too.
        if request.tag is not None:
            order.tag = request.tag
        if order.status == OrderStatus.NEW:
            request.set_response(OrderResponse.invalid_new_status(request, order))
        elif is_closed(order.status):
            request.set_response(OrderResponse.invalid_status(request, order))
        elif self._algorithm.is_warming_up:
            request.set_response(OrderResponse.warming_up(request))
        else:
            self._cancel_pending.set(order.id, order.status)
            order.status = OrderStatus.CANCEL_PENDING
            self.handle_order_event(self._event(order))
            request.set_response(OrderResponse.success(request), OrderRequestStatus.PROCESSING)
            self._queue.append(request)
        return ticket

    # requests are processed

    def process_pending_requests(self) -> None:
        """Process what is queued, in order; an event handler that orders more is served inside."""
        queue = self._queue
        while queue:
            request = queue.popleft()
            try:
                self.handle_order_request(request)
                self.process_asynchronous_events()
            except EngineError:
                raise
            except Exception as error:
                self._stop_with(error)
                return

    def process_asynchronous_events(self) -> None:
        """Look for fills after a request was processed."""
        raise NotImplementedError

    # shared by the parts

    @property
    def _now(self) -> int:
        return self._algorithm.utc_stamp

    def _event(self, order: Order, message: str = "") -> OrderEvent:
        return OrderEvent(order, self._now, OrderFee.ZERO, message)

    def add_open_order(self, order: Order) -> None:
        """Take in an order that LEAN itself made, or that the brokerage had before the start."""
        algorithm = self._algorithm
        if order.status in (OrderStatus.NEW, OrderStatus.NONE):
            order.status = OrderStatus.SUBMITTED
        order.id = algorithm.transactions.get_increment_order_id()
        group = order.group_order_manager
        if group is not None and group.id == 0:
            group.id = algorithm.transactions.get_increment_group_order_manager_id()
        ticket = OrderTicket.of_order(algorithm.transactions, order)
        self._set_price_adjustment_mode(order)
        self.open(OpenOrderState(order, ticket, algorithm.securities[order.symbol]))
        self.orders[order.id] = order
        self.order_tickets[order.id] = ticket
        self.orders_count += 1
        self.activity += 1

    def _set_price_adjustment_mode(self, order: Order) -> None:
        if self._algorithm.live_mode:
            order.price_adjustment_mode = DataNormalizationMode.RAW
            return
        mode = self._adjustment_modes.get(order.symbol)
        if mode is None:
            service = self._algorithm.subscription_manager.subscription_data_config_service
            configs = service.get_configs(order.symbol, include_internal=True)
            if not configs:
                raise InvalidOperationException(
                    f"Unable to locate subscription data config for {order.symbol}"
                )
            mode = self._adjustment_modes[order.symbol] = configs[0].data_normalization_mode
        order.price_adjustment_mode = mode


def submission_data(security: Security) -> OrderSubmissionData:
    """Return the market as an order sees it when it is sent."""
    return OrderSubmissionData(security.bid_price_decimal, security.ask_price_decimal, security.close_decimal)
