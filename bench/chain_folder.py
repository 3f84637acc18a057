"""Writes a LEAN data folder for measurements: minutes of SPX and a minute chain of SPXW with as many strikes as wanted.

Prices have the shape of a chain, not its level: a seeded walk, and a time value that falls off from the money.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from engine.data_source.modelled.market_rules import PROPERTIES, market_hours_entries
from engine.data_source.modelled.rates import interest_rate_text
from engine.data_source.writer.database_files import (
    INTEREST_RATE_FILE,
    MARKET_HOURS_FILE,
    SYMBOL_PROPERTIES_FILE,
    market_hours_text,
    symbol_properties_text,
)

FIRST = date(2021, 2, 1)
_MINUTES = 390
_STEP = 25
_HEADER = "#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,delta,gamma,vega,theta,rho"


def write_folder(folder: Path, days: int, strikes: int) -> date:
    """Write so many sessions (holidays are written too and never read); return the last."""
    _write(folder / MARKET_HOURS_FILE, market_hours_text(market_hours_entries()))
    _write(folder / SYMBOL_PROPERTIES_FILE, symbol_properties_text(PROPERTIES))
    _write(folder / INTEREST_RATE_FILE, interest_rate_text())
    walk = np.random.default_rng(7)
    level, previous = 3800.0, FIRST - timedelta(3)
    for day in _weekdays(days):
        path = level * np.exp(np.cumsum(walk.normal(0, 0.0006, _MINUTES)))
        level = float(path[-1])
        _write_index(folder, day, path)
        if strikes:
            _write_chain(folder, day, previous, path, strikes)
        previous = day
    return previous


def _weekdays(count: int) -> Iterator[date]:
    day = FIRST
    while count:
        if day.weekday() < 5:
            count -= 1
            yield day
        day += timedelta(1)


def _write_index(folder: Path, day: date, path: np.ndarray) -> None:
    rows = "".join(f"{_clock(m)},{x:.2f},{x:.2f},{x:.2f},{x:.2f},0\n" for m, x in enumerate(path))
    target = _made(folder / f"index/usa/minute/spx/{day:%Y%m%d}_trade.zip")
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(f"{day:%Y%m%d}_spx_minute_trade.csv", rows)


def _write_chain(folder: Path, day: date, previous: date, path: np.ndarray, strikes: int) -> None:
    middle = round(path[0] / _STEP) * _STEP
    lines = [_HEADER, f",,,{path[0]:.2f},{path[0]:.2f},{path[0]:.2f},{path[0]:.2f},0,,,,,,,"]
    target = _made(folder / f"indexoption/usa/minute/spxw/{day:%Y%m%d}_quote_european.zip")
    expiries = [day + timedelta(n) for n in range(7) if (day + timedelta(n)).weekday() in (0, 2, 4)]
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for expiry in expiries:
            for number in range(strikes):
                strike = middle + _STEP * (number - strikes // 2)
                for right, sign in (("call", 1), ("put", -1)):
                    rows = _quotes(path, strike, sign, (expiry - day).days)
                    tag = f"european_{right}_{strike * 10_000}_{expiry:%Y%m%d}"
                    archive.writestr(f"{day:%Y%m%d}_spxw_minute_quote_{tag}.csv", rows)
                    terms = f"{expiry:%Y%m%d},{strike},{right[0].upper()}"
                    lines.append(f"{terms},1,1,1,1,10,100,0.18,0.1,0.001,0.1,-0.1,0.01")
    # what was listed the day before is what a filter of this day chooses from
    _write(folder / f"indexoption/usa/universes/spxw/{previous:%Y%m%d}.csv", "\n".join(lines) + "\n")


def _quotes(path: np.ndarray, strike: int, sign: int, days: int) -> str:
    left = days + 1 - np.arange(_MINUTES) / _MINUTES
    width = 30 * np.sqrt(left)
    value = np.maximum(sign * (path - strike), 0) + width * np.exp(-(((path - strike) / (2 * width)) ** 2))
    cents = np.maximum(np.round(value * 20) * 500, 1000).astype(int)
    return "".join(
        f"{_clock(m)},{p - 500},{p - 500},{p - 500},{p - 500},10,{p},{p},{p},{p},10\n"
        for m, p in enumerate(cents.tolist())
    )


def _clock(minute: int) -> int:
    # of New York, in milliseconds since midnight
    return (570 + minute) * 60_000


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write(path: Path, text: str) -> None:
    _made(path).write_text(text)
