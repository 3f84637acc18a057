"""A sample of the crash matrix of the real thing; the whole is `python -m tests.crash.live_matrix` and `.kills`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

from engine.data_source.modelled.source import ModelledSource
from tests.crash.kills import END, START, arguments_of, problems_of
from tests.crash.live_matrix import try_points
from tests.crash.live_runs import REPOSITORY

DAY = date.fromisoformat(START)
DIES_AT = 120
"""Of the traces that a run leaves; `kills` tries hundreds of them."""


def test_a_live_run_killed_in_process_loses_nothing(tmp_path: Path) -> None:
    """Killed at writes, flushes, events, orders and steps; also with documents that are old or half-written."""
    matrix = try_points(tmp_path, ModelledSource(), DAY, DAY, every=36)
    assert matrix.broken == []
    assert matrix.undisturbed.points.total() > 400
    assert matrix.outcomes.total() >= 8


def test_a_real_process_killed_with_sigkill_is_started_again(tmp_path: Path) -> None:
    """The command line's own process, and the broker's, which goes on as a brokerage does."""
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    arguments = arguments_of(tmp_path / "live", START, END)
    line = [sys.executable, "-m", "tests.crash.dying_run", str(DIES_AT), *arguments]
    killed = subprocess.run(line, cwd=REPOSITORY, env=env, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    again = [sys.executable, "-m", "command_line.main", *arguments]
    subprocess.run(again, cwd=REPOSITORY, env=env, capture_output=True, check=True)
    assert problems_of(tmp_path / "live") == []
