"""`options-machines live --paper`: run an algorithm live against a durable paper broker, and go on after a kill.

Exit codes: 0 the market of the period is over (or SIGTERM stopped the run in order), 1 the algorithm failed, 2 the
input was wrong or another process is at work in the storage folder, 130 Ctrl-C stopped the run in order.
"""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import date
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

if TYPE_CHECKING:
    from engine.live_launcher import LiveOutcome
    from engine.paper.session import LiveRequest

INTERRUPTED = 130
BUILT_IN_PERIOD = date(2018, 10, 1), date(2018, 12, 31)
"""The last quarter of the built-in data: what is replayed where no dates are given."""


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add `live` to the tool's commands."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "live",
        help="run an algorithm live against a paper broker",
        description=(
            "Run a LEAN Python algorithm in LEAN's live order of events against a paper broker with a ledger on "
            "disk. The same command after a kill goes on where the ledger stands."
        ),
    )
    parser.add_argument(
        "--paper", action="store_true", help="trade on paper; for real money use `lean live deploy`"
    )
    parser.add_argument(
        "--storage", metavar="DIR", type=Path, required=True, help="for the ledger and the object store"
    )
    first, last = BUILT_IN_PERIOD
    add_run_options(
        parser,
        (
            f"first day of the market that is replayed (built-in data: {first})",
            f"last day of it (built-in data: {last})",
        ),
    )
    parser.add_argument(
        "--speed",
        metavar="N",
        type=_speed,
        default=None,
        help="market seconds per second, or max (default): as fast as it goes, deterministic",
    )
    parser.add_argument(
        "--outage",
        metavar="MINUTES",
        type=_minutes,
        default=0,
        help="market time that passes without the algorithm before a restart",
    )
    parser.add_argument(
        "--faults", metavar="FILE", type=Path, help="what shall go wrong at the broker (JSON)"
    )
    parser.set_defaults(run=run, command="live")
    return parser


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError(f"max or a positive number was expected, not {text!r}")
    return speed


def _minutes(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number of minutes was expected, not {text!r}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Run what the arguments ask for; return the exit code."""
    return guarded(arguments, _run)


def _run(arguments: argparse.Namespace) -> int:
    from command_line.progress import progress_bar
    from engine.live_launcher import LiveOptions, run_live
    from engine.paper.faults import read_faults
    from engine.paper.transport import BrokerGone

    if not arguments.paper:
        raise EngineError(
            "only paper trading is done here: add --paper, or use `lean live deploy` for real money"
        )
    check_file_and_dates(arguments)
    if arguments.faults is not None:
        read_faults(arguments.faults)  # a mistake in it is told before anything starts
    request = _request(arguments)
    options = LiveOptions(arguments.speed, arguments.outage, arguments.data_folder, arguments.faults)
    try:
        with progress_bar(request):
            outcome = run_live(request, options)
    except BrokerGone as error:
        print(f"options-machines live: {error}", file=sys.stderr)
        return FAILED
    if outcome.signal is not None and outcome.result.error is None:
        return _stopped(outcome)
    return show(arguments, outcome.result, request.source.label)


def _stopped(outcome: LiveOutcome) -> int:
    print(
        f"stopped in order at {outcome.reached:%Y-%m-%d %H:%M} New York; the same command goes on from there"
    )
    return INTERRUPTED if outcome.signal == signal.SIGINT else COMPLETED


def _request(arguments: argparse.Namespace) -> LiveRequest:
    from engine.data_source.opening import open_data_source
    from engine.paper.session import LiveRequest

    start, end = _period(arguments)
    return LiveRequest(
        file=arguments.file,
        source=open_data_source(arguments.data_folder),
        output=arguments.output or new_results_folder(),
        storage=arguments.storage,
        start=start,
        end=end,
        parameters=parameters_of(arguments),
    )


def _period(arguments: argparse.Namespace) -> tuple[date, date]:
    """Return the period to replay: an account that is there has its own beginning, and an end to fall back on."""
    from engine.paper.ledger import period_of

    known = period_of(arguments.storage)
    if known is not None and arguments.start not in (None, known[0]):
        raise EngineError(
            f"the account in {arguments.storage} began on {known[0]}: leave --start out, or take another folder"
        )
    default = known or (BUILT_IN_PERIOD if arguments.data_folder is None else (None, None))
    start, end = arguments.start or default[0], arguments.end or default[1]
    if start is None or end is None:
        raise EngineError("--start and --end are needed with --data-folder")
    if start > end:
        raise EngineError(f"--end {end} is before the first day, {start}")
    return start, end
