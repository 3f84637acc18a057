"""One process of a small account on a store, to be stopped and started again, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from objectstore.chain import Chain
from objectstore.journal import Journal, read_journal
from objectstore.repository import Repository
from objectstore.store import Store
from state.audit import AuditLog
from state.clock import SettableClock
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.persistence import Keeper, Restored
from state.states import StrategyState as S
from tests.unit.state.samples import START, TABLE, clock_at


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
