"""Turns cleaned end-of-day chains into LEAN's daily files.

What LEAN needs to backtest on end-of-day quotes: one daily quote bar a contract and day (open, high, low and
close all the quote of the day's end), open interest, the chain's universe file of each day, and daily bars of
the underlying, against which filters select strikes and options are settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.common.enums import OptionRight, OptionStyle, Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data_source.importer.chain_columns import read_chains
from engine.data_source.importer.cleaning import ImportCounts, clean
from engine.data_source.lean_folder.lean_data import universe_path, zip_path
from engine.data_source.modelled.contracts import date_of
from engine.data_source.modelled.market_rules import PROPERTIES, built_in_market_hours, market_hours_entries
from engine.data_source.modelled.rates import interest_rate_text
from engine.data_source.modelled.trading_calendar import load_trading_calendar
from engine.data_source.writer.database_files import (
    INTEREST_RATE_FILE,
    MARKET_HOURS_FILE,
    SYMBOL_PROPERTIES_FILE,
    market_hours_text,
    symbol_properties_text,
)
from engine.data_source.writer.folder_writer import FolderWriter
from engine.securities.index_option.index_option_symbol import IndexOptionSymbol

if TYPE_CHECKING:
    import pandas as pd

_RIGHTS = {"C": OptionRight.CALL, "P": OptionRight.PUT}
_GREEKS = ("iv", "delta", "gamma", "vega", "theta", "rho")
_SCALE = 10_000


@dataclass(slots=True)
class ImportResult:
    """What was imported."""

    counts: ImportCounts
    first_day: date
    last_day: date
    contracts: int = 0
    files: int = 0
    left_alone: list[str] = field(default_factory=list)
    """Files that were in the folder already and are shared by all data in it."""


def import_chains(
    files: Sequence[Path],
    folder: Path,
    mapping: Mapping[str, str],
    roots: Sequence[str] = (),
    replace: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> ImportResult:
    """Read chains and write them into a data folder; nothing is written before everything is read.

    Parameters
    ----------
    mapping : mapping of str to str
        Names of columns, see `read_chains`.
    roots : sequence of str
        Option roots that are wanted, none for all; a single one also names the rows of files without roots.
    replace : bool
        Write over quotes and universes that are in the folder.
    progress : callable, optional
        Told (steps done, steps in all), a step being a root's contracts or one day's universe file.

    Raises
    ------
    EngineError
        If a file cannot be read, no row of them can be used, or a file to write is there and `replace` is
        off.
    """
    table = read_chains(files, mapping)
    wanted = tuple(root.upper() for root in roots)
    if "root" not in table:
        if len(wanted) != 1:
            raise EngineError(
                "no column for the root found; name it with --column root=NAME, or say --root ROOT"
            )
        table["root"] = wanted[0]
    rows, counts = clean(table, frozenset(wanted), load_trading_calendar())
    if rows.empty:
        reasons = "; ".join(f"{count} {reason}" for reason, count in counts.dropped.items())
        raise EngineError(f"none of {counts.read} rows can be used: {reasons}")
    days = rows["quote_date"].to_numpy()
    result = ImportResult(counts, date_of(int(days.min())), date_of(int(days.max())))
    writer = FolderWriter(folder, built_in_market_hours(), replace)
    parts = {str(root): part for root, part in rows.groupby("root", sort=True)}
    writer.refuse_existing(_paths(parts))
    total = sum(1 + part["quote_date"].nunique() for part in parts.values())
    done = 0
    for root, part in parts.items():
        result.contracts += _write_quotes(writer, root, part)
        for _ in _write_universes(writer, root, part):
            done += 1
            if progress is not None:
                progress(done, total)
        done += 1
    _write_shared_files(writer, parts, result)
    result.files = writer.files
    return result


def underlying_of(root: str) -> Symbol:
    """Return the index of a known index root, else the equity of that name."""
    if IndexOptionSymbol.is_index_option(root):
        return Symbol.create(IndexOptionSymbol.map_to_underlying(root), SecurityType.INDEX, Market.USA)
    return Symbol.create(root, SecurityType.EQUITY, Market.USA)


def _canonical(root: str) -> Symbol:
    underlying = underlying_of(root)
    target = root if underlying.security_type is SecurityType.INDEX else None
    return Symbol.create_canonical_option(underlying, target, Market.USA, f"?{root}")


def _paths(parts: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    for root, part in parts.items():
        canonical = _canonical(root)
        days = [date_of(day) for day in part["quote_date"].unique().tolist()]
        for year in sorted({day.year for day in days}):
            for tick_type in (TickType.QUOTE, TickType.OPEN_INTEREST):
                yield zip_path(canonical, date(year, 1, 1), Resolution.DAILY, tick_type)
        for day in days:
            yield universe_path(canonical, day)


# -- daily bars ------------------------------------------------------------------------------------


def _write_quotes(writer: FolderWriter, root: str, part: pd.DataFrame) -> int:
    # Rows are sorted by contract and then by day, so each contract (and year of it) is one stretch of lines.
    days = part["quote_date"].to_numpy()
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    contract = part[["expiry", "right", "strike"]].to_numpy()
    new = np.append(True, (contract[1:] != contract[:-1]).any(axis=1))
    starts = np.flatnonzero(new | np.append(True, years[1:] != years[:-1]))
    ends = np.append(starts[1:], len(part))
    times = [f"{date_of(day):%Y%m%d} 00:00" for day in days.tolist()]
    quotes = _quote_lines(times, part)
    interest = _interest_lines(times, part)
    underlying = underlying_of(root)
    symbol = underlying
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if new[start]:
            symbol = _contract(underlying, root, *contract[start])
        year = date(int(years[start]), 1, 1)
        text = "\n".join(quotes[start:end]) + "\n"
        writer.add_text(symbol, Resolution.DAILY, TickType.QUOTE, year, text)
        known = [line for line in interest[start:end] if line]
        if known:
            text = "\n".join(known) + "\n"
            writer.add_text(symbol, Resolution.DAILY, TickType.OPEN_INTEREST, year, text)
    writer.flush()
    return int(new.sum())


def _contract(underlying: Symbol, root: str, expiry: int, right: str, strike: float) -> Symbol:
    is_index = underlying.security_type is SecurityType.INDEX
    day = date_of(int(expiry))
    return Symbol.create_option(
        underlying,
        root if is_index else None,
        Market.USA,
        OptionStyle.EUROPEAN if is_index else OptionStyle.AMERICAN,
        _RIGHTS[right],
        Decimal(repr(float(strike))),
        datetime(day.year, day.month, day.day),
    )


def _quote_lines(times: list[str], part: pd.DataFrame) -> list[str]:
    bids, asks = (
        np.rint(part[side].to_numpy() * _SCALE).astype(np.int64).tolist() for side in ("bid", "ask")
    )
    return [f"{time},{_bar(bid)},{_bar(ask)}" for time, bid, ask in zip(times, bids, asks, strict=True)]


def _bar(price: int) -> str:
    # Open, high, low, close, size; the size is not known. A side without a quote is empty.
    return f"{price},{price},{price},{price},0" if price else ",,,,0"


def _interest_lines(times: list[str], part: pd.DataFrame) -> list[str]:
    amounts = part["open_interest"].tolist()
    return [f"{t},{int(n)}" if n == n else "" for t, n in zip(times, amounts, strict=True)]


# -- universe files --------------------------------------------------------------------------------


def _write_universes(writer: FolderWriter, root: str, part: pd.DataFrame) -> Iterator[None]:
    canonical = _canonical(root)
    for day, rows in part.groupby("quote_date", sort=True):
        writer.write_universe(canonical, date_of(int(day)), _universe_lines(rows))
        yield


def _universe_lines(rows: pd.DataFrame) -> list[str]:
    price = _first_known(rows["underlying"].to_numpy())
    lines = [f",,,{','.join([_price_text(price)] * 4)},0,,,,,,,"]
    bid, ask = rows["bid"].to_numpy(), rows["ask"].to_numpy()
    mids = np.where(bid > 0, (bid + ask) / 2, ask).tolist()
    cells = [rows[name].tolist() for name in ("volume", "open_interest", *_GREEKS)]
    expiries = {day: f"{date_of(day):%Y%m%d}" for day in rows["expiry"].unique().tolist()}
    names = zip(rows["expiry"].tolist(), rows["strike"].tolist(), rows["right"].tolist(), strict=True)
    for (expiry, strike, right), mid, *numbers in zip(names, mids, *cells, strict=True):
        price_text = f"{mid:.4f}"
        counts = (f"{number:.0f}" if number == number else "" for number in numbers[:2])
        greeks = (f"{number:.7f}" if number == number else "" for number in numbers[2:])
        prices = ",".join([price_text] * 4)
        lines.append(f"{expiries[expiry]},{strike:g},{right},{prices},{','.join((*counts, *greeks))}")
    return lines


def _first_known(prices: np.ndarray) -> float:
    known = prices[~np.isnan(prices)]
    return float(known[0]) if len(known) else float("nan")


def _price_text(price: float) -> str:
    return "" if price != price else f"{price:.4f}".removesuffix("00")


# -- what all data of a folder shares --------------------------------------------------------------


def _write_shared_files(
    writer: FolderWriter, parts: Mapping[str, pd.DataFrame], result: ImportResult
) -> None:
    shared = {
        MARKET_HOURS_FILE: market_hours_text(market_hours_entries()),
        SYMBOL_PROPERTIES_FILE: symbol_properties_text(PROPERTIES),
        INTEREST_RATE_FILE: interest_rate_text(),
    }
    for path, text in shared.items():
        if not writer.write_missing_text(path, text):
            result.left_alone.append(path)
    prices: dict[Symbol, dict[int, float]] = {}
    for root, part in parts.items():
        known = part.dropna(subset=["underlying"]).drop_duplicates("quote_date")
        found = dict(zip(known["quote_date"].tolist(), known["underlying"].tolist(), strict=True))
        prices.setdefault(underlying_of(root), {}).update(found)
    for symbol, by_day in prices.items():
        path = zip_path(symbol, date.min, Resolution.DAILY, TickType.TRADE)
        if (writer.folder / path).exists():
            result.left_alone.append(path)
        elif by_day:
            text = _underlying_text(symbol, by_day)
            writer.add_text(symbol, Resolution.DAILY, TickType.TRADE, date.min, text)
    writer.flush()


def _underlying_text(symbol: Symbol, by_day: Mapping[int, float]) -> str:
    lines = []
    for day, price in sorted(by_day.items()):
        is_index = symbol.security_type is SecurityType.INDEX
        text = _price_text(price) if is_index else str(round(price * _SCALE))
        lines.append(f"{date_of(day):%Y%m%d} 00:00,{text},{text},{text},{text},0")
    return "\n".join(lines) + "\n"
