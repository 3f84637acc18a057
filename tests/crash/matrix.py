"""The crash matrix of the host: `python -m tests.crash.matrix [--workers N] [--every N] [--setting NAME]`.

A quarter of all five strategies runs once, undisturbed. Each store write, flush, order event, order submission,
cancellation and step of it is a point at which the process could be killed; from what the disk and the broker
have at that moment a new process is started, under each kind of damage, and watched until it goes on exactly
as the undisturbed run did, or through the next days.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from objectstore import journal
from tests.crash.checks import Broken, Trace, Watch, books, fingerprint, log_is_whole
from tests.crash.worlds import END, SETTINGS, CrashWorld, Setting, Snapshot, revive, snapshot

DAMAGES = ("none", "untagged", "late", "late, untagged", "torn")
"""What the crash took besides: nothing, the orders' tags, the last five seconds of documents, half a document."""
OUTAGES = (0, 0, 0, 3, 0, 45, 0, 26 * 60)
"""Minutes until the process is back, by the number of the point."""
STEPS = 10
"""Of the steps that follow one another without a change on disk or at the broker, every so many-th is tried."""
QUIET_DAYS = 2
"""How long a run is watched that does not come back to what the undisturbed one did."""


# The same lines of the audit log are read again at every restart.
journal.decode_record = functools.lru_cache(maxsize=100_000)(journal.decode_record)


class Recorded(NamedTuple):
    """The undisturbed run."""

    points: Counter[str]
    """Crash points by kind; many leave the same things behind."""
    snapshots: list[Snapshot]
    """What they leave behind, without repeats."""
    trace: Trace


class Verdict(NamedTuple):
    """What became of one restart."""

    number: int
    damage: str
    outcome: str
    """`same` (goes on as the undisturbed run), `other` (something was under way, all invariants hold), `broken`."""
    detail: str = ""


def record(setting: Setting) -> Recorded:
    """Run the quarter undisturbed."""
    world = CrashWorld(setting, {})
    points: Counter[str] = Counter()
    snapshots: list[Snapshot] = []
    trace = Trace()
    seen = None
    moment, before = world.market.at, {}

    def probe(kind: str) -> None:
        nonlocal seen, moment, before
        points[kind] += 1
        if moment != world.market.at:
            moment, before = world.market.at, dict(world.store.disk)
        now = (world.store.version, world.broker.version, moment, kind == "step")
        if now != seen:
            snapshots.append(snapshot(world, len(snapshots), kind, before))
            seen = now

    world.watch(probe)
    world.checks.append(trace.add)
    world.boot()
    world.start()
    trace.add(world)
    world.run(END)
    books(world)
    log_is_whole(world)
    return Recorded(points, snapshots, trace)


def restart(setting: Setting, found: Snapshot, damage: str, trace: Trace) -> Verdict:
    """Start a new process on what a crash left, after a while or at once, and judge what it does."""
    return judge(setting, found, damage, trace, OUTAGES[found.number % len(OUTAGES)])


def judge(
    setting: Setting, found: Snapshot, damage: str, trace: Trace, outage: int, *, to_the_end: bool = False
) -> Verdict:
    """Judge one restart, so many minutes after the crash."""
    kind, _, tags = damage.partition(", ")
    tagged = "untagged" not in (kind, tags)
    world = revive(setting, found, kind, tags=tagged)
    watch = Watch(world)
    try:
        if outage:
            world.run(world.market.at + timedelta(minutes=outage))
            world.broker.told.clear()
        world.boot()
        world.start()
        world.checks.append(watch.step)
        watch.step(world)
        outcome = _follow(world, trace, to_the_end)
        books(world)
        log_is_whole(world)
    except Broken as broken:
        return Verdict(found.number, damage, "broken", f"{world.market.at}: {broken}")
    except Exception as error:
        return Verdict(found.number, damage, "broken", f"{world.market.at}: {type(error).__name__}: {error}")
    return Verdict(found.number, damage, outcome)


def _follow(world: CrashWorld, trace: Trace, to_the_end: bool) -> str:
    """Let the world go on until it is what the undisturbed run was at the same time."""
    if to_the_end:
        world.run(END)
        return "same" if fingerprint(world) == trace.at(world.market.at) else "other"
    until = min(world.market.at + timedelta(days=QUIET_DAYS), END)
    for at in world.minutes(until):
        world.step(at)
        if fingerprint(world) == trace.at(at):
            return "same"
    return "other"


def chosen(recorded: Recorded, every: int = 1) -> list[int]:
    """Return the numbers of the snapshots to restart from."""
    quiet = ("step", "step over")
    busy = [each.number for each in recorded.snapshots if each.kind not in quiet]
    steps = [each.number for each in recorded.snapshots if each.kind in quiet]
    return sorted([*busy[::every], *steps[:: STEPS * every]])


def _share(job: tuple[str, int, int, int]) -> tuple[Counter[str], list[Verdict]]:
    name, worker, workers, every = job
    setting = SETTINGS[name]
    recorded = record(setting)
    counts: Counter[str] = Counter()
    broken = []
    numbers = chosen(recorded, every)[worker::workers]
    for done, number in enumerate(numbers):
        for damage in DAMAGES:
            verdict = restart(setting, recorded.snapshots[number], damage, recorded.trace)
            counts[f"{verdict.damage}: {verdict.outcome}"] += 1
            if verdict.outcome == "broken":
                broken.append(verdict)
        if done % 500 == 499:
            print(f"{name}, worker {worker}: {done + 1} of {len(numbers)}, {len(broken)} broken", flush=True)
    return counts, broken


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix and print how many points there were and what became of them."""
    parser = argparse.ArgumentParser(description="Kill the host at every point of a quarter and restart it.")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th point")
    parser.add_argument("--setting", choices=sorted(SETTINGS), action="append")
    given = parser.parse_args(arguments)
    failed = False
    for name in given.setting or SETTINGS:
        recorded = record(SETTINGS[name])
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(recorded.points.items()))
        print(f"{name}: {recorded.points.total()} crash points ({kinds}), {len(recorded.snapshots)} distinct")
        jobs = [(name, worker, given.workers, given.every) for worker in range(given.workers)]
        with multiprocessing.get_context("fork").Pool(given.workers) as pool:
            shares = pool.map(_share, jobs, chunksize=1)
        counts: Counter[str] = sum((share[0] for share in shares), Counter())
        print(
            f"{name}: {counts.total()} restarts: " + "; ".join(f"{k} {n}" for k, n in sorted(counts.items()))
        )
        broken = [verdict for share in shares for verdict in share[1]]
        for verdict in broken[:40]:
            print(f"  point {verdict.number} ({verdict.damage}): {verdict.detail}")
        failed = failed or bool(broken)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
