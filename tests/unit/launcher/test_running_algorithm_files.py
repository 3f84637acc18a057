"""What a file must be to run, and what comes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from engine.common.enums import AlgorithmStatus
from engine.common.errors import EngineError, UnsupportedMemberError
from engine.data_source.modelled.source import ModelledSource
from engine.launcher import BacktestOutcome, BacktestRequest, run_backtest

HEADER = """
from AlgorithmImports import *


class Small(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2014, 1, 6)
        self.set_end_date(2014, 1, 8)
        self.spy = self.add_equity("SPY", Resolution.MINUTE).symbol
"""


@pytest.fixture(scope="module")
def source() -> ModelledSource:
    return ModelledSource()


@pytest.fixture
def run(source: ModelledSource, tmp_path: Path):  # type: ignore[no-untyped-def]
    def start(text: str, header: str = HEADER, **days: date) -> BacktestOutcome:
        file = tmp_path / "small.py"
        file.write_text(dedent(header).strip() + "\n" + text, encoding="utf-8")
        request = BacktestRequest(file, source, tmp_path / "out", storage=tmp_path / "storage", **days)
        return run_backtest(request)

    return start


def test_algorithm_runs_to_its_end_and_says_what_its_data_is(run) -> None:  # type: ignore[no-untyped-def]
    """A completed run has LEAN's statistics, and its source calls modelled quotes modelled."""
    outcome = run("    def on_data(self, data):\n        self.set_holdings(self.spy, 1)\n")
    assert outcome.status == AlgorithmStatus.COMPLETED
    assert outcome.statistics["Start Equity"] == "100000"
    assert "modelled" in outcome.algorithm.data_feed.source.label


def test_two_runs_of_one_file_give_the_same_orders(run) -> None:  # type: ignore[no-untyped-def]
    """Nothing of a run depends on the one before it."""
    text = (
        "    def on_data(self, data):\n"
        "        if not self.portfolio.invested:\n"
        "            self.market_order(self.spy, 7)\n"
    )
    assert run(text).statistics == run(text).statistics


@pytest.mark.parametrize(
    "text",
    [
        "    def on_data(self, data):\n        raise ValueError('in on_data')\n",
        "        self.schedule.on(self.date_rules.every_day(), self.time_rules.at(10, 0), self.boom)\n"
        "    def boom(self):\n        raise ValueError('in an event')\n",
        "        raise ValueError('in initialize')\n",
        "    def on_end_of_algorithm(self):\n        raise ValueError('at the end')\n",
        "    def on_warmup_finished(self):\n        raise ValueError('after warm-up')\n",
        "        self.add_universe('picked', self.pick)\n"
        "    def pick(self, time):\n        raise ValueError('in a selection')\n",
    ],
)
def test_error_of_the_algorithm_ends_the_run_as_a_runtime_error(run, text: str) -> None:  # type: ignore[no-untyped-def]
    """Wherever an algorithm raises, the outcome names the error and result files are still written."""
    outcome = run(text)
    assert outcome.status == AlgorithmStatus.RUNTIME_ERROR
    assert isinstance(outcome.error, ValueError)


def test_member_that_the_engine_lacks_is_named(run) -> None:  # type: ignore[no-untyped-def]
    """A member of LEAN that does not exist here is an error of its own, never a silent no-op."""
    with pytest.raises(UnsupportedMemberError, match=r"QCAlgorithm\.add_forex"):
        run("        self.add_forex('EURUSD')\n")


def test_setting_that_the_engine_lacks_is_named(run) -> None:  # type: ignore[no-untyped-def]
    """An unknown setting cannot be set either."""
    error = run("        self.settings.no_such_setting = 1\n").error
    assert isinstance(error, AttributeError)
    assert "no_such_setting" in str(error)


def test_file_without_an_algorithm_is_refused(run) -> None:  # type: ignore[no-untyped-def]
    """A class that is only imported does not count, as in LEAN."""
    with pytest.raises(EngineError, match="no class derived from QCAlgorithm"):
        run("", header="from AlgorithmImports import *\n")


def test_missing_file_is_refused(source: ModelledSource, tmp_path: Path) -> None:
    """A file that is not there is one clear line."""
    request = BacktestRequest(tmp_path / "nothing.py", source, tmp_path)
    with pytest.raises(EngineError, match=r"nothing\.py"):
        run_backtest(request)


def test_run_leaves_the_import_path_as_it_was(run) -> None:  # type: ignore[no-untyped-def]
    """AlgorithmImports can be imported while an algorithm runs, and not after it."""
    import sys

    before, finders = list(sys.path), list(sys.meta_path)
    run("")
    assert sys.path == before
    assert sys.meta_path == finders


def test_pascal_case_members_work_as_in_lean(run) -> None:  # type: ignore[no-untyped-def]
    """Old algorithms call SetCash and LimitOrder; both spellings mean the same member."""
    assert run("        self.SetCash(5000)\n").statistics["Start Equity"] == "5000"


def test_days_asked_for_are_those_the_algorithm_sees_from_the_first_line(run) -> None:  # type: ignore[no-untyped-def]
    """`--start` and `--end` stand in place of what the file sets, in initialize already."""
    outcome = run(
        "        self.seen = (self.time, self.end_date)\n", start=date(2014, 6, 5), end=date(2014, 6, 5)
    )
    seen = outcome.algorithm.seen
    assert (seen[0].date(), seen[1].date()) == (date(2014, 6, 5), date(2014, 6, 5))


def test_clock_rules_follow_the_zone_that_initialize_sets(run) -> None:  # type: ignore[no-untyped-def]
    """`set_time_zone` moves the algorithm's clock and every rule made after it: 10:00 is Chicago's."""
    text = (
        "        self.set_time_zone(TimeZones.CHICAGO)\n"
        "        self.seen = []\n"
        "        self.schedule.on(self.date_rules.every_day(self.spy), self.time_rules.at(10, 0), self.look)\n"
        "    def look(self):\n"
        "        self.seen.append((self.time.hour, self.utc_time.hour))\n"
    )
    outcome = run(text)
    assert outcome.status == AlgorithmStatus.COMPLETED, outcome.error
    assert outcome.algorithm.seen == [(10, 16)] * 3


def test_training_runs_at_the_first_step_and_by_its_rules(run) -> None:  # type: ignore[no-untyped-def]
    """`train(function)` runs with the first data, `train(date rule, time rule, function)` as a scheduled event."""
    text = (
        "        self.trained = []\n"
        "        self.train(self.note)\n"
        "        self.train(self.date_rules.on(2014, 1, 7), self.time_rules.at(11, 0), self.note)\n"
        "    def note(self):\n"
        "        self.trained.append((self.time.day, self.time.hour))\n"
    )
    assert run(text).algorithm.trained == [(6, 0), (7, 11)]


def test_tags_are_cut_and_their_number_is_limited(run) -> None:  # type: ignore[no-untyped-def]
    """The hundred and first tag is told and left out; a blank one is none."""
    text = "        self.set_tags([' ', 'x' * 300, *map(str, range(150))])\n"
    outcome = run(text)
    assert outcome.algorithm.tags == ["x" * 200, *map(str, range(99))]
