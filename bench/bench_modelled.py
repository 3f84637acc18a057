"""What the built-in data costs, against its budgets.

    python bench/bench_modelled.py [--check]

With `--check` the exit code is 1 if a budget is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.figures import Figure
from engine.common.enums import OptionRight, OptionStyle, Resolution, SecurityType, TickType
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data_source.modelled.contracts import date_of
from engine.data_source.modelled.listings import FIRST_OPTION_DAY
from engine.data_source.modelled.source import ModelledSource

DAY = date(2015, 6, 5)
DAYS = tuple(date(2015, 6, day) for day in (1, 2, 3, 4, 8))
"""The least of some measurements counts: what else the computer does is not ours."""

SESSIONS_A_YEAR = 252


def main(argv: list[str] | None = None) -> int:
    """Measure everything once and print it beside the budgets."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a budget is missed")
    arguments = parser.parse_args(argv)
    figures = measure()
    print(*figures, sep="\n")
    return int(arguments.check and not all(figure.kept for figure in figures))


def measure() -> list[Figure]:
    """Return every figure."""
    start = perf_counter()
    source = ModelledSource()
    _ = source.market_hours, source.symbol_properties
    SecurityIdentifier.first_ticker = source.first_ticker
    spx = Symbol.create("SPX", SecurityType.INDEX, Market.USA)
    spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    _read_days(source, _contracts(spx)[:1])
    ready = perf_counter() - start
    contracts = _contracts(spx)
    contract_day = min(_milliseconds(partial(_read_days, source, contracts)) for _ in DAYS) / len(contracts)
    weeklies = Symbol.create_canonical_option(spx, "SPXW", Market.USA, "?SPXW")
    equity = Symbol.create_canonical_option(spy, None, Market.USA, "?SPY")
    chains = [
        min(_milliseconds(partial(_read_chain, source, canonical, day)) for day in DAYS)
        for canonical in (weeklies, equity)
    ]
    hours = _milliseconds(lambda: source.bar_history(spy, Resolution.HOUR, TickType.TRADE))
    return [
        Figure("calendar, index history and the first day", ready * 1000, "ms", 2500),
        Figure("a session's path, a year one after the other", _paths(source, spx), "ms", 0.6),
        Figure("a contract's day of 405 quote bars", contract_day, "ms", 1.0),
        Figure("SPXW chain, all five greeks of all its rows read", chains[0], "ms", 120),
        Figure("SPY chain, all five greeks of all its rows read", chains[1], "ms", 250),
        Figure("six years of SPY's hours, which every benchmark reads", hours, "ms", 1000),
    ]


def _milliseconds(action: Callable[[], object]) -> float:
    start = perf_counter()
    action()
    return (perf_counter() - start) * 1000


def _contracts(spx: Symbol) -> list[Symbol]:
    # One expiry, all strikes near the money: what a shortlist costs.
    return [
        Symbol.create_option(
            spx, "SPXW", Market.USA, OptionStyle.EUROPEAN, OptionRight.PUT, strike, datetime(2015, 6, 26)
        )
        for strike in range(1950, 2150, 5)
    ]


def _read_days(source: ModelledSource, contracts: list[Symbol]) -> None:
    for contract in contracts:
        columns = source.bars(contract, Resolution.MINUTE, TickType.QUOTE, DAY)
        assert columns is not None
        assert len(columns.rows.end) == 405


def _read_chain(source: ModelledSource, canonical: Symbol, day: date) -> None:
    chain = source.universe(canonical, day)
    assert chain is not None
    assert sum(abs(row.greeks.delta) for row in chain.rows) > 0


def _paths(source: ModelledSource, spx: Symbol) -> float:
    sessions = 0
    start = perf_counter()
    for number in range(FIRST_OPTION_DAY, FIRST_OPTION_DAY + 365):
        columns = source.bars(spx, Resolution.MINUTE, TickType.TRADE, date_of(number))
        if columns is not None:
            sessions += len(columns.rows.end) > 0
    assert sessions == SESSIONS_A_YEAR
    return (perf_counter() - start) * 1000 / sessions


if __name__ == "__main__":
    sys.exit(main())
