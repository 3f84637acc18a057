"""Map and factor files of the built-in symbols, as text: the source parses what the writer writes.

SPY has one name and no splits. It pays no dividends either: the index yield is in the forward price of its
options only (docs/market-data.md), so its factors are 1.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.common.enums import DataMappingMode
from engine.data_source.modelled.contracts import date_of, es_symbol
from engine.data_source.modelled.futures_data import ROLL_DAYS
from engine.data_source.modelled.index_history import load_index_history
from engine.data_source.modelled.listings import Expiry, es_expiries
from engine.data_source.modelled.rates import DIVIDEND_YIELD, pricing_rate

if TYPE_CHECKING:
    from collections.abc import Callable

SPY_MAP = "19980102,spy,P\n20501231,spy,P\n"
"""The first date is part of SPY's security identifier, the same as with LEAN's own map file."""

SPY_FACTORS = "19980102,1,1,0\n20501231,1,1,0\n"

_CONTRACT_OFFSETS = 3
_DAYS_A_YEAR = 365


def _first_of_month_before(day: int) -> int:
    return day - date_of(day).day


# The last day on which a contract is still the front one (LEAN: DataMappingMode).
_LAST_DAY: dict[DataMappingMode, Callable[[int], int]] = {
    DataMappingMode.LAST_TRADING_DAY: lambda expiry: expiry - 1,
    DataMappingMode.FIRST_DAY_MONTH: _first_of_month_before,
    DataMappingMode.OPEN_INTEREST: lambda expiry: expiry - ROLL_DAYS,
    DataMappingMode.OPEN_INTEREST_ANNUAL: lambda expiry: expiry - ROLL_DAYS,
}


def es_map() -> str:
    """Return the map file of the continuous ES future, one row a contract and mapping mode."""
    rows = []
    for expiry in es_expiries():
        contract = str(es_symbol(expiry).id).lower()
        for mode, last_day in _LAST_DAY.items():
            rows.append((last_day(expiry.day), f"{contract},CME,{int(mode)}"))
    rows.sort()
    lines = ["18991230,es,CME", *(f"{date_of(day):%Y%m%d},{text}" for day, text in rows)]
    return "\n".join(lines) + "\n"


def es_factors() -> str:
    """Return the factor file: what joins the contracts of each mode and depth at their rolls, from modelled
    closes."""
    rows: list[tuple[int, int, str]] = []
    for mode, last_day in _LAST_DAY.items():
        rolls = _rolls(last_day)
        ratios = np.array([[new / old for old, new in prices] for _, prices in rolls])
        steps = np.array([[new - old for old, new in prices] for _, prices in rolls])
        later_ratios = np.cumprod(ratios[::-1], axis=0)[::-1]
        later_steps = np.cumsum(steps[::-1], axis=0)[::-1]
        earlier_steps = -np.cumsum(steps, axis=0) + steps
        for (day, _), ratio, back, forward in zip(
            rolls, later_ratios, later_steps, earlier_steps, strict=True
        ):
            row = {
                "Date": f"{date_of(day)}T00:00:00",
                "BackwardsRatioScale": ratio.round(12).tolist(),
                "BackwardsPanamaCanalScale": back.round(2).tolist(),
                "ForwardPanamaCanalScale": forward.round(2).tolist(),
                "DataMappingMode": int(mode),
            }
            rows.append((day, int(mode), json.dumps(row, separators=(",", ":"))))
    return "\n".join(text for _, _, text in sorted(rows)) + "\n"


def _rolls(last_day: Callable[[int], int]) -> list[tuple[int, list[tuple[float, float]]]]:
    # (day, [(old price, new price) for each depth]) of each roll inside the history
    history = load_index_history()
    contracts = es_expiries()
    found = []
    for place, expiry in enumerate(contracts):
        day = last_day(expiry.day)
        row = int(np.searchsorted(history.days, day, "right")) - 1
        if day > history.days[-1] or place + _CONTRACT_OFFSETS >= len(contracts):
            break
        spot = float(history.close[row])
        prices = [_future_price(spot, contract, day) for contract in contracts[place : place + 4]]
        found.append((day, list(pairwise(prices))))
    return found


def _future_price(spot: float, future: Expiry, day: int) -> float:
    carry = pricing_rate(day) - DIVIDEND_YIELD
    return round(spot * np.exp(carry * (future.day - day) / _DAYS_A_YEAR) * 4) / 4
