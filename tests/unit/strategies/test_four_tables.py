"""The edge tables of LT112, the ladder, IPMCC and the strangle: every pair, timeout, recovery and reconciliation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from state.clock import SettableClock
from state.errors import IllegalTransitionError
from state.machine import Machine
from state.records import PositionLeg
from state.recovery import ErrorKind, RecoveryManager, StrategyError
from strategies.base import Holdings
from strategies.registry import STRATEGIES

START = datetime(2014, 1, 3, 15, tzinfo=UTC)
FLAT = {
    "INITIALIZING": "WAITING RECOVERY ERROR",
    "WAITING": "VALIDATION RECOVERY ERROR",
    "VALIDATION": "ENTERING WAITING RECOVERY ERROR",
    "DEFENSIVE_EXIT": "COMPLETE EMERGENCY_EXIT RECOVERY ERROR",
    "EMERGENCY_EXIT": "COMPLETE RECOVERY ERROR",
    "COMPLETE": "WAITING RECOVERY ERROR",
}
ENTRY_AND_EXIT = {
    "ENTERING": "ACTIVE WAITING EXITING EMERGENCY_EXIT RECOVERY ERROR",
    "EXITING": "COMPLETE WAITING DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
}
ALLOWED = {
    "lt112": {
        **FLAT,
        **ENTRY_AND_EXIT,
        "ACTIVE": "MANAGING EXITING DEFENSIVE_EXIT DEFENSIVE_21DTE COMPLETE EMERGENCY_EXIT RECOVERY ERROR",
        "MANAGING": "DEFENSIVE_EXIT DEFENSIVE_21DTE COMPLETE EMERGENCY_EXIT RECOVERY ERROR",
        "DEFENSIVE_21DTE": "COMPLETE DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "ERROR": "WAITING DEFENSIVE_21DTE DEFENSIVE_EXIT EMERGENCY_EXIT COMPLETE RECOVERY",
        "RECOVERY": "WAITING ACTIVE MANAGING COMPLETE ERROR EXITING DEFENSIVE_21DTE DEFENSIVE_EXIT EMERGENCY_EXIT",
    },
    "leap_ladder": {
        **FLAT,
        "ENTERING": "BUILDING WAITING DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "BUILDING": "ENTERING ACTIVE ROLLING WAITING COMPLETE DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "ACTIVE": "BUILDING ROLLING COMPLETE DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "ROLLING": "BUILDING COMPLETE DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "ERROR": "WAITING DEFENSIVE_EXIT EMERGENCY_EXIT COMPLETE RECOVERY",
        "RECOVERY": "WAITING BUILDING COMPLETE ERROR DEFENSIVE_EXIT EMERGENCY_EXIT",
    },
    "ipmcc": {
        **FLAT,
        **ENTRY_AND_EXIT,
        "ACTIVE": "MANAGING ASSIGNED DEFENSIVE_EXIT COMPLETE EMERGENCY_EXIT RECOVERY ERROR",
        "MANAGING": "ROLLING ACTIVE ASSIGNED COMPLETE DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "ROLLING": "ACTIVE ASSIGNED COMPLETE DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "ASSIGNED": "ACTIVE EXITING DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "ERROR": "WAITING DEFENSIVE_EXIT EMERGENCY_EXIT ASSIGNED COMPLETE RECOVERY",
        "RECOVERY": "WAITING ACTIVE ASSIGNED COMPLETE ERROR EXITING DEFENSIVE_EXIT EMERGENCY_EXIT",
    },
    "futures_strangle": {
        **FLAT,
        **ENTRY_AND_EXIT,
        "ACTIVE": "ROLLING EXITING DEFENSIVE_EXIT COMPLETE EMERGENCY_EXIT RECOVERY ERROR",
        "ROLLING": "ACTIVE DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
        "ERROR": "WAITING DEFENSIVE_EXIT EMERGENCY_EXIT COMPLETE RECOVERY",
        "RECOVERY": "WAITING ACTIVE COMPLETE ERROR EXITING DEFENSIVE_EXIT EMERGENCY_EXIT",
    },
}
FIVE, TEN, HALF_HOUR = (timedelta(minutes=minutes) for minutes in (5, 10, 30))
WINDOW = {"VALIDATION": (timedelta(hours=2), "WAITING"), "RECOVERY": (HALF_HOUR, "ERROR")}
IN_AND_OUT = {"ENTERING": (FIVE, "EXITING"), "EXITING": (FIVE, "DEFENSIVE_EXIT")}
TIMEOUTS = {
    "lt112": {**WINDOW, **IN_AND_OUT},
    "leap_ladder": {**WINDOW, "ENTERING": (FIVE, "BUILDING"), "ROLLING": (TEN, "BUILDING")},
    "ipmcc": {**WINDOW, **IN_AND_OUT, "MANAGING": (TEN, "ACTIVE"), "ROLLING": (TEN, "ACTIVE")},
    "futures_strangle": {**WINDOW, **IN_AND_OUT, "ROLLING": (TEN, "DEFENSIVE_EXIT")},
}
FOUR = tuple(ALLOWED)


def leg(role: str, quantity: float) -> PositionLeg:
    return PositionLeg(role, role, quantity, 1.0, role)


@pytest.mark.parametrize("name", FOUR)
def test_every_pair_is_allowed_if_and_only_if_listed(name: str) -> None:
    """No edge exists beside the listed ones, and an illegal one ends in ERROR with the position kept."""
    table = STRATEGIES[name].table
    assert {str(state) for state in table.states} == set(ALLOWED[name])
    for source in table.states:
        for target in table.states:
            listed = str(target) in ALLOWED[name][str(source)].split()
            assert table.allows(source, target) is listed, (source, target)
            if not listed and source != "ERROR":
                machine = Machine(name, table, SettableClock(START))
                machine.restore(machine.situation._replace(state=source, legs=(leg("x", -1),)))
                with pytest.raises(IllegalTransitionError):
                    machine.transition(target, "on purpose")
                assert (machine.state, machine.legs) == ("ERROR", (leg("x", -1),))


@pytest.mark.parametrize("name", FOUR)
def test_timeouts_are_those_of_the_sheet(name: str) -> None:
    """Entries 5 min, exits 5 min then market, rolls 10 min, recovery 30 min."""
    found = {str(state): (t.span, str(t.to)) for state, t in STRATEGIES[name].table.timeouts.items()}
    assert found == TIMEOUTS[name]


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("kind", ErrorKind)
def test_every_error_has_an_answer_in_every_state_and_keeps_the_position(name: str, kind: ErrorKind) -> None:
    """ "An errored machine never forgets a position"; what follows is always an edge of the table."""
    definition = STRATEGIES[name]
    for state in definition.table.states:
        clock = SettableClock(START)
        machine = Machine(name, definition.table, clock)
        held = (leg("x", -1),) if state in definition.table.holding else ()
        machine.restore(machine.situation._replace(state=state, legs=held))
        decision, record = RecoveryManager(clock).handle(
            machine, StrategyError(kind, "on purpose"), definition.recovery
        )
        assert machine.legs == held, state
        assert record.error, state
        moved = machine.state != state
        assert not moved or definition.table.allows(state, machine.state), (state, machine.state)
        if state == "ENTERING" and kind is ErrorKind.ORDER_REJECTED:
            # A refused rung must not close the others; every other entry is rolled back.
            assert str(decision.action) == ("AUTOMATIC_RETRY" if name == "leap_ladder" else "ROLLBACK")


LONG, SHORT, SHARES = leg("long_call", 5), leg("short_call", -5), leg("shares", -500)
SPREAD = (leg("short_put", -3), leg("long_put", 3))
HEDGE = (leg("debit_long", 3), leg("debit_short", -3))
ONE_ONE_TWO = (*HEDGE, leg("far_puts", -6))
STRANGLE = (leg("short_put", -2), leg("short_call", -2))
RUNGS = (leg("rung_95", 7), leg("rung_90", 8))


@pytest.mark.parametrize(
    ("name", "stored", "held", "expected"),
    [
        ("lt112", "ENTERING", SPREAD, "ACTIVE"),
        ("lt112", "ENTERING", ONE_ONE_TWO, "ACTIVE"),
        ("lt112", "ENTERING", SPREAD[:1], "DEFENSIVE_EXIT"),
        ("lt112", "ENTERING", SPREAD[1:], "EXITING"),
        ("lt112", "ENTERING", (*HEDGE, leg("far_puts", -3)), "DEFENSIVE_EXIT"),
        ("lt112", "ENTERING", (), "WAITING"),
        ("lt112", "ACTIVE", SPREAD, "ACTIVE"),
        ("lt112", "ACTIVE", SPREAD[1:], "DEFENSIVE_EXIT"),
        ("lt112", "ACTIVE", HEDGE, "MANAGING"),
        ("lt112", "MANAGING", HEDGE, "MANAGING"),
        ("lt112", "MANAGING", (), "COMPLETE"),
        ("lt112", "DEFENSIVE_21DTE", SPREAD, "DEFENSIVE_EXIT"),
        ("lt112", "DEFENSIVE_21DTE", (), "COMPLETE"),
        ("leap_ladder", "WAITING", RUNGS, "BUILDING"),
        ("leap_ladder", "ENTERING", (), "WAITING"),
        ("leap_ladder", "BUILDING", RUNGS, "BUILDING"),
        ("leap_ladder", "ROLLING", RUNGS[:1], "BUILDING"),
        ("leap_ladder", "ACTIVE", (), "COMPLETE"),
        ("leap_ladder", "DEFENSIVE_EXIT", RUNGS, "DEFENSIVE_EXIT"),
        ("ipmcc", "ENTERING", (LONG,), "ACTIVE"),
        ("ipmcc", "ENTERING", (), "WAITING"),
        ("ipmcc", "ACTIVE", (LONG, SHORT), "ACTIVE"),
        ("ipmcc", "ACTIVE", (LONG, SHARES), "ASSIGNED"),
        ("ipmcc", "ROLLING", (SHORT,), "DEFENSIVE_EXIT"),
        ("ipmcc", "ROLLING", (leg("long_call", 3), SHORT), "DEFENSIVE_EXIT"),
        ("ipmcc", "ASSIGNED", (LONG,), "ACTIVE"),
        ("ipmcc", "MANAGING", (), "COMPLETE"),
        ("ipmcc", "EXITING", (LONG,), "EXITING"),
        ("futures_strangle", "ENTERING", STRANGLE, "ACTIVE"),
        ("futures_strangle", "ENTERING", STRANGLE[:1], "DEFENSIVE_EXIT"),
        ("futures_strangle", "ROLLING", STRANGLE, "ACTIVE"),
        ("futures_strangle", "ROLLING", STRANGLE[:1], "DEFENSIVE_EXIT"),
        ("futures_strangle", "ROLLING", (STRANGLE[0], leg("short_call", -1)), "DEFENSIVE_EXIT"),
        ("futures_strangle", "ROLLING", (), "COMPLETE"),
        ("futures_strangle", "ACTIVE", STRANGLE[1:], "DEFENSIVE_EXIT"),
    ],
)
def test_reconciliation_by_stored_state_and_holdings(
    name: str, stored: str, held: tuple[PositionLeg, ...], expected: str
) -> None:
    """Broker first, document second: whole, none, or a part of it; a short leg of a part goes at market."""
    definition = STRATEGIES[name]
    state = definition.table.state(stored)
    verdict = definition.reconciliation[state](Holdings(held, (), None))
    assert (verdict.state, bool(verdict.reason)) == (expected, True)
    assert definition.table.allows(definition.table.state("RECOVERY"), definition.table.state(expected))


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_halt_reaches_every_holding_state(name: str) -> None:
    """A kill switch that a holding state cannot reach is none."""
    table = STRATEGIES[name].table
    for state in table.holding - {table.state("EMERGENCY_EXIT")}:
        assert table.allows(state, table.state("EMERGENCY_EXIT")), state
