"""Figures over the audit log: how often, how long, how much trouble, and what is stuck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from state.records import Situation, TransitionRecord


class Stay(NamedTuple):
    """How long one machine stayed in one state, over all completed stays."""

    times: int
    total: timedelta
    longest: timedelta

    @property
    def mean(self) -> timedelta:
        return self.total / self.times if self.times else timedelta()


class MachineStatistics(NamedTuple):
    """What one machine did."""

    records: int
    moves: Mapping[tuple[str, str], int]
    """(from, to): how often."""
    stays: Mapping[str, Stay]
    timeouts: int
    errors: int
    """Records that carry an error."""


class Stuck(NamedTuple):
    """A machine that has been in its state for longer than it should."""

    machine: str
    state: str
    for_how_long: timedelta
    limit: timedelta


NO_STAY = Stay(0, timedelta(), timedelta())


def statistics(records: Iterable[TransitionRecord]) -> dict[str, MachineStatistics]:
    """Return machine: figures. Notes, which move nothing, end no stay."""
    counts: dict[str, list[int]] = {}
    moves: dict[str, dict[tuple[str, str], int]] = {}
    stays: dict[str, dict[str, Stay]] = {}
    for record in records:
        count = counts.setdefault(record.machine, [0, 0, 0])
        count[0] += 1
        count[1] += record.kind == "timeout"
        count[2] += record.error is not None
        edges = moves.setdefault(record.machine, {})
        held = stays.setdefault(record.machine, {})
        if record.source == record.target:
            continue
        source, target = str(record.source), str(record.target)
        edges[source, target] = edges.get((source, target), 0) + 1
        stay = held.get(source, NO_STAY)
        held[source] = Stay(stay.times + 1, stay.total + record.duration, max(stay.longest, record.duration))
    return {
        name: MachineStatistics(count[0], moves[name], stays[name], count[1], count[2])
        for name, count in counts.items()
    }


def stuck(
    situations: Mapping[str, Situation], now: datetime, limits: Mapping[str, timedelta]
) -> tuple[Stuck, ...]:
    """Return the machines that have been in a state for longer than its limit (state: limit)."""
    found = []
    for name, situation in situations.items():
        limit = limits.get(situation.state)
        if limit is not None and now - situation.since > limit:
            found.append(Stuck(name, str(situation.state), now - situation.since, limit))
    return tuple(found)
