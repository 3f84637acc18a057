"""`options-machines data`: write the built-in data as LEAN files, or turn option chains into them.

Exit codes: 0 done, 2 the input was wrong (one line says what; nothing is written then).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command_line.project_parameters import add_parameter_option, parameters_of
from command_line.running import check_file_and_dates
from engine.common.errors import EngineError

if TYPE_CHECKING:
    from engine.data_source.importer.import_chains import ImportResult
    from engine.data_source.writer.recording_source import RecordingSource
    from engine.launcher import BacktestOutcome

DONE, WRONG_INPUT = 0, 2

Progress = Callable[[int, int], None]


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add `data` to the tool's commands."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "data",
        help="import option chains, or write the built-in data as files",
        description="Make LEAN data folders, which LEAN and `backtest --data-folder` read.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_generate(commands)
    _add_import(commands)
    return parser


def _add_generate(commands: Any) -> None:
    parser = commands.add_parser(
        "generate",
        help="write the built-in data as a LEAN data folder",
        description="Run an algorithm on the built-in data (real S&P 500 and VIX, modelled option quotes) "
        "and write everything it asked for as LEAN files: a backtest on the folder gives the same orders.",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the new data folder")
    parser.add_argument("--start", metavar="DATE", type=_day, help="first day (default: the algorithm's)")
    parser.add_argument("--end", metavar="DATE", type=_day, help="last day (default: the algorithm's)")
    parser.add_argument(
        "--strategy",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help="strategies that run, and whose contracts are written (default: as config.json says)",
    )
    parser.add_argument(
        "--file", metavar="FILE", type=Path, default=Path("main.py"), help="algorithm (default: main.py)"
    )
    add_parameter_option(parser)
    parser.add_argument(
        "--volatility-shift",
        metavar="POINTS",
        type=float,
        default=0.0,
        help="volatility points added to the model (default: 0)",
    )
    parser.add_argument(
        "--spread-multiplier",
        metavar="FACTOR",
        type=float,
        default=1.0,
        help="factor on the modelled spreads (default: 1)",
    )
    parser.set_defaults(run=_guarded("generate", run_generate))


def _add_import(commands: Any) -> None:
    parser = commands.add_parser(
        "import",
        help="turn end-of-day option chains into LEAN's daily files",
        description="Read end-of-day option chains with bid and ask, one row a contract and day, and write "
        "LEAN's daily quotes, open interest and chain universes. Unusable rows are counted by reason.",
    )
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="csv or parquet")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, required=True, help="data folder, new or existing"
    )
    parser.add_argument(
        "--root",
        metavar="ROOT",
        action="append",
        default=[],
        help="option root that is wanted, e.g. SPXW; may be repeated (default: all in the files)",
    )
    parser.add_argument(
        "--column",
        metavar="OURS=THEIRS",
        action="append",
        default=[],
        help="name of a column in the files, e.g. quote_date=day; needed are quote_date, expiry, strike, "
        "right, bid, ask",
    )
    parser.add_argument(
        "--replace", action="store_true", help="write over quotes and universes that are there already"
    )
    parser.set_defaults(run=_guarded("import", run_import))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a date like 2018-12-31 was expected, not {text!r}") from None


def _guarded(name: str, command: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        try:
            command(arguments)
        except EngineError as error:
            line = " ".join(str(error).split("\n"))
            print(f"options-machines data {name}: {line}", file=sys.stderr)
            return WRONG_INPUT
        return DONE

    return run


# -- generate --------------------------------------------------------------------------------------


def run_generate(arguments: argparse.Namespace) -> None:
    """Run the algorithm, then write what it asked for."""
    from engine.data_source.modelled.source import ModelledSource
    from engine.data_source.writer.generate import DataGenerator, require_empty
    from engine.data_source.writer.recording_source import RecordingSource

    require_empty(arguments.output)
    recorded = RecordingSource(ModelledSource(arguments.volatility_shift, arguments.spread_multiplier))
    outcome = _recorded_run(arguments, recorded)
    algorithm = outcome.algorithm
    start, end = algorithm.start_date.date(), algorithm.end_date.date()
    generator = DataGenerator(recorded, arguments.output, start, end)
    with _counting_bar("writing") as progress:
        files = generator.write(progress)
    print(f"{files} files for {start} to {end} written to {arguments.output}")
    print(f"Data: {recorded.label}")


def _recorded_run(arguments: argparse.Namespace, recorded: RecordingSource) -> BacktestOutcome:
    from command_line.progress import progress_bar
    from engine.launcher import BacktestRequest, run_backtest

    check_file_and_dates(arguments)
    with tempfile.TemporaryDirectory() as folder:
        request: BacktestRequest = BacktestRequest(
            file=arguments.file,
            source=recorded,  # type: ignore[arg-type]
            output=Path(folder) / "results",
            start=arguments.start,
            end=arguments.end,
            parameters=parameters_of(arguments, preset=_switches(arguments.strategy)),
            storage=Path(folder) / "storage",
        )
        with progress_bar(request):
            outcome: BacktestOutcome = run_backtest(request)
    if outcome.error is not None:
        raise EngineError(f"{arguments.file} failed: {type(outcome.error).__name__}: {outcome.error}")
    return outcome


def _switches(chosen: Sequence[str]) -> dict[str, str]:
    # Parameters that let only the chosen strategies run; none when nothing was chosen.
    if not chosen:
        return {}
    from strategies.registry import STRATEGIES

    unknown = [name for name in chosen if name not in STRATEGIES]
    if unknown:
        raise EngineError(f"there is no strategy {unknown[0]!r}; there are {', '.join(STRATEGIES)}")
    return {f"{name}.enabled": str(name in chosen).lower() for name in STRATEGIES}


# -- import ----------------------------------------------------------------------------------------


def run_import(arguments: argparse.Namespace) -> None:
    """Import the files and say what became of every row."""
    from engine.data_source.importer.import_chains import import_chains

    mapping = dict(_pair(text) for text in arguments.column)
    with _counting_bar("importing") as progress:
        result = import_chains(
            arguments.files, arguments.output, mapping, arguments.root, arguments.replace, progress
        )
    print_import(result, arguments.output)


def _pair(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not equals or not ours or not theirs:
        raise EngineError(f"--column {text}: OURS=THEIRS was expected, e.g. quote_date=day")
    return ours, theirs


def print_import(result: ImportResult, folder: Path) -> None:
    """Print how many rows were read, kept and dropped, and for which reason."""
    from rich.console import Console
    from rich.table import Table

    counts = result.counts
    table = Table(title="Rows")
    table.add_column("")
    table.add_column("Rows", justify="right")
    table.add_row("read", f"{counts.read:,}")
    table.add_row("kept", f"{counts.kept:,}")
    for reason, count in counts.dropped.items():
        table.add_row(f"dropped: {reason}", f"{count:,}")
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    span = f"{result.first_day} to {result.last_day}"
    console.print(f"{result.contracts:,} contracts, {span}: {result.files} files in {folder}", markup=False)
    for path in result.left_alone:
        console.print(f"left as it was: {path}", markup=False)


@contextmanager
def _counting_bar(description: str) -> Iterator[Progress | None]:
    # A bar on a terminal, nothing elsewhere.
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
