"""What the transaction handler does to orders on their way (LEAN: BrokerageTransactionHandler.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.common.enums import OrderResponseErrorCode, OrderStatus
from engine.orders.leg import Leg
from engine.orders.limit_order import LimitOrder
from engine.orders.order_sizing import OrderSizing
from tests.unit.trading.trading_desk import Desk


def _option(desk: Desk) -> Any:
    option = desk.option(360)
    desk.quote(option, 2.0, 2.2)
    return option


@pytest.mark.parametrize(
    ("asked", "rounded"),
    [("2.004", "2.00"), ("2.005", "2.00"), ("2.015", "2.02"), ("-1", "-1.00"), ("0", "0.00")],
)
def test_limits_are_rounded_to_the_tick(desk: Desk, asked: str, rounded: str) -> None:
    """Halves go to the even tick; zero and negative limits are taken."""
    option = _option(desk)
    ticket = desk.algorithm.limit_order(option.symbol, 1, float(asked))
    assert str(desk.handler.orders[ticket.order_id].limit_price_decimal) == rounded
    assert ticket.status == OrderStatus.SUBMITTED


def test_rounding_is_told_once(desk: Desk) -> None:
    """The first rounded price is an error line, later ones are not."""
    option = _option(desk)
    for _ in range(2):
        desk.algorithm.limit_order(option.symbol, 1, -3.7000000000000006)
    assert [line.partition(" Warning")[2] for line in desk.algorithm.error_messages] == [
        ": To meet brokerage precision requirements, order LimitPrice was rounded to -3.70 from"
        " -3.7000000000000006"
    ]


@pytest.mark.parametrize(("limit", "rounded"), [(2.99, 3.0), (3.04, 3.0), (3.06, 3.1), (0.07, 0.05)])
def test_index_options_have_a_coarser_tick_from_three_dollars(
    desk: Desk, limit: float, rounded: float
) -> None:
    """Below 3 the tick is 0.05, from 3 on 0.10."""
    option = desk.index_option(3600)
    desk.quote(option, 2.0, 2.2)
    ticket = desk.algorithm.limit_order(option.symbol, 1, limit)
    assert desk.handler.orders[ticket.order_id].limit_price == rounded


def test_combo_limit_takes_the_smallest_tick_of_a_price_of_zero(desk: Desk) -> None:
    """Combos of index options round to 0.05 whatever their price: the orders have none yet."""
    legs = []
    for strike, ratio in ((3600, -1), (3550, 1)):
        option = desk.index_option(strike)
        desk.quote(option, 20, 22)
        legs.append(Leg.create(option.symbol, ratio))
    first, _ = desk.algorithm.combo_limit_order(legs, 1, -5.17)
    assert desk.handler.orders[first.order_id].group_order_manager.limit_price == -5.15


def test_adjusted_equities_have_no_tick(desk: Desk) -> None:
    """A limit between the ticks stays as it is."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.limit_order("SPY", 1, 350.12345)
    assert desk.handler.orders[ticket.order_id].limit_price_decimal == Decimal("350.12345")


def test_quantity_is_truncated_to_lots_on_the_next_update(desk: Desk) -> None:
    """LEAN truncates what the order had before the update; the new quantity follows with the one after."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.limit_order("SPY", 10, 350)
    ticket.update_quantity(7.5)
    desk.step()
    assert ticket.quantity == 7.5
    ticket.update_tag("again")
    desk.step()
    assert ticket.quantity == 7
    assert "nearest lot size of 1" in desk.algorithm.error_messages[0]


def test_order_remembers_the_market_it_was_sent_to(desk: Desk) -> None:
    """Bid, ask and last price at submission are kept, 0 where there never was one."""
    option = _option(desk)
    ticket = desk.algorithm.limit_order(option.symbol, 1, 2)
    data = desk.handler.orders[ticket.order_id].order_submission_data
    assert (data.bid_price, data.ask_price, data.last_price) == (2.0, 2.2, 2.1)


def test_order_that_can_not_be_paid_is_invalid_with_leans_text(desk: Desk) -> None:
    """The event, the error line and the response carry the same sentence."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.market_order("SPY", 10_000)
    assert ticket.status == OrderStatus.INVALID
    response = ticket.submit_request.response
    assert response.error_code == OrderResponseErrorCode.INSUFFICIENT_BUYING_POWER
    assert response.error_message.startswith(
        "Order Error: ids: [1], Insufficient buying power to complete orders (Value:[3700000]), Reason: Id: 1,"
    )
    assert desk.algorithm.told[0].message == response.error_message
    assert desk.algorithm.error_messages[0].endswith(response.error_message)


def test_resting_order_that_can_not_be_paid_any_more_is_invalid(desk: Desk) -> None:
    """Every scan checks buying power again, before it looks for a fill."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.limit_order("SPY", 400, 300)
    desk.algorithm.portfolio.set_cash(10)
    desk.at(10, 1)
    desk.trade(desk.algorithm.securities["SPY"], 370)
    desk.step()
    assert ticket.status == OrderStatus.INVALID


def test_update_that_can_not_be_paid_leaves_the_order_alone(desk: Desk) -> None:
    """The answer was success, the processed request is an error, and the algorithm gets an event."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.limit_order("SPY", 10, 350)
    assert ticket.update_quantity(10_000).is_success
    desk.step()
    assert ticket.quantity == 10
    response = ticket.update_requests[0].response
    assert response.error_code == OrderResponseErrorCode.BROKERAGE_FAILED_TO_UPDATE_ORDER
    assert response.error_message.startswith("Brokerage failed to update order with id: 1, Symbol: SPY,")
    assert desk.told() == [(1, "SUBMITTED"), (1, "SUBMITTED")]


def test_negative_quantity_turns_a_buy_into_a_sale(desk: Desk) -> None:
    """update_quantity(-1) is taken as it is."""
    desk.trade(desk.equity(), 370)
    ticket = desk.algorithm.limit_order("SPY", 1, 350)
    ticket.update_quantity(-1)
    desk.step()
    assert str(desk.handler.orders[1].direction) == "SELL"


def test_custom_fill_model_may_fill_in_parts(desk: Desk) -> None:
    """A model that fills three at a time is asked again until the order is done; each part is booked."""
    from engine.orders.fills.equity_fill_model import EquityFillModel

    class InParts(EquityFillModel):
        def market_fill(self, asset: Any, order: Any) -> Any:
            fill = super().market_fill(asset, order)
            left = order.quantity - asset.holdings.quantity
            fill.fill_quantity = min(3, left)
            fill.status = OrderStatus.FILLED if left <= 3 else OrderStatus.PARTIALLY_FILLED
            return fill

    spy = desk.equity()
    desk.trade(spy, 100)
    spy.set_fill_model(InParts())
    ticket = desk.algorithm.market_order("SPY", 8)
    for _ in range(4):
        desk.step()
    assert [(e.fill_quantity, str(e.status)) for e in desk.algorithm.told[1:]] == [
        (3, "PARTIALLY_FILLED"),
        (3, "PARTIALLY_FILLED"),
        (2, "FILLED"),
    ]
    assert (ticket.quantity_filled, spy.holdings.quantity) == (8, 8)


def test_raising_fill_model_is_an_error_line_and_the_order_waits(desk: Desk) -> None:
    """The run goes on, the order stays submitted."""
    from engine.orders.fills.equity_fill_model import EquityFillModel

    class Broken(EquityFillModel):
        def market_fill(self, asset: Any, order: Any) -> Any:
            raise ValueError("no idea")

    spy = desk.equity()
    desk.trade(spy, 100)
    spy.set_fill_model(Broken())
    ticket = desk.algorithm.market_order("SPY", 8)
    assert ticket.status == OrderStatus.SUBMITTED
    assert desk.algorithm.error_messages[0].endswith(
        "Order Error: id: 1, Transaction model failed to fill for order type: Market with error: no idea"
    )


def test_transactions_answer_by_symbol_ticker_and_function(desk: Desk) -> None:
    """Orders and tickets are found by symbol, ticker, security or any condition; orders are copies."""
    spy = desk.equity()
    desk.trade(spy, 370)
    desk.trade(desk.equity("IBM"), 100)
    algorithm = desk.algorithm
    algorithm.limit_order("SPY", 1, 300)
    algorithm.limit_order("IBM", 2, 90)
    algorithm.market_order("IBM", 3)
    transactions = algorithm.transactions
    for key in (spy.symbol, "SPY", spy, lambda item: item.quantity == 1):
        assert [order.id for order in transactions.get_open_orders(key)] == [1]
        assert [ticket.order_id for ticket in transactions.get_open_order_tickets(key)] == [1]
    assert [order.id for order in transactions.get_orders()] == [1, 2, 3]
    assert [order.id for order in transactions.get_open_orders()] == [1, 2]
    assert transactions.get_open_orders_remaining_quantity("IBM") == 2
    assert transactions.get_projected_holdings(algorithm.securities["IBM"]).projected_quantity == 5
    assert (transactions.orders_count, transactions.last_order_id) == (3, 3)
    copy = transactions.get_order_by_id(1)
    assert isinstance(copy, LimitOrder)
    copy.limit_price = 1
    assert transactions.get_order_by_id(1).limit_price == 300
    assert transactions.get_order_by_id(99) is None
    assert [order.id for order in transactions.get_orders_by_brokerage_id("2")] == [2]
    assert transactions.wait_for_order(3)
    assert not transactions.wait_for_order(1)


def test_cancel_open_orders(desk: Desk) -> None:
    """All orders, or those of a symbol; without a tag LEAN writes its own."""
    desk.trade(desk.equity(), 370)
    desk.trade(desk.equity("IBM"), 100)
    tickets = [desk.algorithm.limit_order(ticker, 1, 50) for ticker in ("SPY", "IBM", "SPY")]
    desk.algorithm.transactions.cancel_open_orders("SPY", "bye")
    desk.step()
    assert [ticket.tag for ticket in tickets] == ["bye", "", "bye"]
    desk.algorithm.transactions.cancel_open_orders()
    assert tickets[1].tag == "Canceled by CancelOpenOrders() at 2021-01-05T15:00:00.0000000Z"


def test_open_orders_are_walked_as_in_leans_dictionary(desk: Desk) -> None:
    """LEAN walks open orders by id modulo 37: the 37th comes before the first that is left."""
    desk.trade(desk.equity(), 370)
    tickets = [desk.algorithm.limit_order("SPY", 1, 300) for _ in range(38)]
    for ticket in tickets[:35]:
        ticket.cancel()
    desk.step()
    assert [t.order_id for t in desk.algorithm.transactions.get_open_order_tickets()] == [37, 38, 36]


def test_shortable_limits_sales(desk: Desk) -> None:
    """What may be sold short counts holdings and open orders."""

    class Ten:
        def shortable_quantity(self, symbol: Any, time: Any) -> int:
            return 10

    spy = desk.equity()
    desk.trade(spy, 370)
    spy.set_shortable_provider(Ten())
    desk.algorithm.limit_order("SPY", -6, 400)
    assert desk.algorithm.shortable("SPY", 4)
    assert not desk.algorithm.shortable("SPY", 5)
    refused = desk.algorithm.limit_order("SPY", -5, 400)
    assert refused.submit_request.response.error_code == OrderResponseErrorCode.EXCEEDS_SHORTABLE_QUANTITY
    assert refused.status == OrderStatus.INVALID


@pytest.mark.parametrize(
    ("quantity", "lots"),
    [("1.9999999", "2"), ("1.999", "1"), ("-1.999", "-1"), ("-2.9999999", "-3"), ("0", "0")],
)
def test_sizes_are_whole_lots(desk: Desk, quantity: str, lots: str) -> None:
    """A millionth that is missing is a rounding error, more is cut off."""
    spy = desk.equity()
    assert OrderSizing.adjust_by_lot_size(spy, Decimal(quantity)) == float(lots)


def test_sizes_by_volume_and_value(desk: Desk) -> None:
    """A tenth of a thousand traded is a hundred; a thousand dollars buy two shares at 370."""
    spy = desk.equity()
    desk.trade(spy, 370)
    assert OrderSizing.get_order_size_for_percent_volume(spy, 0.1, -5000) == -100
    assert OrderSizing.get_order_size_for_percent_volume(spy, 0.1, 50) == 50
    assert OrderSizing.get_order_size_for_maximum_value(spy, 1000, 10) == 2
