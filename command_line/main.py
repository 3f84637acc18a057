"""The tool `options-machines`: one subcommand per module, loaded when it is asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple


class Subcommand(NamedTuple):
    """Where a subcommand lives; its `add_parser(subparsers)` sets `run(arguments) -> exit code`."""

    module: str
    help: str


SUBCOMMANDS: Final = {
    "backtest": Subcommand("command_line.backtest_command", "run an algorithm over past data"),
    "live": Subcommand("command_line.live_command", "run an algorithm live against a paper broker"),
    "command": Subcommand("command_line.operator_command", "tell a running algorithm to halt, flatten, ..."),
    "state": Subcommand(
        "command_line.state_commands", "what the strategies hold, where they stand, what is wrong"
    ),
    "data": Subcommand(
        "command_line.data_commands", "import option chains, or write the built-in data as files"
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the tool; return its exit code: 0 done, 1 the algorithm failed, 2 the input was wrong."""
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = build_parser(words[0] if words else "").parse_args(words)
    try:
        exit_code: int = arguments.run(arguments)
    except KeyboardInterrupt:
        print("options-machines: interrupted", file=sys.stderr)
        return 130
    return exit_code


def build_parser(command: str) -> argparse.ArgumentParser:
    """Return the parser; only the subcommand that is wanted is loaded, so that the help is quick."""
    parser = argparse.ArgumentParser(
        prog="options-machines",
        description="Backtest state machines for options strategies, and look at their state.",
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, subcommand in SUBCOMMANDS.items():
        if name == command:
            import_module(subcommand.module).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=subcommand.help)
    return parser


if __name__ == "__main__":
    sys.exit(main())
