"""Averages of daily closes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache


def exponential_average(closes: Sequence[float], days: int) -> float | None:
    """Return the exponential moving average, None where there are too few closes.

    Parameters
    ----------
    closes : completed daily closes, oldest first
    days : the span; the weight of the newest close is 2 / (days + 1), the first value is the mean of `days` closes
    """
    return _average(tuple(closes), days)


@lru_cache(maxsize=8)  # asked every minute of a window, of closes that change once a day
def _average(closes: tuple[float, ...], days: int) -> float | None:
    if len(closes) < days:
        return None
    average = sum(closes[:days]) / days
    weight = 2 / (days + 1)
    for close in closes[days:]:
        average += weight * (close - average)
    return average
