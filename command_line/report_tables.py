"""What a backtest prints: the statistics, what each strategy did, and where the files are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from engine.launcher import BacktestOutcome

SECONDS_PER_DAY = 86_400
# Figures of a strategy's report and what they are called here, in the order of the table.
FIGURES = (
    ("opportunities", "Sessions looked at"),
    ("entered", "Entered"),
    ("skipped", "Skipped"),
    ("trades", "Trades (closed)"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("win_rate_pct", "Win rate, %"),
    ("rolled_back", "Rolled back"),
    ("rolls", "Rolls"),
    ("average_win_usd", "Average win, USD"),
    ("average_loss_usd", "Average loss, USD"),
    ("worst_drawdown_usd", "Worst drawdown, USD"),
    ("fees_usd", "Fees, USD"),
    ("open_value_usd", "Open at the end, USD"),
    ("pnl_usd", "P&L, USD"),
    ("entry_usd", "Entered for, USD"),
    ("reserved_usd", "- reserved, USD"),
    ("settled", "Ended by the exchange"),
    ("neglected", "- by neglect"),
    ("seconds_to_fill", "Signal to fill, s"),
    ("seconds_in_state", "Days in state"),
    ("state", "State at the end"),
)
_PRICED = ("EQUITY", "INDEX", "FUTURE")
"""Kinds of securities without a price of which a run is empty; of options many are never quoted."""

WITH_PARTS = ("skipped", "settled")


def print_outcome(outcome: BacktestOutcome, data_label: str) -> None:
    """Print what came of a run, and write the strategies' report beside its result files."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(statistics_table(outcome.statistics))
    # A run that failed may have no strategies to report on yet.
    report = strategy_report(outcome.algorithm) if outcome.error is None else None
    if report is not None:
        print_report(console, report)
        write_report(outcome.output / f"{outcome.name}-strategies.json", report, data_label)
    if outcome.error is None:
        for line in missing_data_lines(outcome.algorithm):
            console.print(line, markup=False)
    if data_label:
        console.print(f"Data: {data_label}", markup=False)
    console.print(f"Results: {outcome.output}", markup=False)


def missing_data_lines(algorithm: Any) -> list[str]:
    """Return a line that names the equities, indexes and futures that never had a price, none if all had one.

    A folder without the files of the period, or with daily files alone, gives a run in which nothing happens; LEAN
    says nothing of it.
    """
    names = [
        str(security.symbol.value)
        for security in algorithm.securities.values()
        if security.type.name in _PRICED and not security.symbol.is_canonical() and security.price == 0
    ]
    if not names:
        return []
    return [
        f"No data in this period and resolution: {', '.join(sorted(names))}. "
        "What needs their prices could not happen."
    ]


def print_report(console: Console, report: Mapping[str, Any]) -> None:
    """Print what each strategy did, who was assigned, and that the books close."""
    running = [each for each in report["strategies"] if each["enabled"]]
    if running:
        console.print(strategies_table(running))
    for each in report["strategies"]:
        if not each["enabled"]:
            console.print(f"{each['name']} is switched off: {each['switched_off']}", markup=False)
    for line in settlement_lines(report.get("settlements", ())):
        console.print(line, markup=False)
    console.print(portfolio_line(report["portfolio"]), markup=False)


def write_report(file: Path, report: Mapping[str, Any], data_label: str) -> None:
    """Write a report with every figure, every settlement, and what the data are."""
    file.write_text(json.dumps({"data": data_label, **report}, indent=2) + "\n", encoding="utf-8")


def statistics_table(statistics: Mapping[str, str]) -> Table:
    """Return LEAN's statistics table."""
    table = Table("", "", title="Statistics", title_justify="left", show_header=False)
    table.columns[1].justify = "right"
    for name, value in statistics.items():
        table.add_row(name, value)
    return table


def strategy_report(algorithm: Any) -> Mapping[str, Any] | None:
    """Return what an algorithm says of its strategies; None where it has no method `strategy_report`."""
    report = getattr(algorithm, "strategy_report", None)
    return report() if callable(report) else None


def strategies_table(strategies: Sequence[Mapping[str, Any]]) -> Table:
    """Return the figures of strategies, one column each; parts of a figure are listed below it.

    Money is in whole dollars, so that five strategies fit a terminal of 80 columns; the report's file has the cents.
    """
    table = slim_table("Strategies", [each["name"].replace("_", " ") for each in strategies])
    for key, label in FIGURES:
        values = [each[key] for each in strategies]
        if key.endswith("_usd"):
            table.add_row(label, *(f"{value:,.0f}" for value in values))
        elif key in WITH_PARTS:
            table.add_row(label, *(str(sum(parts.values())) for parts in values))
            _add_parts(table, values)
        elif key == "seconds_in_state":
            table.add_row(label)
            days = [{state: s / SECONDS_PER_DAY for state, s in each.items()} for each in values]
            _add_parts(table, days)
        else:
            table.add_row(label, *map(_text, values))
    return table


def _add_parts(table: Table, values: Sequence[Mapping[str, float]]) -> None:
    for part in dict.fromkeys(part for value in values for part in value):
        table.add_row(f" {part}", *(_text(value.get(part)) for value in values))


def settlement_lines(settlements: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each option that was exercised, and for each that a rule should have closed before."""
    return [
        f"{each['strategy']}: {each['quantity']:+g} {each['contract']} {each['kind']} at {each['at']}"
        + (" BY NEGLECT" if each["by_neglect"] else "")
        for each in settlements
        if each["by_neglect"] or each["kind"] in ("assigned", "exercised")
    ]


def portfolio_line(portfolio: Mapping[str, float]) -> str:
    """Return the account's result, and what of it no strategy accounts for."""
    return (
        f"Portfolio: {_text(portfolio['start_usd'])} -> {_text(portfolio['end_usd'])} USD, "
        f"P&L {_text(portfolio['pnl_usd'])} = strategies {_text(portfolio['strategies_pnl_usd'])} "
        f"+ unattributed {_text(portfolio['unattributed_usd'])}"
    )


def slim_table(title: str, columns: Iterable[str]) -> Table:
    """Return a table without lines between its columns: labels on the left, figures on the right."""
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False
    )
    table.add_column("", no_wrap=True)  # names of figures and reasons are never cut short
    for column in columns:
        table.add_column(column, justify="right", overflow="fold")
    return table


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
