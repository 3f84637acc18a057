"""What becomes of a queued request (LEAN: BrokerageTransactionHandler.HandleOrderRequest and its kin)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.brokerages.brokerage_message_event import not_supported
from engine.brokerages.default_brokerage_model import answer_of
from engine.common.enums import OrderRequestStatus, OrderRequestType, OrderResponseErrorCode, OrderStatus
from engine.common.errors import EngineError
from engine.common.numbers import smart_rounding
from engine.orders.group_order_manager import try_get_group_orders, try_get_group_orders_securities
from engine.orders.order_extensions import is_closed
from engine.orders.order_response import OrderResponse

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.brokerages.backtesting_brokerage import BacktestingBrokerage
    from engine.orders.cancel_order_request import CancelOrderRequest
    from engine.orders.order import Order
    from engine.orders.order_request import OrderRequest
    from engine.orders.submit_order_request import SubmitOrderRequest
    from engine.orders.update_order_request import UpdateOrderRequest
    from engine.securities.security import Security
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler
    from engine.transaction_handlers.cancel_pending_orders import CancelPendingOrders
    from engine.transaction_handlers.price_rounding import PriceRounding

_ERROR = OrderResponseErrorCode


class OrderRequestHandling:
    """Checks buying power and brokerage model, then places, changes or withdraws at the brokerage."""

    _algorithm: QCAlgorithm
    _brokerage: BacktestingBrokerage
    _rounding: PriceRounding
    _cancel_pending: CancelPendingOrders

    def handle_order_request(self, request: OrderRequest) -> None:
        """Process a request and write the answer into it."""
        kind = request.order_request_type
        if kind == OrderRequestType.SUBMIT:
            response = self._handle_submit(request)
        elif kind == OrderRequestType.UPDATE:
            response = self._handle_update(request)
        else:
            response = self._handle_cancel(request)
        request.set_response(response, OrderRequestStatus.PROCESSED)

    # submit

    def _handle_submit(self: BrokerageTransactionHandler, request: SubmitOrderRequest) -> OrderResponse:
        state = self.get_open(request.order_id)
        if state is None or request.order_id in self.orders:
            text = "Cannot process submit request because order with id {0} already exists"
            return OrderResponse.error(request, _ERROR.ORDER_ALREADY_EXISTS, text)
        order, security = state.order, state.security
        self.orders[order.id] = order
        order.price_currency = security.symbol_properties.quote_currency
        order.tag = order.tag or order.get_default_tag()
        self._rounding.round_quantity(order, security)
        orders, legs = self._group_of(order)
        self._rounding.round_prices(order, security, legs)
        self._set_price_adjustment_mode(order)
        state.ticket.set_order(order)
        if orders is None:
            # The other legs of the combo are still to come.
            return OrderResponse.success(request)
        refusal = self._refuse_orders(request, orders, legs) or self._refuse_by_model(request, orders, legs)
        return refusal or self._place(request, orders)

    def _refuse_orders(
        self: BrokerageTransactionHandler,
        request: SubmitOrderRequest,
        orders: list[Order],
        securities: dict[Order, Security] | None,
    ) -> OrderResponse | None:
        response = None
        if any(not order.quantity_decimal for order in orders):
            response = OrderResponse.zero_quantity(request)
        elif securities is None:
            response = OrderResponse.missing_security(request)
        if response is not None:
            self._algorithm.error(response.error_message)
            self._invalidate(orders, response.error_message)
            return response
        return self._refuse_for_buying_power(request, orders[-1], orders, securities)

    def _refuse_by_model(
        self: BrokerageTransactionHandler,
        request: SubmitOrderRequest,
        orders: list[Order],
        securities: dict[Order, Security],
    ) -> OrderResponse | None:
        model = self._algorithm.brokerage_model
        for order, security in securities.items():
            allowed, message = answer_of(model.can_submit_order(security, order, None))
            if allowed:
                continue
            reason = message or not_supported("", "InvalidOrder")
            text = f"BrokerageModel declared unable to submit order: [{ids_of(orders)}] {reason}"
            response = OrderResponse.error(request, _ERROR.BROKERAGE_MODEL_REFUSED_TO_SUBMIT_ORDER, text)
            self._invalidate(orders, text)
            self._algorithm.error(text)
            return response
        return None

    def _place(
        self: BrokerageTransactionHandler, request: SubmitOrderRequest, orders: list[Order]
    ) -> OrderResponse:
        if all(self._brokerage.place_order(order) for order in orders):
            return OrderResponse.success(request)
        text = f"Brokerage failed to place orders: [{ids_of(orders)}]"
        self._invalidate(orders, text)
        self._algorithm.error(text)
        return OrderResponse.error(request, _ERROR.BROKERAGE_FAILED_TO_SUBMIT_ORDER, text)

    def _group_of(
        self: BrokerageTransactionHandler, order: Order
    ) -> tuple[list[Order] | None, dict[Order, Security] | None]:
        """Return all orders of a combo once they are there, and their securities if all are known."""
        orders = try_get_group_orders(order, self.orders.get)
        securities = self._algorithm.securities
        return orders, None if orders is None else try_get_group_orders_securities(orders, securities)

    # update

    def _handle_update(self: BrokerageTransactionHandler, request: UpdateOrderRequest) -> OrderResponse:
        state = self.find(request.order_id)
        if state is None:
            return OrderResponse.unable_to_find_order(request)
        order = state.order
        if order.status == OrderStatus.NEW:
            return OrderResponse.invalid_new_status(request, order)
        closed = is_closed(order.status)
        if closed and not request.is_allowed_for_closed_order():
            return OrderResponse.invalid_status(request, order)
        security = state.security or self._algorithm.securities[order.symbol]
        self._rounding.round_quantity(order, security)
        refusal = self._refuse_update_by_model(request, order, security)
        if refusal is None and order.group_order_manager is None:
            changed = order.clone()
            changed.apply_update_order_request(request)
            refusal = self._refuse_for_buying_power(request, changed, [changed], None)
        if refusal is not None:
            return refusal
        order.apply_update_order_request(request)
        _, legs = self._group_of(order)
        self._rounding.round_prices(order, security, legs)
        state.ticket.set_order(order)
        if closed or self._brokerage.update_order(order):
            return OrderResponse.success(request)
        text = f"Brokerage failed to update order with id {request.order_id}"
        self._algorithm.error(text)
        self.handle_order_event(self._event(order, "Brokerage failed to update order"))
        return OrderResponse.error(request, _ERROR.BROKERAGE_FAILED_TO_UPDATE_ORDER, text)

    def _refuse_update_by_model(
        self: BrokerageTransactionHandler, request: UpdateOrderRequest, order: Order, security: Security
    ) -> OrderResponse | None:
        algorithm = self._algorithm
        if algorithm.live_mode:
            return None
        model = algorithm.brokerage_model
        allowed, message = answer_of(model.can_update_order(security, order, request, None))
        if allowed:
            return None
        text = f"BrokerageModel declared unable to update order: {order.id}"
        reason = message or not_supported(text, "InvalidRequest")
        code = _ERROR.BROKERAGE_MODEL_REFUSED_TO_UPDATE_ORDER
        response = OrderResponse.error(request, code, f"OrderID: {order.id} {reason}")
        algorithm.error(response.error_message)
        self.handle_order_event(self._event(order, "BrokerageModel declared unable to update order"))
        return response

    # cancel

    def _handle_cancel(self: BrokerageTransactionHandler, request: CancelOrderRequest) -> OrderResponse:
        state = self.find(request.order_id)
        if state is None:
            return OrderResponse.unable_to_find_order(request)
        order = state.order
        if order.status == OrderStatus.NEW:
            self._cancel_pending.remove_and_fallback(order)
            return OrderResponse.invalid_new_status(request, order)
        if is_closed(order.status):
            self._cancel_pending.remove_and_fallback(order)
            return OrderResponse.invalid_status(request, order)
        state.ticket.set_order(order)
        if not self._brokerage.cancel_order(order):
            text = f"Brokerage failed to cancel order with id {order.id}"
            self._algorithm.error(text)
            self._cancel_pending.remove_and_fallback(order)
            return OrderResponse.error(request, _ERROR.BROKERAGE_FAILED_TO_CANCEL_ORDER, text)
        if request.tag is not None:
            order.tag = request.tag
        return OrderResponse.success(request)

    # checks that requests share

    def _refuse_for_buying_power(
        self: BrokerageTransactionHandler,
        request: OrderRequest,
        order: Order,
        orders: list[Order],
        securities: dict[Order, Security] | None,
    ) -> OrderResponse | None:
        algorithm = self._algorithm
        try:
            result = algorithm.portfolio.has_sufficient_buying_power_for_order(orders)
        except EngineError:
            raise
        except Exception as error:
            algorithm.error(f"Order Error: id: {order.id}, Error executing margin models: {error}")
            self.handle_order_event(self._event(order, "Error executing margin models"))
            text = "An error occurred while checking sufficient buying power for the orders."
            return OrderResponse.error(request, _ERROR.PROCESSING_ERROR, text)
        if result.is_sufficient:
            return None
        if securities is not None:
            text = insufficient_buying_power_text(securities, result.reason)
            algorithm.error(text)
            self._invalidate(orders, text)
            return OrderResponse.error(request, _ERROR.INSUFFICIENT_BUYING_POWER, text)
        text = (
            f"Brokerage failed to update order with id: {order.id}, Symbol: {order.symbol.value}, "
            f"Insufficient buying power to complete order, Reason: {result.reason}."
        )
        algorithm.error(text)
        self.handle_order_event(self._event(order, text))
        return OrderResponse.error(request, _ERROR.BROKERAGE_FAILED_TO_UPDATE_ORDER, text)

    def _invalidate(self: BrokerageTransactionHandler, orders: list[Order], message: str) -> None:
        for order in orders:
            if not is_closed(order.status):
                order.status = OrderStatus.INVALID
            self.handle_order_event(self._event(order, message))


def ids_of(orders: list[Order]) -> str:
    return ",".join(str(order.id) for order in orders)


def insufficient_buying_power_text(securities: dict[Order, Security], reason: str) -> str:
    """Return LEAN's error of orders that cannot be paid for (Messages.GroupOrderExtensions)."""
    values = ",".join(
        f"{smart_rounding(order.get_value_decimal(security)):f}" for order, security in securities.items()
    )
    return (
        f"Order Error: ids: [{ids_of(list(securities))}], Insufficient buying power to complete orders"
        f" (Value:[{values}]), Reason: {reason}."
    )
