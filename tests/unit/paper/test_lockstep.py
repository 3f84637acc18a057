"""A live run in lockstep is the backtest, order for order, and goes on where it was killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from engine.launcher import BacktestOutcome
from engine.paper.ledger import read_ledger
from engine.paper.session import LiveRequest
from tests.unit.paper.conftest import fills_of, go_live

SMALL = """
from AlgorithmImports import *


class Small(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2015, 1, 2)
        self.set_end_date(2015, 1, 14)
        self.set_cash(200000)
        self.set_brokerage_model(BrokerageName.INTERACTIVE_BROKERS_BROKERAGE, AccountType.MARGIN)
        self.spy = self.add_equity("SPY", Resolution.MINUTE, data_normalization_mode=DataNormalizationMode.RAW).symbol
        self.spx = self.add_index("SPX", Resolution.MINUTE).symbol
        self.schedule.on(self.date_rules.every_day(self.spy), self.time_rules.at(10, 0), self.trade)
        self.schedule.on(self.date_rules.every_day(self.spy), self.time_rules.at(9, 58), self.choose)
        self.chosen = []

    def choose(self):
        canonical = Symbol.create_canonical_option(self.spx, "SPXW", Market.USA, "?SPXW")
        chain = [row for row in self.option_chain(canonical)]
        expiry = min((row.expiry for row in chain), default=None)
        price = self.securities[self.spx].price
        calls = sorted((row for row in chain if row.expiry == expiry and row.right == OptionRight.CALL
                        and row.strike > price), key=lambda row: row.strike)
        self.chosen = [row.symbol for row in calls[2:4]]
        for symbol in self.chosen:
            self.add_index_option_contract(symbol, Resolution.MINUTE)

    def trade(self):
        self.market_order(self.spy, 3, tag="spy")
        price = self.securities[self.spy].price
        self.limit_order(self.spy, -1, round(price * 1.002, 2), tag="resting")
        self.stop_market_order(self.spy, -1, round(price * 0.995, 2), tag="stop")
        if len(self.chosen) == 2:
            short, long = self.chosen
            self.combo_market_order([Leg.create(short, -1), Leg.create(long, 1)], 2, tag="spread")

    def on_order_event(self, event):
        if event.status == OrderStatus.FILLED and event.ticket.tag == "resting":
            self.market_order(self.spy, 1, tag="again")
"""


OF_THE_ACCOUNT = (
    *("Start Equity", "End Equity", "Net Profit", "Total Orders", "Total Fees"),
    *("Win Rate", "Average Win", "Average Loss", "Sharpe Ratio"),
)
"""Statistics that do not depend on how finely the equity was sampled."""


class Killed(BaseException):
    """The end of a process."""


@pytest.fixture
def small(request_of: Callable[..., LiveRequest]) -> LiveRequest:
    return request_of(SMALL)


def test_uninterrupted_run_has_the_fills_of_the_backtest(
    small: LiveRequest, backtest: Callable[[LiveRequest], BacktestOutcome]
) -> None:
    """Stock, options, combos, resting orders, expiries and orders from handlers: same time, price and fee."""
    expected = fills_of(backtest(small))
    assert len(expected) > 20
    assert fills_of(go_live(small)) == expected


def test_all_strategies_have_the_fills_and_the_profit_of_the_backtest(
    repository: Path,
    request_of: Callable[..., LiveRequest],
    backtest: Callable[[LiveRequest], BacktestOutcome],
) -> None:
    """The same main.py trades the same live in lockstep as in a backtest."""
    request = request_of(repository / "main.py")
    expected, live = backtest(request), go_live(request)
    assert len(fills_of(expected)) > 10
    assert fills_of(live) == fills_of(expected)
    for name in ("End Equity", "Total Fees", "Total Orders", "Net Profit", "Drawdown"):
        assert live.statistics[name] == expected.statistics[name]


def test_killed_run_goes_on_with_cash_orders_and_holdings(small: LiveRequest) -> None:
    """After a kill at a step the next run starts there, with new order ids and what the broker has."""
    steps = 0

    def die(kind: str, detail: str) -> None:
        nonlocal steps
        steps += kind == "step"
        if steps == 1500:
            raise Killed

    with pytest.raises(Killed):
        go_live(small, die)
    ledger = read_ledger(small.storage)
    assert ledger is not None
    held = {row.name: row.quantity for row in ledger.holdings()}
    open_orders = [fields["tag"] for fields, _ in ledger.open_orders()]
    cash = ledger.cash()
    reached = ledger.number("market_time")
    seen: list[object] = []

    def look(kind: str, detail: str) -> None:
        if kind == "step" and not seen:
            seen.append(int(detail))

    outcome = go_live(small, look)
    assert seen[0] >= reached  # type: ignore[operator]
    assert outcome.error is None
    orders = list(outcome.algorithm.transactions.get_orders())
    assert held
    assert open_orders
    assert [order.tag for order in orders][: len(open_orders)] == open_orders
    assert [order.id for order in orders] == list(range(1, len(orders) + 1))
    assert cash["USD"] > 0


def test_run_at_its_end_has_nothing_to_do(small: LiveRequest) -> None:
    """The same command after the last day only prints the account's statistics."""
    first = go_live(small)
    ledger = read_ledger(small.storage)
    assert ledger is not None
    before = ledger.holdings(), ledger.cash(), ledger.number("seq")
    outcome = go_live(small)
    assert outcome.error is None
    assert not fills_of(outcome)
    assert (ledger.holdings(), ledger.cash(), ledger.number("seq")) == before
    for name in OF_THE_ACCOUNT:
        assert outcome.statistics[name] == first.statistics[name]


def test_longer_period_goes_on_after_the_shorter_one(
    small: LiveRequest, backtest: Callable[[LiveRequest], BacktestOutcome]
) -> None:
    """Two runs end to end hold and have earned what one run over both periods holds and has earned."""
    go_live(small, end=date(2015, 1, 6))
    second = go_live(small)
    ledger = read_ledger(small.storage)
    assert ledger is not None
    expected = backtest(small)
    whole = expected.algorithm.portfolio
    assert {row.name: row.quantity for row in ledger.holdings()} == {
        holding.symbol.value: holding.quantity_decimal for holding in whole.values() if holding.quantity
    }
    for name in OF_THE_ACCOUNT:
        assert second.statistics[name] == expected.statistics[name]
