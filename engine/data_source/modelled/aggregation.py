"""Minute rows gathered to hour and daily bars, as LEAN's hour and daily files hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.common.enums import Resolution
from engine.common.time import DAY, HOUR
from engine.data_source.rows import Rows

if TYPE_CHECKING:
    from engine.common.time import TimeZone

_SIDES = ("", "bid_", "ask_")


def gather(days: list[Rows], resolution: Resolution, data_zone: TimeZone, exchange_zone: TimeZone) -> Rows:
    """Return bars of whole hours or days of the data's zone; the days are in order and not empty."""
    start = np.concatenate([rows.start for rows in days])
    names = days[0].fields
    fields = {name: np.concatenate([rows.fields[name] for rows in days]) for name in names}
    span = DAY if resolution is Resolution.DAILY else HOUR
    local = data_zone.to_local(start) // span
    first = np.flatnonzero(np.diff(local, prepend=local[0] - 1))
    starts, ends = calendar_stamps(local[first] * span, span, data_zone, exchange_zone)
    gathered: dict[str, np.ndarray] = {}
    for side in _SIDES:
        if f"{side}close" in fields:
            gathered |= _gather_side(fields, side, first)
    if "volume" in fields:
        gathered["volume"] = np.add.reduceat(fields["volume"], first)
    return Rows(starts, ends, {name: gathered[name] for name in names}, days[0].exponent)


def calendar_stamps(
    local: np.ndarray, span: int, data_zone: TimeZone, exchange_zone: TimeZone
) -> tuple[np.ndarray, np.ndarray]:
    """Return UTC starts and ends of bars that start at local times of the data's zone.

    The end is one span later on the exchange's clock, as LEAN adds it, so a day with a clock change is one
    day.
    """
    there = exchange_zone.to_local(data_zone.to_utc(local))
    return exchange_zone.to_utc(there), exchange_zone.to_utc(there + span)


def _gather_side(fields: dict[str, np.ndarray], side: str, first: np.ndarray) -> dict[str, np.ndarray]:
    opens, close = fields[f"{side}open"], fields[f"{side}close"]
    last = np.append(first[1:], len(close)) - 1
    result = {
        f"{side}high": np.fmax.reduceat(fields[f"{side}high"], first),
        f"{side}low": np.fmin.reduceat(fields[f"{side}low"], first),
    }
    here = close == close
    place = np.arange(len(close))
    if here.all():
        at_open, at_close = first, last
    else:
        # Minutes without a quote on this side do not count.
        at_open = np.minimum.reduceat(np.where(here, place, len(close) - 1), first)
        at_close = np.maximum.reduceat(np.where(here, place, 0), first)
    missing = result[f"{side}high"] != result[f"{side}high"]
    result[f"{side}open"] = np.where(missing, np.nan, opens[at_open])
    result[f"{side}close"] = np.where(missing, np.nan, close[at_close])
    if f"{side}size" in fields:
        result[f"{side}size"] = np.where(missing, 0.0, fields[f"{side}size"][at_close])
    return result
