"""`options-machines command`: tell the algorithm that runs on a storage folder what to do, and print its answer.

The words go to the algorithm's on_command, as LEAN hands over a command file (LEAN: FileCommandHandler.cs).
Exit codes: 0 done, 1 refused (the reason is printed), 2 nobody runs there, or nobody answered.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

DONE, REFUSED, NOBODY = 0, 1, 2
DEFAULT_WAIT_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.05
_ARGUMENTS = {
    "halt": (),
    "resume": ("strategy",),
    "flatten": ("strategy",),
    "pause": ("strategy",),
    "reset": ("strategy",),
    "adopt": ("contract", "strategy", "role"),
    "book": ("strategy", "amount"),
    "status": (),
}


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add `command` to the tool's commands."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "command",
        help="tell a running algorithm to halt, resume, flatten, pause, reset, adopt, book, or to say its status",
        description=(
            "halt | resume [STRATEGY] | flatten [STRATEGY] | pause STRATEGY | reset STRATEGY | "
            "adopt CONTRACT|all [STRATEGY [ROLE]] | book STRATEGY USD | status"
        ),
    )
    parser.add_argument("text", metavar="COMMAND", choices=_ARGUMENTS, help=", ".join(_ARGUMENTS))
    parser.add_argument(
        "words",
        metavar="WORD",
        nargs="*",
        help="a strategy; for adopt, a contract or `all`, and perhaps a strategy",
    )
    parser.add_argument(
        "--storage", metavar="DIR", type=Path, required=True, help="the folder that `live` runs on"
    )
    parser.add_argument("--reason", metavar="TEXT", help="for the audit log")
    parser.add_argument(
        "--wait",
        metavar="SECONDS",
        type=float,
        default=DEFAULT_WAIT_SECONDS,
        help=f"for the answer (default: {DEFAULT_WAIT_SECONDS:g})",
    )
    parser.set_defaults(run=run)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Give the command and wait for its answer; return the exit code."""
    names = _ARGUMENTS[arguments.text]
    if len(arguments.words) > len(names):
        return _nobody(f"{arguments.text} takes {' '.join(names).upper() or 'no words'}")
    from engine.live_launcher import COMMANDS
    from engine.paper.lock import holder_of

    if holder_of(arguments.storage) is None:
        return _nobody(f"nothing runs on {arguments.storage}")
    payload = {"text": arguments.text, **dict(zip(names, arguments.words))}
    if arguments.reason:
        payload["reason"] = arguments.reason
    answer = _ask(arguments.storage / COMMANDS, payload, arguments.wait)
    if answer is None:
        return _nobody(f"no answer within {arguments.wait:g} s; the command was taken back")
    for line in answer.get("Messages", ()):
        print(line)
    if answer["Success"]:
        return DONE
    if not answer.get("Messages"):
        print("refused")
    return REFUSED


def _ask(folder: Path, payload: dict[str, str], wait_seconds: float) -> dict[str, Any] | None:
    """Put the command where the algorithm looks, and return what it answers."""
    name = uuid4().hex
    folder.mkdir(exist_ok=True)
    # in the order in which commands were given, and never half written
    command = folder / f"command-{time.time_ns()}-{name}.json"
    unfinished = folder / f".{command.name}"
    unfinished.write_text(json.dumps({"id": name, **payload}), encoding="utf-8")
    os.replace(unfinished, command)
    result = folder / f"result-command-{name}.json"
    give_up = time.monotonic() + wait_seconds
    while not result.exists():
        if time.monotonic() >= give_up:
            command.unlink(missing_ok=True)
            return None
        time.sleep(_LOOK_AGAIN_SECONDS)
    answer: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    result.unlink()
    return answer


def _nobody(line: str) -> int:
    print(f"options-machines command: {line}", file=sys.stderr)
    return NOBODY
