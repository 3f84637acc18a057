"""Requests as LEAN's constructors take them, and the texts of answers (LEAN: Messages.Orders.cs)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.common.enums import (
    OrderRequestStatus,
    OrderResponseErrorCode,
    OrderStatus,
    OrderType,
    SecurityType,
)
from engine.common.symbol import Symbol
from engine.orders.cancel_order_request import CancelOrderRequest
from engine.orders.order import Order
from engine.orders.order_event import OrderEvent
from engine.orders.order_response import OrderResponse
from engine.orders.order_ticket import OrderTicket
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.orders.update_order_fields import UpdateOrderFields
from engine.orders.update_order_request import UpdateOrderRequest

SPY = Symbol.create("SPY", SecurityType.EQUITY, "usa")
NOON = datetime(2021, 1, 5, 17)


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ((NOON, "tag"), (0, 0, False)),
        ((3, NOON, "tag"), (3, 0, False)),
        ((3, 4, True, NOON, "tag"), (3, 4, True)),
    ],
)
def test_submit_request_takes_all_three_forms(rest: tuple, expected: tuple) -> None:
    """The place of the time tells LEAN's three constructors apart."""
    request = SubmitOrderRequest(OrderType.MARKET, SecurityType.EQUITY, SPY, 1, 10, 20, *rest)
    assert (request.stop_price, request.limit_price, request.tag) == (10, 20, "tag")
    given = (request.trigger_price, request.trailing_amount, request.trailing_as_percentage)
    assert given == expected
    assert request.time == NOON.replace(tzinfo=UTC)
    assert request.order_id == -10


def test_submit_request_takes_a_ticker_and_an_aware_time() -> None:
    """A ticker stands for its symbol, and a time with a zone is brought to UTC."""
    aware = NOON.replace(tzinfo=UTC)
    request = SubmitOrderRequest(OrderType.MARKET, SecurityType.EQUITY, "SPY", 1, 0, 0, aware, "")
    assert request.symbol.value == "SPY"
    assert request.time == aware


def test_submit_request_without_a_time_is_an_error() -> None:
    """No order is dated by chance."""
    with pytest.raises(TypeError, match="time is missing"):
        SubmitOrderRequest(OrderType.MARKET, SecurityType.EQUITY, SPY, 1)


def test_error_outranks_the_status_that_is_given() -> None:
    """A request with an error response is in error whatever status comes with it."""
    request = CancelOrderRequest(NOON, 3, "x")
    assert not request.response.is_processed
    error = OrderResponse.unable_to_find_order(request)
    request.set_response(error, OrderRequestStatus.PROCESSED)
    assert request.status == OrderRequestStatus.ERROR
    request.set_response(OrderResponse.success(request), OrderRequestStatus.PROCESSED)
    assert (request.status, request.response.is_success) == (OrderRequestStatus.PROCESSED, True)


def _order() -> Order:
    request = SubmitOrderRequest(OrderType.LIMIT, SecurityType.EQUITY, SPY, 1, 0, 10, NOON, "")
    request.set_order_id(3)
    order = Order.create_order(request)
    order.status = OrderStatus.FILLED
    return order


def test_texts_of_errors() -> None:
    """Every factory of OrderResponse answers with LEAN's sentence and code."""
    request = UpdateOrderRequest(NOON, 3, UpdateOrderFields())
    submit = SubmitOrderRequest(OrderType.LIMIT, SecurityType.EQUITY, SPY, 1, 0, 10, NOON, "")
    code = OrderResponseErrorCode
    table = [
        (
            OrderResponse.invalid_status(request, _order()),
            code.INVALID_ORDER_STATUS,
            "Unable to update order with id 3 because it already has Filled status.",
        ),
        (
            OrderResponse.invalid_new_status(request, _order()),
            code.INVALID_NEW_ORDER_STATUS,
            "Unable to update or cancel order with id 3 and status Filled because the submit"
            " confirmation has not"
            " been received yet.",
        ),
        (
            OrderResponse.unable_to_find_order(request),
            code.UNABLE_TO_FIND_ORDER,
            "Unable to locate order with id 3.",
        ),
        (
            OrderResponse.zero_quantity(request),
            code.ORDER_QUANTITY_ZERO,
            "Unable to update order with id 3 that has zero quantity.",
        ),
        (
            OrderResponse.missing_security(submit),
            code.MISSING_SECURITY,
            f"You haven't requested {SPY} data. Add this with add_security() in the initialize() method.",
        ),
        (
            OrderResponse.warming_up(request),
            code.ALGORITHM_WARMING_UP,
            "This operation is not allowed in initialize or during warm up: OrderRequest.update. Please"
            " move this code to the on_warmup_finished() method.",
        ),
        (
            OrderResponse.error(request, code.INVALID_REQUEST, None),
            code.INVALID_REQUEST,
            "An unexpected error occurred.",
        ),
    ]
    for response, expected_code, text in table:
        assert (response.error_code, response.error_message) == (expected_code, text)
        assert str(response) == f"Error: {expected_code.to_string()} - {text}"
    assert str(OrderResponse.success(request)) == "Success"
    assert str(OrderResponse.UNPROCESSED) == "Unprocessed"


def test_texts_of_requests() -> None:
    """Requests print as in LEAN."""
    fields = UpdateOrderFields()
    fields.quantity, fields.limit_price, fields.tag = 5, 10.5, "walk"
    assert str(UpdateOrderRequest(NOON, 3, fields)) == (
        "01/05/2021 17:00:00 UTC: Update Order: (3) - Quantity: 5, LimitPrice: 10.5 walk Status: Unprocessed"
    )
    assert str(CancelOrderRequest(NOON, 3, "x")) == (
        "01/05/2021 17:00:00 UTC: Cancel Order: (3) - x Status: Unprocessed"
    )
    submit = SubmitOrderRequest(OrderType.LIMIT, SecurityType.EQUITY, SPY, 1, 0, 10, NOON, "t")
    assert str(submit) == (
        "01/05/2021 17:00:00 UTC: Submit Order: (-10) - OrderId: -10 (BrokerId: ) New Limit order for 1"
        f" unit of {SPY}: t at limit 10 t Status: Unprocessed Async: False"
    )


def test_tag_only_updates_are_allowed_for_closed_orders() -> None:
    """Any price or quantity makes the request one for open orders."""
    for name in ("quantity", "limit_price", "stop_price", "trigger_price", "trailing_amount"):
        fields = UpdateOrderFields()
        fields.tag = "x"
        assert UpdateOrderRequest(NOON, 1, fields).is_allowed_for_closed_order()
        setattr(fields, name, 1)
        assert not UpdateOrderRequest(NOON, 1, fields).is_allowed_for_closed_order()


def test_tickets_of_unknown_orders() -> None:
    """An update or cancel of an order nobody knows is answered by an invalid ticket."""
    for make, request in (
        (OrderTicket.invalid_cancel_order_id, CancelOrderRequest(NOON, 99, "x")),
        (OrderTicket.invalid_update_order_id, UpdateOrderRequest(NOON, 99, UpdateOrderFields())),
    ):
        ticket = make(None, request)  # type: ignore[operator]
        assert (ticket.order_id, ticket.status) == (99, OrderStatus.INVALID)
        assert request.response.error_code == OrderResponseErrorCode.UNABLE_TO_FIND_ORDER
        assert int(ticket) == int(OrderResponseErrorCode.UNABLE_TO_FIND_ORDER)


def test_texts_of_events() -> None:
    """Events print as in LEAN, long and short."""
    order = _order()
    order.price_currency = "USD"
    event = OrderEvent(order, NOON, None, "hm")
    from decimal import Decimal

    from engine.orders.fees.order_fee import OrderFee
    from engine.securities.cash_amount import CashAmount

    event.id, event.fill_quantity, event.fill_price = 2, 1, Decimal("144.7817241700")
    event.limit_price, event.order_fee = 10, OrderFee(CashAmount(1, "USD"))
    assert str(event) == (
        "Time: 01/05/2021 17:00:00 OrderID: 3 EventID: 2 Symbol: SPY Status: Filled Quantity: 1"
        " FillQuantity: 1"
        " FillPrice: $144.7817 LimitPrice: $10 OrderFee: 1 USD Message: hm"
    )
    assert event.short_to_string() == (
        "01/05/2021 17:00:00 OID:3 SPY Filled Q:1 FQ:1 FP:$144.7817 LP:$10 OF:$1 USD M:hm"
    )


def test_event_from_its_parts() -> None:
    """LEAN's other constructor takes every part; an option's event says whether it is an assignment."""
    from engine.common.enums import OrderDirection
    from engine.orders.fees.order_fee import OrderFee

    option = Symbol.create_option(SPY, "usa", 0, 1, 370, datetime(2021, 1, 15))
    event = OrderEvent(5, option, NOON, OrderStatus.FILLED, OrderDirection.SELL, 0, -1, OrderFee.ZERO, "OTM")
    assert (event.order_id, event.fill_quantity, event.absolute_fill_quantity) == (5, -1, 1)
    assert str(event).endswith("FillQuantity: -1 FillPrice: 0 Message: OTM IsAssignment: False")


def test_price_once_set_can_not_be_taken_back() -> None:
    """LEAN's event ignores a null price."""
    event = OrderEvent(_order(), NOON, None)
    event.stop_price = 12
    event.stop_price = None
    assert event.stop_price == 12
