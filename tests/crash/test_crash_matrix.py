"""A sample of the crash matrix; the whole of it is `python -m tests.crash.matrix`, with and without `--twice`."""

from __future__ import annotations

import functools

import pytest

from tests.crash.matrix import DAMAGES, SECOND_DAMAGES, chosen, outage_of
from tests.crash.reasons import NAMES
from tests.crash.restarts import Recorded, judge, record, second_points
from tests.crash.worlds import SETTINGS

SAMPLE = 6
"""Points of each setting, each under every damage."""
SECONDS = 5
"""Points of a recovery at which the process is killed again."""


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
    last = recorded(name).course.trace.prints[-1]
    assert all(last[strategy][3].get("entered", 0) >= 1 for strategy in NAMES)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_restart_after_a_crash_anywhere_loses_nothing(name: str, damage: str) -> None:
    """No order twice, nothing naked for more than a step, all owned; on as if undisturbed, or for a named reason."""
    run, numbers = recorded(name), chosen(recorded(name))
    step = len(numbers) // SAMPLE
    tried = [run.snapshots[number] for number in numbers[len(damage) :: step]]
    verdicts = [judge(SETTINGS[name], found, damage, run.course, outage_of(found)) for found in tried]
    assert [verdict for verdict in verdicts if verdict.outcome == "broken"] == []
    assert len(verdicts) >= SAMPLE


@pytest.mark.parametrize("name", SETTINGS)
def test_a_second_crash_during_the_recovery_loses_nothing(name: str) -> None:
    """Killed with an order at work, and again at points of the step that cancels it and compares the legs."""
    run, setting = recorded(name), SETTINGS[name]
    busy = [found for found in run.snapshots if found.resting and found.kind == "order sent"]
    for found, damage in zip(busy[:: len(busy) // 2], ("none", "late")):
        seconds, known = second_points(setting, found, damage, 0, run.course)
        assert len(seconds) > SECONDS
        for second in seconds[:: len(seconds) // SECONDS]:
            again = SECOND_DAMAGES[second.number % len(SECOND_DAMAGES)]
            verdict = judge(setting, second, again, run.course, 0, before=known)
            assert verdict.outcome != "broken", (found.number, damage, verdict)


@pytest.mark.parametrize("name", SETTINGS)
def test_where_nothing_was_under_way_the_profit_is_the_undisturbed_ones(name: str) -> None:
    """Restarted in a quiet moment and run to the end of the quarter: the same positions, values and cash."""
    run = recorded(name)
    quiet = [
        found
        for found in run.snapshots
        if found.kind == "step" and found.at.hour in (8, 9, 16) and found.at.minute < 25 and not found.resting
    ]
    verdict = judge(SETTINGS[name], quiet[len(quiet) // 3], "none", run.course, 0, to_the_end=True)
    assert verdict.outcome == "same", verdict
