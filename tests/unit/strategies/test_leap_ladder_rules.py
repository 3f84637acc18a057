"""Each rule of the sheet of the LEAP ladder, quoted, against the machine in a scripted world."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from scripted_world import NO_COMBOS, SHARES, World

from strategies.leap_ladder import DEFINITION, Parameters, S, opportunity
from strategies.leap_ladder_legs import roles, wanted_delta
from strategies.margins import naked_option
from strategies.sessions import Sessions

MONDAY = date(2014, 1, 6)
MONDAYS = [date(2014, 1, 6), date(2014, 2, 3), date(2014, 3, 3), date(2014, 4, 7), date(2014, 5, 5)]


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def leaps(today: date) -> list[date]:
    return [date(year, month, 16) for year in (2014, 2015, 2016, 2017) for month in (1, 4, 7, 10)]


def world(start: date = MONDAY, **parameters: str) -> World:
    given = {f"leap_ladder.{name}": value for name, value in parameters.items()}
    w = World(at("08:00", start), parameters=given, strategies=("leap_ladder",))
    w.market.volatility, w.market.half_spread, w.market.tick = 0.16, 0.01, 0.01
    w.market.expiries = lambda today: [e for e in leaps(today) if e > today]
    w.broker.accepts = -9
    return w.start()


def income(start: date = MONDAY, **parameters: str) -> World:
    return world(start, side="income", **parameters)


def report(w: World) -> dict:
    return next(row for row in w.host.report()["strategies"] if row["name"] == "leap_ladder")


def rungs(w: World) -> dict[str, tuple[float, float, date]]:
    found = {}
    for leg in w.machine.legs:
        contract = w.market.contract(leg.contract)
        found[leg.role] = (contract.strike, leg.quantity, contract.expiry)
    return found


# --- protective ---


def test_rungs_are_95_90_85_80_percent_of_spot_one_a_month() -> None:
    """ "long puts at 95, 90, 85, 80% of spot, one rung on the first Monday session of each month"."""
    w = world()
    for count, monday in enumerate(MONDAYS[:4], 1):
        w.run(at("10:59", monday))
        assert len(w.machine.legs) == count - 1
        w.run(at("11:10", monday))
        assert len(w.machine.legs) == count
        assert w.machine.state == (S.ACTIVE if count == 4 else S.BUILDING)
    assert {role: facts[0] for role, facts in rungs(w).items()} == {
        "rung_95": 190, "rung_90": 180, "rung_85": 170, "rung_80": 160,
    }  # fmt: skip
    assert all(facts[1] > 0 for facts in rungs(w).values())


def test_the_first_monday_session_may_be_the_second_monday() -> None:
    """Labor Day 2014 is the first Monday of September: the rung comes a week later."""
    sessions = Sessions(date(2014, 1, 1), date(2014, 12, 31))
    looks = [
        s.date for s in sessions.between(date(2014, 8, 1), date(2014, 10, 31)) if opportunity(s, Parameters())
    ]
    assert looks == [date(2014, 8, 4), date(2014, 9, 8), date(2014, 10, 6)]


def test_the_expiry_is_a_year_away_but_not_less() -> None:
    """ "expiry nearest 365 DTE but not less"."""
    w = world().run(at("11:10"))
    assert rungs(w)["rung_95"][2] == date(2015, 1, 16)
    w = world()
    w.market.expiries = lambda today: [MONDAY + timedelta(days=364), date(2015, 7, 16)]
    w.run(at("11:10"))
    assert rungs(w)["rung_95"][2] == date(2015, 7, 16)


@pytest.mark.parametrize(("vix", "enters"), [(40.0, True), (40.01, False), (9.0, True), (None, False)])
def test_no_rung_above_a_vix_of_forty(vix: float | None, enters: bool) -> None:
    """ "skip while VIX > 40"."""
    w = world()
    w.market.vix = lambda now: vix
    w.run(at("13:00"))
    assert bool(w.machine.legs) is enters
    assert report(w)["skipped"] == ({} if enters else {"vix_missing" if vix is None else "vix_high": 1})


def test_premium_is_at_most_2_5_percent_a_rung_and_10_percent_in_all() -> None:
    """ "Premium paid <= 2.5% of equity a rung, 10% in all"."""
    w = world()
    for monday in MONDAYS[:4]:
        w.run(at("11:10", monday))
    paid = [leg.quantity * leg.average_price * 100 for leg in w.machine.legs]
    assert max(paid) <= 0.025 * 250_000
    assert sum(paid) <= 0.10 * 250_000
    w = world(total_premium_pct="2")
    w.run(at("11:10", MONDAYS[1]))
    paid = [leg.quantity * leg.average_price * 100 for leg in w.machine.legs]
    assert sum(paid) <= 0.02 * 250_000
    assert report(w)["entered"] + sum(report(w)["skipped"].values()) >= 1


def test_a_complete_ladder_is_active_and_says_so_each_month() -> None:
    """ "BUILDING while rungs are missing (it holds positions), ACTIVE when complete"."""
    w = world()
    w.run(at("23:00", MONDAYS[4]))
    assert w.machine.state == S.ACTIVE
    assert report(w)["skipped"] == {"complete": 1}
    assert report(w)["entered"] == 4


def test_a_rung_is_rolled_at_ninety_days_as_one_intent() -> None:
    """ "ROLLING when a rung reaches 90 DTE (protective): close it and open its successor as one intent"."""
    w = world(rungs="1").run(at("11:10"))
    old = w.machine.legs[0]
    day = date(2015, 1, 16) - timedelta(days=90)  # a Saturday: rolled on the Friday
    w.run(at("10:59", day - timedelta(days=1)))
    assert w.machine.legs == (old,)
    w.run(at("12:00", day - timedelta(days=1)))
    (new,) = w.machine.legs
    assert new.role == old.role
    assert w.market.contract(new.contract).expiry == date(2016, 1, 16)
    _, legs, _ = w.broker.sent[-1]
    assert len(legs) == 2
    assert "ROLLING" in w.states()


def test_a_roll_of_which_only_the_buy_filled_sells_the_old_rung_and_buys_no_other() -> None:
    """Legs one by one, and nobody takes the old put: the next look sells it, its successor is there already."""
    w = world(rungs="1")
    w.broker.capabilities = NO_COMBOS
    w.checks.append(lambda w: setattr(w.broker, "accepts", 99 if len(w.machine.legs) > 1 else -9))
    w.run(at("11:10"))
    day = date(2015, 1, 16) - timedelta(days=91)  # the Friday before the 90th day
    w.run(at("11:00", day) + timedelta(minutes=25))
    assert len(w.machine.legs) == 2
    assert len([1 for _, legs, _ in w.broker.sent if legs[0][1] > 0]) == 2
    w.checks.clear()
    w.broker.accepts = -9
    w.run(at("15:00", day))
    (left,) = w.machine.legs
    assert w.market.contract(left.contract).expiry > date(2015, 1, 16)
    assert len([1 for _, legs, _ in w.broker.sent if legs[0][1] > 0]) == 2, "no second successor"


def test_a_rung_that_does_not_fill_leaves_the_others() -> None:
    """A cancelled rung changes nothing, and is tried again a month later."""
    w = world().run(at("11:10"))
    w.broker.accepts = 99
    w.run(at("13:00", MONDAYS[1]))
    assert set(rungs(w)) == {"rung_95"}
    assert w.machine.state == S.BUILDING
    assert report(w)["skipped"] == {"not_filled": 1}
    w.broker.accepts = -9
    w.run(at("13:00", MONDAYS[2]))
    assert set(rungs(w)) == {"rung_95", "rung_90"}


def test_a_first_rung_that_does_not_fill_is_waiting_again() -> None:
    """Nothing held: not BUILDING."""
    w = world()
    w.broker.accepts = 99
    w.run(at("13:00"))
    assert w.machine.state == S.WAITING
    assert report(w)["skipped"] == {"not_filled": 1}


def test_a_refused_rung_does_not_close_the_others() -> None:
    """A rejection of the second rung keeps the first."""
    w = world().run(at("11:10"))
    w.broker.reject = lambda tag: "no"
    w.run(at("13:00", MONDAYS[1]))
    assert set(rungs(w)) == {"rung_95"}
    assert w.machine.state == S.BUILDING


# --- income ---


@pytest.mark.parametrize(
    ("day", "expected"),
    [(1, 0.12), (7, 0.12), (8, 0.13), (14, 0.13), (15, 0.14), (21, 0.14), (22, 0.12), (29, 0.12)],
)
def test_the_delta_rotates_by_week_of_the_month(day: int, expected: float) -> None:
    """ "delta rotating 0.12, 0.13, 0.14, 0.12 by week of the month"."""
    assert wanted_delta(date(2014, 1, day), Parameters()) == pytest.approx(expected)


@pytest.mark.parametrize(("vix", "contracts"), [(14.9, 0), (15.0, 1), (20.0, 1), (20.1, 2)])
def test_the_number_of_short_puts_follows_the_vix(vix: float, contracts: int) -> None:
    """ "VIX < 15 skip, 15-20 one, > 20 two"."""
    w = income()
    w.market.vix = lambda now: vix
    w.run(at("13:00"))
    assert sum(leg.quantity for leg in w.machine.legs) == -contracts
    assert report(w)["skipped"] == ({} if contracts else {"vix_low": 1})


def test_short_puts_are_sold_every_monday_until_there_are_ten() -> None:
    """ "short puts every Monday"; "at most 10 rungs"."""
    w = income(income_rungs="3", income_profit_pct="99")
    w.run(at("23:00", MONDAY + timedelta(weeks=4)))
    assert set(rungs(w)) == set(roles(Parameters(side="income", income_rungs=3)))
    assert w.machine.state == S.ACTIVE
    # Martin Luther King's Day is no session, so one Monday of the five is missing.
    assert (report(w)["entered"], report(w)["skipped"]) == (3, {"complete": 1})


def test_profit_is_taken_at_thirty_percent_of_the_credit() -> None:
    """ "take profit at 30% of credit"."""
    w = income().run(at("11:10"))
    assert len(w.machine.legs) == 1
    w.market.volatility = 0.13
    w.run(at("12:30"))
    assert w.machine.legs == ()
    assert w.machine.state == S.COMPLETE


def tied_up(w: World) -> float:
    return w.host.manager.situation.commitments.get("leap_ladder", 0.0)


def test_a_rung_that_was_bought_back_ties_nothing_up_any_more() -> None:
    """What one rung ties up is free again when it has earned its profit, so that another may be sold."""
    w = income(income_rungs="3", income_profit_pct="60")
    w.run(at("11:10"))
    first = tied_up(w)
    w.run(at("11:10", MONDAY + timedelta(weeks=1)))
    both, (one, other) = tied_up(w), w.machine.legs
    assert 0 < first < both
    # A fill at a far higher price: this one alone has earned its profit.
    dear = one._replace(average_price=one.average_price * 4)
    w.machine.update(legs=(dear, other))
    w.run(at("12:30", MONDAY + timedelta(weeks=1)))
    assert w.machine.legs == (other,)
    assert tied_up(w) == pytest.approx(both - first)


def test_a_rung_that_did_not_fill_ties_nothing_up() -> None:
    """The attempts that fail do not add up to a ladder that is never built."""
    w = income(income_rungs="3", income_profit_pct="99").run(at("11:10"))
    first = tied_up(w)
    w.broker.accepts = 9
    for week in range(1, 4):
        w.run(at("15:00", MONDAY + timedelta(weeks=week)))
        assert len(w.machine.legs) == 1
        assert tied_up(w) == first


def test_a_roll_ties_up_what_the_successor_needs() -> None:
    """The margin of the put that was rolled goes with it."""
    w = income(income_rungs="1", income_profit_pct="99").run(at("11:10"))
    (old,) = w.machine.legs
    expiry = w.market.contract(old.contract).expiry
    before = tied_up(w)
    w.market.volatility = 0.25
    w.run(at("15:00", expiry - timedelta(days=149)))
    (new,) = w.machine.legs
    assert new.contract != old.contract
    needs = naked_option(w.market.contract(new.contract), new.average_price, 200.0)
    assert before != tied_up(w) == pytest.approx(needs, rel=0.05)


def test_a_short_put_is_rolled_at_150_days() -> None:
    """ "or 150 DTE (income)"."""
    w = income(income_rungs="1", income_profit_pct="99").run(at("11:10"))
    old = w.machine.legs[0]
    expiry = w.market.contract(old.contract).expiry
    w.market.volatility = 0.25
    w.run(at("15:00", expiry - timedelta(days=153)))
    assert w.machine.legs == (old,)
    w.run(at("15:00", expiry - timedelta(days=149)))
    (new,) = w.machine.legs
    assert w.market.contract(new.contract).expiry > expiry


def test_shares_of_an_early_assignment_are_sold() -> None:
    """An assigned short put leaves shares: they are closed, the other rungs stay."""
    w = income(income_rungs="2", income_profit_pct="99")
    w.run(at("11:10", MONDAY + timedelta(weeks=1)))
    first = w.machine.legs[0]
    w.market.spot = lambda now: 1500.0
    w.broker.assign(first.contract)
    w.run(at("12:10", MONDAY + timedelta(weeks=1)))
    assert SHARES not in w.market.positions
    assert len(w.machine.legs) == 1


def test_a_restart_keeps_the_rungs_and_goes_on_building() -> None:
    """Lives for years: every restart finds its rungs."""
    w = world()
    w.live = True
    w.boot().start()
    w.run(at("11:10", MONDAYS[1]))
    before = rungs(w)
    assert len(before) == 2
    w.kill()
    w.restart()
    assert (rungs(w), w.machine.state) == (before, S.BUILDING)
    w.run(at("11:10", MONDAYS[2]))
    assert len(w.machine.legs) == 3


def test_documents_stay_small() -> None:
    """ "Lives for years: documents must stay small"."""
    w = world()
    w.live = True
    w.boot().start()
    w.run(at("11:10", MONDAYS[3]))
    assert len(w.store.read("options-machines/leap_ladder.json")) < 12_000


def test_every_state_has_a_step_and_a_rule() -> None:
    """Nothing is left without an answer in any state."""
    strategy = DEFINITION.create(DEFINITION.parameters())
    assert set(strategy.steps) == set(S) == set(DEFINITION.reconciliation)
