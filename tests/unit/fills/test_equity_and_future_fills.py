"""Fills of equities and futures (lean-semantics 3; LEAN: EquityFillModel.cs, FutureFillModel.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.common.enums import OrderType, Resolution, TickType
from engine.data.market.tick import Tick
from engine.orders.fills.equity_fill_model import EquityFillModel
from engine.orders.fills.future_fill_model import FutureFillModel
from engine.orders.fills.latest_price_fill_model import LatestPriceFillModel
from engine.orders.slippage.constant_slippage_model import ConstantSlippageModel
from engine.orders.slippage.volume_share_slippage_model import VolumeShareSlippageModel
from tests.unit.fills.fill_probe import order_at, price_of, probe, side
from tests.unit.trading.trading_desk import Desk

MODEL = EquityFillModel()
Kind = OrderType


@pytest.fixture
def spy(desk: Desk) -> Any:
    """Return SPY: quote 369.90 to 370.10, trades from 369.5, between 369 and 371, to 370."""
    spy = desk.equity()
    desk.quote(spy, 369.9, 370.1)
    desk.trade(spy, 370, open=369.5, high=371, low=369)
    return spy


@pytest.mark.parametrize(("quantity", "price"), [(1, 370.1), (-1, 369.9)])
def test_market_order_gets_the_quote(desk: Desk, spy: Any, quantity: int, price: float) -> None:
    """Buys fill at the ask, sales at the bid, while the quote is no older than an hour."""
    assert price_of(desk, MODEL, spy, order_at(desk, spy, Kind.MARKET, quantity)) == price


def test_market_order_falls_back_to_a_fresh_trade_with_a_warning(desk: Desk) -> None:
    """A stale quote gives way to a fresh trade, and the event says so."""
    spy = desk.equity()
    desk.quote(spy, 369.9, 370.1)
    desk.at(11, 30)
    desk.trade(spy, 372)
    (event,) = probe(desk, MODEL, {order_at(desk, spy, Kind.MARKET, 1): spy})
    assert event.fill_price == 372
    assert event.message == (
        "Warning: No quote information available at 01/05/2021 11:30:00 America/New_York, order filled using"
        " TradeBar data"
    )


def test_market_order_waits_while_all_data_is_stale(desk: Desk, spy: Any) -> None:
    """With minute data an order an hour after the last bar waits."""
    desk.at(11, 1)
    assert price_of(desk, MODEL, spy, order_at(desk, spy, Kind.MARKET, 1)) is None


LIMITS = [
    (1, 369.0, None),
    (1, 369.01, 369.01),
    (1, 369.5, 369.5),
    (1, 369.6, 369.5),
    (-1, 371.0, None),
    (-1, 370.99, 370.99),
    (-1, 369.5, 369.5),
    (-1, 369.4, 369.5),
]


@pytest.mark.parametrize(("quantity", "limit", "price"), LIMITS)
def test_limit_order(desk: Desk, spy: Any, quantity: int, limit: float, price: float | None) -> None:
    """Trades must cross it; it fills at the limit, or at the open after a favourable gap."""
    order = order_at(desk, spy, Kind.LIMIT, quantity, minutes_ago=1, limit=limit)
    assert price_of(desk, MODEL, spy, order) == price


def test_favourable_gap_is_told(desk: Desk, spy: Any) -> None:
    """The event of a fill at the open says when and at what price."""
    order = order_at(desk, spy, Kind.LIMIT, 1, minutes_ago=1, limit=370)
    (event,) = probe(desk, MODEL, {order: spy})
    assert event.message == (
        "Due to a favorable gap at 01/05/2021 10:00:00 America/New_York, order filled using the open price (369.5)"
    )


STOPS = [
    (-1, 368.99, None),
    (-1, 369.0, 369.0),
    (-1, 369.5, 369.5),
    (-1, 370.0, 369.5),
    (1, 371.01, None),
    (1, 371.0, 371.0),
    (1, 369.4, 369.5),
]


@pytest.mark.parametrize(("quantity", "stop", "price"), STOPS)
def test_stop_market_order(desk: Desk, spy: Any, quantity: int, stop: float, price: float | None) -> None:
    """Trades must touch it; it fills at the stop, or at the open after an unfavourable gap."""
    order = order_at(desk, spy, Kind.STOP_MARKET, quantity, minutes_ago=1, stop=stop)
    assert price_of(desk, MODEL, spy, order) == price


@pytest.mark.parametrize(
    ("quantity", "trigger", "limit", "touched", "price"),
    [
        (1, 369.0, 370.1, True, 370.1),
        (1, 369.0, 371.0, True, 370.1),
        (1, 369.0, 370.0, True, None),
        (1, 368.9, 371.0, False, None),
        (-1, 371.0, 369.9, True, 369.9),
        (-1, 371.0, 370.0, True, None),
    ],
)
def test_limit_if_touched(
    desk: Desk, spy: Any, quantity: int, trigger: float, limit: float, touched: bool, price: float | None
) -> None:
    """Trades touch the trigger, then the far side of the quote must meet the limit."""
    order: Any = order_at(
        desk, spy, Kind.LIMIT_IF_TOUCHED, quantity, minutes_ago=1, trigger=trigger, limit=limit
    )
    assert price_of(desk, MODEL, spy, order) == price
    assert order.trigger_touched is touched


def test_market_on_open_waits_for_the_first_trade_bar_of_the_session(desk: Desk) -> None:
    """A bar of the pre-market does not count, the first regular one fills at its open."""
    spy = desk.equity()
    desk.at(20, 0)
    order = order_at(desk, spy, Kind.MARKET_ON_OPEN, 1)
    desk.at(9, 30, day=6)
    desk.trade(spy, 371, open=370)
    assert price_of(desk, MODEL, spy, order) is None
    desk.at(9, 31, day=6)
    desk.trade(spy, 373, open=372)
    assert price_of(desk, MODEL, spy, order) == 372


def test_market_on_open_placed_in_the_session_waits_for_another_day(desk: Desk) -> None:
    """With daily data it may be placed while the market is open, and skips that day's bars."""
    spy = desk.equity(resolution=Resolution.DAILY)
    desk.at(15, 50)
    order = order_at(desk, spy, Kind.MARKET_ON_OPEN, 1)
    session = timedelta(hours=6, minutes=30)
    desk.at(16, 0)
    desk.trade(spy, 371, open=370, span=session)
    assert price_of(desk, MODEL, spy, order) is None
    desk.at(16, 0, day=6)
    desk.trade(spy, 373, open=372, span=session)
    assert price_of(desk, MODEL, spy, order) == 372


def test_market_on_close_gets_the_last_trade(desk: Desk, spy: Any) -> None:
    """From the close on it fills at the last bar's close, stale or not."""
    order = order_at(desk, spy, Kind.MARKET_ON_CLOSE, 1)
    desk.at(15, 59)
    assert price_of(desk, MODEL, spy, order) is None
    desk.at(16, 0)
    assert price_of(desk, MODEL, spy, order) == 370


def test_ticks_trade_before_bars(desk: Desk) -> None:
    """With tick data quotes price market orders and the trades of the moment test limits."""
    spy = desk.equity(resolution=Resolution.TICK)
    now = spy.local_time
    quote = Tick(now, spy.symbol, 10.0, 369.8, 10.0, 370.2)
    trades = [Tick(now, spy.symbol, "", "", 100.0, price) for price in (370.0, 368.0, 369.0)]
    spy.update([quote, *trades], Tick)
    assert price_of(desk, MODEL, spy, order_at(desk, spy, Kind.MARKET, 1)) == 370.2
    assert quote.tick_type == TickType.QUOTE
    order = order_at(desk, spy, Kind.LIMIT, 1, minutes_ago=1, limit=368.5)
    assert price_of(desk, MODEL, spy, order) == 368.5


def test_slippage_of_a_stop(desk: Desk, spy: Any) -> None:
    """A stop of an equity loses the slippage on top of its price."""
    spy.set_slippage_model(ConstantSlippageModel(0.01))
    order = order_at(desk, spy, Kind.STOP_MARKET, -1, minutes_ago=1, stop=369)
    assert price_of(desk, MODEL, spy, order) == 369 - 3.7


@pytest.mark.parametrize(
    ("quantity", "slippage"),
    [(10, 0.0001 * 0.1 * 370), (25, 0.000625 * 0.1 * 370), (500, 0.000625 * 0.1 * 370)],
)
def test_volume_share_slippage(desk: Desk, spy: Any, quantity: int, slippage: float) -> None:
    """It grows with the square of the share of a thousand traded, up to 2.5 percent."""
    model = VolumeShareSlippageModel()
    order = order_at(desk, spy, Kind.MARKET, quantity)
    assert model.get_slippage_approximation(spy, order) == pytest.approx(slippage)


def test_own_slippage_of_an_algorithm(desk: Desk, spy: Any) -> None:
    """A Python class of its own, or one derived from ours, is asked for the float."""

    class Plain:
        def get_slippage_approximation(self, asset: Any, order: Any) -> float:
            return 0.25

    class Derived(ConstantSlippageModel):
        def get_slippage_approximation(self, asset: Any, order: Any) -> float:
            return 0.5

    for model, price in ((Plain(), 370.35), (Derived(0.1), 370.6)):
        spy.set_slippage_model(model)
        assert price_of(desk, MODEL, spy, order_at(desk, spy, Kind.MARKET, 1)) == price


@pytest.fixture
def future(desk: Desk) -> Any:
    """Return ES at eight in the evening, quoted 3699 to 3701, range 3690-3705 and 3695-3710."""
    future = desk.future()
    desk.at(20, 0)
    desk.quote(future, side(3690, 3705, 3699), side(3695, 3710, 3701))
    return future


def test_future_market_order_fills_at_night(desk: Desk, future: Any) -> None:
    """Extended hours count for market orders."""
    assert price_of(desk, FutureFillModel(), future, order_at(desk, future, Kind.MARKET, 1)) == 3701


@pytest.mark.parametrize("kind", [Kind.STOP_MARKET, Kind.LIMIT])
def test_future_stop_and_limit_need_subscribed_extended_hours(
    desk: Desk, future: Any, kind: OrderType
) -> None:
    """Without extended hours in the subscription they wait for the session."""
    order = order_at(desk, future, kind, -1, minutes_ago=1, stop=3700, limit=3695)
    assert price_of(desk, FutureFillModel(), future, order) is None
    desk.at(10, 0, day=6)
    desk.quote(future, side(3690, 3705, 3699), side(3695, 3710, 3701))
    assert price_of(desk, FutureFillModel(), future, order) is not None


def test_latest_price_model_takes_the_younger_of_trade_and_quote(desk: Desk) -> None:
    """A trade after the last quote prices the order."""
    spy = desk.equity()
    desk.quote(spy, 369.9, 370.1)
    model = LatestPriceFillModel()
    assert price_of(desk, model, spy, order_at(desk, spy, Kind.MARKET, 1)) == 370.1
    desk.at(10, 1)
    desk.trade(spy, 372)
    assert price_of(desk, model, spy, order_at(desk, spy, Kind.MARKET, 1)) == 372
