"""What a backtest costs: three tracks, and how the cost grows with days and with contracts nobody looks at.

    python bench/bench_engine.py [--check] [--runs 2]

The data are written for the purpose. Times are CPU time of the whole process in units of a fixed piece of plain Python,
so that figures of different computers compare. The budgets of the tracks are what issue 4 asks for beside LEAN. With
`--check` the exit code is 1 if a budget is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.chain_folder import write_folder
from bench.figures import Figure

REPOSITORY = Path(__file__).resolve().parent.parent
TRACKS = REPOSITORY / "bench" / "tracks"
DAYS, STRIKES = 20, 40


class Cost(NamedTuple):
    """CPU time in units, and the most memory in MB."""

    units: float
    memory: float


def main(argv: list[str] | None = None) -> int:
    """Measure everything once and print it beside the budgets."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a budget is missed")
    parser.add_argument("--runs", type=int, default=2, help="the least of so many runs counts")
    arguments = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        figures = measure(Path(folder), arguments.runs)
    print(*figures, sep="\n")
    return int(arguments.check and not all(figure.kept for figure in figures))


def measure(folder: Path, runs: int) -> list[Figure]:
    """Return every figure."""
    few, many, wide, index = (folder / name for name in ("few", "many", "wide", "index"))
    write_folder(few, DAYS, STRIKES)
    last = write_folder(many, 10 * DAYS, STRIKES)
    write_folder(wide, DAYS, 4 * STRIKES)
    write_folder(index, 261, 0)
    chain = cost("chain", few, folder, runs)
    long = cost("chain", many, folder, runs, f"{last}")
    broad = cost("chain", wide, folder, runs)
    return [
        Figure("chain: a month of a chain read every minute", chain.units, "units", 12.3),
        Figure(
            "shortlist: 40 contracts of a day, once a week",
            cost("shortlist", few, folder, runs).units,
            "units",
            8.6,
        ),
        Figure("loop: a year of minutes", cost("loop", index, folder, runs).units, "units", 9.2),
        Figure("ten times as many days", long.units / chain.units, "times", 11),
        Figure("four times as many strikes", broad.units / chain.units, "times", 1.3),
        Figure("memory of a month", chain.memory, "MB", 400),
        Figure("memory of ten months", long.memory, "MB", 400),
        Figure("memory of each day after a month", (long.memory - chain.memory) / (9 * DAYS), "MB", 0.25),
    ]


def cost(track: str, data: Path, folder: Path, runs: int, end: str | None = None) -> Cost:
    """Return the least cost of some runs of a track."""
    found = [_run(track, data, folder / "output", end) for _ in range(runs)]
    return Cost(min(one.units for one in found), min(one.memory for one in found))


def _run(track: str, data: Path, output: Path, end: str | None) -> Cost:
    before = _workload()
    command = [sys.executable, "-m", "command_line.main", "backtest", str(TRACKS / f"{track}.py")]
    command += ["--data-folder", str(data), "--output", str(output)]
    if end is not None:
        command += ["--parameter", "end", end]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with open(os.devnull, "w") as nowhere:
        silent = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)]
        child = os.posix_spawn(sys.executable, command, environment, file_actions=silent)
        _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"the backtest of {track} failed with exit code {os.waitstatus_to_exitcode(status)}")
    unit = (before + _workload()) / 2
    return Cost((usage.ru_utime + usage.ru_stime) / unit, usage.ru_maxrss / 1024)


def _workload() -> float:
    """About a third of a second of plain Python on a 2020s core."""
    start, total = process_time(), 0
    for number in range(5_000_000):
        total += number * number % 7
    return process_time() - start


if __name__ == "__main__":
    sys.exit(main())
