"""Combos: what is refused, what the legs are, and how a rejected one ends (lean-semantics 3, 16)."""

from __future__ import annotations

import pytest

from engine.common.enums import OrderResponseErrorCode, OrderStatus, OrderType
from engine.common.errors import ArgumentException
from engine.orders.leg import Leg
from engine.securities.option.option_strategies import OptionStrategies
from tests.unit.trading.trading_desk import EXPIRY, Desk


def _spread(desk: Desk) -> tuple[object, object]:
    short, long = desk.option(360), desk.option(355)
    desk.quote(short, 2.0, 2.2)
    desk.quote(long, 1.0, 1.2)
    return short, long


def test_ratios_must_not_share_a_divisor(desk: Desk) -> None:
    """2:4 is 1:2 of twice the combo, and LEAN's text says so."""
    short, long = _spread(desk)
    legs = [Leg.create(short.symbol, -2), Leg.create(long.symbol, 4)]
    with pytest.raises(
        ArgumentException, match=r"from 3x\(-2 SPY .*, 4 SPY .*\) to 6x\(-1 SPY .*, 2 SPY .*\)\."
    ):
        desk.algorithm.combo_market_order(legs, 3)


def test_limits_are_where_the_kind_of_combo_wants_them(desk: Desk) -> None:
    """A combo limit needs one limit, leg limits need one per leg, and neither takes the other's."""
    short, long = _spread(desk)
    plain = [Leg.create(short.symbol, -1), Leg.create(long.symbol, 1)]
    priced = [Leg.create(short.symbol, -1, 2.0), Leg.create(long.symbol, 1, 1.0)]
    with pytest.raises(ArgumentException, match="requires a limit price"):
        desk.algorithm.combo_limit_order(plain, 1, 0)
    with pytest.raises(ArgumentException, match="does not support limit prices for individual legs"):
        desk.algorithm.combo_limit_order(priced, 1, -1)
    with pytest.raises(ArgumentException, match="requires a limit price for each leg"):
        desk.algorithm.combo_leg_limit_order(plain, 1)


def test_legs_have_ids_quantities_and_one_group(desk: Desk) -> None:
    """Every leg is an order of ratio times quantity; all share one group that knows their ids."""
    short, long = _spread(desk)
    legs = [Leg.create(short.symbol, -1), Leg.create(long.symbol, 2)]
    tickets = desk.algorithm.combo_limit_order(legs, 3, -50)
    orders = [desk.handler.orders[ticket.order_id] for ticket in tickets]
    assert [order.quantity for order in orders] == [-3, 6]
    assert orders[0].group_order_manager is orders[1].group_order_manager
    group = orders[0].group_order_manager
    assert (group.id, group.count, group.quantity, list(group.order_ids)) == (1, 2, 3, [1, 2])


def test_leg_limits_fill_when_every_leg_passes(desk: Desk) -> None:
    """One leg short of its limit keeps both waiting."""
    short, long = _spread(desk)
    legs = [Leg.create(short.symbol, -1, 2.0), Leg.create(long.symbol, 1, 1.1)]
    tickets = desk.algorithm.combo_leg_limit_order(legs, 1)
    assert {ticket.order_type for ticket in tickets} == {OrderType.COMBO_LEG_LIMIT}
    desk.at(10, 1)
    desk.quote(short, 2.1, 2.3)
    desk.quote(long, 1.0, 1.2)
    desk.step()
    assert {ticket.status for ticket in tickets} == {OrderStatus.SUBMITTED}
    desk.at(10, 2)
    desk.quote(short, 2.1, 2.3)
    desk.quote(long, 0.9, 1.0)
    desk.step()
    assert [ticket.average_fill_price for ticket in tickets] == [2.1, 1.0]


def test_refused_leg_stops_the_whole_combo(desk: Desk) -> None:
    """A leg without a price means no order at all, and one ticket with the error."""
    short = desk.option(360)
    desk.quote(short, 2.0, 2.2)
    unpriced = desk.option(350)
    legs = [Leg.create(short.symbol, -1), Leg.create(unpriced.symbol, 1)]
    (ticket,) = desk.algorithm.combo_market_order(legs, 1)
    assert ticket.submit_request.response.error_code == OrderResponseErrorCode.SECURITY_PRICE_ZERO
    assert desk.handler.orders_count == 0


def test_combo_that_can_not_be_paid_is_invalid_in_every_leg(desk: Desk) -> None:
    """All legs become INVALID; only the last one's ticket carries the reason."""
    short, long = _spread(desk)
    legs = [Leg.create(short.symbol, -1), Leg.create(long.symbol, 1)]
    tickets = desk.algorithm.combo_market_order(legs, 10_000)
    assert [ticket.status for ticket in tickets] == [OrderStatus.INVALID] * 2
    codes = [ticket.submit_request.response.error_code for ticket in tickets]
    assert codes == [OrderResponseErrorCode.NONE, OrderResponseErrorCode.INSUFFICIENT_BUYING_POWER]
    assert desk.told() == [(1, "INVALID"), (2, "INVALID")]


def test_same_contract_twice_is_a_processing_error(desk: Desk) -> None:
    """Margin models can not judge duplicate legs: both orders stay NEW."""
    short, _ = _spread(desk)
    legs = [Leg.create(short.symbol, -1), Leg.create(short.symbol, 2)]
    tickets = desk.algorithm.combo_market_order(legs, 1)
    assert [ticket.status for ticket in tickets] == [OrderStatus.NEW] * 2
    assert tickets[1].submit_request.response.error_code == OrderResponseErrorCode.PROCESSING_ERROR


def test_option_strategy_trades_as_a_combo_market_order(desk: Desk) -> None:
    """buy() and sell() of a strategy order all its legs; the tag is empty unless given."""
    _spread(desk)
    canonical = desk.algorithm.securities["SPY"].symbol
    from engine.common.symbol import Symbol

    chain = Symbol.create_canonical_option(canonical)
    strategy = OptionStrategies.bull_put_spread(chain, 360, 355, EXPIRY)
    tickets = desk.algorithm.buy(strategy, 2)
    assert sorted((t.quantity, t.tag, str(t.order_type)) for t in tickets) == [
        (-2, "", "COMBO_MARKET"),
        (2, "", "COMBO_MARKET"),
    ]
    named = desk.algorithm.sell(strategy, 2, tag=None)
    assert {ticket.tag for ticket in named} == {"Bull Put Spread (-2)"}
