"""After an error: the right action for what went wrong where, counted, delayed, the position kept."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from state.errors import DefinitionError, IllegalTransitionError, PersistenceError, RecoveryError
from state.machine import Machine
from state.records import TransitionRecord
from state.recovery import (
    DEFAULT_ACTIONS,
    Action,
    Decision,
    ErrorKind,
    RecoveryManager,
    RecoveryPlan,
    StrategyError,
    classify,
)
from state.states import StrategyState as S
from state.table import table
from tests.unit.state.samples import ENTRY, SHORT_PUT, TABLE, TO_ACTIVE, TO_ENTERING, edges, machine_in
from tests.unit.state.table_pairs import placed


def recovery_of(machine: Machine) -> RecoveryManager:
    return RecoveryManager(machine.clock)


def fail(machine: Machine, kind: ErrorKind = ErrorKind.TIMEOUT, plan: RecoveryPlan | None = None) -> Decision:
    """Have a machine suffer an error and return what was decided."""
    recovery = recovery_of(machine)
    error = StrategyError(kind, "it happened")
    return recovery.handle(machine, error, plan or RecoveryPlan())[0]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (StrategyError(ErrorKind.ASSIGNMENT, "short shares"), ErrorKind.ASSIGNMENT),
        (PersistenceError("key", "disk full"), ErrorKind.PERSISTENCE_FAILURE),
        (ConnectionResetError(), ErrorKind.CONNECTION_LOST),
        (TimeoutError(), ErrorKind.TIMEOUT),
        (ZeroDivisionError(), ErrorKind.UNKNOWN),
    ],
)
def test_error_is_classified_by_what_it_is(error: Exception, kind: ErrorKind) -> None:
    """An error's class says what kind it is; what nobody foresaw is UNKNOWN."""
    assert classify(error) is kind


@pytest.mark.parametrize(("kind", "state"), list(product(ErrorKind, S)))
def test_every_error_in_every_state_ends_where_the_table_allows_with_the_position_kept(
    kind: ErrorKind, state: S
) -> None:
    """All kinds times all states: the machine stays, or takes an edge, or is in ERROR; its legs are kept."""
    machine = placed(TABLE, state)
    if state in TABLE.holding:
        machine.update(legs=(SHORT_PUT,), intents=(ENTRY,))
    legs = machine.legs
    decision, record = recovery_of(machine).handle(machine, StrategyError(kind, "it happened"))
    assert machine.legs == legs
    assert machine.state in (state, S.ERROR) or TABLE.allows(state, machine.state)
    assert record.target == machine.state
    assert record.error == f"StrategyError: {kind}: it happened"
    if decision.action is Action.AUTOMATIC_RETRY:
        assert machine.state == state
        assert decision.retry_at == machine.clock.now() + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("way", "kind", "action", "target"),
    [
        (TO_ENTERING, ErrorKind.ORDER_REJECTED, Action.ROLLBACK, S.EXITING),
        (TO_ENTERING, ErrorKind.CONNECTION_LOST, Action.HOLD_AND_RECONCILE, S.RECOVERY),
        (TO_ENTERING, ErrorKind.PERSISTENCE_FAILURE, Action.HOLD_AND_RECONCILE, S.RECOVERY),
        (TO_ACTIVE, ErrorKind.ASSIGNMENT, Action.HOLD_AND_RECONCILE, S.RECOVERY),
        ((*TO_ACTIVE, S.MANAGING), ErrorKind.ORDER_REJECTED, Action.DEFENSIVE_EXIT, S.DEFENSIVE_EXIT),
        (TO_ACTIVE, ErrorKind.UNKNOWN, Action.MANUAL, S.ERROR),
        (TO_ACTIVE, ErrorKind.STALE_DATA, Action.AUTOMATIC_RETRY, S.ACTIVE),
        ((*TO_ACTIVE, S.EXITING), ErrorKind.ORDER_REJECTED, Action.AUTOMATIC_RETRY, S.EXITING),
    ],
)
def test_error_with_something_at_the_broker_leads_where_it_should(
    way: tuple[S, ...], kind: ErrorKind, action: Action, target: S
) -> None:
    """The defaults, for the errors that matter most."""
    machine = machine_in(*way)
    machine.update(intents=(ENTRY,))
    decision = fail(machine, kind)
    assert (decision.action, machine.state) == (action, target)


def test_rollback_with_nothing_sent_just_waits_again() -> None:
    """A rejected first order leaves nothing to close."""
    machine = machine_in(*TO_ENTERING)
    assert fail(machine, ErrorKind.ORDER_REJECTED).target == S.WAITING
    assert machine.state == S.WAITING


def test_retries_wait_10_seconds_doubled_each_time_up_to_300() -> None:
    """10, 20, 40, then longer, and never longer than five minutes."""
    machine = machine_in(*TO_ACTIVE, S.EXITING, S.EMERGENCY_EXIT)
    waits = []
    for _ in range(8):
        decision = fail(machine)
        assert decision.retry_at is not None
        waits.append((decision.retry_at - machine.clock.now()).total_seconds())
        machine.clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined]
    assert waits == [10, 20, 40, 80, 160, 300, 300, 300]


def test_retry_at_says_until_when_to_wait_and_a_restart_does_not_forget_it() -> None:
    """Errors are counted in the machine's situation, so a new process waits as well."""
    machine = machine_in(*TO_ACTIVE)
    clock: Any = machine.clock
    recovery = recovery_of(machine)
    assert recovery.retry_at(machine) is None
    fail(machine)
    other = Machine("sample", TABLE, clock)
    other.restore(machine.situation)
    assert recovery.retry_at(other) == clock.now() + timedelta(seconds=10)
    clock.advance(timedelta(seconds=10))
    assert recovery.retry_at(other) is None


def test_fourth_error_within_30_minutes_needs_an_operator() -> None:
    """Three errors are bad luck, four are ERROR; after half an hour the counting begins anew."""
    machine = machine_in(*TO_ACTIVE)
    clock: Any = machine.clock
    for _ in range(3):
        assert fail(machine).action is Action.AUTOMATIC_RETRY
        clock.advance(timedelta(minutes=9))
    decision = fail(machine)
    assert (decision.action, machine.state) == (Action.MANUAL, S.ERROR)
    assert "4 errors within 0:30:00, at most 3 are allowed" in decision.reason
    slower = machine_in(*TO_ACTIVE)
    for _ in range(6):
        assert fail(slower).action is Action.AUTOMATIC_RETRY
        slower.clock.advance(timedelta(minutes=11))  # type: ignore[attr-defined]


def test_exit_that_keeps_failing_becomes_an_emergency_and_never_gives_up() -> None:
    """An exit is stepped up, not stopped: a position must not stand because its close was rejected."""
    machine = machine_in(*TO_ACTIVE, S.EXITING)
    machine.update(legs=(SHORT_PUT,))
    states = []
    for _ in range(8):
        fail(machine, ErrorKind.ORDER_REJECTED)
        states.append(machine.state)
    assert states == [S.EXITING] * 3 + [S.EMERGENCY_EXIT] * 5
    assert machine.legs == (SHORT_PUT,)


def test_illegal_edge_stays_in_error_for_an_operator() -> None:
    """The machine has put itself into ERROR already; recovery leaves it there and says why."""
    machine = machine_in(*TO_ACTIVE)
    recovery = recovery_of(machine)
    with pytest.raises(IllegalTransitionError) as raised:
        machine.transition(S.WAITING, "a bug")
    decision, record = recovery.handle(machine, raised.value)
    assert (decision.action, decision.target, machine.state) == (Action.MANUAL, None, S.ERROR)
    assert record.kind == "failure"


def test_strategy_may_have_actions_and_targets_of_its_own() -> None:
    """A plan changes what it names, and only that."""
    plan = RecoveryPlan(
        {ErrorKind.STALE_DATA: {S.ACTIVE: Action.DEFENSIVE_EXIT, None: Action.MANUAL}},
        {Action.DEFENSIVE_EXIT: (S.EXITING,)},
    )
    machine = machine_in(*TO_ACTIVE)
    assert fail(machine, ErrorKind.STALE_DATA, plan).target == S.EXITING
    assert fail(machine, ErrorKind.STALE_DATA, plan).action is Action.MANUAL
    assert fail(machine_in(*TO_ACTIVE), ErrorKind.TIMEOUT, plan).action is Action.AUTOMATIC_RETRY
    rollback = RecoveryPlan({}, {Action.ROLLBACK: (S.RECOVERY,)})
    assert fail(machine_in(*TO_ENTERING), ErrorKind.ORDER_REJECTED, rollback).target == S.RECOVERY


def test_target_that_refuses_or_cannot_be_stored_ends_in_error() -> None:
    """There is always ERROR, with the position, and with what else went wrong."""
    closed = edges()
    closed[S.ENTERING] = closed[S.ENTERING] | {S.EXITING: lambda context: "the market is closed"}
    machine = machine_in(*TO_ENTERING, table=table(closed, initial=S.INITIALIZING, holding={S.ENTERING}))
    machine.update(intents=(ENTRY,))
    decision = fail(machine, ErrorKind.ORDER_REJECTED)
    assert (decision.action, decision.target, machine.state) == (Action.MANUAL, S.ERROR, S.ERROR)
    assert machine.last is not None
    assert machine.last.error is not None
    assert "EXITING refused: the market is closed" in machine.last.error

    def broken(machine: Machine, situation: object) -> None:
        raise PersistenceError("key", "disk full")

    other = machine_in(*TO_ENTERING)
    other.save = broken
    decision = fail(other, ErrorKind.ORDER_REJECTED)
    assert (decision.action, other.state) == (Action.MANUAL, S.ERROR)
    assert other.last is not None
    assert "then key: disk full" in str(other.last.error)


def test_table_without_a_suitable_edge_ends_in_error() -> None:
    """WAITING has no way to RECOVERY in the sample: an assignment there is for an operator."""
    machine = machine_in(S.WAITING)
    assert fail(machine, ErrorKind.ASSIGNMENT).target == S.ERROR


def test_table_without_error_state_is_a_recovery_error() -> None:
    """Without ERROR there is nowhere to keep the position."""
    from enum import StrEnum

    class Two(StrEnum):
        A = "A"
        B = "B"

    two = table({Two.A: {Two.B: None}, Two.B: {Two.A: None}}, initial=Two.A)
    machine = machine_in(table=two)
    with pytest.raises(RecoveryError, match="no ERROR state"):
        recovery_of(machine).handle(
            machine,
            ZeroDivisionError("x"),
            RecoveryPlan({ErrorKind.UNKNOWN: {None: Action.ROLLBACK}}, {Action.ROLLBACK: (Two.B,)}),
        )


def test_handled_error_always_leaves_a_record() -> None:
    """What happened is in the log, whatever was decided."""
    machine = machine_in(*TO_ACTIVE)
    _, record = recovery_of(machine).handle(machine, TimeoutError("no answer"))
    assert isinstance(record, TransitionRecord)
    assert (record.source, record.target, record.kind) == (S.ACTIVE, S.ACTIVE, "failure")
    assert record.reason.startswith("AUTOMATIC_RETRY: TIMEOUT in ACTIVE, error 1, again in 0:00:10")


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"window": timedelta()},
        {"first_delay": timedelta()},
        {"first_delay": timedelta(minutes=10)},
    ],
)
def test_impossible_limits_are_refused(wrong: dict[str, Any]) -> None:
    """Limits that could never work are noticed at once."""
    with pytest.raises(DefinitionError):
        RecoveryManager(machine_in().clock, **wrong)


def test_every_kind_has_an_action_for_states_that_are_not_named() -> None:
    """No error is without an answer."""
    assert all(None in DEFAULT_ACTIONS[kind] for kind in ErrorKind)
