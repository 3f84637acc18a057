"""What a run keeps of the contracts that a chain brought and that went again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bench.chain_folder import write_folder
from engine.common.enums import AlgorithmStatus
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest

ALGORITHM = """
from collections import Counter
import gc

from AlgorithmImports import *


class Rolling(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2021, 2, 1)
        last = self.get_parameter("end").split("-")
        self.set_end_date(*(int(part) for part in last))
        spx = self.add_index("SPX", Resolution.MINUTE).symbol
        option = self.add_index_option(spx, "SPXW", Resolution.MINUTE)
        option.set_filter(lambda universe: universe.include_weeklys().strikes(-20, 20).expiration(0, 7))
        self.canonical, self.seen, self.asked = option.symbol, set(), 0.0

    def on_data(self, data):
        chain = data.option_chains.get(self.canonical)
        if chain is not None and self.time.minute == 0:
            self.seen.update(contract.symbol.value for contract in chain)
            # rows of some are read, of the others never
            self.asked += sum(contract.ask_price for contract in chain if contract.right == OptionRight.PUT)

    def on_end_of_algorithm(self):
        gc.collect()
        self.alive = Counter(type(thing).__name__ for thing in gc.get_objects())
        found = [self.securities[ticker] for ticker in sorted(self.seen)]
        self.names = [(str(security.symbol), security.symbol.value) for security in found]
"""
KINDS = (
    "Symbol",
    "SecurityIdentifier",
    "IndexOption",
    "Subscription",
    "SubscriptionWindow",
    "BarColumns",
    "Delisting",
)
DAYS = 5
"""From Monday to Friday, so that both runs end with as many contracts."""


class Left(NamedTuple):
    """What a run saw and what was left of it."""

    seen: set[str]
    alive: Counter[str]
    names: list[tuple[str, str]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Left, Left]:
    """Return what is left after some days of a chain, and after four times as many."""
    folder = tmp_path_factory.mktemp("chain")
    return _left_of_run(folder / "few", DAYS), _left_of_run(folder / "many", 4 * DAYS)


def _left_of_run(folder: Path, days: int) -> Left:
    last = write_folder(folder, days, strikes=3)
    file = folder / "rolling.py"
    file.write_text(ALGORITHM.lstrip(), encoding="utf-8")
    parameters = {"end": f"{last}"}
    request = BacktestRequest(
        file, LeanFolder(folder), folder / "out", parameters=parameters, storage=folder / "storage"
    )
    outcome = run_backtest(request)
    assert outcome.status == AlgorithmStatus.COMPLETED, outcome.error
    algorithm: Any = outcome.algorithm
    return Left(algorithm.seen, algorithm.alive, algorithm.names)


@pytest.mark.parametrize("kind", KINDS)
def test_four_times_as_many_days_of_a_chain_leave_no_more_behind(runs: tuple[Left, Left], kind: str) -> None:
    """Contracts come and go; what is alive at the end is what the last days brought, however long the run was."""
    few, many = runs
    assert len(many.seen) > 2 * len(few.seen)
    assert 0 < many.alive[kind] <= few.alive[kind] + 12  # a day brings six of each expiry


def test_every_contract_that_went_is_found_by_its_ticker(runs: tuple[Left, Left]) -> None:
    """Who asks for a contract that was let go gets a security without a price, as LEAN's has after its removal."""
    _, many = runs
    assert many.names == [(ticker, ticker) for ticker in sorted(many.seen)]
