"""Killed at any write, restarted: nothing is lost, repeated or invented."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from objectstore.inspection import inspect
from objectstore.lean_store import LeanStore
from objectstore.store import MemoryStore, Store
from state.machine import Machine
from state.states import StrategyState as S
from tests.unit.objectstore.dying_store import DyingStore, Killed
from tests.unit.objectstore.lean_double import LeanDouble
from tests.unit.state.runs import Run, assert_log_is_whole, start
from tests.unit.state.samples import ENTRY, LONG_PUT, ROUND_TRIP, SHORT_PUT, START, TABLE


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
