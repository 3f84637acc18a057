"""`options-machines backtest`: run an algorithm file, show what came of it.

Exit codes: 0 the algorithm completed, 1 it failed, 2 the input was wrong (one line says what).
"""

from __future__ import annotations

import argparse
import sys
import traceback
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command_line.project_parameters import read_project_parameters
from engine.common.errors import DataFileError, EngineError

if TYPE_CHECKING:
    from engine.data_source.source import DataSource
    from engine.launcher import BacktestOutcome, BacktestRequest

COMPLETED, FAILED, WRONG_INPUT = 0, 1, 2
DEFAULT_FILE = Path("main.py")
RESULTS_FOLDER = Path("backtests")

_TOOL = Path(__file__).resolve().parents[1]
_TOOL_ROOMS = ("engine", "command_line")


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add `backtest` to the tool's commands."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "backtest",
        help="run an algorithm over past data",
        description="Run a LEAN Python algorithm over past data: LEAN's files, or the built-in data.",
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=Path,
        default=DEFAULT_FILE,
        help="algorithm (default: main.py)",
    )
    parser.add_argument(
        "--data-folder",
        metavar="DIR",
        type=Path,
        help="LEAN's data folder (default: built-in data: real S&P 500 and VIX, modelled option quotes)",
    )
    parser.add_argument("--start", metavar="DATE", type=_day, help="first day, in place of the algorithm's")
    parser.add_argument("--end", metavar="DATE", type=_day, help="last day, in place of the algorithm's")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="for the result files (default: backtests/TIME)"
    )
    parser.add_argument(
        "--parameter",
        metavar=("NAME", "VALUE"),
        nargs=2,
        action="append",
        default=[],
        help="set a parameter of the algorithm; may be repeated, and goes before config.json",
    )
    parser.add_argument(
        "--storage", metavar="DIR", type=Path, help="the object store's folder (default: storage beside FILE)"
    )
    parser.add_argument(
        "--sensitivity",
        action="store_true",
        help="repeat the run with volatilities 1.5 points lower and higher and with doubled spreads (built-in data)",
    )
    parser.set_defaults(run=run)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a date like 2018-12-31 was expected, not {text!r}") from None


def run(arguments: argparse.Namespace) -> int:
    """Run what the arguments ask for; return the exit code."""
    project = arguments.file.resolve().parent
    try:
        source = _source(arguments.data_folder)
        request = _request(arguments, source)
        if arguments.sensitivity:
            return _sensitivity(request, arguments.data_folder)
        outcome = _backtest(request)
    except EngineError as error:
        return _wrong_input(_located(error, project))
    except Exception as error:
        if not _lines_of_project(error, project):
            raise
        return _failed(error)  # the file could not even be loaded
    return _shown(outcome, source.label)


def _shown(outcome: BacktestOutcome, data_label: str) -> int:
    if outcome.error is not None and _is_parameter_error(outcome.error):
        return _wrong_input(str(outcome.error))
    from command_line.report_tables import print_outcome

    print_outcome(outcome, data_label)
    return COMPLETED if outcome.error is None else _failed(outcome.error)


def _request(arguments: argparse.Namespace, source: DataSource) -> BacktestRequest:
    from engine.launcher import BacktestRequest

    if arguments.start is not None and arguments.end is not None and arguments.start > arguments.end:
        raise EngineError(f"--start {arguments.start} is after --end {arguments.end}")
    if not arguments.file.is_file():
        raise EngineError(f"{arguments.file}: there is no such algorithm file")
    parameters = read_project_parameters(arguments.file.parent) | dict(arguments.parameter)
    return BacktestRequest(
        file=arguments.file,
        source=source,
        output=arguments.output or _new_results_folder(),
        start=arguments.start,
        end=arguments.end,
        parameters=parameters,
        storage=arguments.storage,
    )


def _backtest(request: BacktestRequest) -> BacktestOutcome:
    from command_line.progress import progress_bar
    from engine.launcher import run_backtest

    with progress_bar(request):
        return run_backtest(request)


def _sensitivity(request: BacktestRequest, data_folder: Path | None) -> int:
    """Run the request and its variants side by side, and show what differs."""
    from rich.console import Console

    from command_line.sensitivity import Variants, failures, figures_of, sensitivity_table

    if data_folder is not None:
        raise EngineError("--sensitivity needs the built-in data: quotes of a data folder are what they are")
    with Variants(request) as variants:
        outcome = _backtest(request)
        code = _shown(outcome, request.source.label)
        if code != COMPLETED:
            return code
        others = variants.figures()
    Console(highlight=False).print(sensitivity_table(figures_of(outcome), others))
    failed = failures(others)
    for line in failed:
        print(line, file=sys.stderr)
    return FAILED if failed else COMPLETED


def _source(folder: Path | None) -> DataSource:
    if folder is not None:
        from engine.data_source.lean_folder.lean_folder import LeanFolder

        return LeanFolder(folder)
    from engine.data_source.modelled.source import ModelledSource

    return ModelledSource()


def _new_results_folder() -> Path:
    name = f"{datetime.now():%Y-%m-%d_%H-%M-%S}"
    folder = RESULTS_FOLDER / name
    count = 1
    while folder.exists():
        count += 1
        folder = RESULTS_FOLDER / f"{name}_{count}"
    return folder


def _wrong_input(line: str) -> int:
    print("options-machines backtest: " + " ".join(line.split("\n")), file=sys.stderr)
    return WRONG_INPUT


def _failed(error: BaseException) -> int:
    print(f"Runtime Error: {type(error).__name__}: {error}", file=sys.stderr)
    return FAILED


def _located(error: EngineError, project: Path) -> str:
    # The line of the algorithm that led to the error; a data file says itself where it is wrong.
    lines = [] if isinstance(error, DataFileError) else _lines_of_project(error, project)
    return f"{lines[-1]}: {error}" if lines else str(error)


def _lines_of_project(error: BaseException, project: Path) -> list[str]:
    # Where in the user's own files an error went through, the innermost last.
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    return [
        f"{Path(name).name}, line {line}"
        for name, line in places
        if _is_of_project(Path(name).resolve(), project)
    ]


def _is_of_project(path: Path, project: Path) -> bool:
    if not path.is_relative_to(project) or any(path.is_relative_to(_TOOL / room) for room in _TOOL_ROOMS):
        return False
    return path.relative_to(project).parts[0] not in (*_TOOL_ROOMS, ".venv")


def _is_parameter_error(error: BaseException) -> bool:
    # By name: the algorithm may bring its own copy of the package that declares it.
    return any(kind.__name__ == "ParameterError" for kind in type(error).__mro__)
