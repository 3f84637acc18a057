"""How deep the account fell and how long it took to come back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.common.errors import ArgumentException
from engine.common.time import DAY, HOUR
from engine.statistics.drawdown_metrics import DrawdownMetrics, drawdown_percent


def measure(*values: int) -> DrawdownMetrics:
    return DrawdownMetrics.of([day * DAY for day in range(len(values))], [Decimal(v) for v in values], 3)


@pytest.mark.parametrize(
    ("values", "drawdown", "recovery"),
    [
        ((100, 101, 102), "0", 0),
        ((100, 90, 95, 100), "0.1", 3),
        ((100, 90, 110, 100, 105, 110), "0.1", 3),
        ((100, 120, 60, 90, 80), "0.5", 0),  # never back: no recovery is claimed
        ((100, 100, 95, 100), "0.05", 2),  # from the last sample at the peak
        ((100,), "0", 0),
        ((0, 5, 3), "0", 0),
    ],
)
def test_drawdown_and_recovery(values: tuple[int, ...], drawdown: str, recovery: int) -> None:
    """The deepest fall below a peak so far, and the longest way back to one in whole days."""
    assert measure(*values) == (Decimal(drawdown), recovery)


def test_recovery_counts_whole_days() -> None:
    """A day and 23 hours are one day."""
    metrics = DrawdownMetrics.of([0, HOUR, 47 * HOUR], [Decimal(v) for v in (10, 9, 10)])
    assert metrics.drawdown_recovery == 1


def test_percent_below_the_peak_is_negative() -> None:
    """The chart shows the fall below zero, with two digits."""
    assert drawdown_percent(Decimal(99), Decimal(101)) == Decimal("-1.98")
    with pytest.raises(ArgumentException):
        drawdown_percent(Decimal(1), Decimal(0))
