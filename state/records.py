"""What a machine and the manager answer. Records that are stored are defined in `objectstore`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple

from objectstore.records import Intent, IntentLeg, PositionLeg, Scalar, TransitionRecord, Verdict

__all__ = [
    "Intent",
    "IntentLeg",
    "Permission",
    "PositionLeg",
    "Refused",
    "Scalar",
    "Situation",
    "TransitionRecord",
    "Verdict",
]


class Refused(NamedTuple):
    """A closed guard: a normal answer. False in a condition, so `if machine.transition(...)` reads well."""

    machine: str
    source: str
    target: str
    reason: str
    at: datetime

    def __bool__(self) -> Literal[False]:
        return False


class Permission(NamedTuple):
    """The manager's answer to "may I?". True in a condition if it may."""

    allowed: bool
    reason: str
    rule: str = ""
    """Name of the rule that refused; empty when allowed."""

    def __bool__(self) -> bool:
        return self.allowed


class Situation(NamedTuple):
    """Everything a machine is at one moment. A change makes a new one: nobody sees half a change."""

    state: Any
    """Member of the strategy's state enum."""
    since: datetime
    deadline: datetime | None
    cycle: int
    seq: int
    """Number of the last record."""
    legs: tuple[PositionLeg, ...]
    intents: tuple[Intent, ...]
    values: dict[str, Scalar]
    """Never changed in place."""
    errors: tuple[datetime, ...]
    """When the errors of the current window happened."""
    last: TransitionRecord | None
