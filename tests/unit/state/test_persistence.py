"""Binding machines and manager to documents and log: what comes back, and what is said about it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import pytest

from objectstore.errors import PersistenceError
from objectstore.journal import read_journal
from objectstore.schema import decode_machine
from objectstore.store import MemoryStore
from state.audit import HISTORY
from state.errors import RecoveryError
from state.persistence import Restored
from state.records import Holding
from state.states import StrategyState as S
from state.table import table
from tests.unit.state.runs import assert_log_is_whole, go, start
from tests.unit.state.samples import (
    ENTRY,
    LONG_PUT,
    ROUND_TRIP,
    SHORT_PUT,
    START,
    TO_ACTIVE,
    TO_ENTERING,
)

CONDOR = "options-machines/condor.json"
BEFORE = "options-machines/condor-previous.json"


def test_restart_gives_machine_and_manager_back_as_they_were() -> None:
    """State, deadline, cycle, legs, intents, values, errors, halt, pauses, ownership: all there again."""
    store = MemoryStore()
    run = start(store)
    go(run, *TO_ENTERING)
    run.machine.update(legs=(LONG_PUT,), intents=(ENTRY,), values={"credit": 1.5}, errors=(START,))
    run.manager.pause("condor", "earnings", by="me")
    run.manager.commit("condor", 4_000)
    run.manager.can_enter("condor")
    run.manager.check_ownership([Holding("XYZ", "a stock", 100, 2.5)])
    run.manager.adopt("XYZ", "me")
    run.manager.observe_equity(250_000)
    run.manager.halt("enough", by="me")
    run.audit.flush()
    again = start(store, START + timedelta(hours=1))
    assert again.machine.situation == run.machine.situation
    assert again.manager.situation == run.manager.situation
    assert again.restored == Restored("condor", "current", (), False, 0, None)
    assert again.restored_manager == Restored("manager", "current", (), False, 0, None)
    assert_log_is_whole(store)


def test_first_start_stores_nothing_and_finds_nothing() -> None:
    """A new account has no documents until something happens."""
    store = MemoryStore()
    run = start(store)
    assert run.restored == Restored("condor", None, (), False, 0, None)
    assert store.keys() == ()


def test_log_that_lost_its_last_lines_gets_them_from_the_document() -> None:
    """What was not flushed is in the document's history; nothing is added twice."""
    store = MemoryStore()
    run = start(store)
    go(run, *TO_ACTIVE)
    again = start(store, START + timedelta(hours=1))
    assert again.restored.repaired == 4
    again.audit.flush()
    chain = assert_log_is_whole(store)
    assert chain.last["condor"].seq == 4
    third = start(store, START + timedelta(hours=2))
    assert third.restored.repaired == 0
    third.audit.flush()
    assert_log_is_whole(store)


def test_document_that_is_older_than_the_log_goes_on_with_a_record_of_its_own() -> None:
    """Where the document lost records, the machine is where the document says, and the log says so."""
    store = MemoryStore()
    run = start(store)
    go(run, *TO_ENTERING)
    old, older = store.read(CONDOR), store.read(BEFORE)
    go(run, S.ACTIVE, S.MANAGING)
    run.audit.flush()
    store.save(CONDOR, old)
    store.save(BEFORE, older)
    again = start(store, START + timedelta(hours=1))
    record = again.restored.record
    assert record is not None
    assert (record.seq, record.source, record.target, record.kind) == (6, "MANAGING", "ENTERING", "restored")
    assert record.reason == "its document is 2 records older than the log"
    assert again.machine.last is record
    go(again, S.EXITING)
    again.audit.flush()
    assert assert_log_is_whole(store).last["condor"].seq == 7


def test_torn_document_is_replaced_by_the_previous_one_and_the_log_says_so() -> None:
    """A torn document is set aside, named in the log, and the machine goes on from the copy before."""
    store = MemoryStore()
    run = start(store)
    go(run, *TO_ENTERING)
    run.machine.update(legs=(LONG_PUT,))
    run.audit.flush()
    store.save(CONDOR, store.read(CONDOR)[:300])
    again = start(store, START + timedelta(hours=1))
    assert again.restored.origin == "previous"
    assert (again.machine.state, again.machine.legs) == (S.ENTERING, ())
    assert again.machine.last is not None
    assert again.machine.last.reason == (
        "options-machines/condor.json is torn or was not written by this package; "
        "set aside as options-machines/condor-quarantine-1.json; read from the previous copy"
    )
    again.audit.flush()
    assert_log_is_whole(store)


def test_lost_documents_begin_anew_and_say_that_they_are_lost() -> None:
    """With no copy to believe the machine is INITIALIZING, and its records go on counting."""
    store = MemoryStore()
    run = start(store)
    go(run, *TO_ACTIVE)
    run.audit.flush()
    store.save(CONDOR, b"torn")
    store.save(BEFORE, b"")
    again = start(store, START + timedelta(hours=1))
    assert again.restored.lost
    assert (again.machine.state, again.machine.legs) == (S.INITIALIZING, ())
    assert again.restored.record is not None
    assert (again.restored.record.seq, again.restored.record.source) == (5, "ACTIVE")
    again.audit.flush()
    assert_log_is_whole(store)


def test_deleted_documents_are_noticed_by_the_log() -> None:
    """A document that somebody deleted is not a machine that never was."""
    store = MemoryStore()
    run = start(store)
    go(run, *TO_ACTIVE)
    run.audit.flush()
    store.delete(CONDOR)
    store.delete(BEFORE)
    again = start(store, START + timedelta(hours=1))
    assert again.restored.record is not None
    assert again.restored.record.reason == "its document is gone"
    assert not again.restored.lost


def test_lost_document_of_the_manager_keeps_a_halt_and_lets_nobody_enter() -> None:
    """The log still knows of a halt; what else was in force is unknown, so an operator has to say."""
    for halted in (True, False):
        store = MemoryStore()
        run = start(store)
        go(run, S.WAITING)
        run.manager.pause("condor", "earnings", by="me")
        if halted:
            run.manager.halt("enough", by="me")
        run.audit.flush()
        for key in ("manager", "manager-previous"):
            if store.contains(f"options-machines/{key}.json"):
                store.save(f"options-machines/{key}.json", b"torn")
        again = start(store, START + timedelta(hours=1))
        assert (again.manager.situation.halted is not None) is halted
        assert not again.manager.can_enter("condor")
        again.manager.resume("me")
        if halted:
            assert again.manager.can_enter("condor").rule == "pause"
            again.manager.resume("me")
        assert again.manager.can_enter("condor")
        again.audit.flush()
        assert_log_is_whole(store)


def test_impossible_document_keeps_its_position_in_error() -> None:
    """A state that the table does not have, or that cannot hold what is held: ERROR, with the legs."""
    store = MemoryStore()
    run = start(store)
    go(run, S.WAITING)
    run.machine.update(legs=(SHORT_PUT,))
    again = start(store, START + timedelta(hours=1))
    assert (again.machine.state, again.machine.legs) == (S.ERROR, (SHORT_PUT,))
    assert again.machine.last is not None
    assert again.machine.last.reason == "WAITING cannot hold its 1 legs"
    again.audit.flush()
    assert_log_is_whole(store)

    class Other(StrEnum):
        IDLE = "IDLE"
        ERROR = "ERROR"

    class Bare(StrEnum):
        A = "A"
        B = "B"

    other = table({Other.IDLE: {Other.ERROR: None}, Other.ERROR: {Other.IDLE: None}}, initial=Other.IDLE)
    fresh = MemoryStore()
    go(start(fresh), *TO_ACTIVE)
    changed = start(fresh, table=other)
    assert changed.machine.state is Other.ERROR
    assert changed.machine.last is not None
    assert changed.machine.last.reason == "ACTIVE is no state of this version"
    bare = table({Bare.A: {Bare.B: None}, Bare.B: {Bare.A: None}}, initial=Bare.A)
    with pytest.raises(RecoveryError, match="no state of this version, and the table has no ERROR state"):
        start(fresh, table=bare)


def test_fresh_start_forgets_the_position_and_goes_on_counting() -> None:
    """Beginning anew over old documents leaves one story in the log."""
    store = MemoryStore()
    run = start(store)
    go(run, *TO_ACTIVE)
    run.machine.update(legs=(SHORT_PUT,))
    run.audit.flush()
    again = start(store, START - timedelta(days=365), fresh=True)
    assert (again.machine.state, again.machine.legs, again.machine.cycle) == (S.INITIALIZING, (), 0)
    go(again, *TO_ACTIVE)
    again.audit.flush()
    assert assert_log_is_whole(store).last["condor"].seq == 9
    assert start(MemoryStore(), fresh=True).restored.record is None


class Breakable(MemoryStore):
    """A store whose disk can be full."""

    full = False

    def save(self, key: str, data: str | bytes) -> None:
        if self.full:
            raise PersistenceError(key, "disk full")
        super().save(key, data)


def test_records_of_failed_saves_are_kept_only_if_the_machine_moved() -> None:
    """An entry that could not be stored never happened; an exit that could not be stored is stored later."""
    store = Breakable()
    run = start(store)
    go(run, S.WAITING, S.VALIDATION)
    store.full = True
    with pytest.raises(PersistenceError):
        run.machine.transition(S.ENTERING, "enter")
    store.full = False
    run.machine.update(values={"seen": True})
    go(run, S.ENTERING, S.ACTIVE)
    store.full = True
    go(run, S.DEFENSIVE_EXIT, S.EXITING)
    assert run.machine.unsaved is not None
    store.full = False
    go(run, S.COMPLETE)
    run.audit.flush()
    records = [record for piece in read_journal(store) for record in piece.records]
    assert [str(record.target) for record in records] == [
        "WAITING",
        "VALIDATION",
        "ENTERING",
        "ACTIVE",
        "DEFENSIVE_EXIT",
        "EXITING",
        "COMPLETE",
    ]
    assert_log_is_whole(store)
    assert start(store).machine.situation == run.machine.situation


def test_fill_at_a_price_that_is_no_number_is_remembered_all_the_same() -> None:
    """What cannot be written blocks entries and is said so; the position is in memory until it can be."""
    run = start(MemoryStore())
    go(run, *TO_ACTIVE)
    run.machine.update(legs=(SHORT_PUT._replace(average_price=float("nan")),))
    assert run.machine.exposed
    assert "cannot be written as JSON" in str(run.machine.unsaved)
    assert run.manager.can_enter("condor").rule == "storage"
    run.machine.update(legs=(SHORT_PUT,))
    assert run.machine.unsaved is None


def test_log_that_cannot_be_written_waits_and_stops_nothing() -> None:
    """A machine does not fail because its log does; the lines come when the disk is back."""

    class NoLog(Breakable):
        def save(self, key: str, data: str | bytes) -> None:
            if self.full and "audit" in key:
                raise PersistenceError(key, "disk full")
            MemoryStore.save(self, key, data)

    store = NoLog()
    run = start(store)
    store.full = True
    go(run, S.WAITING, *ROUND_TRIP, *ROUND_TRIP)
    assert run.audit.problem is not None
    with pytest.raises(PersistenceError):
        run.audit.flush()
    store.full = False
    run.audit.flush()
    assert run.audit.problem is None
    assert assert_log_is_whole(store).last["condor"].seq == 13


def test_machine_never_has_more_waiting_than_its_history_could_give_back() -> None:
    """Whenever the process dies, the document's history reaches back to the log."""
    store = MemoryStore()
    run = start(store)
    go(run, S.WAITING)
    for _ in range(20):
        for state in ROUND_TRIP:
            go(run, state)
            logged = max((r.seq for p in read_journal(store) for r in p.records), default=0)
            document = decode_machine(store.read(CONDOR), CONDOR, "condor")
            assert document.history[0].seq <= logged + 1
            assert len(document.history) <= HISTORY
    assert len(run.audit.recent) == 121


def test_recent_records_are_at_hand_without_reading_anything() -> None:
    """The newest records are in memory for whoever shows them."""
    run = start(MemoryStore())
    go(run, *TO_ACTIVE)
    assert [record.target for record in run.audit.recent] == list(TO_ACTIVE)
    assert run.audit.last("condor") is run.machine.last
    assert run.audit.last("nobody") is None
