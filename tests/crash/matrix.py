"""The crash matrix of the host: `python -m tests.crash.matrix [--twice] [--every N --offset M] [--setting NAME]`.

A quarter of all five strategies runs once, undisturbed. Each store write, flush, order event, order submission,
cancellation and step of it is a point at which the process could be killed; from what the disk and the broker
have at that moment a new process is started, under each kind of damage, and watched until it goes on exactly
as the undisturbed run did, or through the next days. With `--twice` the new process is killed as well, at every
point of its recovery.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from objectstore import journal
from tests.crash.restarts import Recorded, Verdict, judge, record, second_points
from tests.crash.worlds import SETTINGS, Setting, Snapshot

DAMAGES = ("none", "untagged", "late", "late, untagged", "torn")
"""What the crash took besides: nothing, the orders' tags, the last five seconds of documents, half a document."""
SECOND_DAMAGES = ("none", "torn")
OUTAGES = (0, 0, 0, 3, 0, 45, 0, 26 * 60)
"""Minutes until the process is back, by the number of the point."""
STEPS = 10
"""Of the steps that follow one another without a change on disk or at the broker, every so many-th is tried."""


# The same lines of the audit log are read again at every restart.
journal.decode_record = functools.lru_cache(maxsize=100_000)(journal.decode_record)


def outage_of(found: Snapshot) -> int:
    """Return for how many minutes the process is away."""
    return OUTAGES[found.number % len(OUTAGES)]


def restarts(setting: Setting, recorded: Recorded, number: int) -> Iterator[Verdict]:
    """Start a new process on what a crash left, after a while or at once, under every damage."""
    found = recorded.snapshots[number]
    for damage in DAMAGES:
        yield judge(setting, found, damage, recorded.course, outage_of(found))


def second_restarts(setting: Setting, recorded: Recorded, number: int) -> Iterator[Verdict]:
    """Kill the process that a first crash led to at every point of its recovery, and start a third one."""
    found = recorded.snapshots[number]
    damage = DAMAGES[number % len(DAMAGES)]
    seconds, known = second_points(setting, found, damage, outage_of(found), recorded.course)
    for second in seconds:
        again = SECOND_DAMAGES[second.number % len(SECOND_DAMAGES)]
        verdict = judge(setting, second, again, recorded.course, 0, before=known)
        yield verdict._replace(number=number, damage=f"{damage}, then {again}")


def chosen(recorded: Recorded, every: int = 1, offset: int = 0) -> list[int]:
    """Return the numbers of the snapshots to restart from."""
    quiet = ("step", "step over")
    busy = [each.number for each in recorded.snapshots if each.kind not in quiet]
    steps = [each.number for each in recorded.snapshots if each.kind in quiet]
    return sorted([*busy, *steps[::STEPS]])[offset::every]


def _share(job: tuple[str, list[int], bool]) -> tuple[Counter[tuple[str, str]], list[Verdict]]:
    name, numbers, twice = job
    setting = SETTINGS[name]
    recorded = record(setting)
    counts: Counter[tuple[str, str]] = Counter()
    broken = []
    for done, number in enumerate(numbers):
        for verdict in (second_restarts if twice else restarts)(setting, recorded, number):
            counts[verdict.damage, verdict.kind] += 1
            if verdict.outcome == "broken":
                broken.append(verdict)
        if done % 500 == 499:
            print(f"{name}: {done + 1} of {len(numbers)}, {len(broken)} broken", flush=True)
    return counts, broken


def _tell(name: str, counts: Counter[tuple[str, str]]) -> None:
    """Print how many restarts came to what, by damage and by reason."""
    print(f"{name}: {counts.total()} restarts")
    for column in (0, 1):
        sums: Counter[str] = Counter()
        for key, count in counts.items():
            damage, kind = key
            sums[f"{damage}: {kind.partition(':')[0]}" if column == 0 else kind] += count
        for kind, count in sorted(sums.items()):
            print(f"  {count:7} {kind}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix and print how many points there were and what became of them."""
    parser = argparse.ArgumentParser(description="Kill the host at every point of a quarter and restart it.")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th point")
    parser.add_argument("--offset", type=int, default=0, help="beginning with this one of them")
    parser.add_argument("--twice", action="store_true", help="kill the recovering process again")
    parser.add_argument("--setting", choices=sorted(SETTINGS), action="append")
    given = parser.parse_args(arguments)
    failed = False
    for name in given.setting or SETTINGS:
        recorded = record(SETTINGS[name])
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(recorded.points.items()))
        print(f"{name}: {recorded.points.total()} crash points ({kinds}), {len(recorded.snapshots)} distinct")
        numbers = chosen(recorded, given.every, given.offset)
        jobs = [(name, numbers[worker :: given.workers], given.twice) for worker in range(given.workers)]
        with multiprocessing.get_context("fork").Pool(given.workers) as pool:
            shares = pool.map(_share, jobs, chunksize=1)
        _tell(f"{name}: {len(numbers)} points", sum((share[0] for share in shares), Counter()))
        broken = [verdict for share in shares for verdict in share[1]]
        for verdict in broken[:40]:
            print(f"  point {verdict.number} ({verdict.damage}): {verdict.detail[:2000]}")
        failed = failed or bool(broken)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
