"""`backtest --sensitivity`: the same run on other modelled quotes, to see how much of a result is the model.

The model's level is off by 1 to 1.5 volatility points in either direction, its spreads by up to a factor of two
(docs/market-data.md), so each run is repeated with both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from command_line.report_tables import slim_table, strategy_report, write_report

if TYPE_CHECKING:
    from rich.table import Table

    from engine.launcher import BacktestOutcome, BacktestRequest

STATISTICS = ("End Equity", "Drawdown", "Total Fees", "Total Orders")
"""Figures of LEAN's table that are compared; the strategies' own come below them."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Other quotes for the same index."""

    title: str
    folder: str
    volatility_shift: float
    spread_multiplier: float


VARIANTS = (
    Variant("1.5 points lower", "volatility-1.5", -1.5, 1.0),
    Variant("1.5 points higher", "volatility+1.5", 1.5, 1.0),
    Variant("spreads doubled", "spreads-doubled", 0.0, 2.0),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared of one run; it travels between processes."""

    statistics: dict[str, str]
    strategies: list[dict[str, Any]]
    error: str | None = None


def figures_of(outcome: BacktestOutcome) -> Figures:
    """Return what is compared of a run."""
    if outcome.error is not None:
        return Figures({}, [], f"{type(outcome.error).__name__}: {outcome.error}")
    report = strategy_report(outcome.algorithm) or {"strategies": []}
    return Figures(dict(outcome.statistics), [each for each in report["strategies"] if each["enabled"]])


def run_variant(request: BacktestRequest, variant: Variant) -> Figures:
    """Run a request on a variant's quotes, in a folder and with an object store of its own."""
    from engine.data_source.modelled.source import ModelledSource
    from engine.launcher import run_backtest

    output = request.output / variant.folder
    source = ModelledSource(variant.volatility_shift, variant.spread_multiplier)
    outcome = run_backtest(
        replace(request, source=source, output=output, storage=output / "storage", progress=None)
    )
    report = strategy_report(outcome.algorithm) if outcome.error is None else None
    if report is not None:
        label = f"{source.label}; {variant.title}"
        write_report(output / f"{outcome.name}-strategies.json", report, label)
    return figures_of(outcome)


class Variants:
    """The runs beside the one that was asked for, in processes of their own."""

    def __init__(self, request: BacktestRequest) -> None:
        # A data source holds functions made as it goes, which no other process can take; each makes its own.
        bare = replace(request, source=None, progress=None)  # type: ignore[arg-type]
        workers = min(len(VARIANTS), max((os.cpu_count() or 2) - 1, 1))
        # Begun anew, not forked: this process may have threads.
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        self._runs: list[Future[Figures]] = [self._pool.submit(run_variant, bare, each) for each in VARIANTS]

    def __enter__(self) -> Variants:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def figures(self) -> list[Figures]:
        """Wait for all of them."""
        return [run.result() for run in self._runs]


def sensitivity_table(base: Figures, others: Sequence[Figures]) -> Table:
    """Return the figures of all runs side by side."""
    table = slim_table("Sensitivity to the modelled quotes", ["as modelled", *(v.title for v in VARIANTS)])
    runs = [base, *others]
    for name in STATISTICS:
        table.add_row(name, *(run.statistics.get(name, "failed") for run in runs))
    for strategy in (each["name"] for each in base.strategies):
        rows = [_row(run, strategy) for run in runs]
        table.add_row(strategy.replace("_", " "))
        table.add_row(" entered", *(str(row["entered"]) if row else "" for row in rows))
        table.add_row(" won / lost", *(f"{row['won']} / {row['lost']}" if row else "" for row in rows))
        table.add_row(" fees, USD", *(f"{row['fees_usd']:,.0f}" if row else "" for row in rows))
        table.add_row(" P&L, USD", *(f"{row['pnl_usd']:,.0f}" if row else "" for row in rows))
    return table


def _row(run: Figures, strategy: str) -> Mapping[str, Any] | None:
    return next((each for each in run.strategies if each["name"] == strategy), None)


def failures(others: Sequence[Figures]) -> list[str]:
    """Return a line for each run that failed."""
    return [
        f"{variant.title}: {run.error}"
        for variant, run in zip(VARIANTS, others, strict=True)
        if run.error is not None
    ]
