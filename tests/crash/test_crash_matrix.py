"""A sample of the crash matrix; the whole of it is `python -m tests.crash.matrix`."""

from __future__ import annotations

import functools

import pytest

from tests.crash.matrix import DAMAGES, Recorded, chosen, judge, record, restart
from tests.crash.worlds import SETTINGS

SAMPLE = 12
"""Points of each setting, each under every damage."""


@functools.cache
def recorded(name: str) -> Recorded:
    """Return the undisturbed run of a setting."""
    return record(SETTINGS[name])


@pytest.mark.parametrize("name", SETTINGS)
def test_the_undisturbed_quarter_offers_thousands_of_points(name: str) -> None:
    """Every write, flush, order, cancellation, event and step of a quarter in which all strategies trade."""
    points = recorded(name).points
    assert points.total() > 10_000
    assert min(points[kind] for kind in ("write", "flush", "flushed", "order", "event", "step")) > 50
    last = recorded(name).trace.prints[-1]
    assert all(last[strategy][3].get("entered", 0) >= 1 for strategy in last if strategy in STRATEGIES)


STRATEGIES = ("iron_condor", "lt112", "ipmcc", "futures_strangle", "leap_ladder")


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_restart_after_a_crash_anywhere_loses_nothing(name: str, damage: str) -> None:
    """Nothing sent twice, nothing naked for more than a step, everything owned, books and log without a gap."""
    run = recorded(name)
    numbers = chosen(run)
    step = max(len(numbers) // SAMPLE, 1)
    verdicts = [
        restart(SETTINGS[name], run.snapshots[n], damage, run.trace) for n in numbers[len(damage) :: step]
    ]
    assert [verdict for verdict in verdicts if verdict.outcome == "broken"] == []
    assert len(verdicts) >= SAMPLE


@pytest.mark.parametrize("name", SETTINGS)
def test_where_nothing_was_under_way_the_profit_is_the_undisturbed_ones(name: str) -> None:
    """Restarted in a quiet moment and run to the end of the quarter: the same positions, values and cash."""
    run = recorded(name)
    quiet = [
        found
        for found in run.snapshots
        if found.kind == "step" and found.at.hour in (8, 9, 16) and found.at.minute < 25 and not found.resting
    ]
    for found in quiet[len(quiet) // 3 :: len(quiet) // 2]:
        verdict = judge(SETTINGS[name], found, "none", run.trace, 0, to_the_end=True)
        assert verdict.outcome == "same", verdict
