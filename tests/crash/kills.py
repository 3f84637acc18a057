"""Real processes and SIGKILL: `python -m tests.crash.kills [--points N] [--start D] [--end D]`.

Each point is a run of its own: `options-machines live --paper` on an empty folder, killed at its n-th write,
flush, order, or order event; then the same command again, to its end. What the second process leaves must be what
a run without a kill leaves, or hold every invariant where something was under way. The processes, the brokers'
among them, are forked from this one, which has imported everything: a start costs a second less.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

import engine.live_launcher
from command_line.main import main as tool
from engine.data_source.opening import open_data_source
from engine.paper.ledger import read_ledger
from engine.paper.lock import BROKER_LOCK, locked
from engine.paper.session import OBJECT_STORE, open_ledger_broker
from engine.paper.transport import BrokerConnection, serve
from objectstore.folder_store import FolderStore
from objectstore.inspection import inspect
from tests.crash.dying_run import Countdown
from tests.crash.live_runs import REPOSITORY, ledger_problems

PRELOADED = (
    "command_line.live_command",
    "command_line.progress",
    "exchange_calendars",
    "QuantLib",
    "rich.table",
)
"""Imported once, before the processes are forked."""

START, END = "2015-01-05", "2015-01-05"
"""A day on which the ladder and the covered call are entered."""


NEVER = 1_000_000_000
"""A number of traces that no run leaves."""
LEFT = ".left"
"""Suffix of the file in which a run that was not killed says how many traces were left to its death."""


class End(NamedTuple):
    """What a run leaves behind."""

    cash: dict[str, str]
    positions: dict[str, str]
    states: dict[str, str]


def arguments_of(storage: Path, first: str, last: str) -> list[str]:
    """Return the arguments of a live run."""
    line = ["live", "main.py", "--paper", "--storage", str(storage), "--start", first, "--end", last]
    return [*line, "--speed", "max", "--output", str(storage / "results")]


def start(arguments: Sequence[str], output: Path, dies_at: int = 0) -> int:
    """Run the tool in a process of its own, killed at its n-th trace if that is given; return its exit code."""
    child = os.fork()
    if not child:
        _become(arguments, output, dies_at)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _become(arguments: Sequence[str], output: Path, dies_at: int) -> NoReturn:
    """Be the tool."""
    code, countdown = 70, Countdown(dies_at)
    try:
        os.chdir(REPOSITORY)
        with output.open("a") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        if dies_at:
            run_live = functools.partial(engine.live_launcher.run_live, probe=countdown)
            engine.live_launcher.run_live = run_live
        engine.live_launcher.broker_process = forked_broker  # type: ignore[assignment]
        code = tool(list(arguments))
    finally:
        output.with_suffix(LEFT).write_text(str(countdown.left))
        sys.stdout.flush()
        os._exit(code)


@contextmanager
def forked_broker(
    storage: Path, data_folder: Path | None, faults: Path | None = None
) -> Iterator[BrokerConnection]:
    """Do what `engine.paper.process.broker_process` does, with a fork instead of a new interpreter."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        try:
            os.setsid()
            with socket.socket(fileno=os.dup2(theirs.fileno(), 3)) as connection:
                os.closerange(4, 256)
                with locked(storage, BROKER_LOCK, 30.0):
                    broker = open_ledger_broker(storage, open_data_source(None))
                    serve(broker, connection)
                    broker.close()
        finally:
            os._exit(0)
    theirs.close()
    connection = BrokerConnection(ours)
    try:
        yield connection
    finally:
        connection.close()
        os.waitpid(child, 0)


def end_of(storage: Path) -> End:
    """Return what a run left in its ledger and its documents."""
    ledger = read_ledger(storage)
    assert ledger is not None
    found = inspect(FolderStore(storage / OBJECT_STORE))
    states = {name: loaded.document.state for name, loaded in found.machines.items() if loaded.document}
    cash = {currency: f"{amount:.2f}" for currency, amount in ledger.cash().items()}
    positions = {row.security: f"{row.quantity:g}" for row in ledger.holdings()}
    ledger.close()
    return End(cash, positions, states)


def problems_of(storage: Path) -> list[str]:
    """Return what does not add up between the ledger, the documents and the audit log."""
    found = inspect(FolderStore(storage / OBJECT_STORE))
    owned: Counter[str] = Counter()
    for loaded in found.machines.values():
        for leg in loaded.document.legs if loaded.document else ():
            owned[leg.contract] += leg.quantity  # type: ignore[assignment]
    held = {security: float(quantity) for security, quantity in end_of(storage).positions.items()}
    problems = [*found.problems, *found.attention, *ledger_problems(storage)]
    if held != {symbol: quantity for symbol, quantity in owned.items() if quantity}:
        problems.append(f"owned {dict(owned)}, held {held}")
    return problems


def kill_at(storage: Path, point: int, damage: str, first: str, last: str) -> tuple[bool, list[str]]:
    """Kill a run at a point, start it again; return whether it was killed, and what is wrong afterwards."""
    arguments, output = arguments_of(storage, first, last), storage.with_suffix(".txt")
    killed = start(arguments, output, dies_at=point)
    if killed != -signal.SIGKILL:
        return False, [] if killed == 0 else [f"ended with {killed}: {output.read_text()[-500:]}"]
    if damage == "torn":
        _tear(storage, point)
    again = start(arguments, output)
    if again:
        return True, [f"the restart ended with {again}: {output.read_text()[-500:]}"]
    return True, [p for p in problems_of(storage) if not ("set aside" in p and damage == "torn")]


def _tear(storage: Path, point: int) -> None:
    """Cut the document that was written last."""
    files = [file for file in (storage / OBJECT_STORE).rglob("*.json") if file.is_file()]
    if files:
        newest = max(files, key=lambda file: file.stat().st_mtime_ns)
        data = newest.read_bytes()
        newest.write_bytes(data[: len(data) * (point % 10) // 10])


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill as many runs as asked for, evenly over all points, and print what became of them."""
    parser = argparse.ArgumentParser(description="Kill live runs with SIGKILL and start them again.")
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--start", default=START)
    parser.add_argument("--end", default=END)
    given = parser.parse_args(arguments)
    outcomes: Counter[str] = Counter()
    for module in PRELOADED:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory() as name:
        storage = Path(name) / "undisturbed"
        output = storage.with_suffix(".txt")
        if start(arguments_of(storage, given.start, given.end), output, dies_at=NEVER):
            print(output.read_text())
            return 1
        undisturbed = end_of(storage)
        traces = NEVER - int(output.with_suffix(LEFT).read_text())
        print(f"{traces} traces, {given.points} of them tried", flush=True)
        for number in range(given.points):
            point = 1 + number * traces // given.points
            damage = "torn" if number % 4 == 3 else "none"
            storage = Path(name) / f"{point}"
            killed, problems = kill_at(storage, point, damage, given.start, given.end)
            if problems:
                outcome = "broken"
            elif not killed:
                outcome = "over before it was killed"
            else:
                outcome = "same" if end_of(storage) == undisturbed else "other"
            outcomes[f"{damage}: {outcome}"] += 1
            if problems:
                print(f"point {point} ({damage}): {json.dumps(problems)[:1500]}", flush=True)
            shutil.rmtree(storage)
            if number % 20 == 19:
                print(f"{number + 1} kills: {dict(outcomes)}", flush=True)
    print(f"{outcomes.total()} processes killed with SIGKILL: {dict(outcomes)}")
    return 1 if any("broken" in outcome for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
