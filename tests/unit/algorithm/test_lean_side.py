"""The LEAN side of the host: quotes with ages from LEAN's bars, and main.py as a whole in the in-process engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from strategies.quotes import QuoteProblem, QuoteRule

NOW = datetime(2014, 1, 10, 10, 0)
RULE = QuoteRule(2, 15, 0.10)


@pytest.fixture(scope="module")
def lean_market(repository: Path) -> Iterator[Any]:
    """Import the adapters against the engine's AlgorithmImports, which is LEAN's API."""
    folder = str(repository / "engine" / "algorithm_imports")
    sys.path.insert(0, folder)
    try:
        import algorithm.lean_market as module

        yield module
    finally:
        sys.path.remove(folder)


@dataclass
class Side:
    close: float


def bar(
    bid: float | None, ask: float | None, bid_size: float, ask_size: float, minutes: int = 0
) -> SimpleNamespace:
    return SimpleNamespace(
        bid=None if bid is None else Side(bid),
        ask=None if ask is None else Side(ask),
        last_bid_size=bid_size,
        last_ask_size=ask_size,
        end_time=NOW - timedelta(minutes=minutes),
    )


def quoting(lean_market: Any, *bars: Any) -> Any:
    """Return the quote after the security has shown these bars, one a minute, the last one now."""
    market = lean_market.LeanMarket.__new__(lean_market.LeanMarket)
    market._sides, market._quotes = {}, {}
    quote = None
    for back, each in zip(range(len(bars) - 1, -1, -1), bars):
        local = NOW - timedelta(minutes=back)
        security = SimpleNamespace(get_last_data=lambda each=each: each, local_time=local)
        market._securities = {"X": security}
        quote = market.quote("X")
    return quote


def test_a_two_sided_bar_is_a_fresh_quote(lean_market: Any) -> None:
    """Both sides quoted now."""
    quote = quoting(lean_market, bar(1.0, 1.1, 10, 10))
    assert (quote.bid, quote.ask, RULE.tradable(quote)) == (1.0, 1.1, None)


def test_a_side_without_size_was_only_carried_along(lean_market: Any) -> None:
    """LEAN copies a missing side from the bar before, but not its size: never seen means no bid."""
    quote = quoting(lean_market, bar(3.4, 0.1, 0, 10))
    assert (quote.bid, RULE.tradable(quote)) == (None, QuoteProblem.NO_BID)


def test_a_carried_side_keeps_the_age_of_its_last_real_quote(lean_market: Any) -> None:
    """ "quoted within the same 2 bars": two minutes later it still counts, three minutes later it is stale."""
    real = bar(3.4, 3.5, 10, 10, 2)
    within = quoting(lean_market, real, bar(3.4, 3.5, 0, 10, 1), bar(3.4, 3.5, 0, 10))
    assert RULE.tradable(within) is None
    real = bar(3.4, 3.5, 10, 10, 3)
    carried = [bar(3.4, 0.1, 0, 10, minutes) for minutes in (2, 1, 0)]
    late = quoting(lean_market, real, *carried)
    assert RULE.tradable(late) is QuoteProblem.STALE_BID


def test_an_old_bar_is_stale_on_both_sides(lean_market: Any) -> None:
    """The bar's end is compared with the security's own local time."""
    quote = quoting(lean_market, bar(1.0, 1.1, 10, 10, 3))
    assert RULE.tradable(quote) is QuoteProblem.STALE_BID


def test_a_vendor_without_sizes_is_believed(lean_market: Any) -> None:
    """Where no side ever has a size, sizes say nothing."""
    quote = quoting(lean_market, bar(1.0, 1.1, 0, 0))
    assert RULE.tradable(quote) is None


def test_no_bar_and_no_security_are_no_quote(lean_market: Any) -> None:
    """A contract that was never quoted, or never subscribed."""
    assert quoting(lean_market, None).bid is None
    market = lean_market.LeanMarket.__new__(lean_market.LeanMarket)
    market._securities = {}
    assert market.quote("X").ask is None


# --- main.py in the engine ---


@pytest.fixture(scope="module")
def run(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run main.py on the built-in data for some weeks of 2014 with all five strategies."""
    from engine.data_source.modelled.source import ModelledSource
    from engine.launcher import BacktestRequest, run_backtest

    folder = tmp_path_factory.mktemp("run")
    parameters = {"start": "2014-01-27", "end": "2014-02-10"}
    parameters |= {
        f"{name}.enabled": "true" for name in ("lt112", "ipmcc", "futures_strangle", "leap_ladder")
    }
    request = BacktestRequest(
        repository / "main.py", ModelledSource(), folder, parameters=parameters, storage=folder / "storage"
    )
    return run_backtest(request)


def test_main_runs_to_its_end(run: Any) -> None:
    """The same main.py as in LEAN."""
    assert run.error is None, run.error
    assert type(run.algorithm).__name__ == "OptionsMachines"


def test_the_report_adds_up_to_the_cent(run: Any) -> None:
    """Strategy P&L by our own fills and settlements = portfolio P&L."""
    report = run.algorithm.strategy_report()
    assert report["portfolio"]["unattributed_usd"] == 0
    assert sum(row["entered"] for row in report["strategies"]) > 0


def test_every_opportunity_has_an_outcome(run: Any) -> None:
    """Two weeks: two last sessions, two Wednesdays, two Tuesdays, three first sessions, one first Monday."""
    rows = {row["name"]: row["opportunities"] for row in run.algorithm.strategy_report()["strategies"]}
    assert rows == {"iron_condor": 2, "lt112": 2, "ipmcc": 3, "futures_strangle": 2, "leap_ladder": 1}


def test_holdings_are_owned(run: Any) -> None:
    """What the portfolio holds is what the machines own."""
    host = run.algorithm.machines.host
    held = {holding.contract: holding.quantity for holding in host.broker.holdings()}
    owned = {contract: sum(owners.values()) for contract, owners in host.manager.owned().items()}
    assert held == owned


def test_documents_are_kept_apart_from_live_ones(run: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A backtest in a workspace never touches the documents of a live run."""
    storage = run.output / "storage"
    folders = {path.relative_to(storage).parts[0] for path in storage.rglob("*.json")}
    assert folders == {"options-machines-backtest"}


def test_a_wrong_parameter_stops_before_anything_happens(repository: Path, tmp_path: Path) -> None:
    """The error of the first line of initialize() is the user's one line."""
    from engine.data_source.modelled.source import ModelledSource
    from engine.launcher import BacktestRequest, run_backtest

    request = BacktestRequest(
        repository / "main.py",
        ModelledSource(),
        tmp_path,
        parameters={"iron_condor.vix_mni": "3"},
        storage=tmp_path / "storage",
    )
    outcome = run_backtest(request)
    assert "unknown parameter iron_condor.vix_mni; did you mean iron_condor.vix_min?" in str(outcome.error)
