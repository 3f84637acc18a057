"""Binds machines and the manager to their documents and to the audit log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from objectstore.repository import Loaded, Repository, SetAside
from objectstore.schema import MachineDocument, ManagerDocument, encode_lasting, encode_record
from state.audit import HISTORY, AuditLog
from state.errors import RecoveryError
from state.machine import Machine
from state.manager import HALTED, NAME, UnifiedStateManager, mode
from state.records import ManagerSituation, Situation, TransitionRecord
from state.rules import EVERYBODY


class Restored(NamedTuple):
    """What was found of one machine when it was bound."""

    name: str
    origin: str | None
    """Copy that was believed: `current`, `previous`, or None if there is no document."""
    problems: tuple[SetAside, ...]
    lost: bool
    """There were copies and none could be believed: only the broker knows."""
    repaired: int
    """Records that were added to the audit log from the document."""
    record: TransitionRecord | None
    """What was noted about it, if there was something to note."""


class _File:
    """What is known of one stored document."""

    __slots__ = ("lasting", "lines", "parts", "pending", "records", "seq")

    def __init__(self, document: MachineDocument | ManagerDocument | None) -> None:
        self.seq = document.seq if document else 0
        self.records = document.records if document else 0
        self.lines = [encode_record(record) for record in document.history] if document else []
        self.pending: dict[int, tuple[TransitionRecord, str]] = {}
        """Records whose save failed, by number. A machine that did not move uses the number again."""
        self.parts: tuple[Any, ...] = ()
        self.lasting = ""
        """`encode_lasting` of the parts: legs, intents, values, errors. They are replaced, never changed."""

    def lasting_text(self, document: MachineDocument) -> str:
        parts = (document.legs, document.intents, document.values, document.errors)
        if not self.parts or any(old is not new for old, new in zip(self.parts, parts)):
            self.lasting = encode_lasting(document)
            self.parts = parts
        return self.lasting


class Keeper:
    """Stores situations as documents, and their records in the audit log once they are stored."""

    def __init__(self, repository: Repository, audit: AuditLog) -> None:
        self.repository = repository
        self.audit = audit
        self._files: dict[str, _File] = {}

    def bind(self, machine: Machine, *, fresh: bool = False) -> Restored:
        """Give a machine its stored situation, and have it saved from now on.

        A document is believed about the position even where the rest of it cannot be: with a state that the
        table does not have, or that cannot hold what is held, the machine is in ERROR with it.

        Parameters
        ----------
        fresh : begin anew whatever is stored; the numbers of records and writes go on
        """
        name = machine.name
        loaded = self.repository.load_machine(name)
        document = loaded.document
        logged = self.audit.last(name)
        repaired = self.audit.repair(name, document.history) if document else 0
        self._files[name] = _File(document)
        why = _why_noted(loaded, logged, fresh)
        source = _last_state(document, logged)
        if document is not None and not fresh:
            situation, impossible = _situation(machine, document)
            machine.restore(situation)
            why = "; ".join(filter(None, (why, impossible))) or None
        machine.save = self.save
        record = None
        if why:
            known = max(document.records if document else 0, logged.seq if logged else 0)
            now = machine.situation
            at = machine.clock.now()
            if not fresh:
                at = max(at, now.since, logged.at if logged else at)
            duration = max(at - now.since, timedelta())
            record = TransitionRecord(
                name, now.cycle, known + 1, source or now.state, now.state, why, at, duration, kind="restored"
            )
            machine.restore(machine.situation._replace(seq=record.seq, last=record))
            machine.update()
        return Restored(name, loaded.origin, loaded.problems, loaded.lost, repaired, record)

    def save(self, machine: Machine, situation: Situation) -> None:
        """Store a machine's situation. Raises PersistenceError."""
        name = machine.name
        file = self._files[name]

        def write(seq: int, lines: list[str]) -> None:
            document = MachineDocument(
                name=name,
                seq=seq,
                state=situation.state,
                since=situation.since,
                deadline=situation.deadline,
                cycle=situation.cycle,
                records=situation.seq,
                legs=situation.legs,
                intents=situation.intents,
                values=situation.values,
                errors=situation.errors,
                history=(),
            )
            self.repository.save_machine(document, lines, file.lasting_text(document))

        self._write(file, situation.seq, situation.last, write)

    def bind_manager(self, manager: UnifiedStateManager) -> Restored:
        """Give the manager its stored situation, and have it saved from now on.

        Where its document is lost, the log still says whether everything was halted; what else was in force
        is not known, so nobody enters until an operator resumes.
        """
        loaded = self.repository.load_manager()
        document = loaded.document
        logged = self.audit.last(NAME)
        repaired = self.audit.repair(NAME, document.history) if document else 0
        self._files[NAME] = _File(document)
        why = _why_noted(loaded, logged, False)
        now = manager.situation if document is None else manager_situation(document)
        source = _last_state(document, logged) or mode(now)
        if why:
            if document is None:
                halted = logged.reason if logged is not None and logged.target == HALTED else None
                now = now._replace(halted=halted, paused={EVERYBODY: why})
            known = max(now.seq, logged.seq if logged else 0)
            at = max(manager.clock.now(), now.since, logged.at if logged else now.since)
            record = TransitionRecord(
                NAME, 0, known + 1, source, mode(now), why, at, at - now.since, kind="restored"
            )
            now = now._replace(seq=record.seq, last=record)
        manager.restore(now)
        manager.save = self.save_manager
        if why:
            manager.store_again()
        return Restored(
            NAME, loaded.origin, loaded.problems, loaded.lost, repaired, now.last if why else None
        )

    def save_manager(self, situation: ManagerSituation) -> None:
        """Store the manager's situation. Raises PersistenceError."""

        def write(seq: int, lines: list[str]) -> None:
            document = ManagerDocument(
                name=NAME,
                seq=seq,
                since=situation.since,
                halted=situation.halted,
                paused=situation.paused,
                external=situation.external,
                commitments=situation.commitments,
                peak_equity=situation.peak_equity,
                drawdown=situation.drawdown,
                settings=situation.settings,
                verdicts=situation.verdicts,
                differences=situation.differences,
                records=situation.seq,
                history=(),
            )
            self.repository.save_manager(document, lines)

        self._write(self._files[NAME], situation.seq, situation.last, write)

    def _write(
        self,
        file: _File,
        records: int,
        last: TransitionRecord | None,
        write: Callable[[int, list[str]], None],
    ) -> None:
        if last is not None and last.seq > file.records:
            file.pending[last.seq] = (last, encode_record(last))
        # A record that the machine did not keep (its save failed and it stayed where it was) never happened.
        new = [file.pending[seq] for seq in sorted(file.pending) if seq <= records]
        lines = file.lines
        if new:
            follows = new[0][0].seq == file.records + 1
            lines = [*(lines if follows else ()), *(line for _, line in new)][-HISTORY:]
        write(file.seq + 1, lines)
        file.seq += 1
        file.records = records
        file.lines = lines
        file.pending = {}
        for record, line in new:
            self.audit.append(record, line)


def _why_noted(
    loaded: Loaded[MachineDocument] | Loaded[ManagerDocument], logged: TransitionRecord | None, fresh: bool
) -> str | None:
    """Return what is worth a record when something is bound, or None if all is as it was left."""
    document = loaded.document
    if fresh:
        return "begins anew" if document is not None or logged is not None else None
    found = [str(problem) for problem in loaded.problems]
    if document is None:
        if logged is not None and not found:
            found.append("its document is gone")
    else:
        if logged is not None and logged.seq > document.records:
            found.append(f"its document is {logged.seq - document.records} records older than the log")
        if loaded.problems:
            found.append(f"read from the {loaded.origin} copy")
    return "; ".join(found) or None


def _last_state(
    document: MachineDocument | ManagerDocument | None, logged: TransitionRecord | None
) -> str | None:
    """Return the state in which the story so far ends."""
    history = document.history if document else ()
    if logged is not None and (not history or logged.seq >= history[-1].seq):
        return logged.target
    return history[-1].target if history else None


def _situation(machine: Machine, document: MachineDocument) -> tuple[Situation, str | None]:
    """Return the situation of a document, and what is impossible about it, if something is."""
    table = machine.table
    state = table.state(document.state)
    impossible = None
    if state is None:
        impossible = f"{document.state} is no state of this version"
    elif document.legs and state not in table.holding:
        impossible = f"{state} cannot hold its {len(document.legs)} legs"
    if impossible is not None:
        if table.to_error is None:
            raise RecoveryError(machine.name, f"{impossible}, and the table has no ERROR state")
        state = table.to_error.target
    situation = machine_situation(document)
    deadline = None if impossible else situation.deadline
    return situation._replace(state=state, deadline=deadline), impossible


def machine_situation(document: MachineDocument) -> Situation:
    """Return the situation that a machine's document describes; its state is a text still."""
    return Situation(
        state=document.state,
        since=document.since,
        deadline=document.deadline,
        cycle=document.cycle,
        seq=document.records,
        legs=document.legs,
        intents=document.intents,
        values=document.values,
        errors=document.errors,
        last=document.history[-1] if document.history else None,
    )


def manager_situation(document: ManagerDocument) -> ManagerSituation:
    """Return the situation that the manager's document describes."""
    return ManagerSituation(
        since=document.since,
        halted=document.halted,
        paused=document.paused,
        external=document.external,
        commitments=document.commitments,
        peak_equity=document.peak_equity,
        drawdown=document.drawdown,
        settings=document.settings,
        verdicts=document.verdicts,
        differences=document.differences,
        seq=document.records,
        last=document.history[-1] if document.history else None,
    )
