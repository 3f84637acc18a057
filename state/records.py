"""What a machine and the manager answer. Records that are stored are defined in `objectstore`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from objectstore.records import (
    Difference,
    Holding,
    Intent,
    IntentLeg,
    PositionLeg,
    Scalar,
    TransitionRecord,
    Verdict,
)

__all__ = [
    "Difference",
    "Holding",
    "Intent",
    "IntentLeg",
    "ManagerSituation",
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


class ManagerSituation(NamedTuple):
    """Everything the manager must remember. Replaced as a whole, like a machine's situation."""

    since: datetime
    halted: str | None = None
    """Why everything is stopped; None while it is not."""
    paused: Mapping[str, str] = {}
    """Strategy: why it may not enter."""
    external: tuple[PositionLeg, ...] = ()
    """Holdings an operator has declared to be nobody's here."""
    commitments: Mapping[str, float] = {}
    """Strategy: buying power its current cycle ties up."""
    peak_equity: float = 0.0
    drawdown: str | None = None
    """Action of the step of the drawdown ladder that the last observed equity was on."""
    settings: Mapping[str, str] = {}
    """Parameters that the entry rules were made with, so that they can be made again when the run is gone."""
    verdicts: Mapping[str, Verdict] = {}
    differences: tuple[Difference, ...] = ()
    """What the last look at the broker's holdings found."""
    seq: int = 0
    last: TransitionRecord | None = None
