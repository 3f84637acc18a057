"""What a backtest prints: the statistics, what each strategy did, and where the files are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from engine.launcher import BacktestOutcome

SECONDS_PER_DAY = 86_400
# Figures of a strategy's report and what they are called here, in the order of the table.
FIGURES = (
    ("opportunities", "Sessions looked at"),
    ("entered", "Entered"),
    ("skipped", "Skipped"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("rolled_back", "Rolled back"),
    ("average_win_usd", "Average win, USD"),
    ("average_loss_usd", "Average loss, USD"),
    ("worst_drawdown_usd", "Worst drawdown, USD"),
    ("seconds_to_fill", "Seconds from signal to fill"),
    ("seconds_in_state", "Days in state"),
    ("fees_usd", "Fees, USD"),
    ("open_value_usd", "Open at the end, USD"),
    ("pnl_usd", "P&L, USD"),
    ("state", "State at the end"),
    ("switched_off", "Switched off"),
)


def print_outcome(outcome: BacktestOutcome, data_label: str) -> None:
    """Print what came of a run."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(statistics_table(outcome.statistics))
    # A run that failed may have no strategies to report on yet.
    report = strategy_report(outcome.algorithm) if outcome.error is None else None
    if report is not None:
        console.print(strategies_table(report["strategies"]))
        console.print(portfolio_line(report["portfolio"]), markup=False)
    if data_label:
        console.print(f"Data: {data_label}", markup=False)
    console.print(f"Results: {outcome.output}", markup=False)


def statistics_table(statistics: Mapping[str, str]) -> Table:
    """Return LEAN's statistics table."""
    table = _table("Statistics", ["", ""])
    table.show_header = False
    for name, value in statistics.items():
        table.add_row(name, value)
    return table


def strategy_report(algorithm: Any) -> Mapping[str, Any] | None:
    """Return what an algorithm says of its strategies; None where it has no method `strategy_report`."""
    report = getattr(algorithm, "strategy_report", None)
    return report() if callable(report) else None


def strategies_table(strategies: Sequence[Mapping[str, Any]]) -> Table:
    """Return the figures of all strategies, one column each; parts of a figure are listed below it."""
    table = _table("Strategies", ["", *(each["name"] for each in strategies)])
    for key, label in FIGURES:
        values = [each[key] for each in strategies]
        if key.endswith("_usd"):
            values = [float(value) for value in values]
        if key == "skipped":
            table.add_row(label, *(_text(sum(reasons.values())) for reasons in values))
            _add_parts(table, values)
        elif key == "seconds_in_state":
            table.add_row(label)
            days = [{state: s / SECONDS_PER_DAY for state, s in each.items()} for each in values]
            _add_parts(table, days)
        elif any(value not in ("", None) for value in values):
            table.add_row(label, *map(_text, values))
    return table


def _add_parts(table: Table, values: Sequence[Mapping[str, float]]) -> None:
    for part in dict.fromkeys(part for value in values for part in value):
        table.add_row(f"  {part}", *(_text(value.get(part)) for value in values))


def portfolio_line(portfolio: Mapping[str, float]) -> str:
    """Return the account's result, and what of it no strategy accounts for."""
    return (
        f"Portfolio: {_text(portfolio['start_usd'])} -> {_text(portfolio['end_usd'])} USD, "
        f"P&L {_text(portfolio['pnl_usd'])} = strategies {_text(portfolio['strategies_pnl_usd'])} "
        f"+ unattributed {_text(portfolio['unattributed_usd'])}"
    )


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        # the names of figures and reasons are never cut short, whatever the width
        table.add_column(column, justify="right" if index else "left", no_wrap=not index, overflow="fold")
    return table


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
