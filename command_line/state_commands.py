"""`options-machines state`: what a storage folder says about the strategies, of a live run or of a dead one.

Exit codes: 0 all is well, 1 something needs an operator, 2 the question was wrong (one line says how).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command_line.state_hindsight import blocked, overdue, table_problems
from objectstore.errors import PersistenceError
from objectstore.folder_store import FolderStore
from objectstore.inspection import Inspection, fields, inspect
from objectstore.keys import BACKTEST_PREFIX, PREFIX
from objectstore.schema import MANAGER, record_fields
from state.diagram import mermaid
from state.drawdown import DrawdownStep
from state.rules import EntryRule
from state.table import TransitionTable

if TYPE_CHECKING:
    from command_line.state_ledger import PaperLedger

FINE, OPERATOR, WRONG = 0, 1, 2

STORAGE = "storage"
"""LEAN's own default, below the folder it runs in."""
LEDGER = "paper-broker.sqlite"
"""The paper broker's file in the folder of `live --paper` (`engine.paper.ledger`, which takes its time to load)."""


class WrongQuestion(Exception):
    """What was asked for is not there. The message is the one line to print."""


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add `state` to the tool's commands. The parsed arguments have `run(arguments) -> exit code`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "state", help="what the strategies hold, where they stand, and whether everything adds up"
    )
    commands = parser.add_subparsers(dest="state_command", required=True, metavar="COMMAND")
    _command(commands, "list", "one line per strategy", _list)
    _command(commands, "show", "everything about one strategy, or about the manager", _show, name="optional")
    history = _command(commands, "history", "what happened, oldest first", _history, name="optional")
    history.add_argument("--last", type=_positive, metavar="N", help="only the last N records")
    _command(commands, "verify", "whether documents, log and tables agree", _verify)
    _command(commands, "diagram", "a strategy's states as a Mermaid diagram", _diagram, name="required")
    return parser


def _command(
    commands: Any, command: str, words: str, answer: Callable[[argparse.Namespace], int], name: str = ""
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(command, help=words)
    if name:
        parser.add_argument(
            "name",
            metavar="NAME",
            nargs=None if name == "required" else "?",
            help=f"a strategy, or {MANAGER}",
        )
    else:
        parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the same as --storage DIR")
    parser.add_argument(
        "--storage",
        type=Path,
        default=Path(STORAGE),
        metavar="DIR",
        help="LEAN's storage folder (default: storage)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.set_defaults(run=lambda arguments: _answered(answer, arguments))
    return parser


def _answered(answer: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    arguments.storage = getattr(arguments, "folder", None) or arguments.storage
    try:
        return answer(arguments)
    except (WrongQuestion, PersistenceError) as error:
        print(f"options-machines state: {error}", file=sys.stderr)
        return WRONG


def _list(arguments: argparse.Namespace) -> int:
    from command_line.state_views import console, machines_view

    inspection = _inspected(arguments)
    if arguments.json:
        _print_json([fields(name, loaded) for name, loaded in inspection.documents.items()])
    else:
        console().print(machines_view(inspection, _tables()))
        _print_open_ends(inspection)
    return _code(inspection)


def _show(arguments: argparse.Namespace) -> int:
    from command_line.state_views import console, machine_view, manager_view

    inspection = _inspected(arguments)
    names = [_known(arguments.name, inspection)] if arguments.name else list(inspection.documents)
    rules, ladder, doubt = _rules(inspection)
    barred = blocked(inspection, rules, ladder)
    if arguments.json:
        shown = [fields(name, inspection.documents[name]) for name in names]
        for each in shown:
            refusals = barred if each["name"] == MANAGER else {each["name"]: barred[each["name"]]}
            each["blocked"] = {n: [p._asdict() for p in found] for n, found in refusals.items()}
        _print_json(shown[0] if arguments.name else shown)
    else:
        tables = _tables()
        for name in names:
            records = inspection.history(name)
            if name == MANAGER:
                console().print(manager_view(inspection, barred, records))
            else:
                console().print(machine_view(name, inspection.documents[name], records, tables.get(name)))
        if doubt and MANAGER in names:
            print(f"! {doubt}")
        _print_open_ends(inspection)
    return _code(inspection)


def _history(arguments: argparse.Namespace) -> int:
    from command_line.state_views import console, records_view

    inspection = _inspected(arguments)
    name = _known(arguments.name, inspection) if arguments.name else None
    records = inspection.history(name)
    if arguments.last:
        records = records[-arguments.last :]
    if arguments.json:
        for record in records:
            print(json.dumps(record_fields(record)))
    else:
        console().print(records_view(records))
    return _code(inspection)


def _verify(arguments: argparse.Namespace) -> int:
    inspection = _inspected(arguments)
    tables = _tables()
    problems = [*inspection.problems, *table_problems(inspection, tables, inspection.history())]
    attention = [*inspection.attention, *overdue(inspection, tables)]
    ledger = _ledger(arguments)
    if ledger is not None:
        problems += ledger.problems(inspection)
    inspection = inspection._replace(problems=tuple(problems), attention=tuple(attention))
    if arguments.json:
        said: dict[str, object] = {
            "machines": len(inspection.machines),
            "records": len(inspection.history()),
            "problems": problems,
            "attention": attention,
        }
        _print_json(said if ledger is None else said | {"ledger": ledger.fields()})
    else:
        _print_open_ends(inspection)
        if not inspection.needs_operator:
            count = len(inspection.history())
            beside = "" if ledger is None else f" and the broker's ledger of {ledger.reached} New York"
            print(f"{len(inspection.machines)} documents and {count} records{beside}, everything adds up")
    return _code(inspection)


def _diagram(arguments: argparse.Namespace) -> int:
    tables = _tables()
    table = tables.get(arguments.name)
    if table is None:
        raise WrongQuestion(_unknown(arguments.name, tables))
    current = None
    if arguments.storage.is_dir():
        loaded = _found(arguments).machines.get(arguments.name)
        current = loaded.document.state if loaded and loaded.document else None
    text = mermaid(table, arguments.name, current)
    if arguments.json:
        _print_json({"name": arguments.name, "state": current, "mermaid": text})
    else:
        print(text)
    return FINE


def _ledger(arguments: argparse.Namespace) -> PaperLedger | None:
    """Return the paper broker's ledger beside the documents, None where there is none."""
    folder: Path = arguments.storage
    for beside in (folder, folder.parent, folder.parent.parent):
        if (beside / LEDGER).is_file() and _documents_below(beside, folder):
            from command_line.state_ledger import PaperLedger

            return PaperLedger.read(beside)
    return None


def _documents_below(beside: Path, folder: Path) -> bool:
    """Return whether a folder of documents is the one of the ledger in `beside`."""
    return folder in (beside, beside / STORAGE, beside / STORAGE / PREFIX)


def _tables() -> Mapping[str, TransitionTable]:
    # Here and not above: it loads every strategy, which a wrong question has no use for.
    from strategies.registry import STRATEGIES

    return {name: definition.table for name, definition in STRATEGIES.items()}


def _rules(inspection: Inspection) -> tuple[tuple[EntryRule, ...], tuple[DrawdownStep, ...], str]:
    """Return the rules and the drawdown ladder of the run that wrote the documents, and what is doubtful of them."""
    from strategies.parameters import ParameterError
    from strategies.portfolio_rules import PortfolioParameters, rules_by, settings
    from strategies.registry import STRATEGIES

    document, doubt = (
        inspection.manager.document,
        "the documents do not say with which parameters they were made",
    )
    if document is not None and document.settings:
        try:
            return *rules_by(document.settings), ""
        except ParameterError as error:
            doubt = f"the parameters of the run cannot be used: {error}"
    shares = {name: d.parameters().max_share_pct / 100 for name, d in STRATEGIES.items()}
    return *rules_by(settings(PortfolioParameters(), shares)), f"{doubt}; rules are judged by the defaults"


def _found(arguments: argparse.Namespace) -> Inspection:
    """Read the folder of a live run if there is one, else that of a backtest."""
    folder: Path = arguments.storage
    if (folder / STORAGE / PREFIX).is_dir() and not (folder / PREFIX).is_dir():
        folder = folder / STORAGE  # the folder of `live --paper`: the ledger is beside the object store
    if folder.name in (PREFIX, BACKTEST_PREFIX):
        # Who points at the folder of the documents themselves means these, in the one above.
        return inspect(FolderStore(folder.parent), folder.name)
    store = FolderStore(folder)
    live = inspect(store, PREFIX)
    return inspect(store, BACKTEST_PREFIX) if live.empty else live


def _inspected(arguments: argparse.Namespace) -> Inspection:
    inspection = _found(arguments)
    if inspection.empty:
        raise WrongQuestion(f"nothing of ours is stored in {arguments.storage}")
    return inspection


def _known(name: str, inspection: Inspection) -> str:
    if name not in inspection.documents:
        raise WrongQuestion(_unknown(name, inspection.documents))
    return name


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"there is no {name}" + (
        f", did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _print_open_ends(inspection: Inspection) -> None:
    for line in (*inspection.problems, *inspection.attention):
        print(f"! {line}")


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2))


def _code(inspection: Inspection) -> int:
    return OPERATOR if inspection.needs_operator else FINE
