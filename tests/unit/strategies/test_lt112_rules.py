"""Each rule of the sheet of LT112, quoted, against the machine in a scripted world."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from scripted_world import SHARES, World

from strategies.contracts import NO_QUOTE, Right
from strategies.greeks import delta
from strategies.lt112 import DEFINITION, VALID_TRANSITIONS, S

WEDNESDAY = date(2014, 1, 8)
MONTHLY = date(2014, 4, 18)  # Good Friday: the standard expiry is the Thursday
EXPIRIES = [WEDNESDAY + timedelta(days=days) for days in (30, 100, 106, 113, 120, 150)]


def at(clock: str, day: date = WEDNESDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def world(start: date = WEDNESDAY, expiries: list[date] | None = None, **parameters: str) -> World:
    given = {f"lt112.{name}": value for name, value in parameters.items()}
    w = World(at("08:00", start), parameters=given, strategies=("lt112",))
    w.market.volatility, w.market.half_spread, w.market.tick = 0.18, 0.01, 0.01
    w.market.expiries = lambda today: [e for e in (expiries or EXPIRIES) if e >= today]
    w.market.closes = [190 + i * 0.1 for i in range(100)]
    w.broker.accepts = -9
    return w.start()


def skipped(w: World) -> dict[str, int]:
    return next(row for row in w.host.report()["strategies"] if row["name"] == "lt112")["skipped"]


def entered(**parameters: str) -> World:
    w = world(**parameters).run(at("10:40"))
    assert w.machine.state == "ACTIVE", (w.machine.state, w.values())
    return w


def legs_of(w: World) -> dict[str, tuple[float, float, date]]:
    facts = {}
    for leg in w.machine.legs:
        contract = w.market.contract(leg.contract)
        facts[leg.role] = (contract.strike, leg.quantity, contract.expiry)
    return facts


# --- when ---


def test_it_looks_on_wednesdays_from_half_past_ten() -> None:
    """ "looks on Wednesdays from 10:30"."""
    w = world(date(2014, 1, 6))
    w.run(at("10:29"))
    assert w.machine.state == "WAITING"
    w.run(at("10:31"))
    assert [tag for tag, _, _ in w.broker.sent] == ["lt112/1/1/all"]


def test_a_wednesday_that_is_no_session_is_no_look() -> None:
    """New Year's Day 2014 was a Wednesday: the next look is a week later."""
    w = world(date(2013, 12, 30)).run(at("23:00", date(2014, 1, 7)))
    assert (w.broker.sent, skipped(w)) == ([], {})


@pytest.mark.parametrize(
    ("listed", "chosen"),
    [
        ([100, 106, 113, 120, 150], 113),  # nearest to 112
        ([90, 101, 123, 150], None),  # 102-122 only
        ([102], 102),
        ([122], 122),
        ([108, 116], 108),  # equally near: the earlier
    ],
)
def test_the_expiry_is_the_one_nearest_to_112_days(listed: list[int], chosen: int | None) -> None:
    """ "the expiry nearest 112 DTE (102-122 ...)"."""
    w = world(expiries=[WEDNESDAY + timedelta(days=days) for days in listed]).run(at("13:00"))
    if chosen is None:
        assert skipped(w) == {"no_chain": 1}
    else:
        assert {facts[2] for facts in legs_of(w).values()} == {WEDNESDAY + timedelta(days=chosen)}


def test_monthly_expiries_are_preferred() -> None:
    """ "monthlies preferred": 103 days and monthly beats 112 days and weekly; Thursday where Friday is closed."""
    start = date(2014, 1, 8)
    monthly = date(2014, 4, 17)
    days = (monthly - start).days
    assert days == 99
    w = world(date(2014, 1, 1), expiries=[monthly, date(2014, 4, 23)])
    w.run(at("10:40", date(2014, 1, 8)))
    assert {facts[2] for facts in legs_of(w).values()} == {date(2014, 4, 23)}, "99 days are too few"
    w = world(
        date(2014, 1, 1), expiries=[date(2014, 5, 16) - timedelta(days=28), date(2014, 5, 16)], dte_max="130"
    )
    w.run(at("10:40", date(2014, 1, 8)))
    assert {facts[2] for facts in legs_of(w).values()} == {date(2014, 5, 16)}


@pytest.mark.parametrize(
    ("vix", "reason"),
    [(11.99, "vix_low"), (12.0, None), (35.0, None), (35.01, "vix_high"), (None, "vix_missing")],
)
def test_vix_range(vix: float | None, reason: str | None) -> None:
    """ "VIX in [12, 35]"."""
    w = world()
    w.market.vix = lambda now: vix
    w.run(at("13:00"))
    assert skipped(w) == ({reason: 1} if reason else {})


@pytest.mark.parametrize(
    ("closes", "reason"),
    [
        ([190 + i * 0.1 for i in range(100)], None),
        ([210 - i * 0.1 for i in range(100)], "trend_down"),
        ([200.0] * 100, "trend_down"),
        ([200.0] * 10, "no_trend"),
    ],
    ids=["rising", "falling", "flat", "too few closes"],
)
def test_the_fast_average_must_be_above_the_slow_one(closes: list[float], reason: str | None) -> None:
    """ "8-day EMA of the underlying above the 21-day EMA"."""
    w = world()
    w.market.closes = closes
    w.run(at("13:00"))
    assert skipped(w) == ({reason: 1} if reason else {})


# --- what ---


def test_the_put_spread_is_a_quarter_delta_and_two_percent_wide() -> None:
    """ "short put delta 0.25, long put 2% of spot lower (nearest listed)"."""
    w = entered()
    legs = legs_of(w)
    assert set(legs) == {"short_put", "long_put"}
    assert legs["short_put"][1] == -legs["long_put"][1] < 0
    assert legs["short_put"][0] - legs["long_put"][0] == 4
    short = next(leg for leg in w.machine.legs if leg.role == "short_put")
    contract = w.market.contract(short.contract)
    assert delta(contract, w.market.theory(contract), 200) == pytest.approx(0.25, abs=0.03)


def test_the_credit_is_at_least_fifteen_percent_of_the_width() -> None:
    """ "credit >= 15% of width"."""
    w = world(min_credit_pct="60").run(at("13:00"))
    assert skipped(w) == {"credit_too_small": 1}


def test_the_worst_case_is_at_most_ten_percent_of_equity() -> None:
    """ "Size: worst case <= 10% of equity"."""
    w = entered(max_contracts="1000")
    units = legs_of(w)["long_put"][1]
    worst = 4 * 100 * units - float(w.machine.values["credit_usd"])
    assert worst <= 25_000
    assert (4 - 0.15 * 4) * 100 * (units + 1) > 25_000


def test_the_one_one_two_is_a_debit_spread_and_two_far_puts() -> None:
    """ "put debit spread (long delta 0.25, short 1% of spot lower) plus two short puts at delta 0.05, credit > 0"."""
    w = entered(structure="one_one_two")
    legs = legs_of(w)
    assert set(legs) == {"debit_long", "debit_short", "far_puts"}
    units = legs["debit_long"][1]
    assert (legs["debit_short"][1], legs["far_puts"][1]) == (-units, -2 * units)
    assert legs["debit_long"][0] - legs["debit_short"][0] == 2
    far = w.market.contract(next(leg.contract for leg in w.machine.legs if leg.role == "far_puts"))
    assert delta(far, w.market.theory(far), 200) == pytest.approx(0.05, abs=0.02)
    assert float(w.machine.values["credit_usd"]) > 0


def test_the_one_one_two_is_sized_by_margin() -> None:
    """ "for one_one_two: margin": what the broker asks for two naked puts is at most 10% of equity."""
    w = entered(structure="one_one_two")
    units = legs_of(w)["debit_long"][1]
    far = w.market.contract(next(leg.contract for leg in w.machine.legs if leg.role == "far_puts"))
    price = w.market.quote(far.symbol).mid
    margin = 2 * 100 * (price + max(0.10 * far.strike, 0.20 * 200 - (200 - far.strike)))
    assert margin * units <= 25_000 < margin * (units + 1)


@pytest.mark.parametrize("bad", ["forward", "wing"])
def test_bad_quotes_mean_no_entry(bad: str) -> None:
    """No pair at the money, or a leg without a quote: nothing is entered, for a named reason."""
    w = world().run(at("10:29"))
    for symbol in w.market.subscribed:
        contract = w.market.contract(symbol)
        if bad == "forward" and contract.right is Right.CALL:
            w.market.overrides[symbol] = NO_QUOTE
        if bad == "wing" and contract.right is Right.PUT and contract.strike < 190:
            w.market.overrides[symbol] = replace(w.market.quote(symbol), bid=None)
    w.run(at("13:00"))
    reasons = {"forward": {"no_forward": 1}, "wing": {"wing_quote": 1}}
    assert skipped(w) == reasons[bad]


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
    w = entered()
    w.market.spot, w.market.volatility = (lambda now: 1500.0), 0.1
    w.run(at("11:20"))
    assert "DEFENSIVE_EXIT" in w.states()
    assert w.market.positions == {}


def test_twenty_one_days_before_expiry_it_is_closed_no_exception() -> None:
    """ "at 21 DTE -> DEFENSIVE_21DTE and closed that day, no exception (about 91 days after entry)"."""
    w = entered(profit_pct="100", loss_pct="1000")
    expiry = legs_of(w)["short_put"][2]
    last = expiry - timedelta(days=21)
    w.run(at("09:59", last))
    assert w.machine.state == "ACTIVE"
    w.broker.accepts = 99
    w.run(at("16:00", last))
    assert w.states()[-2:] == ["DEFENSIVE_21DTE", "COMPLETE"]
    assert w.market.positions == {}
    assert [limit is None for _, _, limit in w.broker.sent][-1], "limits first, then market"


def test_where_the_twenty_first_day_is_no_session_the_one_before_is_the_last() -> None:
    """A 21st day on Good Friday is closed on the Thursday: "no exception" means not later."""
    expiry = date(2014, 4, 18) + timedelta(days=21)
    w = world(expiries=[expiry], dte_max="130", dte="120", profit_pct="100", loss_pct="1000").run(at("10:40"))
    assert w.machine.state == "ACTIVE"
    w.run(at("09:59", date(2014, 4, 17)))
    assert w.machine.state == "ACTIVE"
    w.run(at("10:30", date(2014, 4, 17)))
    assert w.states()[-2:] == ["DEFENSIVE_21DTE", "COMPLETE"]


def test_the_far_puts_are_bought_back_and_the_hedge_stays() -> None:
    """ "when the two far puts have lost 90% of their price they are bought back and the debit spread stays as a
    hedge (MANAGING) until 21 DTE"."""
    w = entered(structure="one_one_two", profit_pct="100", loss_pct="1000")
    expiry = legs_of(w)["far_puts"][2]
    w.market.spot, w.market.volatility, w.market.half_spread = (lambda now: 2090.0), 0.15, 0.001
    w.run(at("11:20"))
    assert w.machine.state == "MANAGING"
    assert set(legs_of(w)) == {"debit_long", "debit_short"}
    w.market.spot = lambda now: 1950.0
    w.run(at("16:00", expiry - timedelta(days=22)))
    assert w.machine.state == "MANAGING"
    w.run(at("16:00", expiry - timedelta(days=21)))
    assert w.states()[-2:] == ["DEFENSIVE_21DTE", "COMPLETE"]


def test_an_early_assignment_is_closed_shares_first() -> None:
    """Shares from an assigned put: everything is closed the same session, the shares before their protection."""
    w = entered()
    short = next(leg for leg in w.machine.legs if leg.role == "short_put")
    w.market.spot = lambda now: 1700.0
    w.broker.asleep = True
    w.broker.assign(short.contract)
    w.broker.asleep = False
    assert w.machine.state == "DEFENSIVE_EXIT"
    w.run(at("11:30"))
    assert w.market.positions == {}
    order = [legs[0][0] for _, legs, _ in w.broker.sent[1:]]
    assert order[0] == SHARES
    assert w.host.report()["portfolio"]["unattributed_usd"] == 0


@pytest.mark.parametrize("days", [0, 100])
def test_a_crash_rechecks_the_days_to_expiry_before_anything_else(days: int) -> None:
    """ "Crash: recheck DTE before anything else"."""
    w = world(profit_pct="100", loss_pct="1000")
    w.live = True
    w.boot().start()
    w.run(at("10:40"))
    assert w.machine.state == "ACTIVE"
    expiry = legs_of(w)["short_put"][2]
    w.kill()
    day = expiry - timedelta(days=15) if days else WEDNESDAY
    while w.host.sessions.on(day) is None:
        day -= timedelta(days=1)
    w.market.at = at("13:00", day)
    w.restart()
    states = w.states()
    assert ("DEFENSIVE_21DTE" in states) is bool(days)


# --- table ---


def test_every_state_has_a_step_and_a_rule() -> None:
    """Nothing is left without an answer in any state."""
    strategy = DEFINITION.create(DEFINITION.parameters())
    assert set(strategy.steps) == set(S) == set(DEFINITION.reconciliation)


def test_the_last_day_is_an_exit_that_blocks_others_and_can_be_halted() -> None:
    """DEFENSIVE_21DTE counts as an exit, holds a position and is reached by a halt."""
    assert S.DEFENSIVE_21DTE in VALID_TRANSITIONS.exits & VALID_TRANSITIONS.holding
    assert VALID_TRANSITIONS.allows(S.DEFENSIVE_21DTE, S.EMERGENCY_EXIT)
