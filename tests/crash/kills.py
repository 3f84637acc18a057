"""Real processes and SIGKILL: `python -m tests.crash.kills [--points N] [--start D] [--end D]`.

Each point is a run of its own: `options-machines live --paper` on an empty folder, killed at its n-th write,
flush, order, or order event; then the same command again, to its end. What the second process leaves must be what
a run without a kill leaves, or hold every invariant where something was under way.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from engine.paper.ledger import read_ledger
from engine.paper.session import OBJECT_STORE
from objectstore.folder_store import FolderStore
from objectstore.inspection import inspect
from tests.crash.live_runs import REPOSITORY, ledger_problems

START, END = "2015-01-05", "2015-01-05"
"""A day on which the ladder and the covered call are entered."""


class End(NamedTuple):
    """What a run leaves behind."""

    cash: dict[str, str]
    positions: dict[str, str]
    states: dict[str, str]


def command(storage: Path, start: str, end: str, *, dies_at: int = 0) -> list[str]:
    """Return the command of a live run, killed at its n-th trace if that is given."""
    module = ["tests.crash.dying_run", str(dies_at)] if dies_at else ["command_line.main"]
    line = ["live", "main.py", "--paper", "--storage", str(storage), "--start", start, "--end", end]
    return [sys.executable, "-m", *module, *line, "--speed", "max", "--output", str(storage / "results")]


def start(line: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command from the repository's root."""
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(line, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False)


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
    killed = start(command(storage, first, last, dies_at=point))
    if killed.returncode != -signal.SIGKILL:
        return False, [] if killed.returncode == 0 else [
            f"ended with {killed.returncode}: {killed.stderr[-500:]}"
        ]
    if damage == "torn":
        _tear(storage, point)
    again = start(command(storage, first, last))
    if again.returncode != 0:
        return True, [
            f"the restart ended with {again.returncode}: {again.stdout[-300:]} {again.stderr[-500:]}"
        ]
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
    parser.add_argument("--traces", type=int, default=600, help="how many traces a run leaves, about")
    given = parser.parse_args(arguments)
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        storage = Path(name) / "undisturbed"
        whole = start(command(storage, given.start, given.end))
        if whole.returncode:
            print(whole.stdout, whole.stderr)
            return 1
        undisturbed = end_of(storage)
        for number in range(given.points):
            point = 1 + number * given.traces // given.points
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
