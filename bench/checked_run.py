"""The default run with every invariant checked at every step of the host.

    python -m bench.checked_run [--start DATE] [--end DATE] [--parameter NAME VALUE]...

Prints what was looked at; an AssertionError says when and what broke.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
ALGORITHM = Path(__file__).with_name("checked_machines.py")


def run(folder: Path, start: date | None, end: date | None, parameters: dict[str, str]) -> Any:
    """Run the checked algorithm on the built-in data and return what came of it."""
    from command_line.project_parameters import read_project_parameters
    from engine.data_source.modelled.source import ModelledSource
    from engine.launcher import BacktestRequest, run_backtest

    given = read_project_parameters(REPOSITORY) | parameters
    request = BacktestRequest(
        ALGORITHM,
        ModelledSource(),
        folder,
        start=start,
        end=end,
        parameters=given,
        storage=folder / "storage",
    )
    return run_backtest(request)


def main() -> int:
    """Run, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--start", type=date.fromisoformat)
    parser.add_argument("--end", type=date.fromisoformat)
    parser.add_argument("--parameter", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), arguments.start, arguments.end, dict(arguments.parameter))
    if outcome.error is not None:
        raise outcome.error
    checker = outcome.algorithm.checker
    print(f"{checker.steps} steps checked; {dict(checker.seen)}")
    for line in outcome.algorithm.machines.host.report_lines():
        print(line)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))
    sys.exit(main())
