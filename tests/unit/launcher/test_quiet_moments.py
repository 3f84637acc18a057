"""Passing over moments at which nothing is due changes nothing that anybody can see."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.algorithm_manager import AlgorithmManager
from engine.data_source.modelled.source import ModelledSource
from engine.launcher import BacktestRequest, run_backtest

STRANGLES = """
from datetime import date

from AlgorithmImports import *

class Strangles(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2015, 8, 17)
        self.set_end_date(2015, 9, 4)
        self.set_cash(CASH)
        self.set_security_initializer(lambda security: None)
        self.spy = self.add_equity("SPY", Resolution.MINUTE, data_normalization_mode=DataNormalizationMode.RAW).symbol
        self.legs = []
        rules = self.date_rules, self.time_rules
        self.schedule.on(rules[0].on(2015, 8, 20), rules[1].at(10, 0), self.choose)
        self.schedule.on(rules[0].on(2015, 8, 20), rules[1].at(10, 5, 30), self.sell)
        self.schedule.on(rules[0].every_day(), rules[1].at(11, 17, 30), self.look)
        self.schedule.on(rules[0].every_day(), rules[1].at(15, 0), self.look)
        self.schedule.on(rules[0].every_day(), rules[1].at(21, 40), self.look)

    def choose(self):
        chain = [c for c in self.option_chain(self.spy) if c.expiry.date() == date(2015, 8, 28)]
        self.legs = [
            min((c for c in chain if c.right == right), key=lambda c: abs(c.strike - strike)).symbol
            for right, strike in ((OptionRight.PUT, STRIKE), (OptionRight.CALL, 215))
        ]
        for leg in self.legs:
            self.add_option_contract(leg)

    def sell(self):
        for leg in self.legs:
            self.market_order(leg, -10)

    def look(self):
        prices = [self.securities[symbol].price for symbol in (self.spy, *self.legs)]
        self.log(f"{self.current_slice.time} {list(self.current_slice.keys())} {prices}")
        self.log(f"{self.portfolio.total_portfolio_value} {self.portfolio.margin_remaining}")

    def on_order_event(self, event):
        self.log(f"{event}")

    def on_margin_call_warning(self):
        self.log("warned")
"""
LISTENING = "\n    def on_data(self, data):\n        pass\n"


@pytest.fixture(scope="module")
def source() -> ModelledSource:
    return ModelledSource()


def run(source: ModelledSource, folder: Path, text: str) -> list[str]:
    """Return the order events, the log and the result of a run."""
    folder.mkdir()
    path = folder / "strangles.py"
    path.write_text(text)
    outcome = run_backtest(BacktestRequest(path, source, folder / "out", storage=folder / "storage"))
    assert outcome.error is None
    files = ("Strangles-order-events.json", "Strangles-log.txt", "Strangles-summary.json")
    return [(folder / "out" / name).read_text() for name in files]


@pytest.mark.parametrize(("cash", "put", "share"), [(47_000, 200, 1.0), (500_000, 185, 0.4)])
def test_run_is_that_of_an_algorithm_that_looks_at_every_moment(
    source: ModelledSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cash: int, put: int, share: float
) -> None:
    """Events between two minutes and at night, a margin call or none, an expiry: all as with on_data, in fewer steps."""
    text = STRANGLES.replace("CASH", str(cash)).replace("STRIKE", str(put))
    steps = [0, 0]
    real = AlgorithmManager.step
    seen = []
    for number, more in enumerate(("", LISTENING)):

        def step(self: AlgorithmManager, *given: object, number: int = number) -> bool:
            steps[number] += 1
            return real(self, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(AlgorithmManager, "step", step)
        seen.append(run(source, tmp_path / str(number), text + more))
    assert seen[0] == seen[1]
    assert steps[0] < share * steps[1]
