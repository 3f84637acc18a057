"""One strategy's state: moves along its table, remembers its position, never loses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from state.clock import Clock
from state.errors import DefinitionError, IllegalTransitionError, PersistenceError
from state.names import check_name
from state.records import Intent, PositionLeg, Refused, Scalar, Situation, TransitionRecord
from state.table import Edge, Guard, Timeout, TransitionTable

Save = Callable[["Machine", Situation], None]
"""Stores a situation, or raises PersistenceError. Called before the situation becomes the machine's."""

Hook = Callable[["Machine", TransitionRecord], None]
"""Told of a transition after it was stored."""

ERRORS_KEPT = 16
_NO_TIME = timedelta()


class Machine:
    """A state machine over a `TransitionTable` on an injected clock.

    A transition goes guard -> record -> save -> hooks; orders are the caller's, afterwards. All that can
    change is one immutable `Situation`, replaced in one assignment: threads may read `situation` at any time.

    Parameters
    ----------
    name : what documents, tags and logs call it: lower case letters, digits and underscores
    table : the checked edges
    clock : the algorithm's time
    context : what guards are asked about; may be replaced at any time
    save : stores a situation; None keeps everything in memory
    hooks : told of each transition, in this order
    """

    __slots__ = ("_situation", "clock", "context", "hooks", "name", "save", "table", "unsaved")

    def __init__(
        self,
        name: str,
        table: TransitionTable,
        clock: Clock,
        *,
        context: Any = None,
        save: Save | None = None,
        hooks: tuple[Hook, ...] = (),
    ) -> None:
        self.name = check_name(name)
        self.table = table
        self.clock = clock
        self.context = context
        self.save = save
        self.hooks = hooks
        self.unsaved: PersistenceError | None = None
        """Why the newest situation is not in the store; None while it is."""
        now = clock.now()
        timeout = table.timeouts.get(table.initial)
        deadline = now + timeout.span if timeout else None
        self._situation = Situation(table.initial, now, deadline, 0, 0, (), (), {}, (), None)

    @property
    def situation(self) -> Situation:
        """Everything at one moment, never half changed."""
        return self._situation

    @property
    def state(self) -> Any:
        return self._situation.state

    @property
    def since(self) -> datetime:
        return self._situation.since

    @property
    def deadline(self) -> datetime | None:
        return self._situation.deadline

    @property
    def cycle(self) -> int:
        return self._situation.cycle

    @property
    def legs(self) -> tuple[PositionLeg, ...]:
        return self._situation.legs

    @property
    def intents(self) -> tuple[Intent, ...]:
        return self._situation.intents

    @property
    def values(self) -> Mapping[str, Scalar]:
        """Management values that cannot be computed again. Change them with `update`."""
        return self._situation.values

    @property
    def last(self) -> TransitionRecord | None:
        return self._situation.last

    @property
    def exposed(self) -> bool:
        """Whether there is, or may come to be, something at the broker that is this machine's."""
        now = self._situation
        return bool(now.legs or now.intents)

    def transition(self, to: StrEnum, reason: str, error: str | None = None) -> TransitionRecord | Refused:
        """Move along an edge of the table.

        Returns
        -------
        TransitionRecord, or Refused with the reason if the guard is closed or a position would be forgotten

        Raises
        ------
        IllegalTransitionError
            If the table has no such edge. The machine is in ERROR then, with its position kept.
        PersistenceError
            If the new situation could not be stored. The machine has not moved, unless the target is an exit,
            ERROR or RECOVERY: those go through, and `unsaved` says so instead.
        """
        return self._take(to, reason, error, "transition")

    def due(self) -> Timeout | None:
        """Return the state's timeout if its deadline has passed."""
        now = self._situation
        if now.deadline is None or self.clock.now() < now.deadline:
            return None
        return self.table.timeouts[now.state]

    def poll(self) -> TransitionRecord | Refused | None:
        """Take the timeout's edge if the deadline has passed. A closed guard leaves it due."""
        timeout = self.due()
        if timeout is None:
            return None
        return self._take(timeout.to, f"timeout after {timeout.span}", None, "timeout")

    def fail(self, reason: str, error: str) -> TransitionRecord:
        """Move to ERROR from anywhere, keeping the position; in ERROR already, leave a note."""
        edge = self.table.to_error
        if edge is None:
            raise DefinitionError(f"has no ERROR state to fail into ({reason}: {error})", [self.name])
        if self._situation.state == edge.target:
            return self.note(reason, kind="failure", error=error)
        return self._move(edge, reason, error, "failure")

    def note(self, reason: str, *, kind: str = "note", error: str | None = None) -> TransitionRecord:
        """Leave a record of something that moved nothing."""
        now = self._situation
        at = max(self.clock.now(), now.since)
        record = TransitionRecord(
            self.name, now.cycle, now.seq + 1, now.state, now.state, reason, at, at - now.since, error, kind
        )
        self._store(now._replace(seq=record.seq, last=record), must_happen=True)
        self._tell(record)
        return record

    def update(
        self,
        *,
        legs: tuple[PositionLeg, ...] | None = None,
        intents: tuple[Intent, ...] | None = None,
        values: Mapping[str, Scalar] | None = None,
        errors: tuple[datetime, ...] | None = None,
        required: bool = False,
    ) -> None:
        """Replace parts of what the machine remembers, in one save.

        What happened at the broker is remembered even if it cannot be stored (`unsaved` then says why). With
        `required` nothing is remembered unless it was stored: for an intent, before anything is sent.

        Raises
        ------
        PersistenceError
            If `required` and it could not be stored.
        """
        now = self._situation
        self._store(
            now._replace(
                legs=now.legs if legs is None else legs,
                intents=now.intents if intents is None else intents,
                values=now.values if values is None else {**now.values, **values},
                errors=now.errors if errors is None else errors[-ERRORS_KEPT:],
            ),
            must_happen=not required,
        )

    def restore(self, situation: Situation) -> None:
        """Take over what a document says, without a record, a save or a hook.

        The deadline stays as it was stored: time that passed while the process was down has passed.
        """
        self._situation = situation._replace(state=self._known(situation.state))

    def _known(self, state: str) -> StrEnum:
        known = self.table.state(str(state))
        if known is None:
            raise DefinitionError(f"is no state of {self.name}", [state])
        return known

    def _take(self, to: StrEnum, reason: str, error: str | None, kind: str) -> TransitionRecord | Refused:
        now = self._situation
        try:
            edge = self.table.edges[now.state][to]
        except KeyError:
            self._refuse_illegal(to, reason)
        guard = edge.guard
        if guard is not None:
            answer = guard(self.context)
            if answer is not True:
                closed = _why_closed(guard, answer)
                if closed:
                    return Refused(self.name, now.state, edge.target, closed, self.clock.now())
        if now.legs and not edge.target_holds:
            names = ", ".join(leg.name for leg in now.legs)
            why = f"{edge.target} cannot hold a position, still held: {names}"
            return Refused(self.name, now.state, edge.target, why, self.clock.now())
        return self._move(edge, reason, error, kind)

    def _move(self, edge: Edge, reason: str, error: str | None, kind: str) -> TransitionRecord:
        now = self._situation
        at = self.clock.now()
        since = now.since
        if at > since:
            duration = at - since
        else:
            # LEAN's time can go backwards inside a step; a machine's never does.
            at, duration = since, _NO_TIME
        cycle = now.cycle + 1 if edge.starts_cycle else now.cycle
        seq = now.seq + 1
        target = edge.target
        record = tuple.__new__(
            TransitionRecord, (self.name, cycle, seq, now.state, target, reason, at, duration, error, kind)
        )
        span = edge.span
        situation = tuple.__new__(
            Situation,
            (
                target,
                at,
                at + span if span else None,
                cycle,
                seq,
                now.legs,
                now.intents,
                now.values,
                now.errors,
                record,
            ),
        )
        if self.save is None:
            self._situation = situation
        else:
            self._store(situation, must_happen=edge.must_happen)
        for hook in self.hooks:
            hook(self, record)
        return record

    def _store(self, situation: Situation, *, must_happen: bool) -> None:
        if self.save is not None:
            try:
                self.save(self, situation)
            except PersistenceError as error:
                if not must_happen:
                    raise
                self.unsaved = error
            else:
                self.unsaved = None
        self._situation = situation

    def _tell(self, record: TransitionRecord) -> None:
        for hook in self.hooks:
            hook(self, record)

    def _refuse_illegal(self, to: StrEnum, reason: str) -> Any:
        now = self._situation
        allowed = self.table.targets(now.state)
        error = IllegalTransitionError(self.name, now.state, str(to), self.clock.now(), allowed)
        if self.table.to_error is not None:
            if now.state == self.table.to_error.target:
                self.note(reason, kind="illegal", error=str(error))
            else:
                self._move(self.table.to_error, reason, str(error), "illegal")
        raise error


def _why_closed(guard: Guard, answer: object) -> str | None:
    """Return why a guard that did not say True is closed, or None if what it said is as good as True."""
    if isinstance(answer, str):
        return answer or _in_words(guard)
    # numpy's booleans are what comparisons of its numbers give.
    return None if bool(answer) else _in_words(guard)


def _in_words(guard: Guard) -> str:
    name = getattr(guard, "__name__", type(guard).__name__)
    return f"{name.strip('_').replace('_', ' ')}: no"
