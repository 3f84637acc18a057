"""main.py in the engine under each of LEAN's brokerage models: what it refuses is never sent, the rest trades."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from algorithm.brokerages import CAPABILITIES
from strategies.registry import STRATEGIES

PERIOD = {"start": "2014-01-24", "end": "2014-01-28"}
"""A Friday with a condor, a Monday on which IPMCC looks, a Tuesday with a strangle."""
ENTERS = ("iron_condor", "ipmcc", "futures_strangle")


@pytest.mark.parametrize("brokerage", sorted(CAPABILITIES))
def test_what_is_refused_is_switched_off_and_the_rest_enters(
    brokerage: str, repository: Path, tmp_path: Path
) -> None:
    """Combos only where they are taken, else legs one by one; no order is refused; every invariant at every step."""
    outcome = run(brokerage, repository, tmp_path)
    takes = CAPABILITIES[brokerage]
    rows = {row["name"]: row for row in outcome.algorithm.strategy_report()["strategies"]}
    for name in ENTERS:
        refused = STRATEGIES[name].asset_class not in takes.asset_classes
        assert rows[name]["enabled"] is not refused
        if refused:
            assert rows[name]["switched_off"] == f"the brokerage does not take {STRATEGIES[name].asset_class}"
        elif name == "ipmcc" or not takes.least_short_usd:
            assert rows[name]["entered"] == 1, rows[name]
        else:
            assert rows[name]["entered"] == 0, "its short legs are too cheap for this brokerage"
    orders = list(outcome.algorithm.transactions.get_order_tickets())
    assert orders
    kinds = {str(ticket.order_type).rpartition(".")[2].upper() for ticket in orders}
    assert any("COMBO" in kind for kind in kinds) is (takes.combo_limit and rows["iron_condor"]["enabled"]), (
        kinds
    )
    if not takes.combo_market:
        assert not any("COMBO_MARKET" in kind or "COMBOMARKET" in kind for kind in kinds), kinds
    assert [str(ticket.tag) for ticket in orders if "INVALID" in str(ticket.status).upper()] == []
    assert outcome.algorithm.checker.steps > 20


def run(brokerage: str, repository: Path, folder: Path) -> Any:
    """Run five days with every invariant checked."""
    from engine.data_source.modelled.source import ModelledSource
    from engine.launcher import BacktestRequest, run_backtest

    off = {f"{name}.enabled": "false" for name in STRATEGIES if name not in ENTERS}
    parameters = {**PERIOD, **off, "brokerage": brokerage}
    file = repository / "bench" / "checked_machines.py"
    outcome = run_backtest(
        BacktestRequest(file, ModelledSource(), folder, parameters=parameters, storage=folder / "storage")
    )
    assert outcome.error is None, outcome.error
    return outcome
