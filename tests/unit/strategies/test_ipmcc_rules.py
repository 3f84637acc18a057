"""Each rule of the sheet of IPMCC, quoted, against the machine in a scripted world."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from scripted_world import NO_COMBOS, SHARES, World, option

from strategies.contracts import Right
from strategies.greeks import delta
from strategies.ipmcc import DEFINITION, VALID_TRANSITIONS, S

MONDAY = date(2014, 1, 6)
LEAP = date(2015, 1, 16)


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def fridays(today: date) -> list[date]:
    first = today + timedelta(days=(4 - today.weekday()) % 7)
    return [first + timedelta(weeks=week) for week in range(8)]


def world(start: date = MONDAY, **parameters: str) -> World:
    given = {f"ipmcc.{name}": value for name, value in parameters.items()}
    w = World(at("08:00", start), parameters=given, strategies=("ipmcc",))
    w.market.volatility, w.market.half_spread, w.market.tick = 0.16, 0.01, 0.01
    w.market.expiries = lambda today: [*fridays(today), LEAP, LEAP + timedelta(days=182)]
    w.broker.accepts = -9
    return w.start()


def skipped(w: World) -> dict[str, int]:
    return next(row for row in w.host.report()["strategies"] if row["name"] == "ipmcc")["skipped"]


def held(w: World, **parameters: str) -> World:
    w.run(at("10:50"))
    assert w.machine.state in ("ACTIVE", "MANAGING", "ROLLING"), (w.machine.state, w.values())
    return w


def leg(w: World, role: str):
    return next((each for each in w.machine.legs if each.role == role), None)


def strike(w: World, role: str) -> float:
    return w.market.contract(leg(w, role).contract).strike


def cheap_basis(start: date = MONDAY, **parameters: str) -> World:
    """Return a world with a long and a short call: deep in the money, hardly any strike is below the basis."""
    w = world(start, long_delta="0.97", **parameters).run(at("11:20", start))
    assert leg(w, "short_call") is not None, (w.machine.state, w.values())
    return w


def rising(now: datetime) -> float:
    """Stay a little in the money of the short call all week, and more of it on Friday."""
    return 2000.0 if now < at("12:00") else 2020.0 if now < at("12:00", date(2014, 1, 10)) else 2030.0


# --- when it looks ---


def test_it_looks_at_the_first_session_of_a_week_from_a_quarter_to_eleven() -> None:
    """Ours: the sheet names no day. Before the window nothing is sent, after it the week is over."""
    monday = date(2014, 1, 20)  # Martin Luther King's Day is no session
    w = world(monday)
    w.run(at("10:44", monday + timedelta(days=1)))
    assert w.broker.sent == []
    w.run(at("10:50", monday + timedelta(days=1)))
    assert leg(w, "long_call") is not None
    w = world(window_minutes="30", max_extrinsic_pct="1").run(at("20:00", MONDAY + timedelta(days=4)))
    assert skipped(w) == {"extrinsic_too_high": 1}


# --- the long call ---


def test_the_long_call_is_eighty_delta_and_a_year_away() -> None:
    """ "Long call nearest delta 0.80 at 365+ DTE, extrinsic value < 8% of strike"."""
    w = held(world())
    contract = w.market.contract(leg(w, "long_call").contract)
    assert contract.right is Right.CALL
    assert contract.expiry == LEAP
    assert delta(contract, w.market.theory(contract), 200) == pytest.approx(0.80, abs=0.03)
    assert w.market.theory(contract) - (200 - contract.strike) < 0.08 * contract.strike


def test_interest_does_not_move_the_delta_that_is_chosen() -> None:
    """ "nearest delta 0.80": a year's discount is in the price, and must not be taken for volatility."""
    for rate in (0.0, 0.06):
        w = world(max_extrinsic_pct="20")
        w.market.rate = lambda now, rate=rate: rate
        held(w)
        chosen = w.market.contract(leg(w, "long_call").contract)
        calls = [
            row.contract for row in w.market.chain("SPY", LEAP, LEAP) if row.contract.right is Right.CALL
        ]
        nearest = min(calls, key=lambda call: abs((w.market.delta(call) or 0.0) - 0.80))
        assert chosen.strike == nearest.strike


def test_an_expiry_within_the_year_does_not_count() -> None:
    """ "365+ DTE": 364 days are too few."""
    w = world()
    w.market.expiries = lambda today: [*fridays(today), MONDAY + timedelta(days=364)]
    w.run(at("13:00"))
    assert skipped(w) == {"no_chain": 1}


def test_too_much_extrinsic_value_is_no_entry() -> None:
    """ "extrinsic value < 8% of strike"."""
    w = world(max_extrinsic_pct="1").run(at("13:00"))
    assert skipped(w) == {"extrinsic_too_high": 1}


def test_never_a_second_long_call_on_the_symbol() -> None:
    """ "never a second long call on a symbol that has one": nor one beside somebody else's."""
    w = world()
    w.kill()
    other = option("SPY", LEAP, 150, Right.CALL)
    w.market.contracts[other.symbol] = other
    w.live = True
    w.broker.move(other.symbol, 1, 52.0)
    w.boot()
    w.host.attribution.recognise = lambda *question: None  # type: ignore[method-assign]
    w.start()
    assert w.host.on_command("adopt", {"contract": other.name})
    w.run(at("13:00"))
    assert skipped(w) == {"second_long_call": 1}
    assert held_symbols(w) == {other.symbol}


def held_symbols(w: World) -> set[str]:
    return set(w.market.positions)


def test_size_is_eight_percent_of_equity_and_at_most_five() -> None:
    """ "debit <= 8% of equity, at most 5 units"."""
    w = held(world())
    long = leg(w, "long_call")
    cost = long.quantity * long.average_price * 100
    assert cost <= 0.08 * 250_000
    assert (long.quantity + 1) * long.average_price * 100 > 0.08 * 250_000 or long.quantity == 5
    w = held(world(max_debit_pct="90"))
    assert leg(w, "long_call").quantity == 5


def test_the_naked_margin_of_the_short_call_is_reserved() -> None:
    """ "the buying power for that is reserved before entry, and the report shows both figures"."""
    w = held(world())
    long = leg(w, "long_call")
    reserved = w.host.manager.situation.commitments["ipmcc"]
    debit = long.quantity * long.average_price * 100
    assert reserved >= debit + long.quantity * 0.10 * 200 * 100
    row = next(row for row in w.host.report()["strategies"] if row["name"] == "ipmcc")
    assert row["entry_usd"] == pytest.approx(-debit, abs=0.01)
    assert row["reserved_usd"] == pytest.approx(reserved, abs=0.01)
    w = world()
    w.market.free_share = 0.001
    w.run(at("13:00"))
    assert skipped(w) == {"size_zero": 1}


# --- the short call ---


def test_the_short_call_is_thirty_delta_and_the_next_weekly() -> None:
    """ "Short call 7 DTE (next weekly expiry), nearest delta 0.30"."""
    w = cheap_basis()
    contract = w.market.contract(leg(w, "short_call").contract)
    assert contract.expiry == date(2014, 1, 10)
    assert leg(w, "short_call").quantity == -leg(w, "long_call").quantity
    assert delta(contract, w.market.theory(contract), 200) == pytest.approx(0.30, abs=0.06)


def test_the_short_strike_never_locks_in_a_loss() -> None:
    """ "its strike never below long strike + (debit paid - premium collected so far) per share"."""
    w = held(world(min_premium_usd="0.01")).run(at("12:00"))
    long, short = leg(w, "long_call"), leg(w, "short_call")
    if short is not None:
        assert strike(w, "short_call") >= strike(w, "long_call") + long.average_price


def test_no_short_call_where_none_pays_ten_cents() -> None:
    """ "if no such strike pays at least 0.10, no short call that week"."""
    w = held(world(min_premium_usd="1.00")).run(at("15:00"))
    assert leg(w, "short_call") is None
    assert w.machine.state == "ACTIVE"
    assert w.machine.values["next_short_on"] == "2014-01-13"


def test_the_short_call_is_bought_back_at_eighty_percent() -> None:
    """ "bought back at 80% of its premium"; the next one is sold when its week is over."""
    w = cheap_basis()
    w.market.volatility = 0.07
    w.run(at("12:30"))
    assert leg(w, "short_call") is None
    assert leg(w, "long_call") is not None
    assert w.machine.values["next_short_on"] == "2014-01-10"
    assert w.states()[-3:] == ["MANAGING", "ROLLING", "ACTIVE"]


def test_on_its_expiry_day_the_short_call_is_rolled_at_a_quarter_to_four() -> None:
    """ "rolled on its expiry day at 15:45 (MANAGING -> ROLLING -> ACTIVE)": one intent, bought back and sold anew."""
    w = cheap_basis()
    friday = date(2014, 1, 10)
    w.market.spot = rising
    w.run(at("15:44", friday))
    old = leg(w, "short_call")
    assert old is not None
    w.run(at("15:59", friday))
    new = leg(w, "short_call")
    assert w.market.contract(new.contract).expiry == date(2014, 1, 17)
    assert w.states()[-3:] == ["MANAGING", "ROLLING", "ACTIVE"]
    _, legs, _ = w.broker.sent[-1]
    assert dict(legs) == {old.contract: 1 * -old.quantity, new.contract: new.quantity}


def test_without_a_successor_it_is_bought_back_before_the_close() -> None:
    """ "In the money on its expiry day ... rolled before the close": if nothing pays, it is bought back at least."""
    w = cheap_basis()
    friday = date(2014, 1, 10)
    w.market.spot = rising
    w.run(at("15:30", friday))
    w.market.expiries = lambda today: [friday, LEAP]
    w.run(at("16:00", friday))
    assert leg(w, "short_call") is None
    assert leg(w, "long_call") is not None
    assert not any(" C " in s and q < 0 for s, q in w.market.positions.items())


def test_a_roll_that_limits_cannot_fill_is_bought_back_at_market_in_time() -> None:
    """The last minutes belong to market orders: no short call of ours is held into its expiry."""
    w = cheap_basis()
    friday = date(2014, 1, 10)
    w.market.spot = rising
    w.run(at("15:44", friday))
    w.broker.accepts = 99
    w.run(at("16:00", friday))
    assert not any(q < 0 for q in w.market.positions.values())


def test_a_dividend_that_is_due_lets_the_short_call_go() -> None:
    """ "extrinsic below 0.05 with a dividend due: rolled before the close"."""
    w = cheap_basis(date(2014, 3, 10), short_dte="11")
    short = leg(w, "short_call")
    assert w.market.contract(short.contract).expiry == date(2014, 3, 21)
    thursday = date(2014, 3, 20)  # SPY goes ex on the third Friday, the 21st
    w.market.spot, w.market.volatility = (lambda now: 2300.0), 0.05
    w.market.expiries = lambda today: [date(2014, 3, 21), date(2014, 4, 4), date(2015, 4, 17)]
    w.run(at("15:40", thursday))
    assert leg(w, "short_call") == short
    w.run(at("15:59", thursday))
    assert leg(w, "short_call") is None or leg(w, "short_call").contract != short.contract


# --- assignment ---


def test_assigned_shares_are_covered_the_same_session_and_the_long_call_is_kept() -> None:
    """ "Assignment (short shares appear): ASSIGNED: cover the shares the same session, keep ... the long call"."""
    w = cheap_basis()
    short = leg(w, "short_call")
    w.market.spot = lambda now: 2060.0
    w.run(at("11:30"))
    w.broker.assign(short.contract)
    w.run(at("11:40"))
    assert SHARES not in w.market.positions
    assert "ASSIGNED" in w.states()
    assert leg(w, "long_call") is not None
    assert abs(w.host.report()["portfolio"]["unattributed_usd"]) < 0.01


def test_an_assignment_over_night_is_covered_at_the_next_open() -> None:
    """Shares that come while the exchange is closed are covered in the next session."""
    w = cheap_basis()
    short = leg(w, "short_call")
    w.market.spot = lambda now: 2060.0
    w.run(at("18:00"))
    w.broker.assign(short.contract)
    assert w.machine.state == "ASSIGNED"
    w.run(at("09:29", MONDAY + timedelta(days=1)))
    assert SHARES in w.market.positions
    w.run(at("09:35", MONDAY + timedelta(days=1)))
    assert SHARES not in w.market.positions


def test_an_assignment_with_a_lost_long_call_closes_everything() -> None:
    """ "keep or close the long call by the same loss rule, then ACTIVE or EXITING"."""
    w = cheap_basis()
    short = leg(w, "short_call")
    w.broker.assign(short.contract)
    w.market.spot = lambda now: 1700.0
    w.run(at("12:00"))
    assert w.market.positions == {}
    assert "DEFENSIVE_EXIT" in w.states()


# --- the long call's end ---


def test_thirty_percent_lost_closes_everything_short_call_first() -> None:
    """ "-30% of its cost -> DEFENSIVE_EXIT of everything (short call first)"."""
    w = cheap_basis()
    w.broker.capabilities = NO_COMBOS
    w.market.spot = lambda now: 1600.0
    w.run(at("12:00"))
    assert "DEFENSIVE_EXIT" in w.states()
    tags = [tag.rpartition("/")[2] for tag, _, _ in w.broker.sent[-2:]]
    assert tags[-1] == "long_call"
    assert (
        w.market.positions == {} or all(" C " in s and q < 0 for s, q in w.market.positions.items()) is False
    )


def test_the_long_call_is_rolled_at_ninety_days() -> None:
    """ "Long call: rolled at 90 DTE": the old one sold and its successor bought as one intent."""
    w = held(world(long_loss_pct="99"))
    old = leg(w, "long_call")
    w.market.expiries = lambda today: [LEAP, LEAP + timedelta(days=330)]
    w.run(at("16:00", LEAP - timedelta(days=92)))
    assert leg(w, "long_call") == old
    w.run(at("16:00", LEAP - timedelta(days=90)))  # a Saturday: the Friday before is the last chance
    new = leg(w, "long_call")
    assert new.contract != old.contract
    assert w.market.contract(new.contract).expiry == LEAP + timedelta(days=330)
    assert len(w.machine.legs) == 1


def test_a_roll_of_which_only_the_buy_filled_sells_the_old_call_and_buys_no_other() -> None:
    """ "never a second long call": legs one by one, and nobody takes the old call; the next look sells it."""
    w = world(long_loss_pct="99", min_premium_usd="9")
    w.broker.capabilities = NO_COMBOS
    w.checks.append(lambda w: setattr(w.broker, "accepts", 99 if len(w.machine.legs) > 1 else -9))
    w.run(at("11:10"))
    w.market.expiries = lambda today: [LEAP, LEAP + timedelta(days=330)]
    day = LEAP - timedelta(days=91)  # the Friday before the 90th day
    w.run(at("10:45", day) + timedelta(minutes=25))
    assert len(w.machine.legs) == 2
    assert len([1 for _, legs, _ in w.broker.sent if legs[0][1] > 0]) == 2
    w.checks.clear()
    w.broker.accepts = -9
    w.run(at("15:00", day))
    (left,) = w.machine.legs
    assert w.market.contract(left.contract).expiry > LEAP
    assert len([1 for _, legs, _ in w.broker.sent if legs[0][1] > 0]) == 2, "no second successor"


# --- restart, table ---


@pytest.mark.parametrize("moment", ["11:00", "11:20"])
def test_a_restart_keeps_the_position(moment: str) -> None:
    """Long call with or without its short call: managed on."""
    w = world()
    w.live = True
    w.boot().start()
    w.run(at(moment))
    before = dict(w.market.positions)
    w.kill()
    w.restart()
    w.run(w.market.at + timedelta(minutes=2))
    assert {s: w.market.positions.get(s) for s in before} == before
    assert w.machine.state in ("ACTIVE", "MANAGING", "ROLLING")


def test_shares_found_at_a_restart_are_an_assignment() -> None:
    """ "IPMCC: shares from assignment -> ASSIGNED"."""
    w = cheap_basis()
    w.live = True
    w.boot().start()
    w.run(at("08:00", MONDAY + timedelta(days=7)))
    w = world()
    w.live = True
    w.boot().start()
    w.run(at("10:50"))
    w.kill()
    w.broker.silent = True
    w.broker.move(SHARES, -100, 200.0)
    w.restart()
    assert w.machine.state == "ASSIGNED" or w.host.manager.situation.differences


def test_every_state_has_a_step_and_a_rule() -> None:
    """Nothing is left without an answer in any state."""
    strategy = DEFINITION.create(DEFINITION.parameters())
    assert set(strategy.steps) == set(S) == set(DEFINITION.reconciliation)
    assert VALID_TRANSITIONS.allows(S.ASSIGNED, S.EMERGENCY_EXIT)


def test_a_wide_market_is_not_bought() -> None:
    """A long call whose market is wider than 15% of mid is no candidate."""
    w = world().run(at("10:44"))
    for symbol in list(w.market.subscribed):
        quote = w.market.quote(symbol)
        w.market.overrides[symbol] = replace(quote, ask=(quote.ask or 0) * 1.5)
    w.run(at("13:00"))
    assert skipped(w) == {"no_long_call": 1}
