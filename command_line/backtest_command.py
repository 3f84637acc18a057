"""`options-machines backtest`: run an algorithm file, show what came of it.

Exit codes: 0 the algorithm completed, 1 it failed, 2 the input was wrong (one line says what).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command_line.project_parameters import parameters_of
from command_line.running import (
    COMPLETED,
    FAILED,
    add_run_options,
    check_file_and_dates,
    guarded,
    new_results_folder,
    show,
)
from engine.common.errors import EngineError
from engine.data_source.opening import open_data_source

if TYPE_CHECKING:
    from engine.launcher import BacktestOutcome, BacktestRequest


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add `backtest` to the tool's commands."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "backtest",
        help="run an algorithm over past data",
        description="Run a LEAN Python algorithm over past data: LEAN's files, or the built-in data.",
    )
    add_run_options(
        parser, ("first day, in place of the algorithm's", "last day, in place of the algorithm's")
    )
    parser.add_argument(
        "--storage", metavar="DIR", type=Path, help="the object store's folder (default: storage beside FILE)"
    )
    parser.add_argument(
        "--sensitivity",
        action="store_true",
        help="repeat the run with volatilities 1.5 points lower and higher and with doubled spreads (built-in data)",
    )
    parser.set_defaults(run=run, command="backtest")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Run what the arguments ask for; return the exit code."""
    return guarded(arguments, _run)


def _run(arguments: argparse.Namespace) -> int:
    request = _request(arguments)
    if arguments.sensitivity:
        return _sensitivity(arguments, request)
    return show(arguments, _backtest(request), request.source.label)


def _request(arguments: argparse.Namespace) -> BacktestRequest:
    from engine.launcher import BacktestRequest

    check_file_and_dates(arguments)
    return BacktestRequest(
        file=arguments.file,
        source=open_data_source(arguments.data_folder),
        output=arguments.output or new_results_folder(),
        start=arguments.start,
        end=arguments.end,
        parameters=parameters_of(arguments),
        storage=arguments.storage,
    )


def _backtest(request: BacktestRequest) -> BacktestOutcome:
    from command_line.progress import progress_bar
    from engine.launcher import run_backtest

    with progress_bar(request):
        return run_backtest(request)


def _sensitivity(arguments: argparse.Namespace, request: BacktestRequest) -> int:
    """Run the request and its variants side by side, and show what differs."""
    from rich.console import Console

    from command_line.sensitivity import Variants, failures, figures_of, sensitivity_table

    if arguments.data_folder is not None:
        raise EngineError("--sensitivity needs the built-in data: quotes of a data folder are what they are")
    with Variants(request) as variants:
        outcome = _backtest(request)
        code = show(arguments, outcome, request.source.label)
        if code != COMPLETED:
            return code
        others = variants.figures()
    Console(highlight=False).print(sensitivity_table(figures_of(outcome), others))
    failed = failures(others)
    for line in failed:
        print(line, file=sys.stderr)
    return FAILED if failed else COMPLETED
