"""What is delisted is gone before the algorithm hears of it."""

from __future__ import annotations

from collections.abc import Callable

from engine.launcher import BacktestOutcome

Run = Callable[[str], BacktestOutcome]


def test_expired_option_is_gone_before_on_data_without_any_open_order(run: Run) -> None:
    """The first look for fills of a slice processes its delistings although no order waits.

    LEAN: BacktestingTransactionHandler.ProcessSynchronousEvents, called before OnData (AlgorithmManager.cs).
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2015, 12, 24)
            self.set_end_date(2015, 12, 28)
            self.option = self.add_option("GOOG")
            self.option.set_filter(lambda u: u.strikes(-2, 2).expiration(0, 1))
            self.contract = None
            self.heard = []

        def on_data(self, slice):
            chain = slice.option_chains.get(self.option.symbol)
            if self.contract is None and chain and self.is_market_open(self.option.symbol):
                calls = [c for c in chain if c.right == OptionRight.CALL and c.expiry.date() == self.time.date()]
                self.contract = max(calls, key=lambda c: c.strike).symbol
                self.market_order(self.contract, 1)
            delisting = slice.delistings.get(self.contract)
            if delisting is not None and delisting.type == DelistingType.DELISTED:
                assert not self.transactions.get_open_orders()
                self.heard.append(("on_data", self.portfolio[self.contract].quantity))

        def on_order_event(self, event):
            if event.status == OrderStatus.FILLED:
                order = self.transactions.get_order_by_id(event.order_id)
                self.heard.append((str(order.type), self.portfolio[self.contract].quantity))
    """)
    assert outcome.algorithm.heard == [("MARKET", 1), ("OPTION_EXERCISE", 0), ("on_data", 0)]
