"""A strategy's edges, checked when its module loads and frozen afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from state.errors import DefinitionError
from state.states import StrategyState

Guard = Callable[[Any], bool | str]
"""A pure question about the machine's context. True opens the edge; a sentence says why it is closed."""

EXITS = frozenset({StrategyState.DEFENSIVE_EXIT, StrategyState.EXITING, StrategyState.EMERGENCY_EXIT})
"""States known to reduce risk wherever a table has them. Other exits are named in `table(exits=...)`."""

SAFE = frozenset({StrategyState.ERROR, StrategyState.RECOVERY})
"""States that begin nothing: like an exit, a failed save does not keep a machine out of them."""

CYCLE_STARTS = frozenset({StrategyState.ENTERING})

Graph = Mapping[str, tuple[StrEnum, ...]]


@dataclass(frozen=True, slots=True)
class Timeout:
    """How long a state may last, and the edge taken when it lasted longer."""

    span: timedelta
    to: StrEnum


@dataclass(frozen=True, slots=True)
class Edge:
    """One allowed transition with everything the machine needs to take it, so that it looks up once."""

    target: StrEnum
    guard: Guard | None
    span: timedelta | None
    """Timeout of the target state."""
    starts_cycle: bool
    target_holds: bool
    must_happen: bool
    """The target reduces risk or begins nothing: a failed save must not hold it up."""


@dataclass(frozen=True, slots=True)
class TransitionTable:
    """The checked, immutable declaration that all machines of one strategy share."""

    states: type[StrEnum]
    initial: StrEnum
    edges: Mapping[str, Mapping[str, Edge]]
    timeouts: Mapping[str, Timeout]
    holding: frozenset[StrEnum]
    exits: frozenset[StrEnum]
    terminal: frozenset[StrEnum]
    to_error: Edge | None
    """The built-in edge from anywhere to ERROR (illegal request, failure). None if the table has no ERROR."""

    def allows(self, source: str, target: str) -> bool:
        """Return whether the table lists the edge."""
        return target in self.edges.get(source, ())

    def targets(self, source: str) -> tuple[StrEnum, ...]:
        """Return the states that can follow `source`, in the order in which they were declared."""
        return tuple(edge.target for edge in self.edges.get(source, {}).values())

    def state(self, text: str) -> StrEnum | None:
        """Return the member with this text, or None."""
        return self.states.__members__.get(text) or next((s for s in self.states if s.value == text), None)

    def path(self, source: str, targets: Iterable[str]) -> tuple[StrEnum, ...] | None:
        """Return a shortest way from `source` into `targets`, both ends included, or None."""
        return _path({state: self.targets(state) for state in self.states}, source, frozenset(targets))


def table(
    edges: Mapping[Any, Mapping[Any, Guard | None]],
    *,
    initial: StrEnum,
    holding: Iterable[StrEnum] = (),
    timeouts: Mapping[Any, Timeout] | None = None,
    exits: Iterable[StrEnum] = (),
    terminal: Iterable[StrEnum] = (),
    cycle_starts: Iterable[StrEnum] = CYCLE_STARTS,
) -> TransitionTable:
    """Check a strategy's edges and return them frozen.

    Parameters
    ----------
    edges : from: {to: guard or None}
        Every member of the enum of `initial` is a key.
    initial : the state of a new machine
    holding : states that may hold a position
        Where any state may, ERROR, RECOVERY and the exits may as well and are added.
    timeouts : state: Timeout
    exits : states that reduce risk, beyond EXITING, DEFENSIVE_EXIT and EMERGENCY_EXIT
    terminal : states that are meant to have no way out
    cycle_starts : entering one of these from a state that holds nothing begins a new cycle

    Raises
    ------
    DefinitionError
        At the first thing that contradicts itself, naming the states: a state unknown, missing, unreachable
        or a trap; a timeout whose target is no edge; a holding state without a way to an exit or to ERROR, or
        without an open edge to EMERGENCY_EXIT (a halt is one step, from wherever the machine stands).
    """
    members = type(initial)
    waits = dict(timeouts or {})
    _check_members(members, edges, waits, holding, exits, terminal)
    listed = {
        source: {members(target): guard for target, guard in row.items()} for source, row in edges.items()
    }
    graph: Graph = {source: tuple(row) for source, row in listed.items()}
    known_exits = frozenset(state for state in members if state in EXITS) | frozenset(map(members, exits))
    holders = frozenset(map(members, holding))
    if holders:
        holders |= known_exits | {s for s in members if s in SAFE}
    ends = frozenset(map(members, terminal))
    _check_reachable(graph, initial, ends)
    _check_timeouts(graph, waits)
    _check_ways_out(members, graph, holders, known_exits)
    guarded = [s for s, row in listed.items() if row.get(StrategyState.EMERGENCY_EXIT) is not None]
    if guarded:
        raise DefinitionError("has a guard before EMERGENCY_EXIT, which nothing may close", guarded)

    starts = frozenset(str(state) for state in cycle_starts)

    def edge(source: StrEnum | None, target: StrEnum, guard: Guard | None) -> Edge:
        return Edge(
            target=target,
            guard=guard,
            span=waits[target].span if target in waits else None,
            starts_cycle=target in starts and source not in holders,
            target_holds=target in holders,
            must_happen=target in known_exits or target in SAFE,
        )

    error = next((state for state in members if state == StrategyState.ERROR), None)
    return TransitionTable(
        states=members,
        initial=members(initial),
        edges=MappingProxyType(
            {
                members(source): MappingProxyType(
                    {t: edge(members(source), t, guard) for t, guard in row.items()}
                )
                for source, row in listed.items()
            }
        ),
        timeouts=MappingProxyType({members(s): Timeout(t.span, members(t.to)) for s, t in waits.items()}),
        holding=holders,
        exits=known_exits,
        terminal=ends,
        to_error=edge(None, error, None) if error is not None else None,
    )


def _check_members(
    members: type[StrEnum],
    edges: Mapping[Any, Mapping[Any, Guard | None]],
    timeouts: Mapping[Any, Timeout],
    *groups: Iterable[StrEnum],
) -> None:
    named = [*edges, *(target for row in edges.values() for target in row), *timeouts]
    named += [timeout.to for timeout in timeouts.values()]
    named += [state for group in groups for state in group]
    texts = {member.value for member in members}
    unknown = dict.fromkeys(str(state) for state in named if str(state) not in texts)
    if unknown:
        raise DefinitionError(f"not a state of {members.__name__}", unknown)
    missing = [state for state in members if state not in edges]
    if missing:
        raise DefinitionError("has no row in the table", missing)


def _check_reachable(graph: Graph, initial: StrEnum, ends: frozenset[StrEnum]) -> None:
    unreachable = [
        state for state in graph if state != initial and _path(graph, initial, frozenset({state})) is None
    ]
    if unreachable:
        raise DefinitionError(f"cannot be reached from {initial}", unreachable)
    loops = [state for state, targets in graph.items() if state in targets]
    if loops:
        raise DefinitionError("has an edge to itself, which would restart its timeout", loops)
    traps = [state for state, targets in graph.items() if not targets and state not in ends]
    if traps:
        raise DefinitionError("is a trap: nothing leads out of it and it is not declared terminal", traps)
    left = [state for state in ends if graph[state]]
    if left:
        raise DefinitionError("is declared terminal but has a way out", left)


def _check_timeouts(graph: Graph, timeouts: Mapping[Any, Timeout]) -> None:
    for state, timeout in timeouts.items():
        if timeout.to not in graph[state]:
            raise DefinitionError(f"times out to {timeout.to}, which is no edge of it", [state])
        if timeout.span <= timedelta():
            raise DefinitionError(f"times out after {timeout.span}, which is no time at all", [state])


def _check_ways_out(
    members: type[StrEnum],
    graph: Graph,
    holders: frozenset[StrEnum],
    exits: frozenset[StrEnum],
) -> None:
    emergency = StrategyState.EMERGENCY_EXIT
    ordinary = exits - {emergency}
    # In the order of declaration, so that the message is the same in every process.
    holding = [state for state in members if state in holders]
    for state in holding:
        if _path(graph, state, ordinary) is None:
            raise DefinitionError("may hold a position but has no path to an exit", [state])
        if _path(graph, state, frozenset({StrategyState.ERROR})) is None:
            raise DefinitionError("may hold a position but has no path to ERROR", [state])
        if state != emergency and emergency not in graph[state]:
            raise DefinitionError(
                "may hold a position but has no edge to EMERGENCY_EXIT: a halt could not reach it", [state]
            )
    flat = [state for state in members if state not in holders]
    for state in holding:
        if _path(graph, state, frozenset(flat)) is None:
            raise DefinitionError("may hold a position and can never be without one again", [state])


def _path(graph: Graph, source: str, targets: frozenset[Any]) -> tuple[StrEnum, ...] | None:
    ways: list[tuple[Any, ...]] = [(source,)]
    seen = {source}
    for way in ways:
        if way[-1] in targets:
            return way
        for state in graph.get(way[-1], ()):
            if state not in seen:
                seen.add(state)
                ways.append((*way, state))
    return None
