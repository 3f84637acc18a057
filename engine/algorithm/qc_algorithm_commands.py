"""Commands of an algorithm (LEAN: Algorithm/QCAlgorithm.cs, AddCommand, RunCommand, OnCommand)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.command import Command
from engine.common.errors import ArgumentException, UnsupportedMemberError

_BROADCAST_WARNING = "Warning: sending broadcast commands is disabled in backtesting"


class QCAlgorithmCommands:
    """Part of QCAlgorithm: what an operator may tell it while it runs."""

    live_mode: bool

    def __init__(self) -> None:
        self._commands: dict[str, type[Any]] = {}
        self._command_errors: set[str] = set()
        self._warned_of_broadcast = False

    def on_command(self, data: Command) -> bool | None:
        """Handle a command without a type of its own; True says it was done."""
        return True

    def add_command(self, command: type[Any]) -> None:
        """Register a class of commands: its method `run(algorithm)` handles those of its name."""
        if not callable(getattr(command, "run", None)):
            raise ArgumentException("Please implement the 'def run(algorithm) -> bool | None:' method")
        self._commands[command.__name__.casefold()] = command

    def run_command(self, name: str, payload: Mapping[str, Any]) -> bool | None:
        """Run a command of a registered class; what goes wrong is logged once per class."""
        kind = self._commands.get(name.casefold())
        if kind is None:
            self._log_once(name, f"Detected unregistered command type '{name}', will be ignored")
            return None
        command = kind()
        for member, value in payload.items():
            if member != "$type":
                setattr(command, member, value)
        try:
            return command.run(self)
        except Exception as error:  # a command may fail, the algorithm goes on
            self._log_once(name, f"Unexpected error running command '{name}' error: '{error}'")
            return None

    def broadcast_command(self, command: Any) -> None:
        """Send a command to other running algorithms: a service of QuantConnect's cloud, off in backtests."""
        if self.live_mode:
            raise UnsupportedMemberError("broadcast_command", "there is no cloud service to send it")
        if not self._warned_of_broadcast:
            self._warned_of_broadcast = True
            self.debug(_BROADCAST_WARNING)  # type: ignore[attr-defined]

    def _log_once(self, name: str, text: str) -> None:
        if name not in self._command_errors:
            self._command_errors.add(name)
            self.log(text)  # type: ignore[attr-defined]
