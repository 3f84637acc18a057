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


@pytest.fixture(scope="module", params=sorted(CAPABILITIES))
def run(request: pytest.FixtureRequest, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run with every invariant checked at every step."""
    from engine.data_source.modelled.source import ModelledSource
    from engine.launcher import BacktestRequest, run_backtest

    folder = tmp_path_factory.mktemp(request.param)
    off = {f"{name}.enabled": "false" for name in STRATEGIES if name not in ENTERS}
    parameters = {**PERIOD, **off, "brokerage": request.param}
    file = repository / "bench" / "checked_machines.py"
    outcome = run_backtest(
        BacktestRequest(file, ModelledSource(), folder, parameters=parameters, storage=folder / "storage")
    )
    assert outcome.error is None, outcome.error
    return request.param, outcome


def test_what_is_refused_is_switched_off_and_the_rest_enters(run: Any) -> None:
    """ "A strategy whose asset class the brokerage refuses is switched off at start with the reason, the others run"."""
    brokerage, outcome = run
    takes = CAPABILITIES[brokerage].asset_classes
    rows = {row["name"]: row for row in outcome.algorithm.strategy_report()["strategies"]}
    for name in ENTERS:
        refused = STRATEGIES[name].asset_class not in takes
        assert rows[name]["enabled"] is not refused
        if refused:
            assert rows[name]["switched_off"] == f"the brokerage does not take {STRATEGIES[name].asset_class}"
        elif name == "ipmcc" or not CAPABILITIES[brokerage].least_short_usd:
            assert rows[name]["entered"] == 1, rows[name]
        else:
            assert rows[name]["entered"] == 0, "its short legs are too cheap for this brokerage"


def test_no_order_is_refused_and_combos_go_only_where_they_are_taken(run: Any) -> None:
    """Preferred are combo orders; elsewhere legs one by one, buys first."""
    brokerage, outcome = run
    takes = CAPABILITIES[brokerage]
    orders = list(outcome.algorithm.transactions.get_order_tickets())
    assert orders
    kinds = {str(ticket.order_type).rpartition(".")[2].upper() for ticket in orders}
    if not takes.combo_limit:
        assert not any("COMBO" in kind for kind in kinds), kinds
    elif STRATEGIES["iron_condor"].asset_class in takes.asset_classes:
        assert any("COMBO" in kind for kind in kinds), kinds
    if not takes.combo_market:
        assert not any("COMBO_MARKET" in kind or "COMBOMARKET" in kind for kind in kinds), kinds
    refused = [str(ticket.tag) for ticket in orders if "INVALID" in str(ticket.status).upper()]
    assert refused == []
    assert outcome.algorithm.checker.steps > 20
