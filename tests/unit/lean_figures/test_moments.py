"""The moments of a run are LEAN's, also those at which nothing is told to the algorithm."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from engine.launcher import BacktestOutcome

Run = Callable[[str], BacktestOutcome]


def _equity_times(outcome: BacktestOutcome) -> list[datetime]:
    result = json.loads((outcome.output / f"{outcome.name}.json").read_text(encoding="utf-8"))
    points = result["charts"]["Strategy Equity"]["series"]["Equity"]["values"]
    return [datetime.fromtimestamp(point[0], UTC).replace(tzinfo=None) for point in points]


def test_daily_open_interest_comes_at_its_own_time(run: Run) -> None:
    """LEAN samples equity at midnight UTC, when a future's open interest of a day is published, not only at closes.

    LEAN: BasicTemplateFuturesDailyAlgorithm has exactly these three midnights in October 2013.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 10, 8)
            self.set_end_date(2013, 10, 15)
            self.add_future(Futures.Indices.SP_500_E_MINI, Resolution.DAILY).set_filter(0, 182)
    """)
    midnights = [time for time in _equity_times(outcome) if time.hour == 0]
    assert midnights == [datetime(2013, 10, day) for day in (9, 10, 11)]


def test_bar_that_ends_with_the_last_day_is_still_told(run: Run) -> None:
    """A bar that begins before the end comes although it ends after it, so the run lasts three whole days.

    LEAN: FutureOptionMultipleContractsInDifferentContractMonthsWithSameUnderlyingFutureRegressionAlgorithm, whose annual
    return of -58.987% is that of three days and not of a minute less.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2020, 1, 4)
            self.set_end_date(2020, 1, 6)
            gold = self.add_future("GC", Resolution.MINUTE, Market.COMEX, extended_market_hours=True)
            gold.set_filter(0, 365)
    """)
    assert _equity_times(outcome)[-1] == datetime(2020, 1, 7, 5)


def test_split_alone_is_data_of_its_symbol(run: Run) -> None:
    """At the midnight of a split the slice contains the symbol without a bar, so an order goes out for the open.

    LEAN: SplitOnTradeBuilderRegressionAlgorithm, OrderListHash be48105b9ce730de7bd4e4908f8c3ef5.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2014, 6, 6)
            self.set_end_date(2014, 6, 11)
            self.set_benchmark(lambda time: 0)
            mode = DataNormalizationMode.RAW
            self.apple = self.add_equity("AAPL", Resolution.HOUR, data_normalization_mode=mode).symbol
            self.is_split = False

        def on_data(self, slice):
            split = slice.splits.get(self.apple)
            if split is not None and split.type == SplitType.SPLIT_OCCURRED:
                self.is_split = True
                assert (slice[self.apple], slice.keys(), slice.count, list(slice)) == (None, [self.apple], 1, [])
            if not slice.contains_key(self.apple):
                return
            if not self.portfolio.invested and not self.is_split:
                self.buy(self.apple, 100)
            elif self.portfolio.invested and self.is_split:
                self.liquidate(self.apple)
    """)
    assert outcome.statistics["OrderListHash"] == "be48105b9ce730de7bd4e4908f8c3ef5"
    assert outcome.statistics["End Equity"] == "100092.01"


def test_removed_subscription_no_longer_fills_the_others(run: Run) -> None:
    """With a future of minutes gone a daily equity is filled by the day; a ticker names a member of a universe.

    LEAN: FillForwardResolutionAdjustedOnRemovalRegressionAlgorithm, whose first moments these are.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 10, 7)
            self.set_end_date(2013, 10, 8)
            self.add_future("ES", Resolution.MINUTE)
            self.add_equity("SPY", Resolution.DAILY)
            self.moments = []

        def on_data(self, slice):
            self.moments.append(self.time)
            if "/ES" in self.active_securities and slice.contains_key("/ES"):
                self.remove_security("/ES")
    """)
    assert outcome.algorithm.moments == [
        datetime(2013, 10, 7, 9, 31),
        datetime(2013, 10, 7, 16),
        datetime(2013, 10, 8, 16),
    ]
