"""Figures over records: counted and measured from moves, not from notes."""

from __future__ import annotations

from datetime import timedelta

from state.records import TransitionRecord
from state.states import StrategyState as S
from state.statistics import NO_STAY, Stay, Stuck, statistics, stuck
from tests.unit.state.samples import TO_ACTIVE, machine_in


def test_statistics_count_moves_and_measure_stays() -> None:
    """Count, mean and longest stay per state, moves per edge, timeouts and errors."""
    told: list[TransitionRecord] = []
    machine = machine_in(hooks=(lambda m, record: told.append(record),))
    clock = machine.clock
    for state in (*TO_ACTIVE, S.MANAGING, S.ACTIVE, S.MANAGING):
        clock.advance(timedelta(minutes=len(told)))  # type: ignore[attr-defined]
        machine.transition(state, "on the way")
    machine.note("looked at")
    machine.fail("broken", "ValueError")
    found = statistics(told)["sample"]
    assert (found.records, found.errors, found.timeouts) == (9, 1, 0)
    assert found.moves["ACTIVE", "MANAGING"] == 2
    assert found.stays["ACTIVE"] == Stay(2, timedelta(minutes=4 + 6), timedelta(minutes=6))
    assert found.stays["ACTIVE"].mean == timedelta(minutes=5)
    assert found.moves["MANAGING", "ERROR"] == 1


def test_timeouts_are_counted_apart() -> None:
    """A timeout is a move, and counted as one that nobody asked for."""
    machine = machine_in(S.WAITING, S.VALIDATION, S.ENTERING)
    machine.clock.advance(timedelta(minutes=5))  # type: ignore[attr-defined]
    record = machine.poll()
    assert isinstance(record, TransitionRecord)
    assert statistics([record])["sample"].timeouts == 1


def test_no_stay_has_no_mean_to_fail_on() -> None:
    """Nothing divided by nothing is nothing."""
    assert NO_STAY.mean == timedelta()
    assert statistics([]) == {}


def test_stuck_names_machines_beyond_their_limit() -> None:
    """A machine is stuck from its limit on, and only in states that have one."""
    machine = machine_in(*TO_ACTIVE)
    limits = {S.ACTIVE: timedelta(hours=1)}
    since = machine.since
    assert stuck({"sample": machine.situation}, since + timedelta(hours=1), limits) == ()
    assert stuck({"sample": machine.situation}, since + timedelta(hours=2), limits) == (
        Stuck("sample", "ACTIVE", timedelta(hours=2), timedelta(hours=1)),
    )
    assert stuck({"sample": machine.situation}, since + timedelta(days=9), {}) == ()
