"""Each rule of the sheet of the 0DTE Friday iron condor, quoted, against the machine in a scripted world."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta

import pytest
from scripted_world import MINUTE, World

from strategies.contracts import Right
from strategies.greeks import delta
from strategies.limits import combo_tick_size, round_down

FRIDAY = date(2014, 1, 10)


def at(clock: str, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def world(day: date = FRIDAY, **parameters: str) -> World:
    """Return a world that begins in the evening before a day."""
    given = {f"iron_condor.{name}": value for name, value in parameters.items()}
    return World(at("20:00", day - timedelta(days=1)), parameters=given).start()


def skipped(w: World) -> dict[str, int]:
    return w.host.report()["strategies"][0]["skipped"]


def first_legs(w: World) -> dict[str, float]:
    """Return role: strike of the first trade that was sent."""
    tag, legs, _ = w.broker.sent[0]
    assert tag.startswith("iron_condor/")
    contracts = [(w.market.contract(symbol), quantity) for symbol, quantity in legs]
    return {f"{'long' if q > 0 else 'short'}_{c.right.lower()}": c.strike for c, q in contracts}


# --- when ---


@pytest.mark.parametrize(
    ("week", "session"),
    [
        (date(2014, 1, 6), date(2014, 1, 10)),  # an ordinary Friday
        (date(2014, 4, 14), date(2014, 4, 17)),  # Good Friday: Thursday
        (date(2015, 6, 29), date(2015, 7, 2)),  # Independence Day on a Saturday: Thursday
    ],
)
def test_entry_day_is_the_last_session_of_the_week(week: date, session: date) -> None:
    """ "trades only on the week's last expiry day (Friday, Thursday when Friday is a holiday)"."""
    w = World(at("00:00", week)).start().run(at("23:00", week + timedelta(days=6)))
    entries = [r for r in w.host.audit.recent if r.machine == "iron_condor" and r.target == "ENTERING"]
    assert [r.at.date() for r in entries] == [session]


@pytest.mark.parametrize("session", [date(2014, 11, 28), date(2014, 7, 3)])
def test_half_day_is_skipped(session: date) -> None:
    """ "Half days are skipped.": the day after Thanksgiving, and a Thursday before a Friday holiday."""
    w = world(session).run(at("23:00", session))
    assert skipped(w) == {"half_day": 1}
    assert w.broker.sent == []


def test_validation_begins_at_ten() -> None:
    """ "WAITING -> VALIDATION at 10:00"."""
    w = world().run(at("09:59"))
    assert w.machine.state == "WAITING"
    w.run(at("10:00"))
    records = [r for r in w.host.audit.recent if r.target == "VALIDATION"]
    assert [r.at.isoformat() for r in records] == ["2014-01-10T15:00:00+00:00"]


@pytest.mark.parametrize(
    ("until", "entered"), [("10:00", True), ("10:30", True), ("10:57", True), ("11:00", False)]
)
def test_entry_window_is_one_hour(until: str, entered: bool) -> None:
    """ "entry window 10:00-11:00": what becomes right inside of it still counts, later it does not."""
    w = world()
    w.market.vix = lambda now: 16.0 if now >= at(until) else 50.0
    w.run(at("23:00"))
    assert bool(w.broker.sent) is entered
    assert skipped(w) == ({} if entered else {"vix_high": 1})


@pytest.mark.parametrize(
    ("vix", "reason"),
    [
        (12.99, "vix_low"),
        (13.0, None),
        (16.0, None),
        (35.0, None),
        (35.01, "vix_high"),
        (None, "vix_missing"),
    ],
)
def test_vix_range(vix: float | None, reason: str | None) -> None:
    """ "VIX in [13, 35]"; "there is no default value for missing market data"."""
    w = world()
    w.market.vix = lambda now: vix
    w.run(at("11:30"))
    assert skipped(w) == ({reason: 1} if reason else {})


@pytest.mark.parametrize(("age", "enters"), [(0, True), (2, True), (3, False)])
def test_old_data_means_no_entry(age: int, enters: bool) -> None:
    """ "Missing or stale (older than 2 bars) VIX, underlying or leg quote means no entry"."""
    w = world()
    w.market.age = age * MINUTE
    w.run(at("11:30"))
    assert bool(w.broker.sent) is enters
    assert skipped(w) == ({} if enters else {"vix_stale": 1})


def test_missing_chain_means_no_entry() -> None:
    """ "expiring today": where nothing that expires today is listed there is nothing to trade."""
    w = world()
    w.market.no_chain = True
    w.run(at("11:30"))
    assert skipped(w) == {"no_chain": 1}


# --- what ---


def test_short_legs_are_nearest_to_the_delta_and_wings_half_a_percent_out() -> None:
    """ "Short put and short call nearest delta 0.16; wings 0.5% of spot further out, nearest strike"."""
    w = world().run(at("10:00"))
    legs = first_legs(w)
    for right, short, long, outward in (
        (Right.PUT, "short_put", "long_put", -1),
        (Right.CALL, "short_call", "long_call", 1),
    ):
        deltas = {}
        for contract in w.market.contracts.values():
            if contract.right is right and contract.intrinsic(2000) == 0:
                value = delta(contract, max(w.market.theory(contract), 0.01), 2000)
                if value is not None:
                    deltas[contract.strike] = abs(value - 0.16)
        assert deltas[legs[short]] < sorted(deltas.values())[0] + 0.02
        assert legs[long] == legs[short] + outward * 10


def test_wings_follow_the_level_of_the_index() -> None:
    """ "25 points at SPX 5000, 10 at 2000"."""
    w = world()
    w.market.spot = lambda now: 5000.0
    w.run(at("10:00"))
    legs = first_legs(w)
    assert (legs["short_put"] - legs["long_put"], legs["long_call"] - legs["short_call"]) == (25, 25)


def test_small_credit_means_no_trade_that_day() -> None:
    """ "net credit >= 10% of the wider wing, else no trade that day": not even when it becomes richer."""
    w = world(min_credit_pct="40")
    w.market.volatility = 0.10
    w.run(at("10:05"))
    assert w.machine.state == "WAITING"
    w.market.volatility = 0.30
    w.run(at("23:00"))
    assert skipped(w) == {"credit_too_small": 1}
    assert w.broker.sent == []


def test_size_keeps_the_worst_case_below_five_percent() -> None:
    """ "worst case (width - credit) x 100 x contracts <= 5% of equity", whatever credit is filled."""
    w = world(max_contracts="1000").run(at("10:30"))
    short = next(leg for leg in w.machine.legs if leg.role == "short_put")
    credit = float(w.machine.values["credit_usd"])
    contracts = -short.quantity
    assert 10 * 100 * contracts - credit <= 0.05 * 250_000
    least_credit = 0.10 * 10 * 100
    assert (10 * 100 - least_credit) * (contracts + 1) > 0.05 * 250_000


def test_no_size_is_a_skip_and_never_at_least_one() -> None:
    """ "0 means skip with a reason, never at least one"."""
    w = world(max_loss_pct="0.1").run(at("11:30"))
    assert skipped(w) == {"size_zero": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"bid": None}, "wing_quote"),
        ({"ask_age": timedelta(minutes=3)}, "wing_quote"),
        ({"bid_age": timedelta(days=3)}, "wing_quote"),
        ({"ask": 9.0}, "wing_quote"),
    ],
    ids=["no bid", "stale ask", "bid of days ago", "wide"],
)
def test_leg_with_a_bad_quote_is_skipped(change: dict[str, object], reason: str) -> None:
    """ "spread exceeds 15% of mid (floor 0.10), whose bid is missing, or whose two sides were not quoted
    within the same 2 bars is skipped"."""
    from dataclasses import replace

    w = world().run(at("09:59"))
    wing = next(s for s in w.market.subscribed if s.endswith("P 1975"))
    w.market.overrides[wing] = replace(w.market.quote(wing), **change)
    w.run(at("11:30"))
    assert skipped(w) == {reason: 1}
    assert w.broker.sent == []


# --- entering ---


def test_entry_walks_from_mid_one_step_a_minute_and_is_rolled_back_after_five() -> None:
    """ "one combo limit, from mid, one step a minute, at most 5 minutes, else roll back to WAITING"."""
    w = world(max_spread_pct="100")
    w.broker.accepts, w.market.half_spread = 2.0, 0.1
    w.run(at("10:00"))
    (_, legs, limit), *others = w.broker.sent
    assert (len(legs), others) == (4, [])
    units = math.gcd(*(q for _, q in legs))
    mid = -sum(q / units * w.market.quote(s).mid for s, q in legs)
    assert limit == round_down(mid, combo_tick_size("SPXW"))
    w.run(at("10:30"))
    assert [moment.minute for moment, _ in w.broker.repriced] == [1, 2, 3, 4]
    prices = [limit, *(price for _, price in w.broker.repriced)]
    assert prices == sorted(prices, reverse=True)
    assert w.states()[-3:] == ["ENTERING", "EXITING", "WAITING"]
    assert skipped(w) == {"not_filled": 1}


def test_walk_never_goes_below_the_least_credit() -> None:
    """ "net credit >= 10% of the wider wing" holds for the last step of the walk as well."""
    w = world(min_credit_pct="21")
    w.broker.accepts = 2.0
    w.run(at("10:30"))
    assert min(price for _, price in w.broker.repriced) >= 0.21 * 10


def test_one_attempt_a_day() -> None:
    """ "roll back to WAITING (done for the day)"."""
    w = world()
    w.broker.accepts = 2.0
    w.run(at("10:20"))
    w.broker.accepts = 0.0
    w.run(at("23:00"))
    assert len(w.broker.sent) == 1


def test_filled_entry_is_active() -> None:
    """All four legs held, as many of each, is ACTIVE."""
    w = world().run(at("10:10"))
    assert w.machine.state == "ACTIVE"
    assert {leg.role for leg in w.machine.legs} == {"long_put", "short_put", "short_call", "long_call"}
    assert len({abs(leg.quantity) for leg in w.machine.legs}) == 1


# --- leaving ---


def quiet(**parameters: str) -> World:
    """Return a world whose condor is held at 10:10 and earns nothing by time alone."""
    w = world(**parameters).run(at("10:10"))
    assert w.machine.state == "ACTIVE"
    return w


def reason_of(w: World, target: str) -> str:
    return next(r.reason for r in w.host.audit.recent if r.target == target and r.source == "ACTIVE")


def test_half_of_the_credit_is_taken() -> None:
    """ "profit >= 50% of credit -> EXITING"; fees are counted as paid."""
    w = quiet()
    w.market.volatility = 0.09
    w.run(at("10:11"))
    assert reason_of(w, "EXITING").startswith("profit of ")
    credit, cash = float(w.machine.values["credit_usd"]), float(w.machine.values["cash_usd"])
    assert cash == pytest.approx(credit - 4 * 0.65 * abs(w.machine.legs[0].quantity)) or w.broker.sent[1:]


def test_twice_the_credit_lost_is_the_stop() -> None:
    """ "loss >= 200% of credit -> DEFENSIVE_EXIT", closed at market at once."""
    w = quiet(loss_pct="100")
    w.market.volatility = 0.40
    w.run(at("10:12"))
    assert reason_of(w, "DEFENSIVE_EXIT").startswith("loss of ")
    assert w.broker.sent[1][2] is None
    assert w.market.positions == {}


@pytest.mark.parametrize("side", ["short_put", "short_call"])
def test_index_at_a_short_strike_is_the_stop(side: str) -> None:
    """ "the index at or beyond a short strike -> DEFENSIVE_EXIT"."""
    w = quiet(loss_pct="1000")
    strike = next(w.market.contract(leg.contract).strike for leg in w.machine.legs if leg.role == side)
    w.market.spot = lambda now: strike
    w.run(at("10:12"))
    assert "at or beyond the " + side in reason_of(w, "DEFENSIVE_EXIT")
    assert all(quantity > 0 for quantity in w.market.positions.values()), "a worthless wing may be left"


def test_everything_is_closed_half_an_hour_before_the_close() -> None:
    """ "15:30 (30 minutes before the close): MANAGING -> EXITING, all legs closed"."""
    w = quiet(profit_pct="100", loss_pct="1000")
    w.market.volatility = 0.60
    w.run(at("15:29"))
    assert w.machine.state == "ACTIVE"
    w.run(at("15:40"))
    assert w.states()[-4:] == ["ACTIVE", "MANAGING", "EXITING", "COMPLETE"]
    assert w.market.positions == {}


def test_what_cannot_be_closed_is_settled_and_complete() -> None:
    """ "What cannot be closed by the close is cash-settled: recorded, COMPLETE, not an error"."""
    w = quiet(profit_pct="100")
    w.market.volatility = 0.20
    w.run(at("15:29"))
    w.broker.accepts, w.market.age = 2.0, timedelta(hours=1)
    w.run(at("23:00"))
    assert len(w.machine.legs) == 4
    w.run(at("12:00", FRIDAY + timedelta(days=1)))
    assert w.machine.state == "COMPLETE"
    assert w.market.positions == {}
    assert all(r.error is None for r in w.host.audit.recent)
    total = w.host.report()["portfolio"]
    assert total["unattributed_usd"] == 0


def test_exit_that_is_not_filled_goes_to_market_after_five_minutes() -> None:
    """Limits walk for five minutes, then market orders ("EXITING 5 min (escalate price, then market)")."""
    w = quiet(profit_pct="100", loss_pct="1000")
    w.market.volatility, w.broker.accepts = 0.60, 99.0
    w.run(at("15:40"))
    assert w.states()[-3:] == ["EXITING", "DEFENSIVE_EXIT", "COMPLETE"]
    assert [limit is None for _, _, limit in w.broker.sent] == [False, False, True]
    walked = {moment.minute for moment, _ in w.broker.repriced if moment > at("15:30")}
    assert walked <= {31, 32, 33, 34}
    assert len(walked) > 1


def test_unknown_prices_stop_nothing_but_the_index_does() -> None:
    """A missing leg quote makes the profit unknown; the index alone still protects the position."""
    w = quiet(loss_pct="100")
    short = next(leg for leg in w.machine.legs if leg.role == "short_put")
    from strategies.contracts import NO_QUOTE

    w.market.overrides[short.contract] = NO_QUOTE
    w.market.volatility = 0.6
    w.run(at("10:20"))
    assert w.machine.state == "ACTIVE"
    w.market.overrides.clear()
    w.market.spot = lambda now: 1900.0
    w.run(at("10:21"))
    assert "DEFENSIVE_EXIT" in w.states()
