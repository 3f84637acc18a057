"""Each rule of the sheet of the futures strangle, quoted, against the machine in a scripted world."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from scripted_world import NO_COMBOS, World

from strategies.contracts import NO_QUOTE, Right
from strategies.expiries import quarterly_future
from strategies.futures_strangle import DEFINITION, S
from strategies.futures_strangle_legs import likely_strike
from strategies.greeks import delta

TUESDAY = date(2014, 1, 14)
EXPIRIES = [TUESDAY + timedelta(days=days) for days in (24, 38, 45, 52, 59, 66)]


def at(clock: str, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def world(start: date = TUESDAY, expiries: list[date] | None = None, **parameters: str) -> World:
    given = {f"futures_strangle.{name}": value for name, value in parameters.items()}
    w = World(at("08:00", start), parameters=given, strategies=("futures_strangle",))
    w.market.names["ES"], w.market.greeks = "ES21H14", False
    w.market.steps["ES"] = 10.0
    w.market.volatility, w.market.half_spread = 0.16, 0.05
    w.market.expiries = lambda today: [e for e in (expiries or EXPIRIES) if e >= today]
    w.broker.accepts = -9
    return w.start()


def skipped(w: World) -> dict[str, int]:
    return next(row for row in w.host.report()["strategies"] if row["name"] == "futures_strangle")["skipped"]


def entered(**parameters: str) -> World:
    w = world(**parameters).run(at("10:30"))
    assert w.machine.state == "ACTIVE", (w.machine.state, w.values(), w.lines)
    return w


def legs(w: World) -> dict[str, tuple[float, float, date]]:
    found = {}
    for leg in w.machine.legs:
        contract = w.market.contract(leg.contract)
        found[leg.role] = (contract.strike, leg.quantity, contract.expiry)
    return found


def live_delta(w: World, role: str) -> float:
    leg = next(each for each in w.machine.legs if each.role == role)
    contract = w.market.contract(leg.contract)
    return delta(contract, w.market.theory(contract), w.market.underlying(contract.root))


# --- when ---


def test_it_enters_on_tuesdays_at_a_quarter_past_ten() -> None:
    """ "entry Tuesdays 10:15"."""
    w = world(date(2014, 1, 13)).run(at("10:14"))
    assert w.machine.state == "WAITING"
    w.run(at("10:16"))
    assert [tag for tag, _, _ in w.broker.sent] == ["futures_strangle/1/1/all"]


@pytest.mark.parametrize(
    ("vix", "reason"),
    [(14.99, "vix_low"), (15.0, None), (40.0, None), (40.01, "vix_high"), (None, "vix_missing")],
)
def test_vix_range(vix: float | None, reason: str | None) -> None:
    """ "VIX in [15, 40]"."""
    w = world()
    w.market.vix = lambda now: vix
    w.run(at("11:30"))
    if reason or vix == 16.0:
        assert skipped(w) == {reason: 1}
    else:
        assert reason is None
        assert "vix_low" not in skipped(w)
        assert "vix_high" not in skipped(w)


def test_at_most_one_strangle_is_held() -> None:
    """ "at most one per product"."""
    w = entered()
    held = legs(w)
    w.run(at("10:00", TUESDAY + timedelta(days=8)))
    assert (w.machine.state, legs(w), w.machine.cycle) == ("ACTIVE", held, 1)
    assert skipped(w) == {"in_ACTIVE": 1}


@pytest.mark.parametrize(
    ("listed", "chosen"), [([38, 45, 52, 59], 52), ([44, 61], None), ([45], 45), ([60], 60), ([46, 59], 46)]
)
def test_the_expiry_is_45_to_60_days_away(listed: list[int], chosen: int | None) -> None:
    """ "45-60 DTE"."""
    w = world(expiries=[TUESDAY + timedelta(days=days) for days in listed]).run(at("11:30"))
    if chosen is None:
        assert skipped(w) == {"no_chain": 1}
    else:
        assert {facts[2] for facts in legs(w).values()} == {TUESDAY + timedelta(days=chosen)}


@pytest.mark.parametrize(
    ("day", "skips"),
    [
        (date(2014, 3, 4), False),
        (date(2014, 3, 11), True),
        (date(2014, 3, 18), True),
        (date(2014, 3, 25), False),
    ],
)
def test_no_entry_while_the_future_is_rolled(day: date, skips: bool) -> None:
    """ "no entry in the roll week of the future": from the week before the expiry of the front future."""
    assert quarterly_future(date(2014, 3, 11), World(at("08:00")).host.sessions) == date(2014, 3, 21)
    w = world(day - timedelta(days=1), expiries=[day + timedelta(days=52)])
    w.run(at("11:30", day))
    assert skipped(w) == ({"roll_week": 1} if skips else {})


# --- what ---


def test_both_sides_are_ten_delta_and_sold_as_one_group() -> None:
    """ "short put and short call at delta 0.10"; "Atomic entry of both sides"."""
    w = entered()
    assert set(legs(w)) == {"short_put", "short_call"}
    assert len(w.broker.sent) == 1
    for role in legs(w):
        assert live_delta(w, role) == pytest.approx(0.10, abs=0.03)
    assert legs(w)["short_put"][1] == legs(w)["short_call"][1] < 0


@pytest.mark.parametrize("right", [Right.PUT, Right.CALL])
def test_the_shortlist_is_where_the_delta_is(right: Right) -> None:
    """Chains of futures options have no greeks: the guess is near enough for a shortlist of 5% of the level."""
    for vix in (15.0, 25.0, 40.0):
        strike = likely_strike(2000, vix, 52, right, 0.10)
        assert (strike < 2000) is (right is Right.PUT)
        assert 0.02 < abs(strike / 2000 - 1) < 0.30


def test_a_side_that_does_not_fill_rolls_the_other_back() -> None:
    """Atomic without combos too: one filled side is bought back, nothing stays half open."""
    w = world()
    w.broker.capabilities = NO_COMBOS
    w.broker.part = lambda tag: 0.0 if tag.endswith("/1/short_call") else 1.0
    w.run(at("10:40"))
    assert w.market.positions == {}
    assert w.machine.state in ("WAITING", "COMPLETE")
    assert w.host.report()["portfolio"]["unattributed_usd"] == 0


@pytest.mark.parametrize(("margin", "size"), [(5_000.0, 7), (12_500.0, 3), (40_000.0, 0), (None, None)])
def test_the_exchange_margin_is_at_most_fifteen_percent_of_equity(
    margin: float | None, size: int | None
) -> None:
    """ "Size: exchange margin <= 15% of equity"; no size and no margin are reasons, never a guess."""
    w = world()
    w.market.future_margin = margin
    w.run(at("11:30"))
    if size is None:
        assert skipped(w) == {"margin_unknown": 1}
    elif size == 0:
        assert skipped(w) == {"size_zero": 1}
    else:
        assert legs(w)["short_put"][1] == -size


def test_a_side_without_a_quote_is_no_entry() -> None:
    """A leg whose bid is missing is skipped, and without a call there is no strangle."""
    w = world().run(at("10:14"))
    for symbol in w.market.subscribed:
        if w.market.contract(symbol).right is Right.CALL:
            w.market.overrides[symbol] = NO_QUOTE
    w.run(at("11:30"))
    assert skipped(w) == {"no_side": 1}


# --- leaving ---


def test_half_of_the_credit_is_taken() -> None:
    """ "Profit >= 50% of credit -> EXITING"."""
    w = entered()
    w.market.volatility = 0.10
    w.run(at("11:20"))
    assert w.states()[-2:] == ["EXITING", "COMPLETE"]
    assert w.market.positions == {}


def test_twice_the_credit_lost_is_the_stop() -> None:
    """ "loss >= 200% of credit -> DEFENSIVE_EXIT"."""
    w = entered(roll_delta="0.9")
    w.market.volatility = 0.35
    w.run(at("11:20"))
    assert "DEFENSIVE_EXIT" in w.states()
    assert w.market.positions == {}


def test_it_is_closed_twenty_one_days_before_expiry() -> None:
    """ "21 DTE -> EXITING"; "held past expiry would leave a future: never allowed to happen"."""
    w = entered(profit_pct="100", loss_pct="1000", roll_delta="0.9")
    last = legs(w)["short_put"][2] - timedelta(days=21)
    w.run(at("09:59", last))
    assert w.machine.state == "ACTIVE"
    w.run(at("16:00", last))
    assert "EXITING" in w.states()
    assert w.market.positions == {}


# --- rolling ---


def test_a_side_beyond_thirty_delta_is_rolled_to_ten() -> None:
    """ "A side whose delta passes 0.30 is rolled (ROLLING): bought back and sold again at delta 0.10 in the same
    expiry"."""
    w = entered(loss_pct="1000", profit_pct="100")
    before = legs(w)
    w.market.spot = lambda now: 2000.0 if now < at("11:00") else 1905.0
    w.run(at("11:30"))
    after = legs(w)
    assert w.states()[-2:] == ["ROLLING", "ACTIVE"]
    assert after["short_call"] == before["short_call"]
    assert after["short_put"][0] < before["short_put"][0]
    assert after["short_put"][1:] == before["short_put"][1:]
    assert live_delta(w, "short_put") == pytest.approx(0.10, abs=0.04)
    _, sent, _ = w.broker.sent[-1]
    assert len(sent) == 2, "one intent"


def test_after_two_rolls_everything_is_closed() -> None:
    """ "at most two rolls, then DEFENSIVE_EXIT"."""
    w = entered(loss_pct="1000", profit_pct="100")
    levels = {at("11:00"): 1905.0, at("12:00"): 1800.0, at("13:00"): 1690.0}
    w.market.spot = lambda now: min([2000.0, *(level for moment, level in levels.items() if now >= moment)])
    w.run(at("14:00"))
    assert w.states().count("ROLLING") == 2
    assert "DEFENSIVE_EXIT" in w.states()
    assert w.market.positions == {}


def test_a_roll_that_does_not_fill_is_tried_again() -> None:
    """A cancelled roll leaves both sides as they were."""
    w = entered(loss_pct="1000", profit_pct="100")
    before = legs(w)
    w.market.spot = lambda now: 2000.0 if now < at("11:00") else 1905.0
    w.run(at("10:59"))
    w.broker.accepts = 99
    w.run(at("11:12"))
    assert legs(w) == before
    w.broker.accepts = -9
    w.run(at("12:00"))
    assert w.machine.state in ("ACTIVE", "COMPLETE")


def test_a_roll_that_buys_back_and_cannot_sell_is_closed() -> None:
    """Without combos a roll can stop half way: a strangle is not left with one side."""
    w = entered(loss_pct="1000", profit_pct="100")
    w.broker.capabilities = NO_COMBOS
    w.market.spot = lambda now: 2000.0 if now < at("11:00") else 1905.0
    w.run(at("10:59"))
    sold = []
    w.broker.part = lambda tag: 1.0 if sold else (sold.append(tag) or 1.0)
    w.broker.reject = lambda tag: "no" if "/2/" in tag and sold and len(w.broker.sent) > 2 else ""
    w.run(at("12:00"))
    assert w.market.positions == {} or set(legs(w)) == {"short_put", "short_call"}


@pytest.mark.parametrize("gone", ["short_put", "short_call", None])
def test_a_crash_during_a_roll_verifies_both_sides(gone: str | None) -> None:
    """ "Crash during a roll: verify both sides before anything else"."""
    w = world(loss_pct="1000", profit_pct="100")
    w.live = True
    w.boot().start()
    w.run(at("10:30"))
    w.market.spot = lambda now: 2000.0 if now < at("11:00") else 1905.0
    w.run(at("10:59"))
    w.broker.accepts = 99
    w.run(at("11:03"))
    assert w.machine.state == "ROLLING"
    w.kill()
    if gone is not None:
        leg = next(each for each in w.machine.legs if each.role == gone)
        w.broker.move(leg.contract, -leg.quantity, 1.0)
    w.restart()
    w.broker.accepts = -9
    w.run(at("11:20"))
    if gone is None:
        assert set(legs(w)) == {"short_put", "short_call"} or w.market.positions == {}
    else:
        assert w.market.positions == {}


def test_every_state_has_a_step_and_a_rule() -> None:
    """Nothing is left without an answer in any state."""
    strategy = DEFINITION.create(DEFINITION.parameters())
    assert set(strategy.steps) == set(S) == set(DEFINITION.reconciliation)
