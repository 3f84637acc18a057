"""Fills of options, index options and whatever has no model of its own (lean-semantics 3; LEAN: FillModel.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.common.enums import OptionRight, OptionStyle, OrderDirection, OrderStatus, OrderType, Resolution
from engine.common.errors import InvalidOperationException
from engine.common.symbol import Symbol, symbol_of
from engine.orders.fills.immediate_fill_model import ImmediateFillModel
from engine.orders.fills.prices import Prices
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.slippage.constant_slippage_model import ConstantSlippageModel
from tests.unit.fills.fill_probe import order_at, price_of, probe, side
from tests.unit.trading.trading_desk import EXPIRY, Desk

MODEL = ImmediateFillModel()
Kind = OrderType


@pytest.fixture
def option(desk: Desk) -> Any:
    """Return an option quoted 2.00 to 2.20 now, ranges 1.80-2.10 and 2.10-2.40."""
    option = desk.option(360)
    desk.quote(option, side(1.8, 2.1, 2.0), side(2.1, 2.4, 2.2))
    return option


@pytest.mark.parametrize(("quantity", "price"), [(1, 2.2), (-1, 2.0)])
def test_market_order_gets_the_far_side(desk: Desk, option: Any, quantity: int, price: float) -> None:
    """Buys fill at the ask's close, sales at the bid's."""
    assert price_of(desk, MODEL, option, order_at(desk, option, Kind.MARKET, quantity)) == price


@pytest.mark.parametrize(("quantity", "price"), [(1, 2.2), (-1, 2.2)])
def test_without_a_bid_the_ask_is_what_there_is(desk: Desk, quantity: int, price: float) -> None:
    """A sale of a bidless option fills at the price of the security, which is its ask."""
    option = desk.option(360)
    desk.quote(option, None, 2.2)
    assert price_of(desk, MODEL, option, order_at(desk, option, Kind.MARKET, quantity)) == price


def test_slippage_worsens_market_orders(desk: Desk, option: Any) -> None:
    """A share of the last price is added to buys and taken from sales."""
    option.set_slippage_model(ConstantSlippageModel(0.1))
    assert price_of(desk, MODEL, option, order_at(desk, option, Kind.MARKET, 1)) == 2.41
    assert price_of(desk, MODEL, option, order_at(desk, option, Kind.MARKET, -1)) == 1.79


@pytest.mark.parametrize(("age", "price"), [(0, 2.2), (59, 2.2), (60, 2.2), (61, None), (300, None)])
def test_market_order_waits_for_fresh_minute_data(desk: Desk, age: int, price: float | None) -> None:
    """A quote older than an hour is stale; with minute data the order then waits."""
    option = desk.option(360)
    desk.at(9, 31)
    desk.quote(option, 2.0, 2.2)
    desk.at(9 + (31 + age) // 60, (31 + age) % 60)
    assert price_of(desk, MODEL, option, order_at(desk, option, Kind.MARKET, 1)) == price


def test_market_order_needs_the_regular_session(desk: Desk, option: Any) -> None:
    """After the close nothing fills, whatever the quote's age."""
    desk.at(17, 0)
    assert price_of(desk, MODEL, option, order_at(desk, option, Kind.MARKET, 1)) is None


# limit, then what a buy and a sale get against ask 2.10-2.40 and bid 1.80-2.10
LIMITS = [
    ("buy", 2.10, None),
    ("buy", 2.11, 2.11),
    ("buy", 2.40, 2.40),
    ("buy", 3.00, 2.40),
    ("sell", 2.10, None),
    ("sell", 2.09, 2.09),
    ("sell", 1.80, 1.80),
    ("sell", 1.00, 1.80),
]


@pytest.mark.parametrize(("way", "limit", "price"), LIMITS)
def test_limit_order(desk: Desk, option: Any, way: str, limit: float, price: float | None) -> None:
    """It must be crossed, not touched, and fills at the worse of limit and bar."""
    quantity = 1 if way == "buy" else -1
    order = order_at(desk, option, Kind.LIMIT, quantity, minutes_ago=1, limit=limit)
    assert price_of(desk, MODEL, option, order) == price


def test_limit_order_needs_a_bar_that_ends_after_it(desk: Desk, option: Any) -> None:
    """The bar that ends at the order's own time does not count."""
    order = order_at(desk, option, Kind.LIMIT, 1, limit=3)
    assert price_of(desk, MODEL, option, order) is None


STOPS = [
    ("sell", 1.80, None),
    ("sell", 1.81, 1.81),
    ("sell", 2.05, 2.00),
    ("buy", 2.40, None),
    ("buy", 2.39, 2.39),
    ("buy", 2.15, 2.20),
]


@pytest.mark.parametrize(("way", "stop", "price"), STOPS)
def test_stop_market_order(desk: Desk, option: Any, way: str, stop: float, price: float | None) -> None:
    """It must be crossed and fills at the worse of stop and close."""
    quantity = 1 if way == "buy" else -1
    order = order_at(desk, option, Kind.STOP_MARKET, quantity, minutes_ago=1, stop=stop)
    assert price_of(desk, MODEL, option, order) == price


@pytest.mark.parametrize(
    ("quantity", "stop", "price", "moved"),
    [
        (-1, 1.80, 1.80, None),
        (-1, 1.79, None, None),
        (-1, 1.50, None, 1.6),
        (1, 2.40, 2.40, None),
        (1, 2.41, None, None),
        (1, 2.80, None, 2.6),
    ],
)
def test_trailing_stop(
    desk: Desk, option: Any, quantity: int, stop: float, price: float | None, moved: float | None
) -> None:
    """It triggers on a touch; else it follows the bar's high (a sale) or low (a buy) at its distance."""
    order: Any = order_at(desk, option, Kind.TRAILING_STOP, quantity, minutes_ago=1, stop=stop, trailing=0.5)
    updates: list[Any] = []
    (event,) = probe(desk, MODEL, {order: option}, on_order_updated=updates.append)
    assert (event.fill_price if event.status == OrderStatus.FILLED else None) == price
    assert order.stop_price == (stop if moved is None else moved)
    assert updates == ([] if moved is None else [order])


@pytest.mark.parametrize(
    ("quantity", "stop", "limit", "triggered", "price"),
    [
        (1, 2.39, 2.30, True, 2.30),
        (1, 2.39, 2.50, True, 2.40),
        (1, 2.39, 2.20, True, None),
        (1, 2.40, 2.50, False, None),
        (-1, 1.81, 1.90, True, 1.90),
        (-1, 1.81, 2.00, True, None),
        (-1, 1.80, 1.90, False, None),
    ],
)
def test_stop_limit_order(
    desk: Desk, option: Any, quantity: int, stop: float, limit: float, triggered: bool, price: float | None
) -> None:
    """The stop must be crossed, then the close must be better than the limit."""
    order: Any = order_at(desk, option, Kind.STOP_LIMIT, quantity, minutes_ago=1, stop=stop, limit=limit)
    assert price_of(desk, MODEL, option, order) == price
    assert order.stop_triggered is triggered


def test_stop_limit_stays_triggered(desk: Desk, option: Any) -> None:
    """Once triggered it waits for its limit alone."""
    order: Any = order_at(desk, option, Kind.STOP_LIMIT, 1, minutes_ago=1, stop=2.39, limit=2.2)
    assert price_of(desk, MODEL, option, order) is None
    desk.at(10, 1)
    desk.quote(option, 1.9, side(2.1, 2.2, 2.15))
    assert price_of(desk, MODEL, option, order) == 2.2


@pytest.mark.parametrize(
    ("quantity", "trigger", "limit", "touched", "price"),
    [
        (1, 2.00, 2.00, True, 2.00),
        (1, 2.00, 1.99, True, None),
        (1, 1.89, 2.50, False, None),
        (-1, 2.30, 2.20, True, 2.20),
        (-1, 2.30, 2.21, True, None),
        (-1, 2.31, 1.00, False, None),
    ],
)
def test_limit_if_touched(
    desk: Desk, option: Any, quantity: int, trigger: float, limit: float, touched: bool, price: float | None
) -> None:
    """Trades touch the trigger, then the opposite quote must meet the limit, at which it fills."""
    desk.trade(option, 2.1, high=2.3, low=1.9)
    order: Any = order_at(
        desk, option, Kind.LIMIT_IF_TOUCHED, quantity, minutes_ago=1, trigger=trigger, limit=limit
    )
    assert price_of(desk, MODEL, option, order) == price
    assert order.trigger_touched is touched


def test_market_on_open_fills_at_the_first_bar_of_the_session(desk: Desk) -> None:
    """Placed overnight it gets the open of the first bar of its side."""
    option = desk.option(360)
    desk.at(20, 0)
    order = order_at(desk, option, Kind.MARKET_ON_OPEN, 1)
    desk.at(9, 31, day=6)
    assert price_of(desk, MODEL, option, order) is None
    desk.quote(option, 2.0, side(2.1, 2.4, 2.2, open=2.3))
    assert price_of(desk, MODEL, option, order) == 2.3


def test_market_on_close_fills_with_the_last_price_of_the_day(desk: Desk, option: Any) -> None:
    """From the close on it fills at the last close, however old."""
    order = order_at(desk, option, Kind.MARKET_ON_CLOSE, 1)
    desk.at(15, 59)
    assert price_of(desk, MODEL, option, order) is None
    desk.at(16, 0)
    assert price_of(desk, MODEL, option, order) == 2.2


@pytest.mark.parametrize("kind", [Kind.MARKET_ON_OPEN, Kind.MARKET_ON_CLOSE])
def test_market_that_never_closes_has_no_auction(desk: Desk, kind: OrderType) -> None:
    """LEAN raises its error, text and all."""
    unknown = desk.algorithm.add_security(symbol_of("NOPE"))
    desk.algorithm.securities.add(unknown)
    with pytest.raises(InvalidOperationException, match="Market never closes for this symbol"):
        price_of(desk, MODEL, unknown, order_at(desk, unknown, kind, 1))


@pytest.mark.parametrize(
    "kind", [k for k in Kind if not k.name.startswith("COMBO") and k != Kind.OPTION_EXERCISE]
)
def test_cancelled_order_never_fills(desk: Desk, option: Any, kind: OrderType) -> None:
    """Every method leaves a cancelled order alone."""
    desk.trade(option, 2.1, high=2.3, low=1.9)
    order = order_at(desk, option, kind, 1, minutes_ago=1, limit=9, stop=0.1, trigger=9, trailing=0.1)
    order.status = OrderStatus.CANCELED
    (event,) = probe(desk, MODEL, {order: option})
    assert (event.status, event.fill_quantity) == (OrderStatus.CANCELED, 0)


def _spread(
    desk: Desk, option: Any, kind: OrderType, quantity: int, limits: tuple = (0, 0), **more: Any
) -> Any:
    other = desk.option(355)
    desk.quote(other, side(0.9, 1.2, 1.0), side(1.1, 1.3, 1.2))
    group = GroupOrderManager(1, 2, quantity, more.pop("group_limit", 0))
    ago = more.pop("minutes_ago", 1)
    short = order_at(desk, option, kind, -quantity, ago, group, limit=limits[0] or group.limit_price)
    long = order_at(desk, other, kind, quantity, ago, group, limit=limits[1] or group.limit_price)
    return {short: option, long: other}


def test_combo_market_fills_all_legs_by_the_market_rule(desk: Desk, option: Any) -> None:
    """Each leg gets its far side."""
    fills = probe(desk, MODEL, _spread(desk, option, Kind.COMBO_MARKET, 2))
    assert [(f.fill_price, f.fill_quantity) for f in fills] == [(2.0, -2), (1.2, 2)]


def test_combo_market_fills_no_leg_if_one_waits(desk: Desk, option: Any) -> None:
    """A leg without fresh data keeps the whole combo waiting."""
    legs = _spread(desk, option, Kind.COMBO_MARKET, 2)
    desk.at(12, 0)
    desk.quote(option, 2.0, 2.2)
    legs = {
        order_at(desk, s, Kind.COMBO_MARKET, o.quantity, 0, GroupOrderManager(1, 2, 2)): s
        for o, s in legs.items()
    }
    assert probe(desk, MODEL, legs) == []


@pytest.mark.parametrize(
    ("limit", "fills"), [(-0.70, None), (-0.69, [(1.8, -1), (1.1, 1)]), (5, [(1.8, -1), (1.1, 1)])]
)
def test_combo_limit_bought(desk: Desk, option: Any, limit: float, fills: Any) -> None:
    """A bought combo adds the lows of every leg's side: -1.80 + 1.10 must be below the limit."""
    legs = _spread(desk, option, Kind.COMBO_LIMIT, 1, group_limit=limit)
    events = probe(desk, MODEL, legs)
    assert ([(e.fill_price, e.fill_quantity) for e in events] or None) == fills


@pytest.mark.parametrize(("limit", "fills"), [(-1.20, None), (-1.21, [(2.4, 1), (1.2, -1)])])
def test_combo_limit_sold(desk: Desk, option: Any, limit: float, fills: Any) -> None:
    """A sold combo adds the highs: -2.40 + 1.20 must be above the limit."""
    legs = _spread(desk, option, Kind.COMBO_LIMIT, -1, group_limit=limit)
    events = probe(desk, MODEL, legs)
    assert ([(e.fill_price, e.fill_quantity) for e in events] or None) == fills


def test_combo_limit_is_quoted_per_share_of_the_options(desk: Desk, option: Any) -> None:
    """A hundred shares in a combo count as one unit of its limit."""
    spy = desk.algorithm.securities["SPY"]
    desk.quote(spy, side(368, 372, 370), side(369, 373, 371))
    group = GroupOrderManager(1, 2, 1, 366)
    shares = order_at(desk, spy, Kind.COMBO_LIMIT, 100, 1, group, limit=group.limit_price)
    call = order_at(desk, option, Kind.COMBO_LIMIT, -1, 1, group, limit=group.limit_price)
    assert probe(desk, MODEL, {shares: spy, call: option}) == []
    group.limit_price = 367.3
    assert len(probe(desk, MODEL, {shares: spy, call: option})) == 2


def test_combo_limit_does_not_fill_on_data_older_than_the_order(desk: Desk, option: Any) -> None:
    """Every leg's bar must end with the order or later."""
    legs = _spread(desk, option, Kind.COMBO_LIMIT, 1, group_limit=5, minutes_ago=0)
    assert len(probe(desk, MODEL, legs)) == 2
    legs = _spread(desk, option, Kind.COMBO_LIMIT, 1, group_limit=5, minutes_ago=-1)
    assert probe(desk, MODEL, legs) == []


@pytest.mark.parametrize(
    ("limits", "prices"), [((2.0, 1.2), [2.0, 1.2]), ((2.1, 1.2), None), ((2.0, 1.1), None)]
)
def test_combo_leg_limits_must_all_pass(desk: Desk, option: Any, limits: tuple, prices: Any) -> None:
    """Each leg passes the plain limit rule at its own limit, or none fills."""
    legs = _spread(desk, option, Kind.COMBO_LEG_LIMIT, 1, limits)
    events = probe(desk, MODEL, legs)
    assert ([e.fill_price for e in events] or None) == prices


def test_own_prices_of_an_algorithm_decide(desk: Desk, option: Any) -> None:
    """A model that overrides get_prices is tested against its own numbers."""

    class Mine(ImmediateFillModel):
        def get_prices(self, asset: Any, direction: OrderDirection) -> Prices:
            now = asset.local_time
            return Prices(now, now, 7.5, 0, 0, 0, 0)

    assert price_of(desk, Mine(), option, order_at(desk, option, Kind.MARKET, 1)) == 7.5


def test_hourly_data_fills_a_resting_order_at_the_open(desk: Desk) -> None:
    """With hourly data alone an order that rested before the bar began gets the bar's open, a later one its close."""
    desk.option(360)
    algorithm = desk.algorithm
    spy = algorithm.securities["SPY"].symbol
    symbol = Symbol.create_option(spy, "usa", OptionStyle.AMERICAN, OptionRight.PUT, 350, EXPIRY)
    option = algorithm.add_option_contract(symbol, Resolution.HOUR)
    algorithm.securities.add(option)
    desk.at(11, 0)
    desk.quote(option, side(2.0, 2.4, 2.1, open=2.3), side(2.2, 2.6, 2.3, open=2.5), timedelta(hours=1))
    assert price_of(desk, MODEL, option, order_at(desk, option, Kind.MARKET, 1, minutes_ago=61)) == 2.5
    assert price_of(desk, MODEL, option, order_at(desk, option, Kind.MARKET, 1, minutes_ago=30)) == 2.3


def test_fill_event_is_dated_now(desk: Desk, option: Any) -> None:
    """The event carries the time of the scan, not of the data."""
    desk.at(10, 5)
    (event,) = probe(desk, MODEL, {order_at(desk, option, Kind.MARKET, 1): option})
    assert event.utc_time_stamp == desk.algorithm.utc_stamp
