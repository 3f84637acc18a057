"""What a backtest prints: the statistics, what each strategy did, and where the files are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from engine.launcher import BacktestOutcome


def print_outcome(outcome: BacktestOutcome, data_label: str) -> None:
    """Print what came of a run."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(statistics_table(outcome.statistics))
    report = strategy_report(outcome.algorithm)
    for name, figures in report.items():
        console.print(strategy_table(name, figures))
    if data_label:
        console.print(f"Data: {data_label}", markup=False)
    console.print(f"Results: {outcome.output}", markup=False)


def statistics_table(statistics: Mapping[str, str]) -> Table:
    """Return LEAN's statistics table."""
    table = _two_columns("Statistics")
    for name, value in statistics.items():
        table.add_row(name, value)
    return table


def strategy_report(algorithm: Any) -> Mapping[str, Mapping[str, Any]]:
    """Return what an algorithm says of its strategies; nothing where it has no method `report`."""
    report = getattr(algorithm, "report", None)
    return report() if callable(report) else {}


def strategy_table(name: str, figures: Mapping[str, Any]) -> Table:
    """Return the figures of one strategy; a figure made of several is indented below its name."""
    table = _two_columns(name)
    for label, value in figures.items():
        if isinstance(value, Mapping):
            table.add_row(_words(label), "")
            for part, part_value in value.items():
                table.add_row(f"  {part}", _text(part_value))
        else:
            table.add_row(_words(label), _text(value))
    return table


def _two_columns(title: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    return table


def _words(name: str) -> str:
    return name.replace("_usd", " (USD)").replace("_", " ")


def _text(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
