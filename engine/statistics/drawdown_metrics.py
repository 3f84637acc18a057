"""The deepest fall from a peak and the longest way back (LEAN: Statistics.CalculateDrawdownMetrics)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.common.errors import ArgumentException
from engine.common.numbers import ONE, ZERO, round_decimal
from engine.common.time import DAY


class DrawdownMetrics(NamedTuple):
    drawdown: Decimal
    """Fraction of the peak, positive."""
    drawdown_recovery: int
    """Whole days of the longest way from a peak back to its height; 0 if none got there."""

    @classmethod
    def of(cls, stamps: Sequence[int], equity: Sequence[Decimal], digits: int = 2) -> DrawdownMetrics:
        """Measure equity samples, oldest first."""
        if len(equity) < 2:
            return cls(ZERO, 0)
        peak, peak_stamp = equity[0], stamps[0]
        if not peak:
            return cls(ZERO, 0)
        deepest, longest = ZERO, 0
        fell_from: int | None = None
        for stamp, value in zip(stamps, equity):
            if value >= peak:
                if fell_from is not None:
                    longest = max(longest, stamp - fell_from)
                    fell_from = None
                peak, peak_stamp = value, stamp
                continue
            deepest = min(deepest, value / peak - ONE)
            if fell_from is None:
                fell_from = peak_stamp
        return cls(round_decimal(abs(deepest), digits), longest // DAY)


def drawdown_percent(current: Decimal, high: Decimal, digits: int = 2) -> Decimal:
    """Return how far `current` is from `high`, in percent, negative below it."""
    if not high:
        raise ArgumentException("High value must not be 0")
    return round_decimal((current / high - ONE) * 100, digits)
