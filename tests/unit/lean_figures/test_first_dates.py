"""What is known of securities on the first days of a run."""

from __future__ import annotations

from typing import Any


def test_bars_begin_on_the_first_date_of_the_map_file(run: Any) -> None:
    """Google's class C shares trade from March 27, 2014; the file of their ticker holds class A's bars before that."""
    outcome = run("""
        def initialize(self):
            self.set_start_date(2014, 3, 24)
            self.set_end_date(2014, 3, 31)
            self.goog = self.add_equity("GOOG", Resolution.DAILY).symbol
            self.seen = []

        def on_data(self, data):
            if self.goog in data.bars:
                self.seen.append(self.time.day)

        def on_end_of_algorithm(self):
            self.past = [bar.end_time.day for bar in self.history[TradeBar](self.goog, 30, Resolution.DAILY)]
    """)
    assert str(outcome.algorithm.goog.id) == "GOOCV VP83T1ZUHROL"
    assert outcome.algorithm.seen == [27, 28, 31]
    assert outcome.algorithm.past == [27, 28, 31]


def test_security_knows_what_the_fund_that_holds_it_says_of_it(run: Any) -> None:
    """The constituents of a day are in their securities' caches before the first bar of the next."""
    outcome = run("""
        def initialize(self):
            self.set_start_date(2020, 12, 1)
            self.set_end_date(2020, 12, 2)
            spy = self.add_equity("SPY", Resolution.HOUR).symbol
            self.universe_settings.resolution = Resolution.HOUR
            self.add_universe(self.universe.etf(spy, self.universe_settings, self.keep))
            self.seen = []

        def keep(self, constituents):
            return [row.symbol for row in constituents if row.symbol.value == "AAPL"]

        def on_data(self, data):
            for symbol in data.bars.keys():
                cache = self.securities[symbol].cache
                if cache.has_data(ETFConstituentUniverse):
                    self.seen.append((self.time, cache.get_data(ETFConstituentUniverse)))
    """)
    time, constituent = outcome.algorithm.seen[0]
    assert (time.day, time.hour) == (1, 10)
    assert (constituent.symbol.value, constituent.time.day) == ("AAPL", 30)
    assert constituent.weight > 0
