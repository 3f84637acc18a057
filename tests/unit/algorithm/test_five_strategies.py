"""All five strategies in one account, through scripted worlds: invariants at every step, books that close."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted_world import NO_COMBOS, World

from algorithm.ports import Capabilities
from strategies.base import AssetClass
from strategies.contracts import Right
from strategies.registry import STRATEGIES

MONDAY = date(2014, 1, 6)
LEAPS = [date(2015, 1, 16), date(2015, 6, 19), date(2016, 1, 15)]


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def expiries(today: date) -> list[date]:
    """Fridays for nine weeks, the monthly ones after them, and the LEAPs; today's where it expires today."""
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    weekly = [friday + timedelta(weeks=week) for week in range(9)]
    monthly = [
        date(2014, month, day) for month, day in ((4, 17), (5, 16), (6, 20), (7, 18), (8, 15), (9, 19))
    ]
    return sorted({*weekly, *(day for day in monthly if day > today), *LEAPS})


def invariants(w: World) -> None:
    """Owned = held, and no short leg without the protection that its strategy promises."""
    owned: dict[str, float] = {}
    for machine in w.host.manager.machines:
        sides: dict[Right, float] = {}
        for leg in machine.legs:
            owned[leg.contract] = owned.get(leg.contract, 0.0) + leg.quantity
            right = w.market.contract(leg.contract).right
            sides[right] = sides.get(right, 0.0) + leg.quantity
        if machine.name in ("iron_condor", "lt112"):
            assert min(sides.values(), default=0) >= 0, (w.market.at, machine.name, machine.legs)
        if machine.name == "ipmcc":
            assert sides.get(Right.CALL, 0) >= 0, (w.market.at, machine.legs)
        assert machine.state != "ERROR", [r.error for r in w.host.audit.recent if r.error][-1:]
    assert {s: q for s, q in owned.items() if q} == w.market.positions


def blocked_means_no_entry(w: World) -> None:
    """Nothing enters while a rule blocks."""
    halted = w.host.manager.situation.halted
    entering = [m.name for m in w.host.manager.machines if m.state == "ENTERING"]
    assert not (halted and entering)
    assert len(entering) <= 2


def five(**parameters: str) -> World:
    w = World(at("08:00"), parameters=parameters, strategies=tuple(STRATEGIES))
    market = w.market
    market.names["ES"], market.steps["ES"] = "ES21H14", 10.0
    market.tick, market.half_spread, market.volatility = 0.01, 0.01, 0.15
    market.expiries = expiries
    market.closes = [180 + i * 0.2 for i in range(100)]
    w.broker.accepts = 0.5
    w.checks += [invariants, blocked_means_no_entry]
    return w.start()


def books_close(w: World) -> None:
    report = w.host.report()
    assert abs(report["portfolio"]["unattributed_usd"]) < 0.01
    for row in report["strategies"]:
        outcomes = row["entered"] + sum(row["skipped"].values())
        assert row["opportunities"] == outcomes
        assert all(reason and " " not in reason for reason in row["skipped"])


NOON = at("12:00", date(2014, 1, 15))


def gap(now: datetime) -> float:
    """Open 6% lower one day."""
    return 2000.0 if now < at("09:30", date(2014, 1, 16)) else 1880.0


def grind(now: datetime) -> float:
    """Rise a little every hour."""
    return 2000.0 * math.exp((now - at("09:30")).total_seconds() / 3600 * 0.00012)


def crash_and_back(now: datetime) -> float:
    """Fall 8% within minutes and come back."""
    return 1840.0 if NOON <= now < NOON + timedelta(minutes=7) else 2000.0


def flat(now: datetime) -> float:
    """Stand still."""
    return 2000.0


SPOTS = {"flat": flat, "gap open": gap, "slow grind": grind, "flash crash and back": crash_and_back}
BROKERS = {
    "combos": None,
    "no combos": NO_COMBOS,
    "combo limits only": Capabilities(False, True, frozenset(AssetClass)),
    "no index or future options": Capabilities(False, False, frozenset({AssetClass.EQUITY_OPTION})),
}


@pytest.mark.parametrize("spot", SPOTS)
def test_four_weeks_of_each_world(spot: str) -> None:
    """Every opportunity has an outcome, every contract its owner, every book closes to the cent."""
    w = five()
    w.market.spot = SPOTS[spot]
    w.run(at("20:00", MONDAY + timedelta(days=25)))
    books_close(w)
    rows = {row["name"]: row for row in w.host.report()["strategies"]}
    assert rows["iron_condor"]["opportunities"] == 4
    assert rows["lt112"]["opportunities"] == 4
    assert sum(row["entered"] for row in rows.values()) >= 4


@pytest.mark.parametrize("broker", BROKERS)
def test_two_weeks_on_every_kind_of_brokerage(broker: str) -> None:
    """Combos, legs in an order that leaves nothing naked, or a strategy switched off with its reason."""
    taken = BROKERS[broker]
    w = World(at("08:00"), strategies=tuple(STRATEGIES))
    if taken is not None:
        w.broker.capabilities = taken
    market = w.market
    market.names["ES"], market.steps["ES"] = "ES21H14", 10.0
    market.tick, market.half_spread, market.volatility = 0.01, 0.01, 0.15
    market.expiries, market.closes = expiries, [180 + i * 0.2 for i in range(100)]
    w.boot()
    w.checks += [invariants, blocked_means_no_entry]
    w.start().run(at("20:00", MONDAY + timedelta(days=11)))
    books_close(w)
    off = [row["name"] for row in w.host.report()["strategies"] if not row["enabled"]]
    assert off == (["iron_condor", "futures_strangle"] if broker.startswith("no index") else [])


def test_a_volatility_spike_to_sixty() -> None:
    """Quotes four times as dear and ten times as wide, a VIX of 60: stops work, nothing new is begun."""
    w = five()
    w.run(at("11:30", date(2014, 1, 15)))
    w.market.vix = lambda now: 60.0
    w.market.volatility, w.market.half_spread = 0.6, 0.1
    w.market.spot = lambda now: 1900.0
    before = len([r for r in w.host.audit.recent if r.target == "ENTERING"])
    w.run(at("20:00", date(2014, 1, 24)))
    books_close(w)
    entered = [r.machine for r in w.host.audit.recent if r.target == "ENTERING"][before:]
    assert set(entered) <= {"ipmcc"}, "only the covered call has no rule about the VIX"


def test_a_halt_reaches_everything_and_lasts() -> None:
    """Every holding machine is closed, waiting ones stay put, and only `resume` lets anybody in again."""
    w = five()
    w.run(at("11:30", date(2014, 1, 15)))
    assert len({m.name for m in w.host.manager.machines if m.legs}) >= 3
    assert w.host.on_command("halt", {"reason": "test"})
    w.run(at("20:00", date(2014, 1, 18)))
    assert all(q > 0 for q in w.market.positions.values()), "at most worthless long options are left"
    count = len(w.broker.sent)
    w.run(at("20:00", date(2014, 1, 24)))
    assert len([1 for tag, legs, _ in w.broker.sent[count:] if any(q < 0 for _, q in legs)]) <= len(
        w.market.positions
    )
    assert w.host.on_command("resume", {})
    books_close(w)


def test_the_account_is_capped() -> None:
    """Worst case, delta, naked notional and the number of short volatility positions are judged before entering."""
    for name, value, reason in (
        ("max_worst_case_pct", "1", "blocked_worst_case"),
        ("max_delta_pct", "1", "blocked_delta"),
        ("max_naked_pct", "0", "blocked_naked"),
        ("max_short_volatility", "0", "blocked_short_volatility"),
    ):
        w = five(**{f"portfolio.{name}": value})
        w.run(at("20:00", date(2014, 1, 18)))
        skipped = {reason for row in w.host.report()["strategies"] for reason in row["skipped"]}
        assert reason in skipped, (name, skipped)
        books_close(w)


def test_lt112_on_its_last_day_blocks_the_condor() -> None:
    """ "LT112 in DEFENSIVE_21DTE blocks 0DTE"."""
    w = five()
    w.broker.accepts = -9
    w.run(at("09:00", date(2014, 1, 17)))
    machine = w.host.manager.machine("lt112")
    assert machine.legs
    w.broker.asleep = True
    machine.transition("DEFENSIVE_21DTE", "on purpose")
    w.checks.clear()
    w.run(at("11:30", date(2014, 1, 17)))
    rows = {row["name"]: row for row in w.host.report()["strategies"]}
    assert rows["iron_condor"]["skipped"] == {"blocked_lt112_last_day": 1}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_random_worlds_keep_the_invariants(seed: int) -> None:
    """Random paths, volatility, partial fills, refusals and sleepy brokers for a week and a half."""
    dice = random.Random(seed)
    w = five()
    w.broker.accepts = dice.choice([-1.0, 0.3, 0.8])
    level = 2000.0

    def wander(_: World) -> None:
        nonlocal level
        level *= math.exp(dice.gauss(0, 0.0005))
        here: Callable[[datetime], float] = lambda now, level=level: level  # noqa: E731
        w.market.spot = here
        w.market.volatility = min(max(w.market.volatility + dice.gauss(0, 0.0005), 0.08), 0.5)
        w.broker.part = (lambda tag: 0.5) if dice.random() < 0.1 else (lambda tag: 1.0)

    w.checks.insert(0, wander)
    w.run(at("20:00", MONDAY + timedelta(days=9)))
    w.broker.part = lambda tag: 1.0
    w.run(at("20:00", MONDAY + timedelta(days=11)))
    books_close(w)
