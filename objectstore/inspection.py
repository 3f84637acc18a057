"""What a storage folder says about a run, alive or dead. Nothing is changed, nothing believed unchecked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from objectstore.chain import Chain
from objectstore.journal import read_journal
from objectstore.keys import PREFIX, quarantined
from objectstore.records import TransitionRecord
from objectstore.repository import Loaded, Repository
from objectstore.schema import (
    MANAGER,
    MachineDocument,
    ManagerDocument,
    machine_fields,
    manager_fields,
    record_fields,
)
from objectstore.store import Store

AnyLoaded = Loaded[MachineDocument] | Loaded[ManagerDocument]

ALARMING = frozenset({"ERROR", "RECOVERY", "EMERGENCY_EXIT"})
"""States in which somebody should look at a machine."""


class Inspection(NamedTuple):
    """Everything that a storage folder says."""

    machines: Mapping[str, Loaded[MachineDocument]]
    manager: Loaded[ManagerDocument]
    records: tuple[TransitionRecord, ...]
    """The audit log, in its order."""
    problems: tuple[str, ...]
    """What does not add up."""
    attention: tuple[str, ...]
    """What waits for an operator though it adds up."""

    @property
    def documents(self) -> dict[str, AnyLoaded]:
        """Return everything that has a document, the manager last."""
        return {**self.machines, MANAGER: self.manager}

    @property
    def needs_operator(self) -> bool:
        return bool(self.problems or self.attention)

    @property
    def empty(self) -> bool:
        """Whether nothing of this package is there."""
        return not self.machines and self.manager.document is None and not self.records and not self.problems

    def history(self, name: str | None = None) -> tuple[TransitionRecord, ...]:
        """Return the records of one machine or of all: the log, and what only the documents know yet."""
        logged: dict[str, int] = {}
        for record in self.records:
            logged[record.machine] = max(record.seq, logged.get(record.machine, 0))
        unlogged = [
            record
            for loaded in self.documents.values()
            for record in (loaded.document.history if loaded.document else ())
            if record.seq > logged.get(record.machine, 0)
        ]
        return tuple(r for r in (*self.records, *unlogged) if name is None or r.machine == name)

    @property
    def last_sign_of_life(self) -> datetime | None:
        """Return the latest time that anything stored speaks of: the run's own time, not the wall's."""
        return max((record.at for record in self.history()), default=None)


def inspect(store: Store, prefix: str = PREFIX) -> Inspection:
    """Read everything under the prefix and check it against itself."""
    repository = Repository(store, prefix)
    machines = {name: repository.load_machine(name, look_only=True) for name in repository.names()}
    manager = repository.load_manager(look_only=True)
    documents: dict[str, AnyLoaded] = {**machines, MANAGER: manager}
    chain = Chain()
    records: list[TransitionRecord] = []
    torn = []
    for piece in read_journal(store, prefix):
        chain.follow(piece.records)
        records += piece.records
        if piece.problem:
            torn.append(piece.problem)
    problems = [
        *_document_problems(documents),
        *torn,
        *chain.problems,
        *_log_problems(documents, chain),
        *_netting(machines),
        *_differences(manager.document),
    ]
    attention = [
        *(
            f"{each.key} was set aside and waits to be looked at"
            for each in quarantined(prefix, store.keys())
        ),
        *_alarms(machines, manager.document),
    ]
    return Inspection(machines, manager, tuple(records), tuple(problems), tuple(attention))


def fields(name: str, loaded: AnyLoaded) -> dict[str, Any]:
    """Return what is known of a machine or of the manager, ready for JSON."""
    found: dict[str, Any] = {
        "name": name,
        "copy": loaded.origin,
        "problems": [str(problem) for problem in loaded.problems],
    }
    document = loaded.document
    if document is not None:
        found |= (
            machine_fields(document) if isinstance(document, MachineDocument) else manager_fields(document)
        )
        found["last"] = record_fields(document.history[-1]) if document.history else None
    return found


def _document_problems(documents: Mapping[str, AnyLoaded]) -> list[str]:
    found = []
    for name, loaded in documents.items():
        found += [str(problem) for problem in loaded.problems]
        if loaded.lost:
            found.append(
                f"{name}: no copy of its document can be believed, only the broker knows its position"
            )
    return found


def _log_problems(documents: Mapping[str, AnyLoaded], chain: Chain) -> list[str]:
    """Compare the log with the documents. A log that is behind is normal: the next start repairs it."""
    found = []
    for name, loaded in documents.items():
        document, last = loaded.document, chain.last.get(name)
        if document is None:
            continue
        logged = last.seq if last else 0
        if logged > document.records:
            found.append(f"{name}: the log has record {logged}, its document ends with {document.records}")
        elif document.records - len(document.history) > logged:
            first = document.records - len(document.history) + 1
            found.append(f"{name}: the log ends with record {logged}, its document begins with {first}")
    return found


def _netting(machines: Mapping[str, Loaded[MachineDocument]]) -> list[str]:
    sides: dict[str, dict[str, float]] = {}
    names: dict[str, str] = {}
    for name, loaded in machines.items():
        for leg in loaded.document.legs if loaded.document else ():
            owners = sides.setdefault(leg.contract, {})
            owners[name] = owners.get(name, 0.0) + leg.quantity
            names[leg.contract] = leg.name
    return [
        f"{names[contract]}: {', '.join(f'{who} owns {quantity:+g}' for who, quantity in owners.items())}, "
        "which the broker would net"
        for contract, owners in sides.items()
        if min(owners.values()) < 0 < max(owners.values())
    ]


def _differences(manager: ManagerDocument | None) -> list[str]:
    return [
        f"{each.name}: the broker held {each.held:g}, the strategies own {each.owned:g}"
        for each in (manager.differences if manager else ())
    ]


def _alarms(machines: Mapping[str, Loaded[MachineDocument]], manager: ManagerDocument | None) -> list[str]:
    found = []
    if manager is not None and manager.halted is not None:
        found.append(f"everything is halted: {manager.halted}")
    for name, loaded in machines.items():
        document = loaded.document
        if document is not None and document.state in ALARMING:
            last = document.history[-1] if document.history else None
            why = f": {last.error or last.reason}" if last else ""
            found.append(f"{name} is in {document.state}{why}")
    return found
