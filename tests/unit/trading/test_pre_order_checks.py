"""What is refused before it becomes an order: no id, one error text (LEAN: QCAlgorithm.Trading.cs)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.common.enums import OrderResponseErrorCode, OrderStatus, Resolution
from engine.common.errors import DotNetException, InvalidOperationException
from tests.unit.trading.trading_desk import Desk

Code = OrderResponseErrorCode


def _of_priced_equity(order: Callable[[Any], Any]) -> Callable[[Desk], Any]:
    def place(desk: Desk) -> Any:
        desk.trade(desk.equity(), 370)
        return order(desk.algorithm)

    return place


def _without_price(desk: Desk) -> Any:
    desk.equity()
    return desk.algorithm.market_order("SPY", 1)


def _future_at_open(desk: Desk) -> Any:
    future = desk.future()
    desk.trade(future, 3700)
    return desk.algorithm.market_on_open_order(future.symbol, 1)


def _late_for_the_close(desk: Desk) -> Any:
    spy = desk.equity()
    desk.at(15, 45)
    desk.trade(spy, 370)
    return desk.algorithm.market_on_close_order("SPY", 1)


def _exercise_of_nothing(desk: Desk) -> Any:
    option = desk.option(360)
    desk.quote(option, 2.0, 2.2)
    return desk.algorithm.exercise_option(option.symbol, 1)


def _exercise_of_short(desk: Desk) -> Any:
    option = desk.option(360)
    desk.quote(option, 2.0, 2.2)
    option.holdings.set_holdings(2, -1)
    return desk.algorithm.exercise_option(option.symbol, 1)


def _early_exercise_of_european(desk: Desk) -> Any:
    option = desk.index_option(3600)
    desk.quote(option, 2.0, 2.2)
    option.holdings.set_holdings(2, 1)
    return desk.algorithm.exercise_option(option.symbol, 1)


def _exercise_at_night(desk: Desk) -> Any:
    option = desk.option(360)
    desk.quote(option, 2.0, 2.2)
    option.holdings.set_holdings(2, 1)
    desk.at(20, 0)
    return desk.algorithm.exercise_option(option.symbol, 1)


def _exercise_of_shares(desk: Desk) -> Any:
    desk.trade(desk.equity(), 370)
    return desk.algorithm.exercise_option("SPY", 1)


def _canonical(desk: Desk) -> Any:
    canonical = desk.algorithm.add_option("SPY").symbol
    return desk.algorithm.market_order(canonical, 1)


REFUSALS = {
    "quantity zero": (_of_priced_equity(lambda a: a.market_order("SPY", 0)), Code.ORDER_QUANTITY_ZERO),
    "half a share": (
        _of_priced_equity(lambda a: a.market_order("SPY", 0.5)),
        Code.ORDER_QUANTITY_LESS_THAN_LOT_SIZE,
    ),
    "no price": (_without_price, Code.SECURITY_PRICE_ZERO),
    "canonical": (_canonical, Code.NON_TRADABLE_SECURITY),
    "open while open": (
        _of_priced_equity(lambda a: a.market_on_open_order("SPY", 1)),
        Code.MARKET_ON_OPEN_NOT_ALLOWED_DURING_REGULAR_HOURS,
    ),
    "future at open": (_future_at_open, Code.EXCHANGE_NOT_OPEN),
    "late for the close": (_late_for_the_close, Code.MARKET_ON_CLOSE_ORDER_TOO_LATE),
    "exercise of nothing": (_exercise_of_nothing, Code.UNSUPPORTED_REQUEST_TYPE),
    "exercise of a short": (_exercise_of_short, Code.UNSUPPORTED_REQUEST_TYPE),
    "early exercise, European": (_early_exercise_of_european, Code.EUROPEAN_OPTION_NOT_EXPIRED_ON_EXERCISE),
    "exercise at night": (_exercise_at_night, Code.EXCHANGE_NOT_OPEN),
    "exercise of shares": (_exercise_of_shares, Code.NON_EXERCISABLE_SECURITY),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused_order_has_a_ticket_but_no_id(desk: Desk, case: str) -> None:
    """Every refusal answers with its code, id -10 and INVALID, and reaches neither count nor hash."""
    place, code = REFUSALS[case]
    ticket = place(desk)
    assert ticket.submit_request.response.error_code == code
    assert (ticket.order_id, ticket.status, ticket.has_order) == (-10, OrderStatus.INVALID, False)
    assert int(ticket) == int(code)
    assert desk.handler.orders_count == 0
    assert desk.told() == []
    assert list(desk.algorithm.error_messages) == [
        f"{desk.algorithm.time:%Y-%m-%d %H:%M:%S} {ticket.submit_request.response.error_message}"
    ]


def test_orders_while_warming_up_are_refused(desk: Desk) -> None:
    """During warm-up a request is an error ticket, and a direct one an exception."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.limit_order("SPY", 1, 300)
    desk.algorithm._is_warming_up = True
    refused = desk.algorithm.market_order("SPY", 1)
    assert refused.submit_request.response.error_code == Code.ALGORITHM_WARMING_UP
    with pytest.raises(DotNetException, match=r"on_warmup_finished\(\) method"):
        ticket.cancel()
    with pytest.raises(InvalidOperationException, match="cancel_open_orders"):
        desk.algorithm.transactions.cancel_open_orders()


def test_too_many_orders_stop_the_algorithm(desk: Desk) -> None:
    """The order after the limit is refused and the run stops."""
    desk.trade(desk.equity(), 370)
    desk.algorithm.max_orders = 1
    for _ in range(2):
        desk.algorithm.limit_order("SPY", 1, 300)
    ticket = desk.algorithm.limit_order("SPY", 1, 300)
    assert ticket.submit_request.response.error_code == Code.EXCEEDED_MAXIMUM_ORDERS
    assert str(desk.algorithm.status) == "STOPPED"


def test_market_order_on_a_closed_market_waits_for_the_open(desk: Desk) -> None:
    """After hours it becomes an order for the open, and the algorithm is told so once."""
    spy = desk.equity()
    desk.trade(spy, 370)
    desk.at(18, 0)
    tickets = [desk.algorithm.market_order("SPY", 1) for _ in range(2)]
    assert [str(ticket.order_type) for ticket in tickets] == ["MARKET_ON_OPEN"] * 2
    assert len(desk.algorithm.debug_messages) == 1
    assert "converted into MarketOnOpen" in desk.algorithm.debug_messages[0]


@pytest.mark.parametrize(
    ("hour", "minute", "kind"),
    [(10, 0, "MARKET_ON_CLOSE"), (15, 44, "MARKET_ON_CLOSE"), (15, 45, "MARKET_ON_OPEN")],
)
def test_market_order_on_daily_data_waits_for_close_or_open(
    desk: Desk, hour: int, minute: int, kind: str
) -> None:
    """With daily data alone it becomes an order for the close, within 15.5 minutes of it one for the open."""
    spy = desk.equity(resolution=Resolution.DAILY)
    desk.at(hour, minute)
    desk.trade(spy, 370)
    assert str(desk.algorithm.market_order("SPY", 1).order_type) == kind


def test_future_market_order_is_not_converted_at_night(desk: Desk) -> None:
    """Futures trade in extended hours: the order stays a market order and fills."""
    future = desk.future()
    desk.at(22, 0)
    desk.quote(future, 3699, 3701)
    ticket = desk.algorithm.market_order(future.symbol, 1)
    assert (str(ticket.order_type), ticket.average_fill_price) == ("MARKET", 3701)


def test_good_til_date_is_reset_for_auction_orders(desk: Desk) -> None:
    """An auction order can not be good til a date."""
    from datetime import datetime

    from engine.orders.order_properties import OrderProperties
    from engine.orders.time_in_force import TimeInForce

    desk.trade(desk.equity(), 370)
    properties = OrderProperties()
    properties.time_in_force = TimeInForce.good_til_date(datetime(2021, 1, 8))
    desk.algorithm.market_on_close_order("SPY", 1, order_properties=properties)
    assert properties.time_in_force is TimeInForce.GOOD_TIL_CANCELED
    assert "Good-Til-Date" in desk.algorithm.debug_messages[0]


def test_unknown_ticker_becomes_a_security_without_price(desk: Desk) -> None:
    """An order on a text nobody knows adds a BASE security and is refused for its price."""
    ticket = desk.algorithm.market_order("NOPE", 1)
    assert ticket.submit_request.response.error_code == Code.SECURITY_PRICE_ZERO
    assert str(ticket.security_type) == "BASE"


def test_ordering_an_index_raises(desk: Desk) -> None:
    """An index is not tradable, and is not added again either."""
    desk.index_option(3600)
    index = desk.algorithm.securities["SPX"]
    with pytest.raises(InvalidOperationException, match="no longer tradable"):
        desk.algorithm.market_order(index, 1)
