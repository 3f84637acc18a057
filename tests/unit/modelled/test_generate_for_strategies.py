"""The five strategies on a folder written for them: the same orders as on the built-in data."""

from __future__ import annotations

import json
from datetime import date

from command_line.project_parameters import read_project_parameters
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.data_source.modelled.source import ModelledSource
from engine.data_source.writer.generate import DataGenerator
from engine.data_source.writer.recording_source import RecordingSource
from engine.launcher import BacktestRequest, run_backtest

START, END = date(2015, 8, 20), date(2015, 8, 28)
"""A crash, with an expiry in it."""


def test_all_strategies_give_the_same_orders_on_the_written_folder(repository, tmp_path):
    """Order events, their hash and every statistic agree, and there are orders."""

    def run(source, name):
        outcome = run_backtest(
            BacktestRequest(
                repository / "main.py",
                source,
                tmp_path / name,
                START,
                END,
                read_project_parameters(repository),
                tmp_path / f"{name}-storage",
            )
        )
        assert outcome.error is None
        events = json.loads((outcome.output / f"{outcome.name}-order-events.json").read_text())
        return events, outcome.statistics

    recorded = RecordingSource(ModelledSource())
    built_in = run(recorded, "built-in")
    DataGenerator(recorded, tmp_path / "lean", START, END).write()
    assert len(built_in[0]) > 10
    assert run(LeanFolder(tmp_path / "lean"), "folder") == built_in
