"""Averages of daily closes."""

from __future__ import annotations

from collections.abc import Sequence


def exponential_average(closes: Sequence[float], days: int) -> float | None:
    """Return the exponential moving average, None where there are too few closes.

    Parameters
    ----------
    closes : completed daily closes, oldest first
    days : the span; the weight of the newest close is 2 / (days + 1), the first value is the mean of `days` closes
    """
    if len(closes) < days:
        return None
    average = sum(closes[:days]) / days
    weight = 2 / (days + 1)
    for close in closes[days:]:
        average += weight * (close - average)
    return average
