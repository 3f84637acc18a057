"""Each fault of the broker: what the algorithm hears, and that both sides end with the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.paper.faults import read_faults
from engine.paper.session import LiveRequest, PaperSession, open_ledger_broker

ALGORITHM = """
from AlgorithmImports import *


class Spread(QCAlgorithm):
    def initialize(self):
        self.set_cash(200000)
        self.set_brokerage_model(BrokerageName.INTERACTIVE_BROKERS_BROKERAGE, AccountType.MARGIN)
        raw = DataNormalizationMode.RAW
        self.spy = self.add_equity("SPY", Resolution.MINUTE, data_normalization_mode=raw).symbol
        self.schedule.on(self.date_rules.every_day(self.spy), self.time_rules.at(9, 58), self.choose)
        self.schedule.on(self.date_rules.every_day(self.spy), self.time_rules.at(10, 0), self.trade)
        self.heard = []
        self.cut = []
        self.chosen = []

    def choose(self):
        if self.chosen:
            return
        canonical = Symbol.create_canonical_option(self.spy)
        chain = list(self.option_chain(canonical))
        expiry = min(row.expiry for row in chain if (row.expiry - self.time).days > 20)
        price = self.securities[self.spy].price
        calls = sorted((row for row in chain if row.expiry == expiry and row.right == OptionRight.CALL
                        and row.strike > price), key=lambda row: row.strike)
        self.chosen = [row.symbol for row in calls[2:4]]
        for symbol in self.chosen:
            self.add_option_contract(symbol, Resolution.MINUTE)

    def trade(self):
        if self.portfolio.invested or self.transactions.get_open_orders():
            return
        short, long = self.chosen
        legs = [Leg.create(short, -1), Leg.create(long, 1)]
        self.combo_market_order(legs, 4, tag="spread")

    def on_order_event(self, event):
        self.heard.append((f"{self.time:%d %H:%M}", event.id, str(event.status), float(event.fill_quantity),
                           float(self.portfolio[event.symbol].quantity)))

    def on_brokerage_disconnect(self):
        self.cut.append(f"lost {self.time:%H:%M}")

    def on_brokerage_reconnect(self):
        self.cut.append(f"back {self.time:%H:%M}")
"""
DAY = date(2015, 1, 2)


@pytest.fixture
def run(request_of: Callable[..., LiveRequest], tmp_path: Path) -> Callable[..., Any]:
    """Return what runs the algorithm with faults, checks both sides, and gives algorithm and broker."""

    def start(*faults: dict[str, Any], end: date = DAY, same_cash: bool = True) -> Any:
        request = request_of(ALGORITHM, DAY, end)
        file = tmp_path / "faults.json"
        file.write_text(json.dumps({"faults": faults}))
        broker = open_ledger_broker(request.storage, request.source, read_faults(file), durable=False)
        outcome = PaperSession(request, broker).run()
        assert outcome.error is None
        portfolio = outcome.algorithm.portfolio
        held = {h.symbol.value: h.quantity_decimal for h in portfolio.values() if h.quantity_decimal}
        assert {row.name: row.quantity for row in broker.ledger.holdings()} == held
        assert (broker.ledger.cash()["USD"] == portfolio.cash_decimal) is same_cash
        assert sum(broker.ledger.used_faults().values()) == len(faults)
        broker.close()
        return outcome.algorithm

    return start


def statuses(algorithm: Any) -> list[str]:
    return [status for _, _, status, _, _ in algorithm.heard]


def test_without_faults_the_spread_fills(run: Callable[..., Any]) -> None:
    """What the others are compared with."""
    assert statuses(run()) == ["SUBMITTED", "SUBMITTED", "FILLED", "FILLED"]


def test_rejected_order_comes_back_invalid(run: Callable[..., Any]) -> None:
    """Nothing is held, both legs say why; the next order is taken."""
    algorithm = run({"fault": "reject", "order": 1, "reason": "no"}, end=date(2015, 1, 5))
    assert statuses(algorithm) == ["INVALID", "INVALID", "SUBMITTED", "SUBMITTED", "FILLED", "FILLED"]


def test_partial_fill_is_followed_by_its_rest(run: Callable[..., Any]) -> None:
    """A part of each leg now, the rest at the next moment, and each part is charged."""
    algorithm = run({"fault": "partial_fill", "order": 1, "part": 0.25})
    fills = [(time, status, filled) for time, _, status, filled, _ in algorithm.heard if filled]
    assert fills == [
        ("02 10:00", "PARTIALLY_FILLED", -1),
        ("02 10:00", "PARTIALLY_FILLED", 1),
        ("02 10:01", "FILLED", -3),
        ("02 10:01", "FILLED", 3),
    ]
    assert algorithm.portfolio.total_fees == pytest.approx(2 * (1.0 + 1.95))


def test_rest_of_a_partial_fill_may_be_cancelled(run: Callable[..., Any]) -> None:
    """A quarter of the spread is held, the orders are over."""
    algorithm = run({"fault": "partial_fill", "tag": "spr*", "part": 0.25, "rest": "cancel"})
    assert statuses(algorithm)[-2:] == ["CANCELED", "CANCELED"]
    assert sorted(h.quantity for h in algorithm.portfolio.values() if h.quantity) == [-1, 1]


@pytest.mark.parametrize(("rest", "held"), [("later", [-4, 4]), ("cancel", [-4])])
def test_one_leg_of_a_combo_may_fill_alone(run: Callable[..., Any], rest: str, held: list[int]) -> None:
    """The other leg follows a minute later, or never."""
    algorithm = run({"fault": "partial_fill", "order": 1, "legs": 1, "rest": rest})
    assert sorted(h.quantity for h in algorithm.portfolio.values() if h.quantity) == held


def test_delayed_events_come_late(run: Callable[..., Any]) -> None:
    """The broker has filled, the algorithm hears it three minutes later."""
    algorithm = run({"fault": "delay", "order": 1, "minutes": 3})
    assert {time for time, *_ in algorithm.heard} == {"02 10:03"}


def test_duplicate_event_is_heard_twice_and_booked_once(run: Callable[..., Any]) -> None:
    """The repetition has the number of the event it repeats."""
    algorithm = run({"fault": "duplicate", "order": 1})
    fills = [(number, held) for _, number, _, filled, held in algorithm.heard if filled]
    assert fills == [(2, -4), (2, 4), (2, -4), (2, 4)]


def test_events_out_of_order_leave_the_same(run: Callable[..., Any]) -> None:
    """Fills leg by leg and backwards, before the orders were said to be accepted."""
    algorithm = run({"fault": "out_of_order", "order": 1})
    assert statuses(algorithm)[0] == "FILLED"
    assert algorithm.heard[0][3] == 4
    assert sorted(statuses(algorithm)) == ["FILLED", "FILLED", "SUBMITTED", "SUBMITTED"]


def test_order_while_disconnected_is_refused(run: Callable[..., Any]) -> None:
    """The algorithm is told of the loss and of the return; what it sent is invalid and never filled."""
    algorithm = run({"fault": "disconnect", "time": "2015-01-02 09:59", "minutes": 4}, end=date(2015, 1, 5))
    assert algorithm.cut == ["lost 09:59", "back 10:03"]
    assert statuses(algorithm) == ["INVALID", "INVALID", "SUBMITTED", "SUBMITTED", "FILLED", "FILLED"]


def test_connection_may_be_lost_at_an_order(run: Callable[..., Any]) -> None:
    """The order that meets the loss never reaches the broker."""
    algorithm = run({"fault": "disconnect", "order": 1, "minutes": 2})
    assert algorithm.cut == ["lost 10:00", "back 10:02"]
    assert statuses(algorithm) == ["INVALID", "INVALID"]


def test_short_leg_is_assigned_early(run: Callable[..., Any]) -> None:
    """The contracts go and the shares come, under an order that the broker made."""
    algorithm = run({"fault": "early_assignment", "time": "2015-01-02 11:00"})
    orders = [order for order in algorithm.transactions.get_orders() if str(order.type) == "OPTION_EXERCISE"]
    assert len(orders) == 1
    held = {h.symbol.value: h.quantity for h in algorithm.portfolio.values() if h.quantity}
    assert sorted(held.values())[-1] == 4


def test_leg_is_closed_by_the_broker(run: Callable[..., Any]) -> None:
    """A market order that nobody here sent, with its fee."""
    algorithm = run({"fault": "leg_closed", "time": "2015-01-02 11:00", "contract": "SPY*"})
    assert len([h for h in algorithm.portfolio.values() if h.quantity]) == 1
    assert [order.tag for order in algorithm.transactions.get_orders()][-1] == "closed by the broker"


@pytest.mark.parametrize(("end", "same"), [(DAY, False), (date(2015, 1, 5), True)])
def test_adjusted_cash_is_believed_the_next_morning(run: Callable[..., Any], end: date, same: bool) -> None:
    """As LEAN does, cash is compared once a day, from 7:45 on."""
    run({"fault": "cash_adjusted", "time": "2015-01-02 12:00", "amount": -1234.5}, end=end, same_cash=same)


def test_fault_that_has_happened_does_not_happen_again(run: Callable[..., Any]) -> None:
    """The ledger remembers it: the next run, with the same file, takes the order."""
    first = run({"fault": "reject", "tag": "spread"})
    assert statuses(first) == ["INVALID", "INVALID"]
    second = run({"fault": "reject", "tag": "spread"}, end=date(2015, 1, 5))
    assert statuses(second) == ["SUBMITTED", "SUBMITTED", "FILLED", "FILLED"]
