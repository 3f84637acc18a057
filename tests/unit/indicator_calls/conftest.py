"""Runs an algorithm over LEAN's sample data, with SPY and IBM at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestOutcome, BacktestRequest, run_backtest

HEADER = """from AlgorithmImports import *


class Asking(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2013, 10, 7)
        self.set_end_date(2013, 10, 7)
        self.spy = self.add_equity("SPY", Resolution.MINUTE).symbol
        self.ibm = self.add_equity("IBM", Resolution.MINUTE).symbol
        self.ask()

"""


@pytest.fixture
def ask(shared: Path, tmp_path: Path) -> Callable[[str], BacktestOutcome]:
    """Return a function that runs `ask(self)`, given its lines and perhaps further code, and raises its error."""

    def run(lines: str, more: str = "") -> BacktestOutcome:
        body = "".join(f"        {line}\n" for line in lines.splitlines())
        file = tmp_path / "asking.py"
        file.write_text(f"{HEADER}    def ask(self):\n{body}{more}", encoding="utf-8")
        source = LeanFolder(shared / "lean-data")
        outcome = run_backtest(BacktestRequest(file, source, tmp_path / "out", storage=tmp_path / "storage"))
        if outcome.error is not None:
            raise outcome.error
        return outcome

    return run
