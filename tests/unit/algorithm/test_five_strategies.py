"""All five strategies in one account, through scripted worlds: invariants at every step, books that close."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted_world import World

from algorithm.brokerages import CAPABILITIES
from strategies.base import AssetClass
from strategies.expiries import third_friday
from strategies.registry import STRATEGIES
from strategies.sessions import Session, Sessions
from tests.invariants import Checker

MONDAY = date(2014, 1, 6)


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def expiries(today: date) -> list[date]:
    """Fridays for nine weeks (today's where it is one), monthly ones for nine months, LEAPs of two years."""
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    weekly = [friday + timedelta(weeks=week) for week in range(9)]
    months = [divmod(today.month - 1 + ahead, 12) for ahead in range(1, 10)]
    monthly = [third_friday(today.year + years, month + 1) for years, month in months]
    leaps = [third_friday(today.year + years, month) for years in (1, 2) for month in (1, 6)]
    # Good Friday of 2014 is no session: that month ends on Thursday.
    return sorted(
        {date(2014, 4, 17) if day == date(2014, 4, 18) else day for day in (*weekly, *monthly, *leaps)}
    )


def observed(w: World, *, broken_allowed: bool = False) -> Checker:
    """Have every invariant checked at every step of a world."""
    checker = Checker(w.host, broken_allowed=broken_allowed)
    w.checks.append(lambda _: checker.step())
    return checker


def market_of_all_five(w: World) -> None:
    market = w.market
    market.names["ES"], market.steps["ES"] = "ES21H14", 10.0
    market.tick, market.half_spread, market.volatility = 0.01, 0.01, 0.15
    market.expiries = expiries
    market.closes = [180 + i * 0.2 for i in range(100)]
    w.broker.accepts = 0.5


def five(**parameters: str) -> World:
    w = World(at("08:00"), parameters=parameters, strategies=tuple(STRATEGIES))
    market_of_all_five(w)
    observed(w)
    return w.start()


def books_close(w: World) -> dict[str, dict[str, object]]:
    """Check the whole report and return its rows by name."""
    report = Checker(w.host).finish()
    return {row["name"]: row for row in report["strategies"]}


NOON = at("12:00", date(2014, 1, 15))


def gap(now: datetime) -> float:
    """Open 6% lower one day."""
    return 2000.0 if now < at("09:30", date(2014, 1, 16)) else 1880.0


def gap_on_expiry(now: datetime) -> float:
    """Jump through the condor's short put within a minute, on its day."""
    return 2000.0 if now < at("10:40", date(2014, 1, 17)) else 1975.0


def grind(now: datetime) -> float:
    """Rise a little every hour."""
    return 2000.0 * math.exp((now - at("09:30")).total_seconds() / 3600 * 0.00012)


def crash_and_back(now: datetime) -> float:
    """Fall 8% within minutes and come back."""
    return 1840.0 if NOON <= now < NOON + timedelta(minutes=7) else 2000.0


def flat(now: datetime) -> float:
    """Stand still."""
    return 2000.0


SPOTS = {
    "flat": flat,
    "gap open": gap,
    "gap through a short strike": gap_on_expiry,
    "slow grind": grind,
    "flash crash and back": crash_and_back,
}


@pytest.mark.parametrize("spot", SPOTS)
def test_four_weeks_of_each_world(spot: str) -> None:
    """Every opportunity has an outcome, every contract its owner, every book closes to the cent."""
    w = five()
    w.market.spot = SPOTS[spot]
    w.run(at("20:00", MONDAY + timedelta(days=25)))
    rows = books_close(w)
    assert rows["iron_condor"]["opportunities"] == 4
    assert rows["lt112"]["opportunities"] == 4
    assert sum(int(str(row["entered"])) for row in rows.values()) >= 4
    if spot == "gap through a short strike":
        reasons = [r.reason for r in w.host.audit.recent if r.machine == "iron_condor"]
        assert any("is at or beyond the short_put" in reason for reason in reasons)


def test_a_rate_step() -> None:
    """From nothing to 5% over night: forwards and prices move, deltas are chosen by the new rate."""
    w = five()
    w.market.rate = lambda now: 0.0 if now < at("08:00", date(2014, 1, 16)) else 0.05
    w.run(at("20:00", MONDAY + timedelta(days=25)))
    rows = books_close(w)
    assert sum(int(str(row["entered"])) for row in rows.values()) >= 4


class HalfDays(Sessions):
    """A calendar on which every session ends at one o'clock."""

    def _load(self) -> list[Session]:
        return [replace(each, closes_at=each.opens_at.replace(hour=13, minute=0)) for each in super()._load()]


def test_a_year_of_half_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "On a half day everything counted from the close moves with it": closes, rolls, and no condor at all."""
    monkeypatch.setattr("scripted_world.Sessions", HalfDays)
    slow = {f"{name}.poll_minutes": "60" for name in STRATEGIES}
    w = five(end="2015-01-06", **slow)
    w.market.rate = lambda now: 0.01
    w.market.vix = lambda now: 16.0 + 3 * math.sin((now - at("09:30")).days / 20)
    w.market.spot = lambda now: (
        2000.0 * (1 + 0.03 * math.sin((now - at("09:30")).total_seconds() / 86400 / 25))
    )
    orders: list[datetime] = []
    w.checks.append(lambda w: orders.append(w.market.at) if w.broker.resting else None)
    w.run(at("20:00", date(2014, 12, 31)))
    rows = books_close(w)
    assert rows["iron_condor"]["entered"] == 0
    assert set(rows["iron_condor"]["skipped"]) == {"half_day"}  # type: ignore[call-overload]
    assert max(moment.time() for moment in orders) <= time(13, 0)
    rolls = [r.at for r in w.host.audit.recent if r.machine == "ipmcc" and "over night" in r.reason]
    assert all((moment.hour, moment.minute) in ((17, 45), (16, 45)) for moment in rolls), "12:45 in New York"
    assert int(str(rows["futures_strangle"]["trades"])) >= 2
    assert int(str(rows["lt112"]["trades"])) >= 1


def nothing_cheap_is_short(w: World) -> None:
    """No short position was sold for less than the brokerage takes."""
    sold = [w.broker.prices[symbol] for symbol, quantity in w.market.positions.items() if quantity < 0]
    assert min(sold, default=999.0) >= w.broker.capabilities.least_short_usd


@pytest.mark.parametrize("brokerage", CAPABILITIES)
def test_two_weeks_on_every_brokerage(brokerage: str) -> None:
    """Combos, legs in an order that leaves nothing naked, or a strategy switched off with its reason."""
    w = World(at("08:00"), strategies=tuple(STRATEGIES))
    w.broker.capabilities = CAPABILITIES[brokerage]
    market_of_all_five(w)
    w.boot()
    observed(w)
    w.checks.append(nothing_cheap_is_short)
    w.start().run(at("20:00", MONDAY + timedelta(days=11)))
    rows = books_close(w)
    takes = CAPABILITIES[brokerage]
    refused = {name for name, each in STRATEGIES.items() if each.asset_class not in takes.asset_classes}
    assert {name for name, row in rows.items() if not row["enabled"]} == refused
    for name in refused:
        assert rows[name]["switched_off"] == f"the brokerage does not take {STRATEGIES[name].asset_class}"
    several = [(tag, legs, limit) for tag, legs, limit in w.broker.sent if len(legs) > 1]
    if not takes.combo_limit:
        assert several == []
    elif not takes.combo_market:
        assert all(limit is not None for _, _, limit in several)
    if takes.least_short_usd:
        assert rows["iron_condor"]["skipped"] == {"blocked_brokerage": 2}
    elif AssetClass.INDEX_OPTION in takes.asset_classes:
        assert rows["iron_condor"]["entered"] or "not_filled" in rows["iron_condor"]["skipped"]  # type: ignore[operator]


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
@given(seed=st.integers(0, 2**32), brokerage=st.sampled_from(sorted(CAPABILITIES)))
def test_random_worlds_keep_the_invariants(seed: int, brokerage: str) -> None:
    """Random paths with jumps, volatility, interest, old data and partial fills for a week and a half."""
    w = random_world(seed, brokerage, refuses=False)
    w.run(at("20:00", MONDAY + timedelta(days=9)))
    w.broker.part, w.market.age = (lambda tag: 1.0), timedelta()
    w.run(at("20:00", MONDAY + timedelta(days=11)))
    books_close(w)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), brokerage=st.sampled_from(sorted(CAPABILITIES)))
def test_a_broker_that_refuses_and_sleeps_never_leaves_a_short_leg_naked(seed: int, brokerage: str) -> None:
    """Refusals may end in ERROR, with the position kept: owned is held, protected, and the books close all the same."""
    w = random_world(seed, brokerage, refuses=True)
    w.run(at("20:00", MONDAY + timedelta(days=9)))
    report = w.host.report()
    assert abs(report["portfolio"]["unattributed_usd"]) < 0.01


def random_world(seed: int, brokerage: str, *, refuses: bool) -> World:
    """Return a world that wanders by the throw of dice."""
    dice = random.Random(seed)
    w = World(at("08:00"), strategies=tuple(STRATEGIES))
    w.broker.capabilities = CAPABILITIES[brokerage]
    market_of_all_five(w)
    w.boot()
    observed(w, broken_allowed=refuses)
    w.broker.accepts = dice.choice([-1.0, 0.3, 0.8])
    level, rate = 2000.0, dice.choice([0.0, 0.01, 0.05])
    w.market.rate = lambda now: rate

    def wander(_: World) -> None:
        nonlocal level
        level *= math.exp(dice.gauss(0, 0.0005) + (dice.gauss(0, 0.02) if dice.random() < 0.001 else 0.0))
        here: Callable[[datetime], float] = lambda now, level=level: level  # noqa: E731
        w.market.spot = here
        w.market.volatility = min(max(w.market.volatility + dice.gauss(0, 0.0005), 0.08), 0.5)
        w.market.age = timedelta(minutes=5 if dice.random() < 0.05 else 0)
        w.broker.part = (lambda tag: 0.5) if dice.random() < 0.1 else (lambda tag: 1.0)
        if refuses:
            w.broker.asleep = dice.random() < 0.03
            w.broker.reject = (lambda tag: "no thanks") if dice.random() < 0.05 else (lambda tag: "")

    w.checks.insert(0, wander)
    return w.start()
