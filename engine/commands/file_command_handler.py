"""Commands as files of a folder (LEAN: Common/Commands/FileCommandHandler.cs, BaseCommandHandler.cs)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.commands.command import Command, CommandResult

_PATTERN = "command*.json"
_RESULT = "result-command-{}.json"


class FileCommandHandler:
    """Reads `command*.json` in the order of their names, runs what they say and removes them.

    A command with an `id` is answered with `result-command-<id>.json`. One with a `$type` goes to the command
    class of that name that the algorithm has registered, any other to `on_command`.

    Parameters
    ----------
    folder : where the files are put
    algorithm : has on_command, run_command, error
    report : told of files that can not be read
    log : the algorithm's log; what a command adds to it goes into its answer
    """

    def __init__(
        self, folder: Path, algorithm: Any, report: Callable[[str], None], log: Sequence[str] = ()
    ) -> None:
        self._folder = folder
        self._algorithm = algorithm
        self._report = report
        self._log = log

    def process_commands(self) -> list[CommandResult]:
        """Run what waits; return how each command ended."""
        results = []
        for file in sorted(self._folder.glob(_PATTERN)):
            payload = self._take(file)
            if payload is None:
                continue
            result = self._run(payload)
            results.append(result)
            name = _member(payload, "id")
            if name:
                answer = self._folder / _RESULT.format(Path(str(name)).name)
                _write_whole(answer, json.dumps(result.to_json()))
        return results

    def _take(self, file: Path) -> dict[str, Any] | None:
        try:
            payload = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self._report(f"{file.name}: not a command: {error}")
            payload = None
        file.unlink(missing_ok=True)
        if payload is not None and not isinstance(payload, dict):
            self._report(f"{file.name}: not a command: a JSON object was expected")
            return None
        return payload

    def _run(self, payload: dict[str, Any]) -> CommandResult:
        before = len(self._log)
        result = self._outcome(payload)
        return replace(result, messages=tuple(self._log)[before:])

    def _outcome(self, payload: dict[str, Any]) -> CommandResult:
        name = _member(payload, "$type")
        try:
            if name:
                return CommandResult(str(name), self._algorithm.run_command(str(name), payload))
            return CommandResult("CallbackCommand", self._algorithm.on_command(Command(payload)))
        except Exception as error:  # whatever a handler raises ends the command, not the algorithm
            self._algorithm.error(f"CallbackCommand Error: {error}")
            return CommandResult("CallbackCommand", False)


def _write_whole(file: Path, text: str) -> None:
    # whoever waits for the answer never reads half of it
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def _member(payload: dict[str, Any], name: str) -> Any:
    return next((value for key, value in payload.items() if key.casefold() == name), None)
