"""Runs against a paper broker in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from engine.data_source.modelled.source import ModelledSource
from engine.launcher import BacktestOutcome, BacktestRequest, run_backtest
from engine.paper.probe import Probe, nobody_looks
from engine.paper.session import LiveRequest, PaperSession, open_ledger_broker

FIRST, LAST = date(2015, 1, 2), date(2015, 1, 9)

Fills = list[tuple[int, str, str, str, str]]


def fills_of(outcome: BacktestOutcome) -> Fills:
    """Return when what was filled at which price and fee."""
    handler = outcome.algorithm.transactions.transaction_handler  # type: ignore[attr-defined]
    return [
        (
            event.utc_time_stamp,
            str(event.symbol.id),
            str(event.fill_price_decimal),
            str(event.fill_quantity_decimal),
            str(event.order_fee.value.amount_decimal),
        )
        for event in handler.order_events
        if event.fill_quantity_decimal
    ]


@pytest.fixture(scope="session")
def source() -> ModelledSource:
    """Return the built-in data, loaded once."""
    return ModelledSource()


@pytest.fixture
def request_of(source: ModelledSource, tmp_path: Path) -> Callable[..., LiveRequest]:
    """Return what makes a request from the text of an algorithm, or from a file."""

    def make(text: str | Path, start: date = FIRST, end: date = LAST) -> LiveRequest:
        file = text if isinstance(text, Path) else tmp_path / "small.py"
        if isinstance(text, str):
            file.write_text(dedent(text).strip() + "\n", encoding="utf-8")
        return LiveRequest(file, source, tmp_path / "results", tmp_path / "live", start, end)

    return make


@pytest.fixture
def backtest(tmp_path: Path) -> Callable[[LiveRequest], BacktestOutcome]:
    """Return what runs the same as a backtest."""

    def run(request: LiveRequest) -> BacktestOutcome:
        return run_backtest(
            BacktestRequest(
                request.file,
                request.source,
                tmp_path / "backtest",
                request.start,
                request.end,
                storage=tmp_path / "backtest-storage",
            )
        )

    return run


def go_live(request: LiveRequest, probe: Probe = nobody_looks, **changes: object) -> BacktestOutcome:
    """Run a request against the broker of its storage folder, in this process."""
    request = replace(request, **changes)  # type: ignore[arg-type]
    broker = open_ledger_broker(request.storage, request.source, durable=False)
    try:
        return PaperSession(request, broker, probe).run()
    finally:
        broker.close()
