"""What an operator tells a running algorithm (LEAN: Common/Commands/Command.cs, CallbackCommand.cs)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.common.errors import NotImplementedException


class Command:
    """The members of a JSON object, read without regard to upper and lower case; what is not there is None.

    An algorithm derives its own from it, with a method `run(algorithm)`, and registers it with `add_command`.
    """

    def __init__(self, payload: Mapping[str, Any] | None = None) -> None:
        for name, value in (payload or {}).items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        wanted = _folded(name)
        return next((value for key, value in vars(self).items() if _folded(key) == wanted), None)

    def run(self, algorithm: Any) -> bool | None:
        raise NotImplementedException("Please implement the 'def run(algorithm) -> bool | None:' method")

    def __str__(self) -> str:
        return json.dumps(vars(self))


def _folded(name: str) -> str:
    return name.replace("_", "").casefold()


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended; `success` is None where its handler said nothing.

    `messages` is what the algorithm logged meanwhile; LEAN's answer does not have it.
    """

    command_name: str
    success: bool | None
    messages: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        answer: dict[str, object] = {"CommandName": self.command_name, "Success": self.success}
        return answer | {"Messages": list(self.messages)} if self.messages else answer
