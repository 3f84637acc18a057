"""The order gateway: what is stored before it is sent, how it walks, what it makes of every kind of event."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from scripted_world import MINUTE, NO_COMBOS, ScriptedBroker, ScriptedMarket, option

from algorithm.brokerages import CAPABILITIES
from algorithm.order_gateway import OrderGateway
from algorithm.ports import Capabilities, OrderState, OrderUpdate
from state.clock import SettableClock
from state.errors import PersistenceError
from state.machine import Machine
from state.recovery import StrategyError
from state.states import StrategyState as S
from strategies.base import AssetClass, Purpose, Trade, TradeLeg
from strategies.contracts import NO_QUOTE, Quote, Right
from strategies.iron_condor import VALID_TRANSITIONS
from strategies.limits import Walk
from strategies.quotes import QuoteRule

NOON = datetime(2014, 1, 10, 12)
RULE = QuoteRule(2, 15, 0.10)
WALK = Walk(5, 100, 1.0)
STRIKES = ((1975, Right.PUT, 1), (1985, Right.PUT, -1), (2015, Right.CALL, -1), (2025, Right.CALL, 1))


class Bench:
    """A gateway with one machine, a broker without a host, and what the gateway said."""

    def __init__(self, capabilities: Capabilities | None = None) -> None:
        self.market = ScriptedMarket(NOON, volatility=0.2)
        self.broker = ScriptedBroker(self.market)
        if capabilities is not None:
            self.broker.capabilities = capabilities
        self.broker.on_event = self.hear
        self.ended: list[str] = []
        self.fills: list[tuple[str, float, float]] = []
        self.saved: list[tuple[str, int]] = []
        self.held_back: list[OrderUpdate] | None = None
        self.gateway = OrderGateway(
            self.broker,
            self.market,
            lambda machine, problem: self.ended.append(problem),
            lambda machine, fill, intent: self.fills.append((fill.role, fill.quantity, fill.price)),
        )
        self.machine = Machine(
            "iron_condor", VALID_TRANSITIONS, SettableClock(self.market.utc_now()), save=self.save
        )
        self.machine.restore(self.machine.situation._replace(state=S.ENTERING, cycle=7))
        for leg in self.legs():
            self.market.subscribe(leg.contract.symbol)

    def save(self, machine: Machine, situation: object) -> None:
        intents = situation.intents  # type: ignore[attr-defined]
        self.saved.append((intents[0].status if intents else "", len(self.broker.sent)))

    def hear(self, update: OrderUpdate) -> None:
        if self.held_back is None:
            self.gateway.on_update(update)
        else:
            self.held_back.append(update)

    def legs(self, size: int = 2) -> tuple[TradeLeg, ...]:
        roles = ("long_put", "short_put", "short_call", "long_call")
        return tuple(
            TradeLeg(option("SPXW", date(2014, 1, 10), strike, right), role, sign * size)
            for (strike, right, sign), role in zip(STRIKES, roles)
        )

    def trade(self, walk: Walk | None = WALK, purpose: Purpose = Purpose.ENTRY, size: int = 2) -> Trade:
        return Trade(purpose, self.legs(size), walk, RULE)

    def minute(self, count: int = 1) -> None:
        for _ in range(count):
            self.market.at += MINUTE
            self.machine.clock.set(self.market.utc_now())  # type: ignore[attr-defined]
            self.broker.scan()
            self.gateway.walk(self.machine)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_intent_is_stored_before_anything_is_sent(bench: Bench) -> None:
    """ "Nothing is sent to a broker before the intent to send it is stored"."""
    bench.gateway.open(bench.machine, bench.trade())
    assert bench.saved[0] == ("planned", 0)
    assert bench.saved[1] == ("sent", 1)


def test_nothing_is_sent_if_the_intent_cannot_be_stored(bench: Bench) -> None:
    """A store that fails stops the order, not only the record of it."""

    def refuse(machine: Machine, situation: object) -> None:
        raise PersistenceError("key", "is full")

    bench.machine.save = refuse
    with pytest.raises(PersistenceError):
        bench.gateway.open(bench.machine, bench.trade())
    assert bench.broker.sent == []
    assert bench.machine.intents == ()


def test_every_order_carries_strategy_cycle_intent_and_leg(bench: Bench) -> None:
    """Tags are `strategy/cycle/intent/leg`; a combo has one for all legs, and no tag comes twice."""
    bench.gateway.open(bench.machine, bench.trade())
    bench.gateway.cancel(bench.machine)
    bench.minute()
    bench.gateway.open(bench.machine, bench.trade())
    assert [tag for tag, _, _ in bench.broker.sent] == ["iron_condor/7/1/all", "iron_condor/7/2/all"]


def test_a_combo_that_fills_books_every_leg(bench: Bench) -> None:
    """Legs, cash, fees and the sign of the credit come from the fills alone."""
    bench.broker.accepts = -9.0
    bench.gateway.open(bench.machine, bench.trade())
    bench.minute()
    assert [leg.quantity for leg in bench.machine.legs] == [2, -2, -2, 2]
    assert bench.ended == [""]
    assert bench.machine.intents == ()
    values = bench.machine.values
    assert values["entry_whole"] is True
    assert values["fees_usd"] == pytest.approx(8 * 0.65)
    assert values["cash_usd"] == pytest.approx(bench.market.cash - 250_000)
    assert values["credit_usd"] == pytest.approx(float(values["cash_usd"]) + float(values["fees_usd"]))


def test_fills_that_arrive_inside_the_call_are_booked_once(bench: Bench) -> None:
    """LEAN delivers a market order's events before the call returns."""
    bench.gateway.open(bench.machine, bench.trade(walk=None))
    assert [leg.quantity for leg in bench.machine.legs] == [2, -2, -2, 2]
    assert bench.ended == [""]


def test_repeated_events_are_booked_once(bench: Bench) -> None:
    """A broker that says the same twice does not double a position."""
    heard: list[OrderUpdate] = []
    bench.broker.on_event = lambda update: (heard.append(update), bench.gateway.on_update(update))
    bench.broker.accepts = -9.0
    bench.gateway.open(bench.machine, bench.trade())
    bench.minute()
    for update in heard:
        bench.gateway.on_update(update)
    assert [leg.quantity for leg in bench.machine.legs] == [2, -2, -2, 2]


def test_a_fill_after_the_cancellation_is_still_booked(bench: Bench) -> None:
    """Events out of order: CANCELED first, the fill of the same order afterwards."""
    bench.broker.accepts = 99
    bench.gateway.open(bench.machine, bench.trade())
    bench.gateway.cancel(bench.machine)
    bench.minute()
    assert bench.ended == [""]
    symbol = bench.legs()[1].contract.symbol
    late = OrderUpdate(2, 999, symbol, "late", OrderState.FILLED, -2, 3.0, 1.3, "iron_condor/7/1/all")
    assert bench.gateway.on_update(late)
    assert [(leg.role, leg.quantity) for leg in bench.machine.legs] == [("short_put", -2)]
    assert bench.ended == ["", ""], "the machine must look at its new position"


@pytest.mark.parametrize("tag", ["", "iron_condor/7/1/all"])
def test_an_event_is_found_by_tag_or_by_order_id(bench: Bench, tag: str) -> None:
    """LEAN overwrites tags, and ids are not known before the call returns; either of the two must do."""
    bench.broker.accepts = 99
    bench.gateway.open(bench.machine, bench.trade())
    order_id = 2 if not tag else 4711
    symbol = bench.legs()[1].contract.symbol
    update = OrderUpdate(order_id, 1, symbol, "x", OrderState.WORKING, -1, 3.0, 0.65, tag)
    assert bench.gateway.on_update(update)
    assert [(leg.role, leg.quantity) for leg in bench.machine.legs] == [("short_put", -1)]


def test_somebody_elses_event_is_not_taken(bench: Bench) -> None:
    """What belongs to no group of ours is left to the settlements."""
    bench.gateway.open(bench.machine, bench.trade())
    foreign = OrderUpdate(77, 1, "SPY X", "SPY", OrderState.FILLED, 5, 1.0, 0.0, "Margin Call")
    assert not bench.gateway.on_update(foreign)


def test_the_limit_walks_once_a_minute_and_keeps_to_the_floor(bench: Bench) -> None:
    """From mid towards the far side in equal steps, never below the least credit, ticks of 0.05."""
    bench.broker.accepts = 99
    bench.market.half_spread = 0.2
    trade = Trade(Purpose.ENTRY, bench.legs(), Walk(5, 100, 2.0), QuoteRule(2, 100, 1.0))
    bench.gateway.open(bench.machine, trade)
    bench.minute(4)
    prices = [bench.broker.sent[0][2], *(price for _, price in bench.broker.repriced)]
    assert prices == sorted(prices, reverse=True)
    assert min(prices) >= 2.0
    assert all(abs(price / 0.05 - round(price / 0.05)) < 1e-6 for price in prices)


def test_a_stale_leg_stops_the_walk_but_not_the_order(bench: Bench) -> None:
    """A price nobody knows is not walked by."""
    bench.broker.accepts = 99
    bench.gateway.open(bench.machine, bench.trade())
    bench.market.overrides[bench.legs()[0].contract.symbol] = NO_QUOTE
    bench.minute(3)
    assert bench.broker.repriced == []
    assert len(bench.broker.resting) == 1


def test_a_leg_without_a_quote_is_not_traded(bench: Bench) -> None:
    """ "a quote counts only when both sides are fresh; a leg without one is not traded"."""
    bench.market.overrides[bench.legs()[0].contract.symbol] = NO_QUOTE
    with pytest.raises(StrategyError, match="STALE_DATA"):
        bench.gateway.open(bench.machine, bench.trade())
    assert (bench.broker.sent, bench.machine.intents) == ([], ())


def test_two_trades_at_once_are_refused(bench: Bench) -> None:
    """One group at a time: a second one would meet the first at the broker."""
    bench.broker.accepts = 99
    bench.gateway.open(bench.machine, bench.trade())
    with pytest.raises(StrategyError, match="another one is at work"):
        bench.gateway.open(bench.machine, bench.trade())


def test_a_refused_group_ends_with_the_brokers_reason(bench: Bench) -> None:
    """The complaint reaches the machine, and nothing is held or at work."""
    bench.broker.reject = lambda tag: "Insufficient buying power"
    bench.gateway.open(bench.machine, bench.trade())
    assert bench.ended == ["Insufficient buying power"]
    assert (bench.machine.legs, bench.machine.intents) == ((), ())


def test_an_order_call_that_raises_ends_the_intent_with_the_error(bench: Bench) -> None:
    """LEAN raises for some orders; nothing may be left half known."""

    def explode(*args: object) -> list[object]:
        raise ValueError("ArgumentException: limit")

    bench.broker.send_group = explode  # type: ignore[method-assign,assignment]
    bench.gateway.open(bench.machine, bench.trade())
    assert bench.ended == ["ValueError: ArgumentException: limit"]
    assert bench.machine.intents == ()


def test_a_part_that_filled_is_kept_when_the_rest_is_cancelled(bench: Bench) -> None:
    """A partial fill is a position; the entry is not whole."""
    bench.broker.accepts = -9.0
    bench.broker.part = lambda tag: 0.5
    bench.gateway.open(bench.machine, bench.trade(size=4))
    bench.minute()
    bench.gateway.cancel(bench.machine)
    bench.broker.part = lambda tag: 0.0
    bench.minute()
    assert [leg.quantity for leg in bench.machine.legs] == [2, -2, -2, 2]
    assert bench.machine.values["entry_whole"] is False
    assert bench.ended == [""]


# --- brokerages without combos ---


def test_without_combos_wings_are_bought_first(bench: Bench) -> None:
    """ "legs in the order that never leaves a naked short (buy the wings first)"."""
    bench = Bench(NO_COMBOS)
    bench.broker.accepts = -9.0
    naked: list[float] = []

    def watch(update: OrderUpdate) -> None:
        bench.gateway.on_update(update)
        naked.extend(sum(q for s, q in bench.market.positions.items() if f" {r} " in s) for r in "PC")

    bench.broker.on_event = watch
    bench.gateway.open(bench.machine, bench.trade())
    assert [tag for tag, _, _ in bench.broker.sent] == [
        "iron_condor/7/1/long_put",
        "iron_condor/7/1/long_call",
    ]
    bench.minute(2)
    assert [leg.quantity for leg in bench.machine.legs] == [2, 2, -2, -2]
    assert min(naked) >= 0, "a short leg was held without its wing"
    assert bench.ended == [""]


def test_without_combos_shorts_are_bought_back_first() -> None:
    """The same order is right on the way out."""
    bench = Bench(NO_COMBOS)
    closing = tuple(TradeLeg(leg.contract, leg.role, -leg.quantity) for leg in bench.legs())
    bench.gateway.open(bench.machine, Trade(Purpose.EXIT, closing, None, RULE))
    roles = [tag.rpartition("/")[2] for tag, _, _ in bench.broker.sent]
    assert roles == ["short_put", "short_call", "long_put", "long_call"]


def test_without_combos_the_net_floor_still_holds() -> None:
    """Single limits stop walking where the group would cost more than it may."""
    bench = Bench(NO_COMBOS)
    bench.broker.accepts = 99
    bench.market.half_spread = 0.3
    floor = 100.0
    bench.gateway.open(
        bench.machine, Trade(Purpose.ENTRY, bench.legs(), Walk(5, 100, floor), QuoteRule(2, 100, 5))
    )
    bench.minute(4)
    assert bench.broker.repriced == []


def test_without_combos_the_legs_share_one_walk() -> None:
    """ "from mid, one step a minute, at most 5 minutes": the shorts go on where the wings were, not at the middle."""
    bench = Bench(NO_COMBOS)
    bench.broker.accepts = 0.6  # fills three steps on
    bench.market.half_spread = 0.4
    bench.gateway.open(
        bench.machine, Trade(Purpose.ENTRY, bench.legs(), Walk(5, 100, 0.01), QuoteRule(2, 100, 5))
    )
    bench.minute(4)
    assert [tag.rpartition("/")[2] for tag, _, _ in bench.broker.sent[2:]] == ["short_put", "short_call"]
    for _, ((symbol, _),), limit in bench.broker.sent[2:]:
        quote = bench.market.quote(symbol)
        assert limit is not None
        assert limit < quote.mid - 0.5 * (quote.mid - quote.far_side(-1))
    bench.minute(1)
    assert len(bench.machine.legs) == 4, "five minutes are enough for both stages"


def test_shorts_that_would_bring_too_little_are_not_sold() -> None:
    """The wings are bought, the market has moved: the rest waits, and is rolled back when the time is over."""
    bench = Bench(NO_COMBOS)
    bench.broker.accepts = -9.0
    bench.gateway.open(bench.machine, bench.trade())
    for leg in bench.legs()[1:3]:
        bench.market.overrides[leg.contract.symbol] = Quote(0.1, 0.15, timedelta(), timedelta())
    bench.minute(3)
    assert len(bench.broker.sent) == 2
    bench.market.overrides.clear()
    bench.minute(2)
    assert len(bench.machine.legs) == 4


def test_a_brokerage_that_sells_nothing_cheap_short_is_asked_before() -> None:
    """Tradier's model in LEAN refuses to sell short below 5: nothing is begun that it would not finish."""
    bench = Bench(CAPABILITIES["TRADIER_BROKERAGE"])
    refusal = bench.gateway.refusal(bench.trade())
    assert refusal is not None
    assert refusal.startswith("the brokerage sells nothing short below 5.00, SPXW  140110P01985000 is at ")
    back = tuple(TradeLeg(leg.contract, leg.role, -leg.quantity, closing=True) for leg in bench.legs())
    assert bench.gateway.refusal(Trade(Purpose.EXIT, back, None, RULE)) is None
    assert Bench(NO_COMBOS).gateway.refusal(bench.trade()) is None


def test_a_wing_that_is_not_filled_never_lets_a_short_out() -> None:
    """Cancelled in the first stage, the second one is never sent."""
    bench = Bench(NO_COMBOS)
    bench.broker.accepts = 99
    bench.gateway.open(bench.machine, bench.trade())
    bench.minute(2)
    bench.gateway.cancel(bench.machine)
    bench.minute(2)
    assert len(bench.broker.sent) == 2
    assert bench.ended == [""]


def test_the_second_stage_waits_for_tradable_quotes() -> None:
    """Bought wings wait with the shorts until these have a quote again; a cancellation ends the waiting."""
    bench = Bench(NO_COMBOS)
    bench.broker.accepts = -9.0
    bench.gateway.open(bench.machine, bench.trade())
    short = bench.legs()[1].contract.symbol
    bench.market.overrides[short] = NO_QUOTE
    bench.minute(2)
    assert len(bench.broker.sent) == 2
    bench.gateway.cancel(bench.machine)
    assert bench.ended == [""]
    assert [leg.role for leg in bench.machine.legs] == ["long_put", "long_call"]


def test_without_combo_market_orders_a_limit_at_the_far_side_is_used() -> None:
    """Tastytrade takes combo limits only: getting out at once is a limit that crosses every spread."""
    bench = Bench(Capabilities(False, True, frozenset(AssetClass)))
    closing = tuple(TradeLeg(leg.contract, leg.role, -leg.quantity) for leg in bench.legs())
    bench.gateway.open(bench.machine, Trade(Purpose.EXIT, closing, None, RULE))
    (_, legs, limit), *others = bench.broker.sent
    assert (len(legs), others) == (4, [])
    far = sum(-(q / 2) * (bench.market.quote(s).ask if q > 0 else bench.market.quote(s).bid) for s, q in legs)
    assert limit == pytest.approx(far - 0.05, abs=0.051)


def test_a_combo_limit_is_never_zero(bench: Bench) -> None:
    """LEAN raises for a combo limit of 0: a tick is paid instead."""
    bench.market.overrides = {
        leg.contract.symbol: bench.market.quote(bench.legs()[0].contract.symbol) for leg in bench.legs()
    }
    bench.gateway.open(bench.machine, Trade(Purpose.EXIT, bench.legs(), Walk(5, 100), RULE))
    assert bench.broker.sent[0][2] == -0.05


def test_cancelling_twice_asks_once(bench: Bench) -> None:
    """A cancellation is pending until its event comes."""
    bench.broker.accepts = 99
    asked: list[int] = []
    cancel = bench.broker.cancel
    bench.broker.cancel = lambda order_id, tag: (asked.append(order_id), cancel(order_id, tag))  # type: ignore[method-assign,assignment,func-returns-value]
    bench.gateway.open(bench.machine, bench.trade())
    bench.gateway.cancel(bench.machine)
    bench.gateway.cancel(bench.machine)
    assert asked == [1]
    bench.market.at += timedelta(minutes=3)
    bench.gateway.walk(bench.machine)
    assert bench.broker.repriced == []
