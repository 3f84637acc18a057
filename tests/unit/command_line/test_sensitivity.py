"""`backtest --sensitivity`: the same run on other modelled quotes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from command_line.main import main
from command_line.sensitivity import VARIANTS, Figures, failures, sensitivity_table

ALGORITHM = """
from AlgorithmImports import *

class Buyer(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2014, 1, 6)
        self.set_end_date(2014, 1, 7)
        self.spy = self.add_equity("SPY", Resolution.MINUTE, data_normalization_mode=DataNormalizationMode.RAW).symbol

    def on_data(self, data):
        if self.portfolio.invested or self.time.hour < 10:
            return
        chain = sorted(self.option_chain(self.spy), key=lambda row: (row.expiry, abs(row.strike - 180)))
        contract = self.add_option_contract(chain[0].symbol, Resolution.MINUTE)
        self.market_order(contract.symbol, 1)
"""


def strategy(pnl: float) -> dict[str, object]:
    return {"name": "lt112", "entered": 3, "won": 2, "lost": 1, "fees_usd": 12.4, "pnl_usd": pnl}


def test_the_variants_are_those_of_the_quote_model() -> None:
    """ "+-1.5 vol-point and 2x-spread sensitivity"."""
    assert [(v.volatility_shift, v.spread_multiplier) for v in VARIANTS] == [(-1.5, 1), (1.5, 1), (0, 2)]


def test_runs_are_side_by_side_and_a_failed_one_is_named() -> None:
    """One column a run, one block a strategy."""
    base, better = (
        Figures({"End Equity": "100"}, [strategy(10.0)]),
        Figures({"End Equity": "110"}, [strategy(20)]),
    )
    broken = Figures({}, [], "ValueError: boom")
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(sensitivity_table(base, [better, better, broken]))
    text = console.export_text()
    lines = {line[:20].strip(): line[20:].split() for line in text.splitlines()}
    assert lines["End Equity"] == ["100", "110", "110", "failed"]
    assert lines["P&L, USD"] == ["10", "20", "20"]
    assert failures([better, better, broken]) == ["spreads doubled: ValueError: boom"]


def test_a_data_folder_has_no_other_quotes(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the model has a level to shift."""
    file = tmp_path / "buyer.py"
    file.write_text(ALGORITHM)
    assert main(["backtest", str(file), "--sensitivity", "--data-folder", str(shared / "lean-data")]) == 2
    assert "--sensitivity needs the built-in data" in capsys.readouterr().err


def test_each_variant_runs_on_its_own_quotes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Real processes, a folder each; the option costs less at lower volatility and more at wider spreads."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "buyer.py").write_text(ALGORITHM)
    assert main(["backtest", "buyer.py", "--sensitivity", "--output", "out"]) == 0
    printed = capsys.readouterr().out
    assert "Sensitivity to the modelled quotes" in printed
    assert "Data: real index and VIX path, modelled option quotes" in printed

    def price(folder: Path) -> float:
        events = json.loads((folder / "Buyer-order-events.json").read_text())
        return next(event["fillPrice"] for event in events if event["status"] == "filled")

    out = tmp_path / "out"
    lower, higher, doubled = (price(out / variant.folder) for variant in VARIANTS)
    assert lower < price(out) < higher
    assert doubled > price(out)
