"""What securities know from a chain, and how an indicator brings its security along."""

from __future__ import annotations

from collections.abc import Callable

from engine.launcher import BacktestOutcome

Run = Callable[[str], BacktestOutcome]


def test_chain_row_gives_its_contract_the_open_interest(run: Run) -> None:
    """When a contract is selected, its security knows the row of the chain and that row's open interest.

    Promise: LEAN's OptionUniverseOpenInterestRegressionAlgorithm.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2015, 12, 24)
            self.set_end_date(2015, 12, 24)
            option = self.add_option("GOOG")
            option.set_filter(lambda u: u.contracts(lambda rows: [r for r in rows if r.open_interest][:10]))
            self.seen = []

        def on_securities_changed(self, changes):
            for security in changes.added_securities:
                if security.type == SecurityType.OPTION and not security.symbol.is_canonical():
                    row = security.cache.get_data[OptionUniverse]()
                    self.seen.append((security.open_interest, row.open_interest, row.symbol == security.symbol))
    """)
    seen = outcome.algorithm.seen
    assert len(seen) == 10
    assert all(known == listed > 0 and same for known, listed, same in seen)


def test_indicator_of_a_symbol_nobody_added_subscribes_it(run: Run) -> None:
    """Registering an indicator or a consolidator adds the security, as an order for it does.

    Promise: LEAN's RegisterIndicatorAndConsolidatorWithoutSubscriptionRegressionAlgorithm.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 10, 7)
            self.set_end_date(2013, 10, 7)
            self.spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
            self.average = SimpleMovingAverage(10)
            self.register_indicator(self.spy, self.average, Resolution.MINUTE)
            self.bars = 0
            self.consolidate(self.spy, timedelta(minutes=30), self.count)

        def count(self, bar):
            self.bars += 1
    """)
    assert outcome.algorithm.average.samples == 390
    assert outcome.algorithm.bars == 13
