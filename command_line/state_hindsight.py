"""What the tables and the declared rules say about documents, when the run that wrote them is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from objectstore.errors import PersistenceError
from objectstore.inspection import Inspection
from state.diagram import in_words
from state.drawdown import DrawdownStep
from state.persistence import machine_situation, manager_situation
from state.records import ManagerSituation, Permission, TransitionRecord
from state.rules import ENTERING, STANDING_RULES, EntryRequest, EntryRule, NotKnown, blocking
from state.statistics import stuck
from state.table import TransitionTable

ON_TABLE = frozenset({"transition", "timeout"})
"""Kinds of records that are steps along the table."""


class Hindsight:
    """The documents as the rules want to see them (`state.rules.Overview`)."""

    def __init__(self, inspection: Inspection, ladder: Iterable[DrawdownStep] = ()) -> None:
        self._ladder = tuple(ladder)
        self._states = {
            name: loaded.document.state for name, loaded in inspection.machines.items() if loaded.document
        }
        document = inspection.manager.document
        self._situation = manager_situation(document) if document else None

    @property
    def situation(self) -> ManagerSituation:
        if self._situation is None:
            raise NotKnown("the manager's document")
        return self._situation

    @property
    def drawdown(self) -> DrawdownStep | None:
        action = self.situation.drawdown
        return next((step for step in self._ladder if step.action == action), None)

    def states(self) -> Mapping[str, str]:
        return self._states

    def entering(self) -> tuple[str, ...]:
        return tuple(name for name, state in self._states.items() if state in ENTERING)

    def asked_now(self, name: str) -> EntryRequest | None:
        return None

    def unsaved(self) -> Mapping[str, PersistenceError]:
        return {}


def blocked(
    inspection: Inspection, rules: Iterable[EntryRule], ladder: Iterable[DrawdownStep]
) -> dict[str, tuple[Permission, ...]]:
    """Return strategy: the rules that block its entry now, as far as documents can tell."""
    hindsight = Hindsight(inspection, ladder)
    every = (*STANDING_RULES, *rules)
    return {
        name: tuple(blocking(every, EntryRequest(name), hindsight, hindsight=True))
        for name in inspection.machines
    }


def overdue(inspection: Inspection, tables: Mapping[str, TransitionTable]) -> list[str]:
    """Return who is longer in a state than its timeout allows: somebody has stopped looking."""
    now = inspection.last_sign_of_life
    found = []
    for name, loaded in inspection.machines.items():
        document, table = loaded.document, tables.get(name)
        if document is None or table is None or now is None:
            continue
        limits = {state: 2 * timeout.span for state, timeout in table.timeouts.items()}
        for each in stuck({name: machine_situation(document)}, now, limits):
            spans = f"{in_words(each.for_how_long)}, its timeout is {in_words(each.limit / 2)}"
            found.append(f"{name} has been in {each.state} for {spans}")
    return found


def table_problems(
    inspection: Inspection, tables: Mapping[str, TransitionTable], records: Iterable[TransitionRecord]
) -> list[str]:
    """Return what the tables do not allow: states, positions and steps."""
    found = []
    for name, loaded in inspection.machines.items():
        table, document = tables.get(name), loaded.document
        if table is None or document is None:
            continue
        state = table.state(document.state)
        if state is None:
            found.append(f"{name}: {document.state} is no state of its table")
        elif document.legs and state not in table.holding:
            found.append(f"{name}: holds {len(document.legs)} legs in {state}, which cannot hold any")
    for record in records:
        table = tables.get(record.machine)
        if table and record.kind in ON_TABLE and not table.allows(record.source, record.target):
            step = f"{record.source} -> {record.target}"
            found.append(f"{record.machine}: record {record.seq} goes {step}, no edge of its table")
    return found
