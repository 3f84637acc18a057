"""The algorithm's handle of an order (LEAN: Common/Orders/OrderTicket.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import (
    OrderField,
    OrderRequestStatus,
    OrderResponseErrorCode,
    OrderStatus,
    OrderType,
    SecurityType,
)
from engine.common.errors import ArgumentException
from engine.common.numbers import to_decimal, to_float
from engine.common.symbol import Symbol
from engine.orders.cancel_order_request import CancelOrderRequest
from engine.orders.exact import float_of
from engine.orders.order import ZERO, Order
from engine.orders.order_extensions import is_fill
from engine.orders.order_request import OrderRequest
from engine.orders.order_response import OrderResponse
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.orders.update_order_fields import UpdateOrderFields
from engine.orders.update_order_request import UpdateOrderRequest

if TYPE_CHECKING:
    from engine.orders.order_event import OrderEvent
    from engine.securities.security_transaction_manager import SecurityTransactionManager

_NEVER = datetime(9999, 12, 31, 23, 59, 59)  # .NET's DateTime.MaxValue, to the second

# Which attribute a field reads, and on orders of which types; LEAN gives an ArgumentException elsewhere.
_FIELDS: dict[OrderField, tuple[str, frozenset[OrderType]]] = {
    OrderField.LIMIT_PRICE: (
        "limit_price_decimal",
        frozenset(
            {
                OrderType.LIMIT,
                OrderType.STOP_LIMIT,
                OrderType.LIMIT_IF_TOUCHED,
                OrderType.COMBO_LIMIT,
                OrderType.COMBO_LEG_LIMIT,
            }
        ),
    ),
    OrderField.STOP_PRICE: (
        "stop_price_decimal",
        frozenset({OrderType.STOP_LIMIT, OrderType.STOP_MARKET, OrderType.TRAILING_STOP}),
    ),
    OrderField.TRIGGER_PRICE: ("trigger_price_decimal", frozenset({OrderType.LIMIT_IF_TOUCHED})),
    OrderField.TRAILING_AMOUNT: ("trailing_amount_decimal", frozenset({OrderType.TRAILING_STOP})),
    OrderField.TRAILING_AS_PERCENTAGE: ("trailing_as_percentage", frozenset({OrderType.TRAILING_STOP})),
}


class OrderTicket:
    """Reads the order as it is now; updates and cancels through the transaction manager."""

    def __init__(
        self, transaction_manager: SecurityTransactionManager, submit_request: SubmitOrderRequest
    ) -> None:
        self._transaction_manager = transaction_manager
        self._submit_request = submit_request
        self._order: Order | None = None
        self._status_override: OrderStatus | None = None
        self._cancel_request: CancelOrderRequest | None = None
        self._update_requests: list[UpdateOrderRequest] = []
        self._order_events: list[OrderEvent] = []
        self.average_fill_price_decimal = ZERO
        self.quantity_filled_decimal = ZERO

    average_fill_price = float_of("average_fill_price_decimal")
    quantity_filled = float_of("quantity_filled_decimal")
    quantity = float_of("quantity_decimal")
    quantity_remaining = float_of("quantity_remaining_decimal")

    @property
    def order_id(self) -> int:
        return self._submit_request.order_id

    @property
    def status(self) -> OrderStatus:
        if self._status_override is not None:
            return self._status_override
        return OrderStatus.NEW if self._order is None else self._order.status

    @property
    def symbol(self) -> Symbol:
        return self._submit_request.symbol

    @property
    def security_type(self) -> SecurityType:
        return self._submit_request.security_type

    @property
    def quantity_decimal(self) -> Decimal:
        order = self._order
        return self._submit_request.quantity_decimal if order is None else order.quantity_decimal

    @property
    def quantity_remaining_decimal(self) -> Decimal:
        return self.quantity_decimal - self.quantity_filled_decimal

    @property
    def time(self) -> datetime:
        """When the latest request was made, UTC."""
        return self.get_most_recent_order_request().time

    @property
    def order_type(self) -> OrderType:
        return self._submit_request.order_type

    @property
    def tag(self) -> str | None:
        return self._submit_request.tag if self._order is None else self._order.tag

    @property
    def submit_request(self) -> SubmitOrderRequest:
        return self._submit_request

    @property
    def update_requests(self) -> list[UpdateOrderRequest]:
        return list(self._update_requests)

    @property
    def cancel_request(self) -> CancelOrderRequest | None:
        return self._cancel_request

    @property
    def order_events(self) -> list[OrderEvent]:
        return list(self._order_events)

    @property
    def has_order(self) -> bool:
        return self._order is not None

    def get(self, field: OrderField) -> Any:
        """Return a price or flag that the order's type has."""
        value = self._field(field)
        return to_float(value) if isinstance(value, Decimal) else value

    def get_decimal(self, field: OrderField) -> Decimal:
        """Return a price that the order's type has, exactly."""
        return self._field(field)

    def _field(self, field: OrderField) -> Any:
        name, types = _FIELDS[field]
        order = self._order
        if self.order_type not in types:
            if order is not None and field not in (OrderField.LIMIT_PRICE, OrderField.STOP_PRICE):
                text = (
                    f"Unable to access property {field.to_string()} on order of type {order.type.to_string()}"
                )
            else:
                text = (
                    f"Unable to get field {field.to_string()} on order of type {self.order_type.to_string()}"
                )
            raise ArgumentException(text)
        if order is None:
            return getattr(self._submit_request, name)
        return getattr(order.group_order_manager if order.type == OrderType.COMBO_LIMIT else order, name)

    def update(self, fields: UpdateOrderFields) -> OrderResponse:
        """Ask for a change; it takes effect when the next order is processed or at the end of the step."""
        request = UpdateOrderRequest(self._transaction_manager.utc_stamp, self.order_id, fields)
        ticket = self._transaction_manager.process_request(request)
        return ticket._update_requests[-1].response

    def update_tag(self, tag: str) -> OrderResponse:
        return self._update(None, None, tag)

    def update_quantity(self, quantity: float | Decimal, tag: str | None = None) -> OrderResponse:
        return self._update("quantity", quantity, tag)

    def update_limit_price(self, limit_price: float | Decimal, tag: str | None = None) -> OrderResponse:
        return self._update("limit_price", limit_price, tag)

    def update_stop_price(self, stop_price: float | Decimal, tag: str | None = None) -> OrderResponse:
        return self._update("stop_price", stop_price, tag)

    def update_trigger_price(self, trigger_price: float | Decimal, tag: str | None = None) -> OrderResponse:
        return self._update("trigger_price", trigger_price, tag)

    def update_stop_trailing_amount(
        self, trailing_amount: float | Decimal, tag: str | None = None
    ) -> OrderResponse:
        return self._update("trailing_amount", trailing_amount, tag)

    def _update(self, name: str | None, value: float | Decimal | None, tag: str | None) -> OrderResponse:
        fields = UpdateOrderFields()
        fields.tag = tag
        if name is not None:
            setattr(fields, f"{name}_decimal", to_decimal(value))
        return self.update(fields)

    def cancel(self, tag: str | None = None) -> OrderResponse:
        """Ask for the order's withdrawal; CANCEL_PENDING comes inside this call, CANCELED later."""
        request = CancelOrderRequest(self._transaction_manager.utc_stamp, self.order_id, tag)
        if self._has_standing_cancel_request():
            text = f"Order {self.order_id} has already received a cancellation request."
            return OrderResponse.error(request, OrderResponseErrorCode.REQUEST_CANCELED, text)
        ticket = self._transaction_manager.process_request(request)
        return ticket._cancel_request.response

    def _has_standing_cancel_request(self) -> bool:
        # A cancel request that failed (say, while the order was still new) may be repeated.
        return self._cancel_request is not None and self._cancel_request.status != OrderRequestStatus.ERROR

    def get_most_recent_order_response(self) -> OrderResponse:
        return self.get_most_recent_order_request().response

    def get_most_recent_order_request(self) -> OrderRequest:
        if self._cancel_request is not None:
            return self._cancel_request
        return self._update_requests[-1] if self._update_requests else self._submit_request

    def add_order_event(self, order_event: OrderEvent) -> None:
        """Take an event of this order, and bring average price and filled quantity up to date."""
        self._order_events.append(order_event)
        if not order_event.fill_quantity_decimal:
            return
        order = self._order
        if order.type == OrderType.OPTION_EXERCISE:
            if not order_event.is_in_the_money:
                return
            order.price_decimal = self.symbol.id.strike_price_decimal
            # The event that takes the option away has price 0; only the other one is a fill for the ticket.
            if order_event.fill_price_decimal:
                self.quantity_filled_decimal += order_event.fill_quantity_decimal
                self.average_fill_price_decimal = order.price_decimal
            return
        self.quantity_filled_decimal += order_event.fill_quantity_decimal
        paid = sum(
            (
                e.absolute_fill_quantity_decimal * e.fill_price_decimal
                for e in self._order_events
                if is_fill(e.status)
            ),
            ZERO,
        )
        self.average_fill_price_decimal = paid / abs(self.quantity_filled_decimal)
        order.price_decimal = self.average_fill_price_decimal

    def set_order(self, order: Order) -> None:
        if self._order is not None and self._order.id != order.id:
            raise ArgumentException("Order id mismatch")
        self._order = order

    def add_update_request(self, request: UpdateOrderRequest) -> None:
        if request.order_id != self.order_id:
            raise ArgumentException("Received UpdateOrderRequest for incorrect order id.")
        self._update_requests.append(request)

    def try_set_cancel_request(self, request: CancelOrderRequest) -> bool:
        """Take a cancel request, unless an earlier one stands."""
        if request.order_id != self.order_id:
            raise ArgumentException("Received CancelOrderRequest for incorrect order id.")
        if self._has_standing_cancel_request():
            return False
        self._cancel_request = request
        return True

    @staticmethod
    def of_order(manager: SecurityTransactionManager, order: Order) -> OrderTicket:
        """Return the ticket of an order that no request made (LEAN: Extensions.ToOrderTicket)."""
        group = order.group_order_manager
        submit = SubmitOrderRequest(
            order.type,
            order.security_type,
            order.symbol,
            order.quantity_decimal,
            getattr(order, "stop_price_decimal", order.price_decimal),
            getattr(
                group if order.type == OrderType.COMBO_LIMIT else order,
                "limit_price_decimal",
                order.price_decimal,
            ),
            trigger_price=getattr(order, "trigger_price_decimal", ZERO),
            trailing_amount=getattr(order, "trailing_amount_decimal", ZERO),
            trailing_as_percentage=getattr(order, "trailing_as_percentage", False),
            time=order.time_stamp,
            tag=order.tag,
            properties=order.properties,
            group_order_manager=group,
        )
        submit.set_order_id(order.id)
        ticket = OrderTicket(manager, submit)
        ticket.set_order(order)
        return ticket

    @staticmethod
    def invalid_cancel_order_id(
        manager: SecurityTransactionManager, request: CancelOrderRequest
    ) -> OrderTicket:
        """Return the ticket that answers a cancel of an order that does not exist."""
        ticket = OrderTicket._for_unknown_order(manager, request)
        ticket.try_set_cancel_request(request)
        return ticket

    @staticmethod
    def invalid_update_order_id(
        manager: SecurityTransactionManager, request: UpdateOrderRequest
    ) -> OrderTicket:
        """Return the ticket that answers an update of an order that does not exist."""
        ticket = OrderTicket._for_unknown_order(manager, request)
        ticket.add_update_request(request)
        return ticket

    @staticmethod
    def _for_unknown_order(manager: SecurityTransactionManager, request: OrderRequest) -> OrderTicket:
        submit = SubmitOrderRequest(
            OrderType.MARKET, SecurityType.BASE, Symbol.EMPTY, ZERO, time=_NEVER, tag=request.tag
        )
        submit.set_response(OrderResponse.unable_to_find_order(request))
        submit.set_order_id(request.order_id)
        request.set_response(OrderResponse.unable_to_find_order(request))
        ticket = OrderTicket(manager, submit)
        ticket._status_override = OrderStatus.INVALID
        return ticket

    @staticmethod
    def invalid_submit_request(
        manager: SecurityTransactionManager, request: SubmitOrderRequest, response: OrderResponse
    ) -> OrderTicket:
        """Return the ticket of a request that was refused before it became an order."""
        request.set_response(response)
        ticket = OrderTicket(manager, request)
        ticket._status_override = OrderStatus.INVALID
        return ticket

    def to_string(self) -> str:
        return str(self)

    def __str__(self) -> str:
        """Return LEAN's text (Messages.Orders.cs)."""
        requests: list[OrderRequest] = [self._submit_request, *self._update_requests]
        if self._cancel_request is not None:
            requests.append(self._cancel_request)
        answered = sum(request.response.is_processed for request in requests)
        counts = f"Request Count: {len(requests)} Response Count: {answered}"
        return (
            f"{self.order_id}: {counts}"
            if self._order is None
            else f"{self.order_id}: {self._order} {counts}"
        )

    def __int__(self) -> int:
        """Return the order's id, or the error code of the latest request if that failed."""
        response = self.get_most_recent_order_response()
        return int(response.error_code) if response.is_error else self.order_id
