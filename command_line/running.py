"""What `backtest` and `live` share: arguments, where results go, how an error is told.

Exit codes: 0 the algorithm completed, 1 it failed, 2 the input was wrong (one line says what).
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from command_line.project_parameters import add_parameter_option
from engine.common.errors import DataFileError, EngineError

if TYPE_CHECKING:
    from engine.launcher import BacktestOutcome

COMPLETED, FAILED, WRONG_INPUT = 0, 1, 2
DEFAULT_FILE = Path("main.py")
RESULTS_FOLDER = Path("backtests")

_TOOL = Path(__file__).resolve().parents[1]
_TOOL_ROOMS = ("engine", "command_line")


def add_run_options(parser: argparse.ArgumentParser, dates: tuple[str, str]) -> None:
    """Add what every run of an algorithm takes.

    Parameters
    ----------
    dates : help of --start and --end
    """
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
    for name, words in zip(("--start", "--end"), dates):
        parser.add_argument(name, metavar="DATE", type=_day, help=words)
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="for the result files (default: backtests/TIME)"
    )
    add_parameter_option(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a date like 2018-12-31 was expected, not {text!r}") from None


def check_file_and_dates(arguments: argparse.Namespace) -> None:
    """Refuse a file that is not there, and a period that ends before it begins."""
    if arguments.start is not None and arguments.end is not None and arguments.start > arguments.end:
        raise EngineError(f"--start {arguments.start} is after --end {arguments.end}")
    if not arguments.file.is_file():
        raise EngineError(f"{arguments.file}: there is no such algorithm file")


def guarded(arguments: argparse.Namespace, action: Callable[[argparse.Namespace], int]) -> int:
    """Run an action; an error becomes one line and an exit code."""
    project = arguments.file.resolve().parent
    try:
        return action(arguments)
    except EngineError as error:
        return _wrong_input(arguments, _located(error, project))
    except Exception as error:
        if not _lines_of_project(error, project):
            raise
        return _failed(error)  # the file could not even be loaded


def show(arguments: argparse.Namespace, outcome: BacktestOutcome, data_label: str) -> int:
    """Print what came of a run; return the exit code."""
    if outcome.error is not None and _is_parameter_error(outcome.error):
        return _wrong_input(arguments, str(outcome.error))
    from command_line.report_tables import print_outcome

    print_outcome(outcome, data_label)
    return COMPLETED if outcome.error is None else _failed(outcome.error)


def new_results_folder() -> Path:
    """Return a folder named by the time, one that is not there yet."""
    name = f"{datetime.now():%Y-%m-%d_%H-%M-%S}"
    folder = RESULTS_FOLDER / name
    count = 1
    while folder.exists():
        count += 1
        folder = RESULTS_FOLDER / f"{name}_{count}"
    return folder


def _wrong_input(arguments: argparse.Namespace, line: str) -> int:
    print(f"options-machines {arguments.command}: " + " ".join(line.split("\n")), file=sys.stderr)
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
