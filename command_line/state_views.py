"""Tables for a terminal: machines, positions, records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from objectstore.inspection import ALARMING, AnyLoaded, Inspection
from objectstore.records import PositionLeg, TransitionRecord
from objectstore.schema import MANAGER, MachineDocument, ManagerDocument
from state.diagram import in_words
from state.records import Permission
from state.statistics import statistics
from state.table import TransitionTable

LAST_RECORDS = 10


def machines_view(inspection: Inspection, tables: Mapping[str, TransitionTable]) -> RenderableType:
    """Return one row per machine and one for the manager."""
    now = inspection.last_sign_of_life
    view = Table("strategy", "state", "since (UTC)", "for", "next", "cycle", "legs", "at work", "document")
    for name, loaded in inspection.machines.items():
        document = loaded.document
        if document is None:
            view.add_row(name, _alarm("UNKNOWN"), "", "", "", "", "", "", _copy(loaded))
            continue
        view.add_row(
            name,
            _state(document.state),
            _time(document.since),
            in_words(now - document.since) if now and now > document.since else "0 s",
            _next(document, tables.get(name)),
            str(document.cycle),
            str(len(document.legs) or ""),
            ", ".join(f"{escape(i.purpose)} ({escape(i.status)})" for i in document.intents),
            _copy(loaded),
        )
    manager = inspection.manager.document
    if manager is not None or inspection.manager.lost:
        mode = (
            _alarm("UNKNOWN") if manager is None else _alarm("HALTED") if manager.halted else Text("RUNNING")
        )
        view.add_row(
            MANAGER,
            mode,
            _time(manager.since) if manager else "",
            "",
            "",
            "",
            "",
            "",
            _copy(inspection.manager),
        )
    return view


def machine_view(
    name: str, loaded: AnyLoaded, records: Iterable[TransitionRecord], table: TransitionTable | None
) -> RenderableType:
    """Return everything about one machine."""
    document = loaded.document
    if not isinstance(document, MachineDocument):
        return Group(Text(f"{name}: no document that can be believed"), *problem_lines(loaded))
    facts = Table.grid(padding=(0, 2))
    facts.add_row("state", _state(document.state))
    facts.add_row("since", _time(document.since))
    last = document.history[-1] if document.history else None
    if last is not None:
        facts.add_row("because", escape(last.reason))
        if last.error:
            facts.add_row("error", escape(last.error))
    facts.add_row("next", _next(document, table) or "nothing by itself")
    if table is not None:
        facts.add_row("may go to", ", ".join(table.targets(document.state)))
        facts.add_row("way to be flat", " -> ".join(_way_out(document, table)))
    facts.add_row("cycle", str(document.cycle))
    facts.add_row("errors lately", str(len(document.errors)))
    for key, value in document.values.items():
        facts.add_row(escape(key), escape(str(value)))
    parts: list[RenderableType] = [Text(name, style="bold"), facts, *problem_lines(loaded)]
    parts.append(legs_view(document.legs) if document.legs else Text("holds nothing"))
    for intent in document.intents:
        view = Table(
            "contract",
            "role",
            "wanted",
            "filled",
            "at",
            title=f"{intent.purpose} {intent.group}: {intent.status}",
        )
        for leg in intent.legs:
            view.add_row(
                escape(leg.name),
                escape(leg.role),
                f"{leg.quantity:+g}",
                f"{leg.filled:+g}",
                f"{leg.average_price:g}",
            )
        parts.append(view)
    records = tuple(records)
    parts += [stays_view(records), records_view(records[-LAST_RECORDS:])]
    return Group(*parts)


def stays_view(records: Iterable[TransitionRecord]) -> RenderableType:
    """Return how often and how long machines were in their states."""
    view = Table("state", "times", "mean", "longest", title="completed stays", title_justify="left")
    for figures in statistics(records).values():
        for state, stay in figures.stays.items():
            view.add_row(state, str(stay.times), in_words(stay.mean), in_words(stay.longest))
    return view


def manager_view(
    inspection: Inspection, blocked: Mapping[str, tuple[Permission, ...]], records: Iterable[TransitionRecord]
) -> RenderableType:
    """Return the manager's situation, and in words which rule blocks whom."""
    document = inspection.manager.document
    parts: list[RenderableType] = [Text(MANAGER, style="bold"), *problem_lines(inspection.manager)]
    if document is None:
        parts.append(Text("no document that can be believed"))
    else:
        parts.append(Text(f"halted: {document.halted}" if document.halted else "running"))
        parts += [Text(f"{name} is paused: {why}") for name, why in document.paused.items()]
        for name, amount in document.commitments.items():
            parts.append(Text(f"{name} ties up {amount:,.2f} of buying power"))
        if document.peak_equity:
            parts.append(Text(f"highest equity {document.peak_equity:,.2f}"))
        if document.drawdown:
            parts.append(Text(f"drawdown ladder: {document.drawdown}"))
        if document.external:
            parts.append(legs_view(document.external, "outside of the strategies"))
    for name, permissions in blocked.items():
        parts += [Text(f"{name} may not enter, rule {each.rule}: {each.reason}") for each in permissions]
        if not permissions:
            parts.append(Text(f"{name}: no rule blocks its entry, as far as documents can tell"))
    parts += verdict_lines(document)
    parts.append(records_view(tuple(records)[-LAST_RECORDS:]))
    return Group(*parts)


def verdict_lines(document: ManagerDocument | None) -> list[Text]:
    """Return what the strategies were last answered when they asked."""
    return [
        Text(
            f"{v.strategy} asked at {_time(v.at)}: "
            + ("allowed" if v.allowed else f"refused by rule {v.rule}: {v.reason}")
        )
        for v in (document.verdicts.values() if document else ())
    ]


def legs_view(legs: Iterable[PositionLeg], title: str = "holds") -> RenderableType:
    """Return a table of legs."""
    view = Table("contract", "role", "quantity", "average price", title=title, title_justify="left")
    for leg in legs:
        view.add_row(escape(leg.name), escape(leg.role), f"{leg.quantity:+g}", f"{leg.average_price:g}")
    return view


def records_view(records: Iterable[TransitionRecord]) -> RenderableType:
    """Return a table of records, oldest first."""
    view = Table("time (UTC)", "strategy", "cycle", "from", "to", "after", "reason")
    for record in records:
        reason = record.reason if record.error is None else f"{record.reason} [{record.error}]"
        kind = "" if record.kind == "transition" else f"({record.kind}) "
        view.add_row(
            _time(record.at),
            record.machine,
            str(record.cycle),
            record.source,
            _state(record.target) if record.source != record.target else Text("-"),
            in_words(record.duration),
            escape(f"{kind}{reason}"),
        )
    return view


def problem_lines(loaded: AnyLoaded) -> list[Text]:
    """Return a line for each copy that could not be believed."""
    return [Text(str(problem), style="red") for problem in loaded.problems]


def console() -> Console:
    """Return a console that does not cut columns when its output goes to a file."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=200)


def _next(document: MachineDocument, table: TransitionTable | None) -> str:
    if document.deadline is None:
        return ""
    timeout = table.timeouts.get(document.state) if table else None
    return f"{timeout.to if timeout else 'timeout'} at {_time(document.deadline)}"


def _way_out(document: MachineDocument, table: TransitionTable) -> tuple[str, ...]:
    """Return a shortest way through an exit to holding nothing; empty if nothing is held."""
    exit_way = table.path(document.state, table.exits) if document.legs else None
    flat = [state for state in table.states if state not in table.holding]
    rest = table.path(exit_way[-1], flat) if exit_way else None
    return (*exit_way, *rest[1:]) if exit_way and rest else ()


def _state(state: str) -> Text:
    return _alarm(state) if state in ALARMING else Text(state)


def _alarm(text: str) -> Text:
    return Text(text, style="bold red")


def _copy(loaded: AnyLoaded) -> Text:
    return (
        _alarm("lost")
        if loaded.lost
        else Text(loaded.origin or "", style="yellow" if loaded.problems else "")
    )


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
