"""What the default run costs: five strategies over five years, and over one of them, against the budgets.

    python bench/bench_five.py [--check] [--start DATE --end DATE]

Each run is a process of its own, so that its memory and its processor time are its own. With `--start` and `--end` only that
stretch is run, without budgets. With `--check` the exit code is 1 if a budget is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.bench_machine import Figure

REPOSITORY = Path(__file__).resolve().parent.parent
FIVE_YEARS = ("2014-01-03", "2018-12-31")
ONE_YEAR = ("2016-01-01", "2016-12-31")
MOST_SECONDS, MOST_MEGABYTES, MOST_YEARS = 60.0, 500.0, 5.5
_HASH = "OrderListHash"


class Cost(NamedTuple):
    """What one run took."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    order_hash: str


def run(start: str, end: str) -> Cost:
    """Run the default algorithm on the built-in data in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "command_line.main", "backtest", "--start", start, "--end", end]
        command += ["--output", folder, "--storage", f"{folder}/storage"]
        begun = perf_counter()
        with Path(folder, "printed.txt").open("w+") as printed:
            process = subprocess.Popen(command, cwd=REPOSITORY, stdout=printed, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = perf_counter() - begun
            printed.seek(0)
            text = printed.read()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the run from {start} to {end} failed:\n{text}")
    line = next(line for line in text.splitlines() if _HASH in line)
    order_hash = next(word for word in line.split() if len(word) == 32)
    megabyte = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / megabyte, order_hash)


def main(argv: list[str] | None = None) -> int:
    """Measure, and print the figures beside the budgets."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a budget is missed")
    parser.add_argument("--start", metavar="DATE")
    parser.add_argument("--end", metavar="DATE")
    arguments = parser.parse_args(argv)
    if arguments.start or arguments.end:
        print(run(arguments.start or FIVE_YEARS[0], arguments.end or FIVE_YEARS[1]))
        return 0
    one, five = run(*ONE_YEAR), run(*FIVE_YEARS)
    figures = [
        Figure("five strategies, five years", five.seconds, "s", MOST_SECONDS),
        Figure("their processor time", five.cpu_seconds, "s", MOST_SECONDS),
        Figure("their most memory", five.megabytes, "MB", MOST_MEGABYTES),
        Figure(
            "five years over one, processor time", five.cpu_seconds / one.cpu_seconds, "years", MOST_YEARS
        ),
    ]
    print(f"one year: {one}", f"five years: {five}", *figures, sep="\n")
    return int(arguments.check and not all(figure.kept for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
