"""The machine: guard, record, save, hooks in this order; nothing is forgotten, nothing happens unasked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from state.errors import DefinitionError, IllegalTransitionError, PersistenceError
from state.machine import Machine
from state.records import Refused, Situation, TransitionRecord
from state.states import StrategyState as S
from state.table import table
from tests.unit.state.samples import (
    ENTRY,
    LONG_PUT,
    ROUND_TRIP,
    SHORT_PUT,
    START,
    TABLE,
    TO_ACTIVE,
    TO_ENTERING,
    clock_at,
    edges,
    machine_in,
)


class Saves:
    """A save that can be told to fail."""

    def __init__(self) -> None:
        self.kept: list[Situation] = []
        self.broken = False

    def __call__(self, machine: Machine, situation: Situation) -> None:
        if self.broken:
            raise PersistenceError(machine.name, "disk full")
        self.kept.append(situation)


def test_new_machine_stands_in_the_initial_state_with_its_deadline() -> None:
    """A machine begins where the table says, now, with nothing."""
    machine = Machine("sample", TABLE, clock_at())
    assert machine.situation == Situation(S.INITIALIZING, START, None, 0, 0, (), (), {}, (), None)
    assert not machine.exposed


def test_transition_returns_a_record_of_itself() -> None:
    """A record says who, from where, to where, why, when, after how long."""
    machine = machine_in(S.WAITING)
    machine.clock.advance(timedelta(minutes=2))  # type: ignore[attr-defined]
    record = machine.transition(S.VALIDATION, "Friday 10:00", error="none really")
    assert record == TransitionRecord(
        "sample",
        0,
        2,
        S.WAITING,
        S.VALIDATION,
        "Friday 10:00",
        START + timedelta(minutes=2, seconds=1),
        timedelta(minutes=2),
        "none really",
        "transition",
    )
    assert machine.last is record
    assert (machine.state, machine.since) == (S.VALIDATION, record.at)


def test_state_of_another_enum_with_the_same_text_is_the_tables_own() -> None:
    """A state is known by its text; the machine always shows its table's member."""
    machine = machine_in()
    assert machine.transition("WAITING", "as text")  # type: ignore[arg-type]
    assert machine.state is S.WAITING


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (False, "risk ok: no"),
        ("VIX is 40, at most 35", "VIX is 40, at most 35"),
        ("", "risk ok: no"),
        (np.bool_(False), "risk ok: no"),
        (None, "risk ok: no"),
    ],
)
def test_closed_guard_is_a_refusal_with_a_reason_and_moves_nothing(answer: Any, reason: str) -> None:
    """A closed guard is an ordinary answer: false in a condition, with its reason, and nothing changes."""
    machine = machine_in(S.WAITING, S.VALIDATION, context={"risk": answer})
    before = machine.situation
    refused = machine.transition(S.ENTERING, "enter")
    assert isinstance(refused, Refused)
    assert not refused
    assert (refused.source, refused.target, refused.reason) == (S.VALIDATION, S.ENTERING, reason)
    assert machine.situation is before


@pytest.mark.parametrize("answer", [True, np.bool_(True), 1])
def test_guard_that_says_yes_in_any_form_is_open(answer: Any) -> None:
    """Comparisons of numpy numbers give numpy's booleans; they count."""
    assert machine_in(*TO_ENTERING, context={"risk": answer}).state == S.ENTERING


def test_guard_without_a_name_is_described_by_its_type() -> None:
    """A callable object can be a guard as well."""

    class Never:
        def __call__(self, context: object) -> bool:
            return False

    closed = table(edges(Never()), initial=S.INITIALIZING)
    refused = machine_in(S.WAITING, S.VALIDATION, table=closed).transition(S.ENTERING, "enter")
    assert isinstance(refused, Refused)
    assert refused.reason == "Never: no"


def test_guard_that_raises_moves_nothing() -> None:
    """A guard's own error reaches the caller and leaves the machine where it was."""
    machine = machine_in(S.WAITING, S.VALIDATION, context={})
    with pytest.raises(KeyError):
        machine.transition(S.ENTERING, "enter")
    assert machine.state == S.VALIDATION


def test_illegal_edge_raises_and_leaves_the_machine_in_error_with_its_position() -> None:
    """A bug is loud, and forgets no position."""
    machine = machine_in(*TO_ACTIVE)
    machine.update(legs=(SHORT_PUT, LONG_PUT))
    with pytest.raises(IllegalTransitionError) as raised:
        machine.transition(S.WAITING, "a bug")
    assert str(raised.value) == (
        "sample: ACTIVE -> WAITING is not allowed at 2024-01-05T15:00:04+00:00; "
        "allowed: MANAGING, EXITING, DEFENSIVE_EXIT, EMERGENCY_EXIT, ERROR, RECOVERY"
    )
    assert machine.state == S.ERROR
    assert machine.legs == (SHORT_PUT, LONG_PUT)
    assert machine.last is not None
    assert (machine.last.kind, machine.last.reason) == ("illegal", "a bug")
    assert machine.last.error == str(raised.value)


def test_illegal_edge_in_error_leaves_a_record_and_stays() -> None:
    """ERROR has nowhere worse to go."""
    machine = machine_in(S.ERROR)
    with pytest.raises(IllegalTransitionError):
        machine.transition(S.ACTIVE, "a bug")
    assert machine.state == S.ERROR
    assert machine.last is not None
    assert machine.last.kind == "illegal"


def test_illegal_edge_without_an_error_state_only_raises() -> None:
    """A table without ERROR has nowhere to put a broken machine."""
    from enum import StrEnum

    class Two(StrEnum):
        A = "A"
        B = "B"

    machine = Machine("two", table({Two.A: {Two.B: None}, Two.B: {Two.A: None}}, initial=Two.A), clock_at())
    with pytest.raises(IllegalTransitionError):
        machine.transition(S.WAITING, "a bug")
    with pytest.raises(DefinitionError, match="no ERROR state"):
        machine.fail("broken", "badly")
    assert machine.state == "A"


def test_position_keeps_a_machine_out_of_states_that_cannot_hold_it() -> None:
    """A machine cannot be complete while it still holds something."""
    machine = machine_in(*TO_ACTIVE, S.EXITING)
    machine.update(legs=(SHORT_PUT,))
    refused = machine.transition(S.COMPLETE, "all closed")
    assert isinstance(refused, Refused)
    assert refused.reason == "COMPLETE cannot hold a position, still held: SPXW 2024-01-05 4700 put"
    machine.update(legs=())
    assert machine.transition(S.COMPLETE, "all closed")


def test_order_is_guard_save_hooks_and_readers_see_it_only_when_stored() -> None:
    """Guard, then save, then hooks; the new state is visible after the save, not before."""
    told: list[tuple[str, str]] = []
    machine = machine_in(S.WAITING, S.VALIDATION)

    class Context:
        def __getitem__(self, key: str) -> bool:
            told.append(("guard", machine.state))
            return True

    machine.context = Context()
    machine.save = lambda m, s: told.append(("save", m.state))
    machine.hooks = (
        lambda m, record: told.append(("first hook", m.state)),
        lambda m, record: told.append(("second hook", record.target)),
    )
    machine.transition(S.ENTERING, "enter")
    assert told == [
        ("guard", S.VALIDATION),
        ("save", S.VALIDATION),
        ("first hook", S.ENTERING),
        ("second hook", S.ENTERING),
    ]


def test_failed_save_keeps_the_machine_where_it_was() -> None:
    """Nothing begins that could not be stored; the number of the record is used again."""
    saves = Saves()
    machine = machine_in(S.WAITING, S.VALIDATION, save=saves)
    before = machine.situation
    saves.broken = True
    with pytest.raises(PersistenceError, match="disk full"):
        machine.transition(S.ENTERING, "enter")
    assert machine.situation is before
    saves.broken = False
    record = machine.transition(S.ENTERING, "enter")
    assert isinstance(record, TransitionRecord)
    assert record.seq == 3


@pytest.mark.parametrize("target", [S.EXITING, S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT, S.ERROR, S.RECOVERY])
def test_failed_save_does_not_keep_a_machine_from_getting_safer(target: S) -> None:
    """A full disk does not stop an exit; the machine says that it is not stored, until it is."""
    saves = Saves()
    machine = machine_in(*TO_ACTIVE, save=saves)
    saves.broken = True
    assert machine.transition(target, "out")
    assert machine.state == target
    assert machine.unsaved is not None
    saves.broken = False
    machine.update()
    assert machine.unsaved is None
    assert saves.kept[-1] is machine.situation


def test_required_update_is_stored_or_did_not_happen() -> None:
    """An intent is stored before anything is sent; if it cannot be, there is none."""
    saves = Saves()
    machine = machine_in(*TO_ENTERING, save=saves)
    saves.broken = True
    with pytest.raises(PersistenceError):
        machine.update(intents=(ENTRY,), required=True)
    assert machine.intents == ()
    saves.broken = False
    machine.update(intents=(ENTRY,), required=True)
    assert machine.intents == (ENTRY,)
    assert machine.exposed


def test_update_of_what_happened_is_remembered_even_if_it_cannot_be_stored() -> None:
    """A fill is a fact, stored or not."""
    saves = Saves()
    machine = machine_in(*TO_ENTERING, save=saves)
    saves.broken = True
    machine.update(legs=(LONG_PUT,), values={"credit": 1.5})
    assert machine.legs == (LONG_PUT,)
    assert machine.unsaved is not None


def test_update_merges_values_and_leaves_older_situations_alone() -> None:
    """A situation handed out earlier never changes."""
    machine = machine_in()
    machine.update(values={"a": 1})
    before = machine.situation
    machine.update(values={"b": "two"})
    assert machine.values == {"a": 1, "b": "two"}
    assert before.values == {"a": 1}


def test_timeout_is_due_from_its_deadline_on_and_polled_once() -> None:
    """A timeout is a deadline somebody looks at, not a thread that fires."""
    machine = machine_in(*TO_ENTERING)
    clock: Any = machine.clock
    deadline = machine.deadline
    assert deadline == machine.since + timedelta(minutes=5)
    clock.set(deadline - timedelta(microseconds=1))
    assert machine.due() is None
    assert machine.poll() is None
    clock.set(deadline)
    assert machine.due() == TABLE.timeouts[S.ENTERING]
    record = machine.poll()
    assert isinstance(record, TransitionRecord)
    assert (record.target, record.kind, record.reason) == (S.EXITING, "timeout", "timeout after 0:05:00")
    assert machine.deadline == deadline + timedelta(minutes=5)
    assert machine.poll() is None


def test_timeout_with_a_closed_guard_stays_due() -> None:
    """A closed guard does not swallow the timeout."""
    closed = edges()
    closed[S.ENTERING] = closed[S.ENTERING] | {S.EXITING: lambda context: "the market is closed"}
    guarded = table(closed, initial=S.INITIALIZING, holding={S.ENTERING}, timeouts=TABLE.timeouts)
    machine = machine_in(*TO_ENTERING, table=guarded)
    machine.clock.advance(timedelta(minutes=6))  # type: ignore[attr-defined]
    for _ in range(2):
        refused = machine.poll()
        assert isinstance(refused, Refused)
        assert refused.reason == "the market is closed"
    assert machine.due() is not None


def test_time_that_goes_backwards_never_makes_a_duration_negative() -> None:
    """LEAN's time can go back inside a step; a machine's own time does not."""
    machine = machine_in(S.WAITING)
    since = machine.since
    machine.clock.set(since - timedelta(minutes=1))  # type: ignore[attr-defined]
    record = machine.transition(S.VALIDATION, "earlier")
    assert isinstance(record, TransitionRecord)
    assert (record.at, record.duration) == (since, timedelta())
    assert machine.note("earlier still").at == since


def test_cycle_grows_when_something_may_be_held_again() -> None:
    """A cycle begins with ENTERING from a state without a position, not with a second attempt inside one."""
    machine = machine_in(S.WAITING, *ROUND_TRIP, *ROUND_TRIP, S.VALIDATION, S.WAITING)
    assert machine.cycle == 2
    assert machine_in(*TO_ENTERING, S.RECOVERY, S.ACTIVE).cycle == 1


def test_fail_moves_to_error_from_every_state_with_the_position_kept() -> None:
    """Whatever happens wherever: the machine can say that it failed."""
    for state in S:
        machine = machine_in()
        machine.restore(machine.situation._replace(state=state, legs=(SHORT_PUT,)))
        record = machine.fail("looking at quotes", "ValueError: no bid")
        assert machine.state == S.ERROR
        assert (record.kind, record.error, record.source) == ("failure", "ValueError: no bid", state)
        assert machine.legs == (SHORT_PUT,)


def test_note_is_a_record_that_moves_nothing() -> None:
    """A note has its number in the log, and changes neither state nor deadline."""
    told: list[TransitionRecord] = []
    machine = machine_in(*TO_ENTERING, hooks=(lambda m, record: told.append(record),))
    before = machine.situation
    note = machine.note("adopted", kind="operator")
    assert (note.source, note.target, note.kind, note.seq) == (S.ENTERING, S.ENTERING, "operator", 4)
    assert machine.situation == before._replace(seq=4, last=note)
    assert told[-1] is note


def test_restore_of_an_unknown_state_is_refused() -> None:
    """A situation of another table is not taken over."""
    machine = machine_in()
    with pytest.raises(DefinitionError):
        machine.restore(machine.situation._replace(state="NOWHERE"))


@pytest.mark.parametrize("name", ["", "A", "0dte", "iron-condor", "a/b", "x" * 65, "iron condor"])
def test_name_that_could_not_be_a_key_or_a_tag_is_refused(name: str) -> None:
    """A machine's name is part of file names and order tags."""
    with pytest.raises(DefinitionError, match="cannot name a machine"):
        Machine(name, TABLE, clock_at())


def test_number_of_remembered_errors_is_bounded() -> None:
    """A machine that fails for days does not grow."""
    machine = machine_in()
    machine.update(errors=tuple(START + timedelta(seconds=i) for i in range(100)))
    assert len(machine.situation.errors) == 16
    assert machine.situation.errors[-1] == START + timedelta(seconds=99)
