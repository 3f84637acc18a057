"""Orders: their two faces of numbers, prices, texts and groups (LEAN: Common/Orders)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.common.enums import OrderDirection, OrderField, OrderStatus, OrderType, SecurityType
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol
from engine.orders.combo_leg_limit_order import ComboLegLimitOrder
from engine.orders.group_order_manager import (
    GroupOrderCacheManager,
    GroupOrderManager,
    try_get_group_orders,
)
from engine.orders.leg import Leg
from engine.orders.limit_order import LimitOrder
from engine.orders.market_order import MarketOrder
from engine.orders.option_exercise_order import OptionExerciseOrder
from engine.orders.order import Order
from engine.orders.order_event import OrderEvent
from engine.orders.order_extensions import is_closed, is_combo_order, is_fill, is_limit_order, is_stop_order
from engine.orders.order_properties import OrderProperties
from engine.orders.order_submission_data import OrderSubmissionData
from engine.orders.order_ticket import OrderTicket
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.orders.trailing_stop_order import TrailingStopOrder
from engine.orders.update_order_fields import UpdateOrderFields
from engine.orders.update_order_request import UpdateOrderRequest

SPY = Symbol.create("SPY", SecurityType.EQUITY, "usa")
NOON = datetime(2021, 1, 5, 17)


def _request(kind: OrderType, **more: Any) -> SubmitOrderRequest:
    if is_combo_order(kind):
        more.setdefault("group_order_manager", GroupOrderManager(1, 2, 1))
    request = SubmitOrderRequest(
        kind, SecurityType.EQUITY, SPY, 10, 101, 102, trigger_price=103, trailing_amount=4, time=NOON, **more
    )
    request.set_order_id(7)
    return request


@pytest.mark.parametrize("kind", list(OrderType))
def test_every_type_is_made_from_its_request(kind: OrderType) -> None:
    """An order has its request's type, id, quantity, tag and prices, and starts as NEW."""
    order = Order.create_order(_request(kind, tag="t"))
    assert (order.type, order.id, order.quantity, order.tag) == (kind, 7, 10, "t")
    assert order.status == OrderStatus.NEW
    assert order.direction == OrderDirection.BUY
    assert order.time == datetime(2021, 1, 5, 17, tzinfo=UTC)
    prices = {"stop_price": 101, "limit_price": 102, "trigger_price": 103, "trailing_amount": 4}
    for name, price in prices.items():
        if hasattr(order, name):
            assert getattr(order, name) == price
            assert getattr(order, f"{name}_decimal") == Decimal(price)


FIELDS = {
    OrderField.LIMIT_PRICE: {
        OrderType.LIMIT,
        OrderType.STOP_LIMIT,
        OrderType.LIMIT_IF_TOUCHED,
        OrderType.COMBO_LIMIT,
        OrderType.COMBO_LEG_LIMIT,
    },
    OrderField.STOP_PRICE: {OrderType.STOP_MARKET, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP},
    OrderField.TRIGGER_PRICE: {OrderType.LIMIT_IF_TOUCHED},
    OrderField.TRAILING_AMOUNT: {OrderType.TRAILING_STOP},
    OrderField.TRAILING_AS_PERCENTAGE: {OrderType.TRAILING_STOP},
}


@pytest.mark.parametrize("kind", list(OrderType))
@pytest.mark.parametrize("field", list(OrderField))
@pytest.mark.parametrize("has_order", [True, False])
def test_ticket_gives_a_field_if_and_only_if_the_type_has_it(
    kind: OrderType, field: OrderField, has_order: bool
) -> None:
    """get() reads the order once it is there and the request before, and refuses every other pair."""
    request = _request(kind, trailing_as_percentage=True)
    ticket = OrderTicket(None, request)  # type: ignore[arg-type]
    if has_order:
        ticket.set_order(Order.create_order(request))
    if kind not in FIELDS[field]:
        with pytest.raises(ArgumentException):
            ticket.get(field)
        return
    expected = {
        OrderField.LIMIT_PRICE: 102.0,
        OrderField.STOP_PRICE: 101.0,
        OrderField.TRIGGER_PRICE: 103.0,
        OrderField.TRAILING_AMOUNT: 4.0,
        OrderField.TRAILING_AS_PERCENTAGE: True,
    }
    assert ticket.get(field) == expected[field]


UPDATES = ("limit_price", "stop_price", "trigger_price", "trailing_amount")


@pytest.mark.parametrize("kind", list(OrderType))
@pytest.mark.parametrize("name", UPDATES)
def test_update_changes_a_price_the_type_has_and_no_other(kind: OrderType, name: str) -> None:
    """An update of a price that the order has is applied; any other leaves all prices alone."""
    order = Order.create_order(_request(kind))
    owner = order.group_order_manager if kind == OrderType.COMBO_LIMIT else order
    before = {price: getattr(owner, price, None) for price in UPDATES}
    fields = UpdateOrderFields()
    setattr(fields, name, 55.5)
    fields.tag = "new"
    order.apply_update_order_request(UpdateOrderRequest(NOON, 7, fields))
    after = {price: getattr(owner, price, None) for price in UPDATES}
    if before[name] is not None:
        before[name] = 55.5
    assert after == before
    assert order.tag == "new"


def test_update_of_another_order_is_refused() -> None:
    """A request carries the id of its order."""
    order = Order.create_order(_request(OrderType.LIMIT))
    with pytest.raises(ArgumentException, match="incorrect order"):
        order.apply_update_order_request(UpdateOrderRequest(NOON, 8, UpdateOrderFields()))


def test_quantity_and_price_are_normalised() -> None:
    """Zeros behind the point go, as LEAN's setters strip them; large numbers get no exponent."""
    order = MarketOrder(SPY, Decimal("100.00"), NOON, Decimal("144.6500"))
    assert str(order.quantity_decimal) == "100"
    assert str(order.price_decimal) == "144.65"
    assert order.value == 14465
    order.quantity = 2.5
    assert order.quantity_decimal == Decimal("2.5")


def test_combo_legs_follow_the_quantity_of_their_group() -> None:
    """Updating a combo's quantity scales every leg by its ratio."""
    group = GroupOrderManager(3, 2, 2)
    legs = [
        ComboLegLimitOrder(SPY, quantity, 1, NOON, group, properties=OrderProperties())
        for quantity in (-2, 6)
    ]
    for id, leg in enumerate(legs, start=1):
        leg.id = id
    fields = UpdateOrderFields()
    fields.quantity = 5
    legs[0].apply_update_order_request(UpdateOrderRequest(NOON, 1, fields))
    assert [leg.quantity for leg in legs] == [-5, 15]
    assert legs[0].clone().group_order_manager is group
    assert list(group.order_ids) == [1, 2]


def test_group_is_complete_only_with_all_its_orders() -> None:
    """A combo's orders are found by id once every leg has come."""
    group = GroupOrderManager(3, 2, 1)
    known: dict[int, Order] = {}
    cache = GroupOrderCacheManager()
    first, second = (ComboLegLimitOrder(SPY, 1, 1, NOON, group) for _ in range(2))
    first.id = 1
    known[1] = first
    assert try_get_group_orders(first, known.get) is None
    assert cache.try_get_group_cached_orders(first) is None
    second.id = 2
    known[2] = second
    assert try_get_group_orders(second, known.get) == [first, second]
    assert cache.try_get_group_cached_orders(second) == [first, second]


def test_clone_is_independent() -> None:
    """What a clone is told the original does not hear."""
    order = LimitOrder(SPY, 1, 10, NOON, "a")
    order.broker_id.append("1")
    twin = order.clone()
    twin.tag, twin.limit_price, twin.status = "b", 11, OrderStatus.FILLED
    twin.broker_id.append("2")
    twin.properties.exchange = "X"
    assert (order.tag, order.limit_price, order.status) == ("a", 10, OrderStatus.NONE)
    assert order.broker_id == ["1"]
    assert order.properties.exchange is None


@pytest.mark.parametrize(
    ("quantity", "limit", "marketable"),
    [(1, 10.2, True), (1, 10.1, False), (-1, 10.0, True), (-1, 10.1, False)],
)
def test_limit_is_marketable_if_it_crosses_the_market_it_was_sent_to(
    quantity: int, limit: float, marketable: bool
) -> None:
    """The quote at submission decides, not the one of now."""
    order = LimitOrder(SPY, quantity, limit, NOON)
    assert not order.is_marketable
    order.order_submission_data = OrderSubmissionData(10.0, 10.2, 10.1)
    assert order.is_marketable is marketable


@pytest.mark.parametrize(
    ("market", "stop", "amount", "percentage", "direction", "moved"),
    [
        ("100", "95", "5", False, OrderDirection.SELL, None),
        ("101", "95", "5", False, OrderDirection.SELL, "96"),
        ("100", "105", "5", False, OrderDirection.BUY, None),
        ("99", "105", "5", False, OrderDirection.BUY, "104"),
        ("200", "100", "0.1", True, OrderDirection.SELL, "180.0"),
        ("200", "300", "0.1", True, OrderDirection.BUY, "220.0"),
    ],
)
def test_trailing_stop_moves_only_with_the_market(
    market: str, stop: str, amount: str, percentage: bool, direction: OrderDirection, moved: str | None
) -> None:
    """A stop moves when the market is further away than the trailing amount, never back."""
    new = TrailingStopOrder.try_update_stop_price(
        Decimal(market), Decimal(stop), Decimal(amount), percentage, direction
    )
    assert new == (None if moved is None else Decimal(moved))


@pytest.mark.parametrize(
    ("amount", "percentage", "tag"),
    [
        (2, False, "Trailing Amount: $2"),
        (0.05, True, "Trailing Amount: 5.00%"),
        (0.1, True, "Trailing Amount: 10.0%"),
    ],
)
def test_default_tag_of_a_trailing_stop(amount: float, percentage: bool, tag: str) -> None:
    """A trailing stop without a tag is tagged with its amount, as LEAN prints it."""
    order = TrailingStopOrder(SPY, 1, 100, amount, percentage, NOON)
    order.price_currency = "USD"
    assert order.get_default_tag() == tag


def test_order_texts() -> None:
    """Orders print as in LEAN, with C#'s names of types and statuses."""
    order = TrailingStopOrder(SPY, -10, Decimal("101.500"), 2, False, NOON, "mine")
    order.id, order.status, order.price_currency = 4, OrderStatus.CANCEL_PENDING, "USD"
    order.broker_id.append("4")
    assert str(order) == (
        f"OrderId: 4 (BrokerId: 4) CancelPending TrailingStop order for -10 units of {SPY}: mine at stop"
        " $101.5."
        " Trailing amount: $2"
    )


@pytest.mark.parametrize("status", list(OrderStatus))
def test_status_families(status: OrderStatus) -> None:
    """Filled, cancelled and invalid orders are closed; filled and partly filled events are fills."""
    assert is_closed(status) is (status.name in {"FILLED", "CANCELED", "INVALID"})
    assert is_fill(status) is (status.name in {"FILLED", "PARTIALLY_FILLED"})


@pytest.mark.parametrize("kind", list(OrderType))
def test_type_families(kind: OrderType) -> None:
    """The families are LEAN's: a stop limit is both, a combo limit neither."""
    assert is_limit_order(kind) is (kind.name in {"LIMIT", "STOP_LIMIT", "LIMIT_IF_TOUCHED"})
    assert is_stop_order(kind) is (kind.name in {"STOP_MARKET", "STOP_LIMIT", "TRAILING_STOP"})
    assert is_combo_order(kind) is kind.name.startswith("COMBO")


def test_leg_takes_whole_numbers_only() -> None:
    """Half a contract is an error, not a rounded one."""
    assert Leg.create(SPY, 2, 1.5).order_price == 1.5
    with pytest.raises(TypeError, match=r"0\.5"):
        Leg.create(SPY, 0.5)  # type: ignore[arg-type]


def test_ticket_averages_its_fills() -> None:
    """Average price and filled quantity follow the fills; the order's price follows them."""
    ticket = OrderTicket(None, _request(OrderType.MARKET))  # type: ignore[arg-type]
    order = Order.create_order(ticket.submit_request)
    ticket.set_order(order)
    for quantity, price in ((4, 100), (6, 105)):
        event = OrderEvent(order, NOON, None)
        event.status = OrderStatus.PARTIALLY_FILLED
        event.fill_quantity, event.fill_price = quantity, price
        ticket.add_order_event(event)
    assert (ticket.quantity_filled, ticket.average_fill_price, ticket.quantity_remaining) == (10, 103, 0)
    assert order.price == 103


@pytest.mark.parametrize(("in_the_money", "price"), [(True, 370.0), (False, 0.0)])
def test_ticket_of_an_exercise_has_the_strike_if_in_the_money(in_the_money: bool, price: float) -> None:
    """The order's price is the strike; the event that takes the option away is no fill of the ticket."""
    option = Symbol.create_option(SPY, "usa", 0, 1, 370, datetime(2021, 1, 15))
    request = SubmitOrderRequest(OrderType.OPTION_EXERCISE, option.security_type, option, -1, time=NOON)
    request.set_order_id(1)
    ticket = OrderTicket(None, request)  # type: ignore[arg-type]
    order = Order.create_order(request)
    assert isinstance(order, OptionExerciseOrder)
    ticket.set_order(order)
    event = OrderEvent(order, NOON, None)
    event.status, event.fill_quantity, event.is_in_the_money = OrderStatus.FILLED, -1, in_the_money
    ticket.add_order_event(event)
    assert order.price == price
    assert ticket.quantity_filled == 0
    if in_the_money:
        event = event.clone()
        event.fill_price, event.fill_quantity = 370, -100
        ticket.add_order_event(event)
        assert (ticket.quantity_filled, ticket.average_fill_price) == (-100, 370)
