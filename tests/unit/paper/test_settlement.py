"""Money that moves without an order: the broker pays it, the algorithm hears of it, a restart loses none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest
from engine.paper.ledger import read_ledger
from engine.paper.session import LiveRequest
from tests.unit.paper.conftest import fills_of, go_live

SHARES = """
from AlgorithmImports import *


class Shares(QCAlgorithm):
    def initialize(self):
        self.set_cash(200000)
        self.set_brokerage_model(BrokerageName.INTERACTIVE_BROKERS_BROKERAGE, AccountType.MARGIN)
        raw = DataNormalizationMode.RAW
        self.aapl = self.add_equity("AAPL", Resolution.DAILY, data_normalization_mode=raw).symbol
        self.cash_before = self.cash_then = None

    def on_data(self, data):
        if not self.portfolio.invested and not self.transactions.get_open_orders():
            self.market_order(self.aapl, 100)
        if self.cash_then is None:
            self.cash_before = float(self.portfolio.cash)

    def on_dividends(self, dividends):
        self.paid = float(dividends[self.aapl].distribution)
        self.cash_then = float(self.portfolio.cash)
"""

FUTURE = """
from AlgorithmImports import *


class Contract(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2013, 10, 7)
        self.set_end_date(2013, 10, 10)
        self.set_cash(200000)
        self.set_brokerage_model(BrokerageName.INTERACTIVE_BROKERS_BROKERAGE, AccountType.MARGIN)
        expiry = datetime(2013, 12, 20)
        self.es = self.add_future_contract(
            Symbol.create_future("ES", Market.CME, expiry), Resolution.MINUTE, extended_market_hours=True
        ).symbol
        self.schedule.on(self.date_rules.on(2013, 10, 7), self.time_rules.at(10, 0), self.buy)
        self.schedule.on(self.date_rules.on(2013, 10, 10), self.time_rules.at(10, 0), self.sell)

    def buy(self):
        self.market_order(self.es, 2)

    def sell(self):
        self.market_order(self.es, -2)
"""


def test_dividend_is_paid_by_the_broker_at_once(shared: Path, tmp_path: Path) -> None:
    """The algorithm has the cash when it hears of the dividend, and the ledger has it too."""
    file = tmp_path / "shares.py"
    file.write_text(SHARES)
    source = LeanFolder(shared / "lean-data")
    first, last = date(2014, 5, 1), date(2014, 5, 10)
    request = LiveRequest(file, source, tmp_path / "r", tmp_path / "live", first, last)  # type: ignore[arg-type]
    algorithm = go_live(request).algorithm
    received = algorithm.cash_then - algorithm.cash_before  # type: ignore[attr-defined]
    assert received == pytest.approx(100 * algorithm.paid)  # type: ignore[attr-defined]
    assert received > 300
    ledger = read_ledger(request.storage)
    assert ledger is not None
    assert ledger.cash()["USD"] == algorithm.portfolio.cash_decimal


class Killed(BaseException):
    """The end of a process."""


def test_daily_settlement_of_a_future_is_paid_once(shared: Path, tmp_path: Path) -> None:
    """What was settled before a restart is not paid again when the position is closed."""
    file = tmp_path / "contract.py"
    file.write_text(FUTURE)
    source = LeanFolder(shared / "lean-data")
    start, end = date(2013, 10, 7), date(2013, 10, 10)
    expected = run_backtest(
        BacktestRequest(file, source, tmp_path / "b", start, end, storage=tmp_path / "bs")  # type: ignore[arg-type]
    )
    request = LiveRequest(file, source, tmp_path / "r", tmp_path / "live", start, end)  # type: ignore[arg-type]
    steps = 0

    def die(kind: str, detail: str) -> None:
        nonlocal steps
        steps += kind == "step"
        if steps == 4000:
            raise Killed

    with pytest.raises(Killed):
        go_live(request, die)
    ledger = read_ledger(request.storage)
    assert ledger is not None
    (held,) = ledger.holdings()
    assert (held.quantity, held.settled_quantity) == (2, 2)
    assert held.settled_profit != 0
    live = go_live(request)
    assert len(fills_of(expected)) == 2
    ledger = read_ledger(request.storage)
    assert ledger is not None
    assert not ledger.holdings()
    cash: Decimal = expected.algorithm.portfolio.cash_decimal
    assert live.algorithm.portfolio.cash_decimal == cash
    assert ledger.cash()["USD"] == cash
