"""Random walks: the machine stays in its table, agrees with `transitions`, and survives restarts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import transitions
from hypothesis import given, settings
from hypothesis import strategies as some

from objectstore.journal import Journal
from objectstore.repository import Repository
from objectstore.store import MemoryStore
from state.audit import AuditLog
from state.errors import IllegalTransitionError
from state.machine import Machine
from state.persistence import Keeper
from state.records import Refused
from state.states import StrategyState as S
from tests.unit.state.samples import TABLE, clock_at, machine_in

STEPS = some.lists(
    some.tuples(
        some.sampled_from([*S, "poll", "fail", "note"]),
        some.timedeltas(min_value=timedelta(minutes=-1), max_value=timedelta(minutes=20)),
    ),
    max_size=40,
)


def step(machine: Machine, action: str, span: timedelta) -> Any:
    """Do one thing to a machine and return what came of it."""
    clock: Any = machine.clock
    clock.advance(span)
    if action == "poll":
        return machine.poll()
    if action == "fail":
        return machine.fail("failed", "error")
    if action == "note":
        return machine.note("noted")
    try:
        return machine.transition(S(action), "walk")
    except IllegalTransitionError as error:
        return str(error)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_walk_stays_in_the_table_and_time_never_goes_back(steps: list[tuple[str, timedelta]]) -> None:
    """Every move is an edge or the built-in one to ERROR; numbers grow by one; time does not go back."""
    machine = machine_in()
    seq, since = 0, machine.since
    for action, span in steps:
        before = machine.state
        step(machine, action, span)
        last = machine.last
        if last is not None and last.seq != seq:
            assert last.seq == seq + 1
            assert last.source == before
            listed = TABLE.allows(last.source, last.target)
            assert (
                listed or last.source == last.target or (last.target == S.ERROR and last.kind != "transition")
            )
            seq = last.seq
        assert machine.since >= since
        since = machine.since
        assert machine.deadline is None or machine.deadline > machine.since


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_walk_agrees_with_the_transitions_library(steps: list[tuple[str, timedelta]]) -> None:
    """The same walk through a `transitions.Machine` made from the table goes the same way."""
    oracle = transitions.Machine(
        states=[str(state) for state in S],
        initial=str(TABLE.initial),
        transitions=[
            {"trigger": f"to_the_{edge.target}", "source": str(source), "dest": str(edge.target)}
            for source, row in TABLE.edges.items()
            for edge in row.values()
        ],
        auto_transitions=False,
    )
    machine = machine_in()
    for action, _ in steps:
        if action in ("poll", "fail", "note"):
            continue
        try:
            oracle.trigger(f"to_the_{action}")
        except (transitions.MachineError, AttributeError):
            oracle.set_state("ERROR")
        step(machine, action, timedelta())
        assert machine.state == oracle.state


@given(STEPS, STEPS)
@settings(max_examples=100, deadline=None)
def test_restored_machine_gives_the_same_answers_as_the_one_that_went_on(
    before: list[tuple[str, timedelta]], after: list[tuple[str, timedelta]]
) -> None:
    """Save, restore, and every later answer is the same, deadlines and numbers included."""
    store = MemoryStore()

    def started(clock: Any) -> Machine:
        machine = Machine("sample", TABLE, clock)
        Keeper(Repository(store), AuditLog(Journal(store))).bind(machine)
        return machine

    lasting = started(clock_at())
    for action, span in before:
        step(lasting, action, span)
    lasting.save = None
    restarted = started(clock_at(lasting.clock.now()))
    if lasting.last is not None:
        assert restarted.situation == lasting.situation
    for action, span in after:
        if lasting.last is None:
            break
        first, second = step(lasting, action, span), step(restarted, action, span)
        assert first == second
        assert isinstance(first, Refused) == isinstance(second, Refused)
        assert restarted.situation == lasting.situation
