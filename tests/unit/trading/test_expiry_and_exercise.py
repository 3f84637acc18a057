"""Exercise, assignment, delisting and time in force (lean-semantics 3, 7, 16)."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from engine.common.enums import DelistingType, OptionRight, OrderStatus, OrderType
from engine.orders.order_properties import OrderProperties
from engine.orders.time_in_force import TimeInForce
from tests.unit.trading.trading_desk import Desk


def _delist(desk: Desk, *securities: Any) -> None:
    """Put delistings into the current slice; the step's end processes them."""
    events = {s.symbol: SimpleNamespace(symbol=s.symbol, type=DelistingType.DELISTED) for s in securities}
    desk.algorithm.current_slice = SimpleNamespace(delistings=events)
    desk.step()


def _held(desk: Desk, strike: int, right: OptionRight, quantity: int) -> Any:
    option = desk.option(strike, right)
    desk.quote(option, 9.9, 10.1)
    option.holdings.set_holdings(10, quantity)
    return option


# strike and right against SPY at 370, contracts held; then shares, cash change, texts of the events, assignments
EXPIRIES = [
    (360, OptionRight.CALL, 2, 200, -72_000, ["Automatic Exercise", "Option Exercise"], 0),
    (380, OptionRight.PUT, 2, -200, 76_000, ["Automatic Exercise", "Option Exercise"], 0),
    (360, OptionRight.CALL, -2, -200, 72_000, ["Assigned", "Option Assignment"], 1),
    (380, OptionRight.PUT, -2, 200, -76_000, ["Assigned", "Option Assignment"], 1),
    (380, OptionRight.CALL, 2, 0, 0, ["OTM"], 0),
    (360, OptionRight.PUT, -2, 0, 0, ["OTM"], 0),
]


@pytest.mark.parametrize(("strike", "right", "held", "shares", "cash", "texts", "assigned"), EXPIRIES)
def test_expiry_of_equity_options(
    desk: Desk,
    strike: int,
    right: OptionRight,
    held: int,
    shares: int,
    cash: int,
    texts: list[str],
    assigned: int,
) -> None:
    """The contracts go at price 0, shares come at the strike under the same order, without fees."""
    option = _held(desk, strike, right, held)
    desk.at(0, 0, day=16)
    _delist(desk, option)
    portfolio = desk.algorithm.portfolio
    assert option.holdings.quantity == 0
    assert portfolio["SPY"].quantity == shares
    assert portfolio.cash == 100_000 + cash
    (order,) = desk.handler.orders.values()
    assert (order.type, order.quantity, order.tag) == (OrderType.OPTION_EXERCISE, -held, None)
    assert order.price == (strike if shares else 0)
    assert order.broker_id == []
    messages = [event.message.partition(".")[0] for event in desk.algorithm.told]
    assert messages == texts
    assert {event.order_id for event in desk.algorithm.told} == {1}
    assert len(desk.algorithm.assigned) == assigned
    assert portfolio.total_fees == 0


def test_assignment_callback_comes_between_option_and_share_event(desk: Desk) -> None:
    """on_assignment_order_event follows the option's event; shares and cash change only after it."""
    option = _held(desk, 360, OptionRight.CALL, -1)
    log: list[str] = []
    algorithm = desk.algorithm
    algorithm.react = lambda event: log.append(f"event {event.symbol.security_type}")
    algorithm.on_assignment_order_event = lambda event: log.append(  # type: ignore[method-assign]
        f"assigned {event.is_assignment} shares {algorithm.portfolio['SPY'].quantity:.0f}"
    )
    desk.at(0, 0, day=16)
    _delist(desk, option)
    assert log == ["event OPTION", "assigned True shares 0", "event EQUITY"]


def test_index_option_is_settled_in_cash(desk: Desk) -> None:
    """In the money by 100 points of SPX at 3700, one short put costs 10,000."""
    option = desk.index_option(3800)
    desk.quote(option, 99, 101)
    option.holdings.set_holdings(5, -1)
    desk.at(1, 0, day=16)
    _delist(desk, option)
    assert desk.algorithm.portfolio.cash == 90_000
    assert [event.is_assignment for event in desk.algorithm.told] == [True]


def test_options_are_delisted_before_their_underlying(desk: Desk) -> None:
    """Shares that come from an exercise are sold with the underlying's own delisting."""
    option = _held(desk, 360, OptionRight.CALL, 1)
    spy = desk.algorithm.securities["SPY"]
    desk.at(0, 0, day=16)
    _delist(desk, spy, option)
    assert desk.algorithm.portfolio["SPY"].quantity == 0
    last = desk.algorithm.told[-1]
    assert (last.message, last.fill_price, last.order_fee.value.amount) == (
        "Liquidate from delisting",
        370,
        0,
    )
    assert desk.handler.orders[2].tag == "Liquidate from delisting"


def test_delisting_cancels_open_orders_after_the_liquidation(desk: Desk) -> None:
    """First the sale, then CANCEL_PENDING; CANCELED waits for the next step."""
    spy = desk.equity()
    desk.trade(spy, 370)
    spy.holdings.set_holdings(370, 5)
    desk.algorithm.limit_order("SPY", -5, 400)
    desk.at(10, 1)
    _delist(desk, spy)
    assert desk.told() == [(1, "SUBMITTED"), (2, "FILLED"), (1, "CANCEL_PENDING")]
    desk.step()
    assert desk.told()[-1] == (1, "CANCELED")


def test_delistings_are_processed_once_per_slice(desk: Desk) -> None:
    """The second look at the same slice finds nothing more to do."""
    option = _held(desk, 360, OptionRight.CALL, 1)
    desk.at(0, 0, day=16)
    _delist(desk, option)
    count = len(desk.algorithm.told)
    desk.step()
    assert len(desk.algorithm.told) == count


@pytest.mark.parametrize("quantity", [2, -2])
def test_manual_exercise(desk: Desk, quantity: int) -> None:
    """Exercising two of three calls turns them into 200 shares; the sign does not matter."""
    option = _held(desk, 360, OptionRight.CALL, 3)
    ticket = desk.algorithm.exercise_option(option.symbol, quantity, tag="now")
    assert (ticket.status, ticket.tag) == (OrderStatus.FILLED, "now")
    assert option.holdings.quantity == 1
    assert desk.algorithm.portfolio["SPY"].quantity == 200
    assert (ticket.quantity_filled, ticket.average_fill_price) == (200, 360)


def test_early_assignment_of_a_short_deep_in_the_money(desk: Desk) -> None:
    """Within four days of expiry and more than five percent in the money, the whole position is assigned."""
    option = _held(desk, 300, OptionRight.CALL, -2)
    desk.at(11, 0, day=13)
    spy = desk.algorithm.securities["SPY"]
    desk.trade(spy, 370)
    desk.step()
    assert option.holdings.quantity == 0
    assert spy.holdings.quantity == -200
    order = desk.handler.orders[1]
    assert order.tag == "Simulated option assignment before expiration"
    assert desk.algorithm.assigned[0].message.endswith(f". {order.tag}")


def test_assignment_is_looked_for_once_an_hour(desk: Desk) -> None:
    """Between full hours nobody exercises."""
    option = _held(desk, 300, OptionRight.CALL, -2)
    spy = desk.algorithm.securities["SPY"]
    desk.at(11, 0, day=13)
    desk.trade(spy, 310)
    desk.step()
    desk.at(11, 59, day=13)
    desk.trade(spy, 370)
    desk.step()
    assert option.holdings.quantity == -2
    desk.at(12, 0, day=13)
    desk.step()
    assert option.holdings.quantity == 0


@pytest.mark.parametrize(
    ("time_in_force", "day", "expired"),
    [
        (TimeInForce.GOOD_TIL_CANCELED, 8, False),
        (TimeInForce.DAY, 5, True),
        (TimeInForce.good_til_date(datetime(2021, 1, 6)), 5, False),
        (TimeInForce.good_til_date(datetime(2021, 1, 6)), 6, True),
    ],
)
def test_time_in_force(desk: Desk, time_in_force: TimeInForce, day: int, expired: bool) -> None:
    """Day orders go at the close of their day, dated ones at the close of their date."""
    spy = desk.equity()
    desk.trade(spy, 370)
    properties = OrderProperties()
    properties.time_in_force = time_in_force
    ticket = desk.algorithm.limit_order("SPY", 1, 300, order_properties=properties)
    desk.at(15, 59, day=day)
    desk.step()
    assert ticket.status == OrderStatus.SUBMITTED
    desk.at(16, 0, day=day)
    desk.step()
    assert (ticket.status == OrderStatus.CANCELED) is expired
    if expired:
        assert desk.algorithm.told[-1].message == "The order has expired."
