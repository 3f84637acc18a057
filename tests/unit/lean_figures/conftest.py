"""Runs small algorithms over LEAN's sample data, to be compared with figures that LEAN published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestOutcome, BacktestRequest, run_backtest

HEADER = "from AlgorithmImports import *\n\n\nclass Small(QCAlgorithm):\n"


@pytest.fixture
def run(shared: Path, tmp_path: Path) -> Callable[[str], BacktestOutcome]:
    """Return a function that runs an algorithm, given its methods, and raises its error."""

    def start(methods: str) -> BacktestOutcome:
        file = tmp_path / "small.py"
        file.write_text(HEADER + indent(dedent(methods), "    "), encoding="utf-8")
        source = LeanFolder(shared / "lean-data")
        outcome = run_backtest(BacktestRequest(file, source, tmp_path / "out", storage=tmp_path / "storage"))
        if outcome.error is not None:
            raise outcome.error
        return outcome

    return start
