"""Scripted worlds for the whole host: invariants at every step, whatever market and broker do."""

from __future__ import annotations

import math
import random
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted_world import ALL_COMBOS, MINUTE, NO_COMBOS, World

from algorithm.ports import Capabilities, OrderState, OrderUpdate
from state.errors import PersistenceError
from strategies.base import AssetClass

FRIDAY = date(2014, 1, 10)
NEXT_FRIDAY = FRIDAY + timedelta(days=7)


def at(clock: str, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def invariants(w: World) -> None:
    """At every step: owned = held, no short leg without its wing, no order on a removed contract."""
    owned: dict[str, float] = {}
    for machine in w.host.manager.machines:
        for leg in machine.legs:
            owned[leg.contract] = owned.get(leg.contract, 0.0) + leg.quantity
    assert owned == w.market.positions
    for right in (" P ", " C "):
        assert sum(q for s, q in w.market.positions.items() if right in s) >= 0, w.market.at
    assert len(w.market.subscribed) <= 44


def checked(**parameters: str) -> World:
    given = {f"iron_condor.{name}": value for name, value in parameters.items()}
    w = World(at("08:00"), parameters=given)
    w.checks.append(invariants)
    return w.start()


def closed_books(w: World) -> None:
    """Nothing is held, and what the account made is what the strategies made, to the cent."""
    assert w.market.positions == {}
    total = w.host.report()["portfolio"]
    assert abs(total["unattributed_usd"]) < 0.005
    assert abs(total["pnl_usd"] - (w.market.cash - 250_000)) < 0.005


SPOTS = {
    "flat": lambda now: 2000.0,
    "gap open through a short strike": lambda now: 2000.0 if now < at("10:30") else 1950.0,
    "slow grind": lambda now: 2000.0 + (now - at("10:00")).total_seconds() / 60 * 0.1,
    "flash crash and back": lambda now: 1800.0 if at("11:00") <= now < at("11:03") else 2000.0,
    "waves": lambda now: 2000.0 + 8 * math.sin((now - at("09:30")).total_seconds() / 3000),
}


@pytest.mark.parametrize("combos", [ALL_COMBOS, NO_COMBOS, Capabilities(False, True, frozenset(AssetClass))])
@pytest.mark.parametrize("spot", SPOTS)
def test_worlds_keep_the_invariants_on_every_kind_of_brokerage(spot: str, combos: Capabilities) -> None:
    """Combos, legs one by one, combo limits only: two weeks of each world, then the books close."""
    w = checked()
    w.broker.capabilities = combos
    w.market.spot = SPOTS[spot]
    w.run(at("12:00", NEXT_FRIDAY + timedelta(days=1)))
    closed_books(w)
    assert w.host.report()["strategies"][0]["opportunities"] == 2


def test_a_volatility_spike_to_sixty_is_survived() -> None:
    """Wide quotes and a VIX of 60 in the middle of a day: the stop works on what can be traded."""
    w = checked()
    w.run(at("10:30"))
    w.market.vix = lambda now: 60.0
    w.market.volatility, w.market.half_spread = 0.6, 0.3
    w.run(at("12:00", FRIDAY + timedelta(days=1)))
    closed_books(w)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), combos=st.booleans())
def test_random_markets_and_brokers_never_break_an_invariant(seed: int, combos: bool) -> None:
    """Random walks of the index, wandering volatility and spreads, partial fills, refusals, sleepy brokers."""
    dice = random.Random(seed)
    w = checked()
    w.broker.capabilities = ALL_COMBOS if combos else NO_COMBOS
    w.broker.accepts = dice.choice([-1.0, 0.2, 0.6, 1.0, 2.0])
    level = 2000.0

    def wander(_: World) -> None:
        nonlocal level
        level *= math.exp(dice.gauss(0, 0.0006))
        w.market.spot = lambda now: level
        w.market.volatility = min(max(w.market.volatility + dice.gauss(0, 0.003), 0.05), 0.8)
        w.market.age = dice.choice([0, 0, 0, 0, 0, 0, 5]) * MINUTE
        w.broker.asleep = dice.random() < 0.05
        w.broker.part = (lambda tag: 0.5) if dice.random() < 0.2 else (lambda tag: 1.0)
        w.broker.reject = (lambda tag: "no thanks") if dice.random() < 0.1 else (lambda tag: "")

    w.checks.append(wander)
    w.run(at("16:30"))
    w.checks.remove(wander)
    w.broker.asleep = False
    w.broker.reject, w.broker.part = (lambda tag: ""), (lambda tag: 1.0)
    w.run(at("09:00", FRIDAY + timedelta(days=4)))
    closed_books(w)
    strategies = w.host.report()["strategies"][0]
    assert strategies["opportunities"] == 1


def test_between_its_moments_the_host_is_not_called() -> None:
    """A week without a position costs a look each morning and the minutes of the entry window."""
    w = checked()
    w.market.vix = lambda now: 50.0
    w.run(at("08:00", NEXT_FRIDAY))
    sessions, window = 5, 64
    assert w.ticks <= sessions + window


def test_a_refused_entry_ends_the_day_with_the_brokers_reason() -> None:
    """Entry rejected: nothing held, waiting again, the reason in the report."""
    w = checked()
    w.broker.reject = lambda tag: "Insufficient buying power"
    w.run(at("23:00"))
    assert w.machine.state == "WAITING"
    assert w.host.report()["strategies"][0]["skipped"] == {"rejected": 1}
    assert len(w.broker.sent) == 1


def test_a_partial_entry_is_rolled_back() -> None:
    """ "A multi-leg group fills whole or is rolled back (cancel the rest, close what filled)"."""
    w = checked()
    w.broker.part = lambda tag: 0.5 if "/1/all" in tag else 1.0
    w.run(at("10:03"))
    w.broker.part = lambda tag: 0.0 if tag.endswith("/1/all") else 1.0
    w.run(at("12:00", FRIDAY + timedelta(days=1)))
    closed_books(w)
    strategies = w.host.report()["strategies"][0]
    assert (strategies["entered"], strategies["rolled_back"], strategies["skipped"]) == (
        0,
        1,
        {"not_filled": 1},
    )


def test_a_lost_connection_leaves_nothing_behind() -> None:
    """The broker sleeps through the whole entry and wakes up later."""
    w = checked()
    w.run(at("10:00"))
    w.broker.asleep = True
    w.run(at("10:30"))
    assert w.broker.resting != []
    w.broker.asleep = False
    w.run(at("12:00", FRIDAY + timedelta(days=1)))
    closed_books(w)


def test_a_bug_in_a_rule_never_reaches_lean() -> None:
    """A strategy that raises with a position ends in ERROR with it; LEAN sees nothing."""
    w = checked()
    w.run(at("10:10"))
    runner = w.host.runners["iron_condor"]
    steps = runner.strategy.steps  # type: ignore[attr-defined]

    def broken(view: object) -> object:
        raise ZeroDivisionError("a bug")

    steps["ACTIVE"] = broken
    w.run(at("10:12"))
    assert w.machine.state == "ERROR"
    assert len(w.machine.legs) == 4
    assert "ZeroDivisionError: a bug" in str(w.machine.last.error)
    w.run(at("12:00", FRIDAY + timedelta(days=1)))
    closed_books(w)


def test_a_bug_in_a_flat_state_is_tried_again() -> None:
    """Where nothing is held it may be the day's data: retried with growing pauses, then an operator is asked."""
    w = checked()
    runner = w.host.runners["iron_condor"]
    steps = runner.strategy.steps  # type: ignore[attr-defined]
    calls: list[datetime] = []

    def broken(view: object) -> object:
        calls.append(w.market.at)
        raise ZeroDivisionError("a bug")

    steps["VALIDATION"] = broken
    w.run(at("10:30"))
    assert w.machine.state == "ERROR"
    assert len(calls) == 4
    assert not w.host.on_command("reset", {"strategy": "nobody"})
    assert w.host.on_command("reset", {"strategy": "iron_condor"})
    assert w.machine.state == "WAITING" or w.machine.state == "VALIDATION"


def test_what_cannot_be_stored_is_not_begun() -> None:
    """A store that fails keeps the entry from being sent; a working store lets the next week trade."""
    w = checked()
    w.run(at("09:59"))
    save = w.store.save

    def refuse(key: str, data: str | bytes) -> None:
        raise PersistenceError(key, "is full")

    w.store.save = refuse  # type: ignore[method-assign]
    w.run(at("12:00"))
    assert w.broker.sent == []
    w.store.save = save  # type: ignore[method-assign]
    w.run(at("12:00", NEXT_FRIDAY))
    assert w.machine.state in ("ACTIVE", "COMPLETE", "DEFENSIVE_EXIT", "ERROR")


def test_drawdown_stops_entries_and_closes_positions() -> None:
    """ "-10% no entries, -15% close losers, -20% close all"."""
    w = checked(loss_pct="1000", profit_pct="100")
    w.run(at("10:10"))
    assert w.machine.state == "ACTIVE"
    w.market.cash -= 0.21 * 250_000
    w.run(at("10:40"))
    assert any("CLOSE_ALL" in r.reason for r in w.host.audit.recent)
    w.run(at("23:00", NEXT_FRIDAY))
    assert w.host.report()["strategies"][0]["skipped"] == {"blocked_drawdown": 1}


def test_an_operator_counts_the_drawdown_anew() -> None:
    """Once everything is closed nothing else ends it: `reset drawdown` lets the next week trade."""
    w = checked()
    w.run(at("09:00"))
    w.market.cash -= 0.11 * 250_000
    w.run(at("23:00"))
    assert w.host.report()["strategies"][0]["skipped"] == {"blocked_drawdown": 1}
    assert w.host.on_command("reset drawdown", {})
    w.run(at("23:00", NEXT_FRIDAY))
    row = w.host.report()["strategies"][0]
    assert (row["entered"], row["skipped"]) == (1, {"blocked_drawdown": 1})
    assert w.host.manager.situation.peak_equity < 0.9 * 250_000


def test_losers_are_closed_at_fifteen_percent() -> None:
    """A position in profit is kept, one with a loss is closed."""
    for volatility, kept in ((0.12, True), (0.3, False)):
        w = checked(loss_pct="1000", profit_pct="100")
        w.run(at("10:10"))
        w.market.volatility = volatility
        w.market.cash -= 0.16 * 250_000
        w.run(at("10:31"))
        assert ("DEFENSIVE_EXIT" not in w.states()) is kept


def test_a_strategy_whose_options_the_brokerage_refuses_is_switched_off() -> None:
    """Alpaca takes no index options: the strategy is off with the reason, the host runs."""
    w = World(at("08:00"))
    w.broker.capabilities = Capabilities(False, False, frozenset({AssetClass.EQUITY_OPTION}))
    w.boot().start()
    row = w.host.report()["strategies"][0]
    assert (row["enabled"], row["switched_off"]) == (False, "the brokerage does not take index options")
    assert any("switched off" in line for line in w.host.report_lines())


def test_a_disabled_strategy_does_nothing() -> None:
    """`iron_condor.enabled = false`."""
    w = World(at("08:00"), parameters={"iron_condor.enabled": "false"}).start()
    w.run(at("23:00"))
    assert w.broker.sent == []


# --- events from outside ---


def test_a_margin_call_on_our_contract_is_booked_to_its_owner() -> None:
    """Somebody else closes a wing: it is owned no more, and what it protected is closed at once."""
    w = checked()
    w.run(at("10:10"))
    leg = next(each for each in w.machine.legs if each.role == "long_put")
    w.broker.move(leg.contract, -leg.quantity, 0.5)
    update = OrderUpdate(
        900, 1, leg.contract, leg.name, OrderState.FILLED, -leg.quantity, 0.5, 0.0, "Margin Call"
    )
    w.host.on_order_update(update)
    w.host.on_order_update(update)
    assert "long_put" not in {each.role for each in w.machine.legs}
    assert w.states()[-3:] == ["ACTIVE", "RECOVERY", "DEFENSIVE_EXIT"] or w.machine.state == "COMPLETE"
    assert all(quantity > 0 for quantity in w.market.positions.values())
    assert any("traded by somebody else: Margin Call" in r.reason for r in w.host.audit.recent)


def test_a_fill_that_belongs_to_nobody_is_reported_and_blocks() -> None:
    """A trade of a contract that no machine owns shows up as a difference."""
    w = World(at("08:00")).start()
    w.broker.move("SPXW 2014-01-10 P 1900", 1, 0.5)
    name = w.market.contract("SPXW 2014-01-10 P 1900").name
    w.host.on_order_update(
        OrderUpdate(901, 1, "SPXW 2014-01-10 P 1900", name, OrderState.FILLED, 1, 0.5, 0.0, "by hand")
    )
    assert any("belongs to nobody here" in line for line in w.lines)
    w.run(at("11:30"))
    assert w.host.report()["strategies"][0]["skipped"] == {"blocked_holdings": 1}


# --- operator ---


def test_operator_commands_are_confirmed_or_refused_in_words() -> None:
    """`halt resume flatten pause reset adopt status`: each in the log, an illegal one with its reason."""
    w = checked()
    w.run(at("09:00"))
    command = w.host.on_command
    assert command("status", {})
    assert any(line.startswith("iron_condor: WAITING since") for line in w.lines)
    assert command("pause iron_condor", {})
    assert not command("pause", {"strategy": "iron_condor"}), "paused already"
    w.run(at("11:30"))
    assert w.host.report()["strategies"][0]["skipped"] == {"blocked_pause": 1}
    assert command("resume iron_condor", {})
    assert not command("resume iron_condor", {})
    assert not command("reset iron_condor", {}), "not in ERROR"
    assert not command("adopt", {})
    assert not command("adopt", {"contract": "XYZ"})
    assert not command("pause", {})
    assert not command("book iron_condor", {})
    assert not command("book iron_condor many", {})
    assert not command("book iron_condor nan", {})
    assert not command("sell everything", {})
    assert not command("", {})
    refused = [line for line in w.lines if line.startswith("refused: ")]
    assert len(refused) == 11
    assert command("book iron_condor -12.5", {})
    assert w.machine.values["total_cash_usd"] == -12.5
    assert any("there are halt, resume, pause" in line for line in refused)


def test_every_command_leaves_a_record_in_the_audit_log() -> None:
    """Done or refused, with the reason; a question leaves none."""
    w = checked()
    w.run(at("09:00"))
    for text, arguments in (
        ("flatten", {}),
        ("pause", {"strategy": "iron_condor", "reason": "storm"}),
        ("pause iron_condor", {}),
        ("reset iron_condor", {}),
        ("adopt XYZ", {}),
        ("sell everything", {}),
        ("", {}),
        ("status", {}),
    ):
        w.host.on_command(text, arguments)
    assert [r.reason for r in w.host.audit.recent if r.kind == "operator"] == [
        "flatten, by operator",
        "iron_condor paused by operator: storm",
        "refused: pause iron_condor: iron_condor is paused already: storm",
        "refused: reset iron_condor: iron_condor is in WAITING, only ERROR can be reset",
        "refused: adopt XYZ: XYZ is not among the holdings that do not add up",
        "refused: sell everything: unknown command 'sell everything'; there are halt, resume, pause, flatten, "
        "reset, adopt, book, status",
        "refused: : unknown command ''; there are halt, resume, pause, flatten, reset, adopt, book, status",
    ]


def test_flatten_closes_everything_and_goes_on_next_week() -> None:
    """Unlike a halt, flattening ends the positions only."""
    w = checked()
    w.run(at("10:10"))
    assert w.host.on_command("flatten", {})
    w.run(at("12:00", FRIDAY + timedelta(days=1)))
    assert "EMERGENCY_EXIT" in w.states()
    closed_books(w)
    w.run(at("10:30", NEXT_FRIDAY))
    assert w.host.report()["strategies"][0]["entered"] == 2
