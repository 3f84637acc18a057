"""When in a step an order is looked at, and which time of a request LEAN's hash shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.common.enums import OrderResponseErrorCode, OrderStatus
from engine.common.errors import ArgumentNullException, ReadOnlyMemberError
from engine.launcher import BacktestOutcome

Run = Callable[[str], BacktestOutcome]


def test_trailed_stop_fills_in_the_second_look_of_the_same_step(run: Run) -> None:
    """The look after on_data meets the stop where the look before has trailed it to, below the day's high.

    Figures: LEAN's UpdateOrderRegressionAlgorithm, its seventh order.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 7, 1)
            self.set_end_date(2013, 7, 5)
            self.spy = self.add_equity("SPY", Resolution.DAILY).symbol
            self.fills = []

        def on_data(self, data):
            if not self.transactions.orders_count:
                stop = 0.975 * data[self.spy].low
                self.trailing_stop_order(self.spy, -100, stop, 0.01, True)

        def on_order_event(self, event):
            if event.status == OrderStatus.FILLED:
                self.fills.append((event.utc_time, round(event.fill_price, 4)))
    """)
    assert outcome.algorithm.fills == [(datetime(2013, 7, 2, 20, tzinfo=UTC), 138.2503)]


def test_time_without_a_zone_stays_so_in_the_hash(run: Run) -> None:
    """An order whose request had the algorithm's local time is written without Z.

    Figure: LEAN's FillOutsideHoursMinuteResolutionAlgorithm, OrderListHash.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 10, 7)
            self.set_end_date(2013, 10, 8)
            self.spy = self.add_equity("SPY", Resolution.MINUTE)
            self.schedule.on(self.date_rules.today, self.time_rules.at(23, 0), self.buy_one)

        def buy_one(self):
            request = SubmitOrderRequest(OrderType.MARKET, self.spy.type, self.spy.symbol, 1, 0, 0, self.time, "")
            self.transactions.add_order(request)
    """)
    assert outcome.statistics["OrderListHash"] == "6a55ff7bccb41a538e1733ccbde482b3"


def test_assigned_clock_is_refused(run: Run) -> None:
    """Assigning self.time ends the run as an error instead of hiding the clock."""
    with pytest.raises(ReadOnlyMemberError, match=r"self\.time is LEAN's clock"):
        run("""
            def initialize(self):
                self.set_start_date(2013, 10, 7)
                self.set_end_date(2013, 10, 7)
                self.add_equity("SPY", Resolution.HOUR)

            def on_data(self, data):
                self.time = "10:00"
        """)


def test_error_of_a_selection_ends_the_run_with_its_results(run: Run, tmp_path: Path) -> None:
    """What a selector raises, or None in place of symbols, is a runtime error: what happened before is kept."""
    with pytest.raises(ArgumentNullException, match="returned None"):
        run("""
            def initialize(self):
                self.set_start_date(2013, 10, 7)
                self.set_end_date(2013, 10, 7)
                self.add_equity("SPY", Resolution.HOUR)
                self.add_universe("none", lambda time: None)
        """)
    assert (tmp_path / "out" / "Small.json").is_file()


def test_order_for_an_expired_future_is_refused_with_a_ticket(run: Run) -> None:
    """A future is added for its order whether it has expired or not; without a price the order is invalid.

    LEAN: CanAutoAddSecurity in QCAlgorithm.Trading.cs, where only symbols with an underlying are tested for expiry.
    """
    outcome = run("""
        def initialize(self):
            self.set_start_date(2013, 10, 7)
            self.set_end_date(2013, 10, 7)
            self.add_equity("SPY", Resolution.HOUR)
            self.ticket = None

        def on_data(self, data):
            if self.ticket is None:
                expired = Symbol.create_future(Futures.Indices.SP_500_E_MINI, Market.CME, datetime(2013, 9, 20))
                self.ticket = self.market_order(expired, 1)
    """)
    ticket = outcome.algorithm.ticket
    assert ticket.status == OrderStatus.INVALID
    assert ticket.submit_request.response.error_code == OrderResponseErrorCode.SECURITY_PRICE_ZERO
