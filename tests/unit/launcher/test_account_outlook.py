"""Looking at the account's value and margin only where the day's prices make it necessary changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.data_source.modelled.source import ModelledSource
from engine.launcher import BacktestOutcome, BacktestRequest, run_backtest
from engine.securities.account_outlook import AccountOutlook
from engine.securities.default_margin_call_model import DefaultMarginCallModel

SHORT_STRANGLES = """
from datetime import date

from AlgorithmImports import *

class Strangles(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2015, 8, 20)
        self.set_end_date(2015, 8, 24)
        self.set_cash(CASH)
        self.set_security_initializer(lambda security: None)
        self.spy = self.add_equity("SPY", Resolution.MINUTE, data_normalization_mode=DataNormalizationMode.RAW).symbol
        self.schedule.on(self.date_rules.on(2015, 8, 20), self.time_rules.at(10, 0), self.choose)
        self.schedule.on(self.date_rules.on(2015, 8, 20), self.time_rules.at(10, 5), self.sell)

    def choose(self):
        chain = [c for c in self.option_chain(self.spy) if c.expiry.date() == date(2015, 9, 18)]
        self.legs = [
            min((c for c in chain if c.right == right), key=lambda c: abs(c.strike - strike)).symbol
            for right, strike in ((OptionRight.PUT, 200), (OptionRight.CALL, 215))
        ]
        for leg in self.legs:
            self.add_option_contract(leg)

    def sell(self):
        for leg in self.legs:
            self.market_order(leg, -10)

    def on_margin_call_warning(self):
        self.log("warned")
"""


@pytest.fixture(scope="module")
def source() -> ModelledSource:
    return ModelledSource()


def run(source: ModelledSource, folder: Path, cash: int) -> BacktestOutcome:
    path = folder / "strangles.py"
    path.write_text(SHORT_STRANGLES.replace("CASH", str(cash)))
    outcome = run_backtest(BacktestRequest(path, source, folder / "out", storage=folder / "storage"))
    assert outcome.error is None
    return outcome


def records(folder: Path) -> tuple[str, str]:
    """Return the order events and the log of a run."""
    out = folder / "out"
    return (out / "Strangles-order-events.json").read_text(), (out / "Strangles-log.txt").read_text()


@pytest.mark.parametrize("cash", [47_000, 60_000, 90_000])
def test_orders_and_warnings_are_those_of_looking_every_time(
    source: ModelledSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cash: int
) -> None:
    """Short strangles through the crash of August 2015, from too little cash to plenty."""
    seen = []
    for name in ("looking", "not_looking"):
        (tmp_path / name).mkdir()
        run(source, tmp_path / name, cash)
        seen.append(records(tmp_path / name))
        monkeypatch.setattr(AccountOutlook, "keeps_margin", lambda self, plan: False)
        monkeypatch.setattr(AccountOutlook, "keeps_value", lambda self, plan: False)
    assert seen[0] == seen[1]


def test_account_with_plenty_of_cash_is_never_looked_at(
    source: ModelledSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no price of the day can bring a margin call, none is reckoned."""
    looks: list[Any] = []
    real = DefaultMarginCallModel.get_margin_call_orders
    monkeypatch.setattr(
        DefaultMarginCallModel, "get_margin_call_orders", lambda self: looks.append(1) or real(self)
    )
    run(source, tmp_path, 500_000)
    assert not looks
