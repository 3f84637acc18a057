"""When orders, updates and cancels take effect, and when the algorithm is told (lean-semantics 3, 16)."""

from __future__ import annotations

from engine.common.enums import OrderField, OrderRequestStatus, OrderResponseErrorCode, OrderStatus
from engine.orders.leg import Leg
from engine.orders.update_order_fields import UpdateOrderFields
from tests.unit.trading.trading_desk import Desk


def test_market_order_fills_inside_the_call(desk: Desk) -> None:
    """A market order is submitted and filled before market_order returns."""
    spy = desk.equity()
    desk.quote(spy, 369.9, 370.1)
    desk.trade(spy, 370)
    ticket = desk.algorithm.market_order("SPY", 10, tag="first")
    assert ticket.status == OrderStatus.FILLED
    assert desk.told() == [(1, "SUBMITTED"), (1, "FILLED")]
    assert (ticket.average_fill_price, ticket.quantity_filled, ticket.quantity_remaining) == (
        370.1,
        10.0,
        0.0,
    )
    assert ticket.tag == "first"
    assert desk.algorithm.portfolio.cash == 100_000 - 3_701 - 1


def test_limit_order_never_fills_in_the_step_it_was_placed(desk: Desk) -> None:
    """A marketable limit waits for the next bar."""
    spy = desk.equity()
    desk.trade(spy, 370)
    ticket = desk.algorithm.limit_order("SPY", 10, 380)
    desk.step()
    assert ticket.status == OrderStatus.SUBMITTED
    desk.at(10, 1)
    desk.trade(spy, 371, low=369, high=372)
    desk.step()
    assert ticket.status == OrderStatus.FILLED
    assert ticket.average_fill_price == 371


def test_update_answers_success_and_applies_at_the_end_of_the_step(desk: Desk) -> None:
    """update() returns success at once; the order changes and the event comes with the step's end."""
    spy = desk.equity()
    desk.trade(spy, 370)
    ticket = desk.algorithm.limit_order("SPY", 10, 350)
    desk.at(10, 1)
    response = ticket.update_limit_price(351, "closer")
    assert response.is_success
    assert ticket.get(OrderField.LIMIT_PRICE) == 350
    assert desk.told() == [(1, "SUBMITTED")]
    desk.step()
    assert ticket.get(OrderField.LIMIT_PRICE) == 351
    assert ticket.tag == "closer"
    assert desk.told() == [(1, "SUBMITTED"), (1, "UPDATE_SUBMITTED")]
    assert ticket.update_requests[0].status == OrderRequestStatus.PROCESSED


def test_updated_order_can_fill_in_the_same_step_on_the_bar_already_seen(desk: Desk) -> None:
    """A limit moved through the last bar fills when the update is processed."""
    spy = desk.equity()
    desk.trade(spy, 370)
    ticket = desk.algorithm.limit_order("SPY", 10, 350)
    desk.at(10, 1)
    desk.trade(spy, 370, low=369, high=371)
    desk.step()
    ticket.update_limit_price(370.5)
    desk.step()
    assert ticket.status == OrderStatus.FILLED


def test_cancel_is_pending_inside_the_call_and_done_at_the_end_of_the_step(desk: Desk) -> None:
    """CANCEL_PENDING comes inside cancel(), CANCELED with the step's end, and the tag is overwritten."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.limit_order("SPY", 10, 350, tag="mine")
    assert ticket.cancel("enough").is_success
    assert ticket.status == OrderStatus.CANCEL_PENDING
    desk.step()
    assert ticket.status == OrderStatus.CANCELED
    assert ticket.tag == "enough"
    assert desk.told() == [(1, "SUBMITTED"), (1, "CANCEL_PENDING"), (1, "CANCELED")]
    again = ticket.cancel()
    assert again.error_code == OrderResponseErrorCode.REQUEST_CANCELED


def test_queued_requests_are_processed_before_the_next_order(desk: Desk) -> None:
    """An update waits no longer than until another order is placed."""
    desk.trade(desk.equity(), 370)
    first = desk.algorithm.limit_order("SPY", 10, 350)
    first.update_quantity(7)
    desk.algorithm.limit_order("SPY", 1, 340)
    assert first.quantity == 7
    assert desk.told() == [(1, "SUBMITTED"), (1, "UPDATE_SUBMITTED"), (2, "SUBMITTED")]


def test_closed_order_takes_a_new_tag_and_nothing_else(desk: Desk) -> None:
    """A filled order refuses a new quantity and accepts a new tag without an event."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.market_order("SPY", 10)
    fields = UpdateOrderFields()
    fields.quantity = 5
    assert ticket.update(fields).error_code == OrderResponseErrorCode.INVALID_ORDER_STATUS
    assert ticket.update_tag("done").is_success
    desk.step()
    assert ticket.tag == "done"
    assert desk.told() == [(1, "SUBMITTED"), (1, "FILLED")]


def test_update_to_zero_is_refused(desk: Desk) -> None:
    """A quantity of zero is an error, not a cancellation."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.limit_order("SPY", 10, 350)
    response = ticket.update_quantity(0)
    assert response.error_code == OrderResponseErrorCode.ORDER_QUANTITY_ZERO
    assert response.error_message == "Unable to update order with id 1 that has zero quantity."


def test_combo_is_booked_whole_before_the_first_callback(desk: Desk) -> None:
    """Inside the first leg's event both legs are filled and held."""
    short, long = desk.option(360), desk.option(355)
    for option, bid, ask in ((short, 2.0, 2.2), (long, 1.0, 1.2)):
        desk.quote(option, bid, ask)
    held: list[tuple[float, float]] = []

    def react(_: object) -> None:
        held.append((short.holdings.quantity, long.holdings.quantity))

    desk.algorithm.react = react
    legs = [Leg.create(short.symbol, -1), Leg.create(long.symbol, 1)]
    tickets = desk.algorithm.combo_market_order(legs, 2)
    assert desk.told() == [(1, "SUBMITTED"), (2, "SUBMITTED"), (1, "FILLED"), (2, "FILLED")]
    assert held == [(0, 0), (0, 0), (-2, 2), (-2, 2)]
    assert [ticket.average_fill_price for ticket in tickets] == [2.0, 1.2]


def test_cancelling_one_leg_cancels_the_combo(desk: Desk) -> None:
    """The other leg goes without CANCEL_PENDING and keeps its tag."""
    short, long = desk.option(360), desk.option(355)
    desk.quote(short, 2.0, 2.2)
    desk.quote(long, 1.0, 1.2)
    legs = [Leg.create(short.symbol, -1), Leg.create(long.symbol, 1)]
    first, second = desk.algorithm.combo_limit_order(legs, 1, -5, tag="spread")
    first.cancel("no")
    desk.step()
    assert desk.told() == [
        (1, "SUBMITTED"),
        (2, "SUBMITTED"),
        (1, "CANCEL_PENDING"),
        (1, "CANCELED"),
        (2, "CANCELED"),
    ]
    assert (first.tag, second.tag) == ("no", "spread")


def test_combo_limit_update_moves_the_group_and_tag_update_its_leg(desk: Desk) -> None:
    """A limit belongs to all legs, a tag to one."""
    short, long = desk.option(360), desk.option(355)
    desk.quote(short, 2.0, 2.2)
    desk.quote(long, 1.0, 1.2)
    legs = [Leg.create(short.symbol, -1), Leg.create(long.symbol, 1)]
    first, second = desk.algorithm.combo_limit_order(legs, 1, -5, tag="spread")
    first.update_limit_price(-4.5, tag="walk")
    desk.step()
    limits = [ticket.get(OrderField.LIMIT_PRICE) for ticket in (first, second)]
    assert limits == [-4.5, -4.5]
    assert (first.tag, second.tag) == ("walk", "spread")


def test_order_placed_inside_an_event_handler_is_served_inside_it(desk: Desk) -> None:
    """A handler that orders more gets its fill before it returns, and each order fills once."""
    spy = desk.equity()
    desk.trade(spy, 370)
    seen: list[object] = []

    def react(event: object) -> None:
        if event.order_id == 1 and event.status == OrderStatus.FILLED:  # type: ignore[attr-defined]
            seen.append(desk.algorithm.market_order("SPY", -3).status)

    desk.algorithm.react = react
    desk.algorithm.market_order("SPY", 10)
    assert seen == [OrderStatus.FILLED]
    assert spy.holdings.quantity == 7


def test_unfilled_market_order_waits_for_fresh_data(desk: Desk) -> None:
    """Days later the order still fills on the first fresh bar."""
    spy = desk.equity()
    desk.trade(spy, 370)
    desk.at(12, 0)
    ticket = desk.algorithm.market_order("SPY", 10)
    assert ticket.status == OrderStatus.SUBMITTED
    desk.at(10, 0, day=7)
    desk.step()
    assert ticket.status == OrderStatus.SUBMITTED
    desk.trade(spy, 372)
    desk.step()
    assert (ticket.status, ticket.average_fill_price) == (OrderStatus.FILLED, 372)


def test_a_raising_handler_ends_the_run(desk: Desk) -> None:
    """An exception of on_order_event is the algorithm's runtime error."""
    desk.trade(desk.equity(), 370)

    def react(_: object) -> None:
        raise ValueError("mine")

    desk.algorithm.react = react
    desk.algorithm.market_order("SPY", 10)
    assert str(desk.algorithm.run_time_error) == "mine"
