"""The edge table of the iron condor: every pair of states, timeouts, recovery and reconciliation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from state.clock import SettableClock
from state.errors import IllegalTransitionError
from state.machine import Machine
from state.records import PositionLeg
from state.recovery import Action, ErrorKind, RecoveryManager, StrategyError
from state.states import StrategyState as S
from strategies.base import Holdings
from strategies.iron_condor import (
    DEFINITION,
    RECONCILIATION,
    RECOVERY,
    ROLES,
    STATE_TIMEOUTS,
    VALID_TRANSITIONS,
)

ALLOWED = {
    "INITIALIZING": "WAITING RECOVERY ERROR",
    "WAITING": "VALIDATION RECOVERY ERROR",
    "VALIDATION": "ENTERING WAITING RECOVERY ERROR",
    "ENTERING": "ACTIVE WAITING EXITING EMERGENCY_EXIT RECOVERY ERROR",
    "ACTIVE": "MANAGING EXITING DEFENSIVE_EXIT COMPLETE EMERGENCY_EXIT RECOVERY ERROR",
    "MANAGING": "EXITING DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
    "EXITING": "COMPLETE WAITING DEFENSIVE_EXIT EMERGENCY_EXIT RECOVERY ERROR",
    "DEFENSIVE_EXIT": "COMPLETE EMERGENCY_EXIT RECOVERY ERROR",
    "EMERGENCY_EXIT": "COMPLETE RECOVERY ERROR",
    "COMPLETE": "WAITING RECOVERY ERROR",
    "ERROR": "WAITING DEFENSIVE_EXIT EMERGENCY_EXIT COMPLETE RECOVERY",
    "RECOVERY": "WAITING ACTIVE EXITING DEFENSIVE_EXIT COMPLETE EMERGENCY_EXIT ERROR",
}
START = datetime(2014, 1, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(("source", "target"), product(S, S))
def test_every_pair_is_allowed_if_and_only_if_listed(source: S, target: S) -> None:
    """No edge exists beside the listed ones, and an illegal one ends in ERROR with the position kept."""
    listed = target.value in ALLOWED[source.value].split()
    assert VALID_TRANSITIONS.allows(source, target) is listed
    if listed:
        return
    machine = Machine("iron_condor", VALID_TRANSITIONS, SettableClock(START))
    leg = PositionLeg("X", "X", -1, 1.0, "short_put")
    machine.restore(machine.situation._replace(state=source, legs=(leg,)))
    with pytest.raises(IllegalTransitionError):
        machine.transition(target, "on purpose")
    assert machine.state == S.ERROR
    assert machine.legs == (leg,)


def test_timeouts_are_those_of_the_sheet() -> None:
    """Window 1 h, entry 5 min then rolled back, exit 5 min then market, recovery 30 min."""
    assert {s: (t.span, t.to) for s, t in STATE_TIMEOUTS.items()} == {
        S.VALIDATION: (timedelta(hours=1), S.WAITING),
        S.ENTERING: (timedelta(minutes=5), S.EXITING),
        S.EXITING: (timedelta(minutes=5), S.DEFENSIVE_EXIT),
        S.RECOVERY: (timedelta(minutes=30), S.ERROR),
    }


def test_every_state_has_a_step_and_a_reconciliation_rule() -> None:
    """Nothing is left without an answer in any state."""
    strategy = DEFINITION.create(DEFINITION.parameters())
    assert set(strategy.steps) == set(S) == set(RECONCILIATION)


def legs(*roles: str, quantity: float = 2) -> tuple[PositionLeg, ...]:
    return tuple(
        PositionLeg(role, role, quantity if role.startswith("long") else -quantity, 1.0, role)
        for role in roles
    )


UNEVEN = (*legs("long_put", "short_put", "short_call"), *legs("long_call", quantity=1))


@pytest.mark.parametrize(
    ("stored", "held", "expected"),
    [
        ("ENTERING", legs(*ROLES), "ACTIVE"),
        ("ENTERING", (), "WAITING"),
        ("ENTERING", legs("long_put", "long_call"), "EXITING"),
        ("ENTERING", legs("long_put", "short_put"), "DEFENSIVE_EXIT"),
        ("ENTERING", UNEVEN, "DEFENSIVE_EXIT"),
        ("WAITING", legs(*ROLES), "ACTIVE"),
        ("VALIDATION", legs("long_put"), "EXITING"),
        ("ACTIVE", legs(*ROLES), "ACTIVE"),
        ("ACTIVE", (), "COMPLETE"),
        ("ACTIVE", legs("short_put", "long_put"), "DEFENSIVE_EXIT"),
        ("MANAGING", legs(*ROLES), "ACTIVE"),
        ("EXITING", legs("long_call"), "EXITING"),
        ("EXITING", legs("short_call", "long_call"), "DEFENSIVE_EXIT"),
        ("EXITING", (), "EXITING"),
        ("DEFENSIVE_EXIT", legs(*ROLES), "DEFENSIVE_EXIT"),
        ("EMERGENCY_EXIT", (), "COMPLETE"),
        ("COMPLETE", (), "COMPLETE"),
        ("RECOVERY", legs(*ROLES), "ACTIVE"),
    ],
)
def test_reconciliation_by_stored_state_and_holdings(
    stored: str, held: tuple[PositionLeg, ...], expected: str
) -> None:
    """ "Crash during entry: check all four legs": whole -> ACTIVE, none -> WAITING, some -> unwind, shorts at market."""
    verdict = RECONCILIATION[S(stored)](Holdings(held, (), None))
    assert (verdict.state, bool(verdict.reason)) == (expected, True)


@pytest.mark.parametrize(
    ("state", "kind", "action"),
    [
        (S.ENTERING, ErrorKind.ORDER_REJECTED, Action.ROLLBACK),
        (S.ENTERING, ErrorKind.INSUFFICIENT_BUYING_POWER, Action.ROLLBACK),
        (S.ENTERING, ErrorKind.CONNECTION_LOST, Action.HOLD_AND_RECONCILE),
        (S.ENTERING, ErrorKind.PERSISTENCE_FAILURE, Action.HOLD_AND_RECONCILE),
        (S.ACTIVE, ErrorKind.STALE_DATA, Action.AUTOMATIC_RETRY),
        (S.ACTIVE, ErrorKind.ASSIGNMENT, Action.HOLD_AND_RECONCILE),
        (S.ACTIVE, ErrorKind.UNKNOWN, Action.MANUAL),
        (S.ENTERING, ErrorKind.UNKNOWN, Action.HOLD_AND_RECONCILE),
        (S.EXITING, ErrorKind.ORDER_REJECTED, Action.AUTOMATIC_RETRY),
        (S.EXITING, ErrorKind.UNKNOWN, Action.AUTOMATIC_RETRY),
        (S.DEFENSIVE_EXIT, ErrorKind.ORDER_REJECTED, Action.AUTOMATIC_RETRY),
        (S.WAITING, ErrorKind.UNKNOWN, Action.AUTOMATIC_RETRY),
    ],
)
def test_recovery_action_per_state_and_error(state: S, kind: ErrorKind, action: Action) -> None:
    """Each error has its action in each state, and none of them forgets the position."""
    clock = SettableClock(START)
    machine = Machine("iron_condor", VALID_TRANSITIONS, clock)
    held = legs(*ROLES) if state in VALID_TRANSITIONS.holding else ()
    machine.restore(machine.situation._replace(state=state, legs=held))
    decision, _ = RecoveryManager(clock).handle(machine, StrategyError(kind, "on purpose"), RECOVERY)
    assert decision.action is action
    assert machine.legs == held


def test_a_halt_reaches_every_holding_state() -> None:
    """A kill switch that a holding state cannot reach is none."""
    for state in VALID_TRANSITIONS.holding - {S.EMERGENCY_EXIT}:
        assert VALID_TRANSITIONS.allows(state, S.EMERGENCY_EXIT)
