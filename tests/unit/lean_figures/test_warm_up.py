"""Warm-up at a resolution of its own brings the bars of that resolution and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.launcher import BacktestOutcome

Run = Callable[[str], BacktestOutcome]


def test_daily_warm_up_of_hourly_data_is_not_filled_by_the_hour(run: Run) -> None:
    """Every moment of the warm-up is the close of a daily bar.

    LEAN: WarmupDailyResolutionRegressionAlgorithm, which refuses a filled bar and any other end during warm-up.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 10, 10)
            self.set_end_date(2013, 10, 10)
            self.spy = self.add_equity("SPY", Resolution.HOUR).symbol
            self.set_warm_up(timedelta(days=3), Resolution.DAILY)
            self.moments = []

        def on_data(self, slice):
            if self.is_warming_up:
                assert not slice.bars[self.spy].is_fill_forward
                self.moments.append(self.time)
    """)
    assert outcome.algorithm.moments == [datetime(2013, 10, day, 16) for day in (7, 8, 9)]


def test_warm_up_of_seconds_by_the_minute_has_whole_minutes(run: Run) -> None:
    """The finer resolution of the run does not fill the warm-up.

    LEAN: WarmupMinuteResolutionRegressionAlgorithm.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 10, 8)
            self.set_end_date(2013, 10, 8)
            self.spy = self.add_equity("SPY", Resolution.SECOND).symbol
            self.set_warm_up(timedelta(days=1), Resolution.MINUTE)
            self.moments = []

        def on_data(self, slice):
            if not self.is_warming_up:
                self.quit()
            else:
                self.moments.append(self.time)
    """)
    moments = outcome.algorithm.moments
    assert (len(moments), moments[0], moments[-1]) == (
        390, datetime(2013, 10, 7, 9, 31), datetime(2013, 10, 7, 16),
    )  # fmt: skip


def test_warm_up_of_a_contract_that_no_slice_showed_yet(run: Run) -> None:
    """Contracts can be let go of before their security ever had the algorithm's clock.

    LEAN: WarmupFutureRegressionAlgorithm.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 10, 10)
            self.set_end_date(2013, 10, 10)
            self.es = self.add_future(Futures.Indices.SP_500_E_MINI)
            self.es.set_filter(0, 182)
            self.set_warm_up(1, Resolution.DAILY)
            self.seen = set()

        def on_data(self, slice):
            for chain in slice.future_chains.values():
                self.seen.add(self.is_warming_up)
    """)
    assert outcome.algorithm.seen == {True, False}
