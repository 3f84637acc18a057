"""Checks every pair of states of a table against what its file declares. For tables of strategies as well:

from tests.unit.state.table_pairs import assert_every_pair
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from state.clock import SettableClock
from state.errors import IllegalTransitionError
from state.machine import Machine
from state.records import Situation, TransitionRecord
from state.table import TransitionTable


class OpenContext:
    """Answers every question of every guard with yes, so that only the table decides."""

    def __getattr__(self, name: str) -> object:
        return True


def placed(table: TransitionTable, state: str, context: object = None) -> Machine:
    """Return a machine that stands in a state."""
    clock = SettableClock(datetime(2024, 1, 5, 15, tzinfo=UTC))
    machine = Machine("pairs", table, clock, context=context)
    machine.restore(Situation(state, clock.now(), None, 0, 0, (), (), {}, (), None))
    return machine


def assert_every_pair(table: TransitionTable) -> int:
    """Try all pairs of states; a step is possible if and only if it is listed. Return how many there are.

    A listed edge may still be closed by its guard; an unlisted one raises, and leaves the machine in ERROR.
    """
    pairs = list(product(table.states, repeat=2))
    for source, target in pairs:
        machine = placed(table, source, OpenContext())
        if table.allows(source, target):
            guard = table.edges[source][target].guard
            if guard is None:
                assert isinstance(machine.transition(target, "pair"), TransitionRecord), (source, target)
                assert machine.state is target
            continue
        with pytest.raises(IllegalTransitionError) as raised:
            machine.transition(target, "pair")
        assert (raised.value.source, raised.value.target) == (source, target)
        assert machine.state == (table.to_error.target if table.to_error else source)
    return len(pairs)
