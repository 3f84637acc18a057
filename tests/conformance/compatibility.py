"""Runs every record of LEAN in the engine and writes docs/lean-compatibility.md from what came of it.

python -m tests.conformance.compatibility run --algorithms DIR --shared DIR --results FILE [--jobs N]
python -m tests.conformance.compatibility page --shared DIR --results FILE --output FILE

DIR of --algorithms is the folder Algorithm.Python of QuantConnect/Lean; --shared has LEAN's data and records.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from engine.common.errors import EngineError
from tests.conformance import golden
from tests.conformance.compatibility_page import Algorithm, PageError, Scenario, render

_HERE = Path(__file__).parent
REASONS = _HERE / "known_differences.toml"
NOT_COVERED = _HERE / "not_covered.md"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command == "run":
        names = run(options.algorithms, options.shared, options.jobs)
        options.results.write_text(json.dumps(dict(names), indent=1) + "\n", encoding="utf-8")
        return 0
    differences = json.loads(options.results.read_text(encoding="utf-8"))
    try:
        page = render(
            algorithms(options.shared),
            scenarios(options.shared),
            differences,
            tomllib.loads(REASONS.read_text(encoding="utf-8")),
            NOT_COVERED.read_text(encoding="utf-8"),
        )
    except PageError as error:
        print(error, file=sys.stderr)
        return 1
    options.output.write_text(page, encoding="utf-8")
    return 0


def algorithms(shared: Path) -> list[Algorithm]:
    """Return LEAN's regression algorithms that have a record."""
    entries = json.loads((shared / "lean-conformance.json").read_text(encoding="utf-8"))
    return [Algorithm.of(entry) for entry in entries]


def scenarios(shared: Path) -> list[Scenario]:
    """Return our own scenarios and what their docstrings say they show."""
    folder = shared / "lean-golden" / "scenarios"
    return [Scenario.of(record.with_suffix(".py")) for record in sorted(folder.glob("*.json"))]


def run(algorithm_folder: Path, shared: Path, jobs: int) -> Iterator[tuple[str, list[str]]]:
    """Yield every name with its differences from LEAN, none where the engine agrees."""
    records = shared / "lean-golden"
    tasks = [
        (records / "regressions" / f"{a.name}.json", algorithm_folder / f"{a.name}.py", shared / "lean-data")
        for a in algorithms(shared)
    ]
    tasks += [
        (
            records / "scenarios" / f"{s.name}.json",
            records / "scenarios" / f"{s.name}.py",
            shared / "lean-data",
        )
        for s in scenarios(shared)
    ]
    # one process for each: an algorithm file may leave anything behind
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=fresh, max_tasks_per_child=1) as pool:
        for (record, _, _), differences in zip(tasks, pool.map(_differences, *zip(*tasks))):
            print(f"{'differs' if differences else 'agrees':<8} {record.stem}", flush=True)
            yield record.stem, differences


def _differences(record: Path, algorithm: Path, data: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return golden.run(record, algorithm, data, Path(folder)).differences()
        except EngineError as error:
            return [f"the run ended: {error}"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.compatibility")
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("run", help="run everything and keep what differs as JSON")
    runs.add_argument("--algorithms", type=Path, required=True, help="Algorithm.Python of QuantConnect/Lean")
    runs.add_argument("--jobs", type=int, default=2)
    page = commands.add_parser("page", help="write the page from kept results")
    page.add_argument("--output", type=Path, required=True)
    for command in (runs, page):
        command.add_argument("--shared", type=Path, required=True, help="LEAN's data and records")
        command.add_argument("--results", type=Path, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
