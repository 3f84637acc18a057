"""What each brokerage takes: the table measured with LEAN (lean-semantics 15), and LEAN's own lists."""

from __future__ import annotations

from typing import Any

import pytest

from engine.brokerages.brokerage_model_factory import create_brokerage_model, get_brokerage_name
from engine.brokerages.default_brokerage_model import answer_of
from engine.common.enums import AccountType, BrokerageName, OrderType, SecurityType
from engine.common.errors import UnsupportedMemberError
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.order import Order
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.orders.time_in_force import TimeInForce
from tests.unit.trading.trading_desk import Desk

Name = BrokerageName
Kind = OrderType

# combo market, combo limit, combo leg limit, index options, future options (lean-semantics 15)
MEASURED = {
    Name.QUANT_CONNECT_BROKERAGE: (True, True, True, True, True),
    Name.INTERACTIVE_BROKERS_BROKERAGE: (True, True, True, True, True),
    Name.TASTYTRADE: (False, True, False, True, True),
    Name.TRADE_STATION: (True, True, False, True, False),
    Name.CHARLES_SCHWAB: (True, True, False, True, False),
    Name.TRADIER_BROKERAGE: (False, False, False, True, False),
    Name.WEBULL: (False, False, False, True, False),
    Name.ALPACA: (False, False, False, False, False),
}

_PLAIN = {Kind.MARKET, Kind.LIMIT, Kind.STOP_MARKET, Kind.STOP_LIMIT}
# Single orders on equities, after LEAN's lists of supported types.
SINGLE = {
    Name.QUANT_CONNECT_BROKERAGE: _PLAIN
    | {Kind.MARKET_ON_OPEN, Kind.MARKET_ON_CLOSE, Kind.LIMIT_IF_TOUCHED, Kind.TRAILING_STOP},
    Name.INTERACTIVE_BROKERS_BROKERAGE: _PLAIN
    | {Kind.MARKET_ON_CLOSE, Kind.LIMIT_IF_TOUCHED, Kind.TRAILING_STOP},
    Name.TASTYTRADE: _PLAIN,
    Name.TRADE_STATION: _PLAIN | {Kind.MARKET_ON_CLOSE, Kind.TRAILING_STOP},
    Name.CHARLES_SCHWAB: _PLAIN | {Kind.MARKET_ON_OPEN, Kind.MARKET_ON_CLOSE},
    Name.TRADIER_BROKERAGE: _PLAIN,
    Name.WEBULL: _PLAIN | {Kind.TRAILING_STOP},
    Name.ALPACA: _PLAIN | {Kind.MARKET_ON_CLOSE, Kind.TRAILING_STOP},
}
SINGLE_TYPES = (
    Kind.MARKET,
    Kind.LIMIT,
    Kind.STOP_MARKET,
    Kind.STOP_LIMIT,
    Kind.MARKET_ON_OPEN,
    Kind.MARKET_ON_CLOSE,
    Kind.LIMIT_IF_TOUCHED,
    Kind.TRAILING_STOP,
)


def _order(desk: Desk, security: Any, kind: OrderType, legs: int = 2, quantity: int = 1) -> Order:
    is_combo = kind in (Kind.COMBO_MARKET, Kind.COMBO_LIMIT, Kind.COMBO_LEG_LIMIT)
    request = SubmitOrderRequest(
        kind,
        security.type,
        security.symbol,
        quantity,
        370,
        0 if kind == Kind.COMBO_MARKET else 370,
        trigger_price=370,
        trailing_amount=1,
        time=desk.algorithm.utc_stamp,
        group_order_manager=GroupOrderManager(1, legs, 1) if is_combo else None,
    )
    return Order.create_order(request)


def _accepts(desk: Desk, name: BrokerageName, security: Any, order: Any) -> bool:
    return answer_of(create_brokerage_model(None, name).can_submit_order(security, order))[0]


@pytest.mark.parametrize("name", MEASURED)
def test_brokerage_takes_the_combos_that_lean_measured(desk: Desk, name: BrokerageName) -> None:
    """Combo market, combo limit and leg limits on equity options are accepted as in LEAN."""
    option = desk.option(360)
    desk.quote(option, 2, 2.2)
    kinds = (Kind.COMBO_MARKET, Kind.COMBO_LIMIT, Kind.COMBO_LEG_LIMIT)
    accepted = tuple(_accepts(desk, name, option, _order(desk, option, kind)) for kind in kinds)
    assert accepted == MEASURED[name][:3]


@pytest.mark.parametrize("name", MEASURED)
def test_brokerage_takes_the_options_that_lean_measured(desk: Desk, name: BrokerageName) -> None:
    """Limit orders on index options and future options are accepted as in LEAN."""
    index_option = desk.index_option(3600)
    desk.quote(index_option, 20, 22)
    order = _order(desk, index_option, Kind.LIMIT)
    kind = SecurityType.FUTURE_OPTION
    accepted = (
        _accepts(desk, name, index_option, order),
        _accepts(desk, name, _Retyped(index_option, type=kind), _Retyped(order, security_type=kind)),
    )
    assert accepted == MEASURED[name][3:]


@pytest.mark.parametrize("name", MEASURED)
@pytest.mark.parametrize("kind", [Kind.LIMIT, Kind.MARKET])
def test_every_brokerage_takes_bought_equity_options(
    desk: Desk, name: BrokerageName, kind: OrderType
) -> None:
    """Single limit and market orders on equity options are accepted everywhere."""
    option = desk.option(360)
    desk.quote(option, 2, 2.2)
    assert _accepts(desk, name, option, _order(desk, option, kind))


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("kind", SINGLE_TYPES)
def test_brokerage_takes_single_orders_by_its_list(desk: Desk, name: BrokerageName, kind: OrderType) -> None:
    """At ten in the morning an equity order is accepted if and only if its kind is on the list.

    Interactive Brokers, TradeStation and Alpaca have a window for market-on-open orders, which is shut then.
    """
    spy = desk.equity()
    desk.trade(spy, 370)
    assert _accepts(desk, name, spy, _order(desk, spy, kind)) is (kind in SINGLE[name])


@pytest.mark.parametrize(
    ("name", "hour", "minute", "open"),
    [
        (Name.INTERACTIVE_BROKERS_BROKERAGE, 16, 0, True),
        (Name.INTERACTIVE_BROKERS_BROKERAGE, 15, 59, False),
        (Name.INTERACTIVE_BROKERS_BROKERAGE, 9, 27, True),
        (Name.INTERACTIVE_BROKERS_BROKERAGE, 9, 28, False),
        (Name.TRADE_STATION, 5, 59, False),
        (Name.TRADE_STATION, 6, 0, True),
        (Name.TRADE_STATION, 9, 29, False),
        (Name.ALPACA, 18, 59, False),
        (Name.ALPACA, 19, 0, True),
        (Name.ALPACA, 9, 27, True),
    ],
)
def test_market_on_open_window(desk: Desk, name: BrokerageName, hour: int, minute: int, open: bool) -> None:
    """Market-on-open orders are taken only in the brokerage's window, which may go over midnight."""
    spy = desk.equity()
    desk.trade(spy, 370)
    desk.at(hour, minute)
    assert _accepts(desk, name, spy, _order(desk, spy, Kind.MARKET_ON_OPEN)) is open


def test_refusal_outside_the_window_names_the_window(desk: Desk) -> None:
    """LEAN writes the hours on a twelve-hour clock with a leading space."""
    spy = desk.equity()
    desk.trade(spy, 370)
    model = create_brokerage_model(None, Name.INTERACTIVE_BROKERS_BROKERAGE)
    _, message = model.can_submit_order(spy, _order(desk, spy, Kind.MARKET_ON_OPEN))
    assert message.message == (
        "MarketOnOpen submission time is invalid. Valid local times are  04:00\N{EN DASH} 09:28."
        " Consider setting"
        " daily_precise_end_time = false or using self.schedule.on."
    )


def test_refusal_names_the_model_and_what_it_takes(desk: Desk) -> None:
    """The message is LEAN's, with C#'s names of the order types."""
    option = desk.option(360)
    desk.quote(option, 2, 2.2)
    model = create_brokerage_model(None, Name.TASTYTRADE)
    _, message = model.can_submit_order(option, _order(desk, option, Kind.COMBO_MARKET))
    assert str(message) == (
        "Warning - Code: NotSupported - The TastytradeBrokerageModel does not support ComboMarket order type."
        " Only supports [Market,Limit,StopMarket,StopLimit,ComboLimit]"
    )


def test_interactive_brokers_takes_leg_limits_up_to_three_legs(desk: Desk) -> None:
    """A fourth leg makes it a combo limit's business."""
    option = desk.option(360)
    desk.quote(option, 2, 2.2)
    name = Name.INTERACTIVE_BROKERS_BROKERAGE
    accepted = [
        _accepts(desk, name, option, _order(desk, option, Kind.COMBO_LEG_LIMIT, legs))
        for legs in (2, 3, 4, 5)
    ]
    assert accepted == [True, True, False, False]


def test_interactive_brokers_does_not_exercise_index_options(desk: Desk) -> None:
    """Cash-settled options are settled, not exercised."""
    equity_option, index_option = desk.option(360), desk.index_option(3600)
    name = Name.INTERACTIVE_BROKERS_BROKERAGE
    kinds = [
        _accepts(desk, name, option, _order(desk, option, Kind.OPTION_EXERCISE))
        for option in (equity_option, index_option)
    ]
    assert kinds == [True, False]


def test_webull_sells_options_for_the_day_only(desk: Desk) -> None:
    """Selling an option good till cancelled is refused, with a day order it is taken."""
    option = desk.option(360)
    desk.quote(option, 2, 2.2)
    order = _order(desk, option, Kind.LIMIT, quantity=-1)
    assert not _accepts(desk, Name.WEBULL, option, order)
    order.properties.time_in_force = TimeInForce.DAY
    assert _accepts(desk, Name.WEBULL, option, order)


def test_tradier_short_sales(desk: Desk) -> None:
    """Short sales need a day order and a price of five dollars."""
    spy = desk.equity()
    desk.trade(spy, 370)
    order = _order(desk, spy, Kind.LIMIT, quantity=-1)
    model = create_brokerage_model(None, Name.TRADIER_BROKERAGE)
    assert model.can_submit_order(spy, order)[1].code == "ShortOrderIsGtc"
    order.properties.time_in_force = TimeInForce.DAY
    assert model.can_submit_order(spy, order)[0]
    desk.trade(spy, 4.99)
    assert model.can_submit_order(spy, order)[1].code == "SellShortOrderLastPriceBelow5"


@pytest.mark.parametrize(
    ("name", "kind", "refused"),
    [
        (Name.TASTYTRADE, Kind.COMBO_LIMIT, True),
        (Name.TRADE_STATION, Kind.COMBO_LIMIT, True),
        (Name.TRADE_STATION, Kind.LIMIT, False),
        (Name.CHARLES_SCHWAB, Kind.COMBO_LIMIT, False),
        (Name.ALPACA, Kind.MARKET_ON_CLOSE, True),
    ],
)
def test_order_that_crosses_zero(desk: Desk, name: BrokerageName, kind: OrderType, refused: bool) -> None:
    """Some kinds of order may not turn a long position short."""
    spy = desk.equity()
    desk.trade(spy, 370)
    spy.holdings.set_holdings(370, 1)
    assert _accepts(desk, name, spy, _order(desk, spy, kind, quantity=-2)) is not refused
    assert _accepts(desk, name, spy, _order(desk, spy, kind, quantity=-1))


def test_trade_station_keeps_the_quantity_of_combos(desk: Desk) -> None:
    """Updating a combo's quantity is refused, its limit is not."""
    from engine.orders.update_order_fields import UpdateOrderFields
    from engine.orders.update_order_request import UpdateOrderRequest

    option = desk.option(360)
    order = _order(desk, option, Kind.COMBO_LIMIT)
    model = create_brokerage_model(None, Name.TRADE_STATION)
    fields = UpdateOrderFields()
    fields.limit_price = 1
    assert model.can_update_order(option, order, UpdateOrderRequest(0, 1, fields))[0]
    fields.quantity = 5
    assert not model.can_update_order(option, order, UpdateOrderRequest(0, 1, fields))[0]


@pytest.mark.parametrize("name", MEASURED)
def test_name_and_model_belong_together(name: BrokerageName) -> None:
    """A model's name is the one it was made from, an algorithm's subclass keeps its parent's."""
    model = create_brokerage_model(None, name, AccountType.MARGIN)
    assert get_brokerage_name(model) == name
    assert get_brokerage_name(type("Mine", (type(model),), {})()) == name


def test_unknown_brokerage_is_named() -> None:
    """A brokerage without a model is an error that names it."""
    with pytest.raises(UnsupportedMemberError, match=r"BrokerageName\.ZERODHA"):
        create_brokerage_model(None, Name.ZERODHA)


def test_own_model_may_answer_with_a_bool(desk: Desk) -> None:
    """An algorithm's model that returns only a bool refuses with LEAN's empty warning."""
    from engine.brokerages.default_brokerage_model import DefaultBrokerageModel

    class Closed(DefaultBrokerageModel):
        def can_submit_order(self, security: Any, order: Any, message: Any) -> bool:  # type: ignore[override]
            return False

    desk.trade(desk.equity(), 370)
    desk.algorithm.brokerage_model = Closed()
    ticket = desk.algorithm.market_order("SPY", 1)
    assert ticket.submit_request.response.error_message == (
        "BrokerageModel declared unable to submit order: [1] Warning - Code: InvalidOrder - "
    )


class _Retyped:
    """An object of which one attribute is another."""

    def __init__(self, original: Any, **attributes: Any) -> None:
        self._original = original
        self.__dict__.update(attributes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)
