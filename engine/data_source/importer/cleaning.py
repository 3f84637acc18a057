"""Which rows of a chain can be used; every other row is counted under the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.data_source.modelled.trading_calendar import TradingCalendar

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = (
    "strike",
    "bid",
    "ask",
    "underlying",
    "volume",
    "open_interest",
    "iv",
    "delta",
    "gamma",
    "vega",
    "theta",
    "rho",
)
_REQUIRED = frozenset(("strike", "bid", "ask"))
"""Numbers that a row must have, which have reasons of their own."""

_NO_DAY = np.iinfo(np.int64).min


@dataclass(slots=True)
class ImportCounts:
    """What became of the rows; `read` is `kept` and all of `dropped` together."""

    read: int = 0
    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)


def clean(
    table: pd.DataFrame, roots: frozenset[str], calendar: TradingCalendar
) -> tuple[pd.DataFrame, ImportCounts]:
    """Return the usable rows, sorted by root, expiry, right, strike and day, and the counts.

    The days are numbers since 1970-01-01, the right is C or P, prices are floats; numbers that were not given
    are NaN.

    Parameters
    ----------
    roots : frozenset of str
        Roots that are wanted; empty for all.
    """
    rows = _normalized(table)
    counts = ImportCounts(read=len(rows))
    keep = np.ones(len(rows), dtype=bool)
    for reason, bad in _reasons(rows, roots, calendar):
        hit = keep & bad
        if hit.any():
            counts.dropped[reason] = int(hit.sum())
            keep &= ~bad
    rows = rows[keep]
    key = ["root", "expiry", "right", "strike", "quote_date"]
    repeated = rows.duplicated(key)
    if repeated.any():
        counts.dropped["a second row for the contract on that day"] = int(repeated.sum())
        rows = rows[~repeated]
    counts.kept = len(rows)
    return rows.sort_values(key, kind="stable", ignore_index=True), counts


def _normalized(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    rows = pd.DataFrame(index=table.index)
    for name in ("quote_date", "expiry"):
        moments = pd.to_datetime(table[name], errors="coerce", format="mixed").to_numpy("datetime64[D]")
        rows[name] = np.where(np.isnat(moments), _NO_DAY, moments.astype(np.int64))
    rows["right"] = table["right"].astype(str).str.strip().str.upper().str[:1]
    rows["root"] = table["root"].fillna("").astype(str).str.strip().str.upper()
    unreadable = np.zeros(len(table), dtype=bool)
    for name in _NUMBERS:
        if name not in table:
            rows[name] = np.nan
            continue
        given = table[name]
        numbers = pd.to_numeric(given, errors="coerce").to_numpy(np.float64)
        rows[name] = numbers = np.where(np.isfinite(numbers), numbers, np.nan)
        if name not in _REQUIRED:
            unreadable |= np.isnan(numbers) & given.notna().to_numpy()
    rows["unreadable"] = unreadable
    return rows


def _reasons(
    rows: pd.DataFrame, roots: frozenset[str], calendar: TradingCalendar
) -> Iterator[tuple[str, np.ndarray]]:
    day, expiry = rows["quote_date"].to_numpy(), rows["expiry"].to_numpy()
    bid, ask, strike = (rows[name].to_numpy() for name in ("bid", "ask", "strike"))
    if roots:
        yield "a root that was not asked for", ~rows["root"].isin(roots).to_numpy()
    yield "no root", (rows["root"] == "").to_numpy()
    yield "a date that cannot be read", (day == _NO_DAY) | (expiry == _NO_DAY)
    yield "neither call nor put", ~rows["right"].isin(("C", "P")).to_numpy()
    yield "a strike that is no positive number", ~(strike > 0)
    yield "a quote date without a session", ~np.isin(day, calendar.days)
    yield "quoted after its expiry", day > expiry
    yield "a bid or ask that is no number", np.isnan(bid) | np.isnan(ask)
    yield "a negative bid or ask", (bid < 0) | (ask < 0)
    yield "no ask", ask == 0
    yield "a bid above the ask", bid > ask
    yield "another column that is no number", rows["unreadable"].to_numpy()
    yield "an underlying price that is not positive", (rows["underlying"] <= 0).to_numpy()
    yield (
        "a negative volume or open interest",
        ((rows["volume"] < 0) | (rows["open_interest"] < 0)).to_numpy(),
    )
