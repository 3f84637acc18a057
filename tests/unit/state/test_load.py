"""Many machines, many transitions, many readers."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from objectstore.journal import Journal
from objectstore.repository import Repository
from objectstore.store import MemoryStore
from state.audit import AuditLog
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.persistence import Keeper
from state.records import Situation
from state.states import StrategyState as S
from tests.unit.state.samples import LONG_PUT, ROUND_TRIP, SHORT_PUT, START, TABLE, clock_at, machine_in

MACHINES = 1_000
ROUNDS = 17


@contextmanager
def counted_calls(count: bool) -> Iterator[Counter[str]]:
    """Count every call of a function, ours and the library's."""
    calls: Counter[str] = Counter()

    def look(frame: object, event: str, argument: object) -> None:
        if event in ("call", "c_call"):
            calls[event] += 1

    sys.setprofile(look if count else None)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def started(store: MemoryStore) -> tuple[UnifiedStateManager, AuditLog]:
    """Return a manager with all machines, bound to a store."""
    clock = clock_at()
    audit = AuditLog(Journal(store), batch=2_000)
    keeper = Keeper(Repository(store), audit)
    manager = UnifiedStateManager(clock)
    keeper.bind_manager(manager)
    for number in range(MACHINES):
        keeper.bind(manager.register(Machine(f"m{number:04}", TABLE, clock)))
    return manager, audit


def test_100_000_stored_transitions_of_1_000_machines_lose_nothing_and_cost_the_same() -> None:
    """All machines come back as they were, and the last transitions cost what the first ones did."""
    store = MemoryStore()
    manager, audit = started(store)
    machines = manager.machines
    for machine in machines:
        machine.transition(S.WAITING, "ready")
    costs = []
    for number in range(ROUNDS):
        with counted_calls(number in (1, ROUNDS - 1)) as calls:
            for state in ROUND_TRIP:
                manager.clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined]
                for machine in machines:
                    machine.transition(state, "round trip")
        costs.append(sum(calls.values()))
    audit.flush()
    transitions = sum(machine.situation.seq for machine in machines)
    assert transitions == MACHINES * (1 + ROUNDS * len(ROUND_TRIP)) >= 100_000
    again, _ = started(store)
    assert again.situations() == manager.situations()
    # Calls, not seconds: what else the computer does at the moment is not ours.
    early, late = costs[1], costs[-1]
    assert early > len(machines) * len(ROUND_TRIP)
    assert late < 1.05 * early


def test_four_threads_never_see_half_a_step() -> None:
    """A situation read at any time is of one moment: state, position and numbers belong together."""
    machine = machine_in(S.WAITING)
    stop = threading.Event()
    torn: list[Situation] = []
    looks = [0] * 4

    def read(number: int) -> None:
        while not stop.is_set():
            seen = machine.situation
            looks[number] += 1
            expected = {SHORT_PUT, LONG_PUT} if seen.values.get("holding") else set()
            last = seen.last
            whole = (
                last is not None
                and last.seq == seen.seq
                and last.target == seen.state
                and last.at == seen.since
            )
            if not whole or set(seen.legs) != expected or seen.values["seq"] > seen.seq:
                torn.append(seen)

    machine.update(values={"holding": False, "seq": machine.situation.seq})
    readers = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(400):
            for state in ROUND_TRIP:
                machine.clock.advance(timedelta(milliseconds=1))  # type: ignore[attr-defined]
                machine.transition(state, "round trip")
                holding = state in (S.ENTERING, S.ACTIVE)
                legs = (SHORT_PUT, LONG_PUT) if holding else ()
                machine.update(legs=legs, values={"holding": holding, "seq": machine.situation.seq})
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert torn == []
    assert all(looks)
    assert machine.since > START
