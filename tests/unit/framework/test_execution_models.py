"""Execution models that wait for a good price: the figures are LEAN's own of the same four equities."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest

ALGORITHM = """
from AlgorithmImports import *


class Patient(QCAlgorithm):
    def initialize(self):
        self.universe_settings.resolution = Resolution.MINUTE
        self.set_start_date(2013, 10, 7)
        self.set_end_date(2013, 10, 11)
        self.set_cash({cash})
        symbols = [Symbol.create(t, SecurityType.EQUITY, Market.USA) for t in ("AIG", "BAC", "IBM", "SPY")]
        self.set_universe_selection(ManualUniverseSelectionModel(symbols))
        self.set_alpha(RsiAlphaModel(14, Resolution.HOUR))
        self.set_portfolio_construction(EqualWeightingPortfolioConstructionModel())
        self.set_execution({model}())
"""
PUBLISHED = {
    "VolumeWeightedAveragePriceExecutionModel": (
        1000000,
        "239",
        "1021655.71",
        "7a14c40f79d36294f931cd4b1f9e7179",
    ),
    "SpreadExecutionModel": (100000, "19", "102076.08", "36ab6f7236250f7a064b77af9b4870c4"),
    "StandardDeviationExecutionModel": (1000000, "201", "1034608.74", "b9b3d15cb605213622465aacf0049703"),
}


@pytest.mark.parametrize("model", PUBLISHED)
def test_a_model_orders_what_lean_orders(model: str, shared: Path, tmp_path: Path) -> None:
    """Number of orders, final equity and the hash over all orders."""
    cash, orders, equity, order_hash = PUBLISHED[model]
    file = tmp_path / "patient.py"
    file.write_text(ALGORITHM.format(cash=cash, model=model), encoding="utf-8")
    outcome = run_backtest(
        BacktestRequest(file, LeanFolder(shared / "lean-data"), tmp_path / "out", storage=tmp_path / "store")
    )
    assert outcome.error is None
    figures = outcome.statistics
    assert (figures["Total Orders"], figures["End Equity"], figures["OrderListHash"]) == (
        orders,
        equity,
        order_hash,
    )
