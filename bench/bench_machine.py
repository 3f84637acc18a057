"""What a state machine costs, against its budgets and against `transitions` on the same table.

    python bench/bench_machine.py [--check]

With `--check` the exit code is 1 if a budget is missed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from timeit import repeat
from typing import Any

import transitions

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.figures import Figure
from objectstore.journal import Journal
from objectstore.repository import Repository
from objectstore.store import MemoryStore
from state.audit import AuditLog
from state.clock import SettableClock
from state.machine import Machine
from state.persistence import Keeper
from state.records import PositionLeg
from state.states import StrategyState as S
from state.table import TransitionTable, table
from strategies.registry import STRATEGIES

ROUND_TRIP = (S.WAITING, S.VALIDATION, S.ENTERING, S.ACTIVE, S.EXITING, S.COMPLETE)
START = datetime(2024, 1, 5, 15, tzinfo=UTC)
LEGS = tuple(
    PositionLeg(f"SPXW 32N{number}|SPX 31", f"SPXW 2024-01-05 {strike} put", quantity, 3.45, f"leg_{number}")
    for number, (strike, quantity) in enumerate(((4675, 2), (4700, -2), (4800, -2), (4825, 2)))
)
ROUNDS, REPEATS = 3_000, 7
MACHINES = 1_000


def open_table() -> TransitionTable:
    """Return the iron condor's table with its guards open: a guard's cost is the strategy's."""
    real = STRATEGIES["iron_condor"].table
    return table(
        {
            source: {edge.target: (_yes if edge.guard else None) for edge in row.values()}
            for source, row in real.edges.items()
        },
        initial=real.initial,
        holding=real.holding,
        timeouts=real.timeouts,
        exits=real.exits,
    )


def _yes(context: object) -> bool:
    return True


def ours(known: TransitionTable) -> Machine:
    machine = Machine("bench", known, SettableClock(START))
    machine.transition(S.WAITING, "ready")
    return machine


def theirs(known: TransitionTable) -> transitions.Machine:
    """Return a machine of the `transitions` library with the same states, edges and guards."""

    class Model:
        def yes(self) -> bool:
            return True

    machine = transitions.Machine(
        model=Model(),
        states=[str(state) for state in known.states],
        initial="WAITING",
        transitions=[
            {
                "trigger": f"go_{edge.target}",
                "source": str(source),
                "dest": str(edge.target),
                "conditions": "yes" if edge.guard else None,
            }
            for source, row in known.edges.items()
            for edge in row.values()
        ],
        auto_transitions=False,
    )
    return machine


def microseconds(action: Callable[[], Any], moves: int, rounds: int = ROUNDS) -> float:
    """Return the least time of one move: what else the computer does is not ours."""
    return min(repeat(action, number=rounds, repeat=REPEATS)) / rounds / moves * 1e6


def time_in_memory(known: TransitionTable) -> float:
    machine = ours(known)
    way = (*ROUND_TRIP[1:], S.WAITING)

    def round_trip() -> None:
        transition = machine.transition
        for state in way:
            transition(state, "round trip")

    return microseconds(round_trip, len(way))


def time_of_transitions(known: TransitionTable) -> float:
    model = theirs(known).models[0]
    triggers = [getattr(model, f"go_{state}") for state in (*ROUND_TRIP[1:], S.WAITING)]

    def round_trip() -> None:
        for trigger in triggers:
            trigger()

    return microseconds(round_trip, len(triggers), ROUNDS // 10)


def time_with_document(known: TransitionTable) -> float:
    """Return the cost of a transition whose document, with four legs, is encoded and kept in memory."""
    clock = SettableClock(START)
    machine = Machine("bench", known, clock)
    store = MemoryStore()
    Keeper(Repository(store), AuditLog(Journal(store), batch=10**9)).bind(machine)
    for state in ROUND_TRIP[:4]:
        machine.transition(state, "on the way")
    machine.update(legs=LEGS, values={"credit": 2.3, "expiry": "2024-01-05", "cash": 460.0})
    way = (S.MANAGING, S.RECOVERY, S.ACTIVE)
    missing = [s for s, t in zip((S.ACTIVE, *way), way) if not known.allows(s, t)]
    assert not missing, f"the table has no way round from {missing}"

    def round_trip() -> None:
        for state in way:
            machine.transition(state, "round trip")

    return microseconds(round_trip, len(way), ROUNDS // 10)


def calls_in_memory(known: TransitionTable) -> int:
    """Return the most function calls, Python's and C's, of one transition."""
    machine = ours(known)
    most = 0
    for state in (*ROUND_TRIP[1:], S.WAITING):
        count = 0

        def counted(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counted)
        machine.transition(state, "round trip")
        sys.setprofile(None)
        most = max(most, count - 1)
    return most


def bytes_of_a_machine(known: TransitionTable) -> float:
    """Return what each of many machines takes that have gone round once."""
    clock = SettableClock(START)
    gc.collect()
    tracemalloc.start()
    machines = []
    for number in range(MACHINES):
        machine = Machine(f"m{number}", known, clock)
        for state in (*ROUND_TRIP, S.WAITING):
            clock.advance(timedelta(seconds=1))
            machine.transition(state, "round trip")
        machines.append(machine)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / len(machines)


def measure() -> list[Figure]:
    known = open_table()
    mine, other = time_in_memory(known), time_of_transitions(known)
    return [
        Figure("a transition in memory", mine, "us", 10),
        Figure("calls of a transition in memory", calls_in_memory(known), "calls", 15),
        Figure("a transition with its document encoded", time_with_document(known), "us", 50),
        Figure("a machine of a thousand", bytes_of_a_machine(known), "bytes", 1024),
        Figure(
            f"faster than transitions {transitions.__version__} ({other:.1f} us)",
            other / mine,
            "times",
            5,
            True,
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="exit with 1 if a budget is missed")
    arguments = parser.parse_args()
    figures = measure()
    for figure in figures:
        print(figure)
    return int(arguments.check and not all(figure.kept for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
