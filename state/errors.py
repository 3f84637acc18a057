"""Errors of the state machine, in four families by what follows from them.

`DefinitionError`: do not start. `IllegalTransitionError`: a bug; the machine is in ERROR, its position kept.
`PersistenceError`: stop entries. `RecoveryError`: an operator decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from objectstore.errors import CorruptDocument, MachinesError, PersistenceError, SchemaTooNew

__all__ = [
    "CorruptDocument",
    "DefinitionError",
    "IllegalTransitionError",
    "MachinesError",
    "PersistenceError",
    "RecoveryError",
    "SchemaTooNew",
]


class DefinitionError(MachinesError):
    """A table, a rule or a registration contradicts itself. Nothing may start with it."""

    code = "OM100"

    def __init__(self, problem: str, states: Iterable[str] = ()) -> None:
        self.problem = problem
        self.states = tuple(str(state) for state in states)
        super().__init__(problem, self.states)

    def __str__(self) -> str:
        return f"{', '.join(self.states)}: {self.problem}" if self.states else self.problem


class IllegalTransitionError(MachinesError):
    """Somebody asked for an edge that the table does not have."""

    code = "OM200"

    def __init__(self, machine: str, source: str, target: str, at: datetime, allowed: Iterable[str]) -> None:
        self.machine = machine
        self.source = str(source)
        self.target = str(target)
        self.at = at
        self.allowed = tuple(str(state) for state in allowed)
        super().__init__(machine, self.source, self.target, at, self.allowed)

    def __str__(self) -> str:
        allowed = ", ".join(self.allowed) or "nothing"
        return (
            f"{self.machine}: {self.source} -> {self.target} is not allowed at {self.at.isoformat()}; "
            f"allowed: {allowed}"
        )


class RecoveryError(MachinesError):
    """Recovery cannot go on by itself."""

    code = "OM400"

    def __init__(self, machine: str, problem: str) -> None:
        self.machine = machine
        self.problem = problem
        super().__init__(machine, problem)

    def __str__(self) -> str:
        return f"{self.machine}: {self.problem}"
