"""Documents and log together: killed at any write, restarted, nothing is lost, repeated or invented."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from objectstore.chain import Chain
from objectstore.errors import PersistenceError
from objectstore.inspection import inspect
from objectstore.journal import Journal, read_journal
from objectstore.lean_store import LeanStore
from objectstore.repository import Repository
from objectstore.schema import decode_machine
from objectstore.store import MemoryStore, Store
from state.audit import HISTORY, AuditLog
from state.clock import SettableClock
from state.errors import RecoveryError
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.persistence import Keeper, Restored
from state.records import Holding
from state.states import StrategyState as S
from tests.unit.objectstore.dying_store import DyingStore, Killed
from tests.unit.objectstore.lean_double import LeanDouble
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
)

CONDOR = "options-machines/condor.json"
BEFORE = "options-machines/condor-previous.json"


class Run(NamedTuple):
    """One process: machines, manager, log."""

    clock: SettableClock
    machine: Machine
    manager: UnifiedStateManager
    audit: AuditLog
    restored: Restored
    restored_manager: Restored


def start(store: Store, at: Any = START, table: Any = TABLE, fresh: bool = False) -> Run:
    """Start a process on a store."""
    clock = clock_at(at)
    audit = AuditLog(Journal(store, segment_lines=10))
    keeper = Keeper(Repository(store), audit)
    manager = UnifiedStateManager(clock)
    restored_manager = keeper.bind_manager(manager)
    machine = manager.register(Machine("condor", table, clock))
    restored = keeper.bind(machine, fresh=fresh)
    return Run(clock, machine, manager, audit, restored, restored_manager)


def go(run: Run, *way: S) -> None:
    for state in way:
        run.clock.advance(timedelta(seconds=1))
        assert run.machine.transition(state, "on the way")


def assert_log_is_whole(store: Store) -> Chain:
    """Check that the log tells one story without holes, and return where it ends."""
    chain = Chain()
    for piece in read_journal(store):
        assert piece.problem is None
        chain.follow(piece.records)
    assert chain.problems == []
    return chain


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
    from enum import StrEnum

    from state.table import table

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


def act(run: Run, number: int) -> None:
    """Do the n-th of a series of different things."""
    machine, manager = run.machine, run.manager
    run.clock.advance(timedelta(seconds=1))
    way = (S.WAITING, *ROUND_TRIP * 3)
    if number % 5 == 3 and machine.state in TABLE.holding:
        machine.update(legs=(SHORT_PUT, LONG_PUT), intents=(ENTRY,), required=True)
    elif number % 7 == 4:
        manager.pause("condor", f"pause {number}", by="me")
        manager.resume("me", "condor")
    elif number % 11 == 5:
        run.audit.flush()
    else:
        targets = [s for s in way if TABLE.allows(machine.state, s)]
        if machine.state in (S.EXITING, S.COMPLETE):
            machine.update(legs=(), intents=())
        machine.transition(targets[0], f"step {number}")


def situations_until_killed(run: Run) -> list[Any]:
    """Act until the process dies; return what was acknowledged, and what may have been in the middle."""
    seen = [run.machine.situation]
    original = run.machine.save

    def watched(machine: Machine, situation: Any) -> None:
        seen.append(situation)
        assert original is not None
        original(machine, situation)
        seen.clear()
        seen.append(situation)

    run.machine.save = watched
    try:
        for number in range(60):
            act(run, number)
    except Killed:
        return seen
    return [run.machine.situation]


def assert_restart_is_whole(possible: list[Any], store: Store) -> None:
    """Start on what a killed process left, and check everything."""
    again = start(store, START + timedelta(hours=1))
    found = again.machine.situation
    if again.restored.record is None:
        assert found in possible or (found.last is None and possible[0].last is None)
    else:
        # A note of the restart came on top: everything else is as it was.
        assert any(found._replace(seq=p.seq, last=p.last) == p or p.last is None for p in possible)
    for number in range(20):
        act(again, number)
    again.audit.flush()
    assert_log_is_whole(store)
    assert inspect(store).problems == ()


@pytest.mark.parametrize("part", [0.0, 0.05, 0.9, 1.0])
def test_kill_in_any_write_and_restart_loses_nothing(part: float) -> None:
    """At every write of a run, cut short or whole: the machine is as acknowledged, the log has no hole."""
    dies_at = 0
    while True:
        dies_at += 1
        store = DyingStore(dies_at, part)
        possible = situations_until_killed(start(store))
        if store.writes < dies_at:
            break
        assert_restart_is_whole(possible, store.disk)
    assert dies_at > 100


@pytest.mark.parametrize("dies_at", [1, 2, 17, 60, 111])
def test_kill_under_lean_loses_nothing(tmp_path: Path, dies_at: int) -> None:
    """The same over files, LEAN's flush and LEAN's plain overwrite."""
    double = LeanDouble(tmp_path)
    double.dies_at, double.cut = dies_at, 100
    possible = situations_until_killed(start(LeanStore(double, live=True)))
    assert_restart_is_whole(possible, LeanStore(LeanDouble(tmp_path), live=True))


def test_any_mixture_of_older_and_newer_documents_gives_one_story() -> None:
    """Whatever part of the last seconds is missing of which file: no invented leg, no hole in the log."""
    chance = random.Random(5)
    versions: list[dict[str, bytes]] = []
    store = MemoryStore()
    run = start(store)
    for number in range(60):
        act(run, number)
        versions.append({key: store.read(key) for key in store.keys()})  # noqa: SIM118
    for _ in range(300):
        newest = chance.randrange(5, len(versions))
        # The log's files are written one after the other, each flushed: they are of one moment.
        log = versions[newest - chance.randrange(6)]
        mixed = MemoryStore()
        for key in versions[newest]:
            found = log if "audit" in key else versions[newest - chance.randrange(6)]
            if key in found:
                mixed.save(key, found[key])
        again = start(mixed, START + timedelta(hours=1))
        assert set(again.machine.legs) <= {SHORT_PUT, LONG_PUT}
        for number in range(10):
            act(again, number)
        again.audit.flush()
        assert_log_is_whole(mixed)
