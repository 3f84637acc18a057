"""Securities that did not trade yet on the first days of a run."""

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
