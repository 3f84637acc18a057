"""The undisturbed run with everything that its crashes would leave, and the judgement of one restart."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from tests.crash.checks import Broken, Trace, Watch, books, fingerprint, log_is_whole
from tests.crash.reasons import NAMES, Course, Known, Left, Moment, named, reasons, together, unexplained
from tests.crash.worlds import END, CrashWorld, Setting, Snapshot, disk_of, revive, snapshot

QUIET_DAYS = 2
"""How long a run is watched that does not come back to what the undisturbed one did."""
RECOVERY_MINUTES = 2
"""For so many minutes after its start a process is killed again: what was at work is cancelled by then."""


class Recorded(NamedTuple):
    """The undisturbed run."""

    points: Counter[str]
    """Crash points by kind; many leave the same things behind."""
    snapshots: list[Snapshot]
    """What they leave behind, without repeats."""
    course: Course


class Verdict(NamedTuple):
    """What became of one restart."""

    number: int
    damage: str
    outcome: str
    """`same` (goes on as the undisturbed run), `other` (for a named reason, all invariants hold), `broken`."""
    detail: str = ""
    """The reason, or what is broken."""

    @property
    def kind(self) -> str:
        """Return under what it is counted."""
        return f"{self.outcome}: {self.detail}" if self.outcome == "other" else self.outcome


class Camera:
    """Takes a snapshot at every point that leaves something else behind than the one before."""

    def __init__(self, world: CrashWorld, before: dict[str, bytes]) -> None:
        self.world = world
        self.points: Counter[str] = Counter()
        self.snapshots: list[Snapshot] = []
        self._moment = world.market.at
        self._before = before
        """The documents of more than five seconds ago."""
        self._seen: object = None

    def __call__(self, kind: str) -> None:
        world = self.world
        self.points[kind] += 1
        if self._moment != world.market.at:
            self._moment, self._before = world.market.at, dict(world.store.disk)
        now = (world.store.version, world.broker.version, self._moment, kind == "step")
        if now != self._seen:
            self.snapshots.append(snapshot(world, len(self.snapshots), kind, self._before))
            self._seen = now


def record(setting: Setting) -> Recorded:
    """Run the quarter undisturbed."""
    world = CrashWorld(setting, {})
    camera, trace = Camera(world, {}), Trace()
    sent: set[tuple[Moment, str]] = set()

    def note(legs: list[tuple[str, int]], tag: str) -> None:
        if any(symbol not in world.market.positions for symbol, _ in legs):
            sent.add((world.market.at, tag.partition("/")[0]))

    world.watch(camera)
    world.broker.check_sent = note
    world.checks.append(trace.add)
    world.boot()
    world.start()
    trace.add(world)
    world.run(END)
    books(world)
    log_is_whole(world)
    owners: dict[str, frozenset[str]] = {}
    for prints in trace.prints:
        for name in NAMES:
            for leg in prints[name][1]:
                owners[leg.contract] = owners.get(leg.contract, frozenset()) | {name}
    return Recorded(camera.points, camera.snapshots, Course(trace, frozenset(sent), owners))


def judge(
    setting: Setting,
    found: Snapshot,
    damage: str,
    course: Course,
    outage: int,
    *,
    to_the_end: bool = False,
    before: Known | None = None,
) -> Verdict:
    """Judge one restart, so many minutes after the crash.

    Parameters
    ----------
    before : the reasons of a crash before this one, from which the run was recovering
    """
    world = _back(setting, found, damage, outage)
    left = _left_by(found, damage, world)
    watch = Watch(world)
    try:
        world.boot()
        world.start()
        world.checks.append(watch.step)
        watch.step(world)
        differing = _follow(world, course.trace, to_the_end)
        books(world)
        log_is_whole(world)
        if not differing:
            return Verdict(found.number, damage, "same")
        known = together(reasons(left, course), before)
        if unnamed := unexplained(differing, known):
            told = "; ".join(f"{name}: {differing[name]}" for name in sorted(unnamed))
            raise Broken(f"goes another way for no reason: {told}")
    except Broken as broken:
        return Verdict(found.number, damage, "broken", f"{world.market.at}: {broken}")
    except Exception as error:
        return Verdict(found.number, damage, "broken", f"{world.market.at}: {type(error).__name__}: {error}")
    return Verdict(found.number, damage, "other", named(differing, known))


def second_points(
    setting: Setting, found: Snapshot, damage: str, outage: int, course: Course
) -> tuple[list[Snapshot], Known]:
    """Return every point at which the process that follows a crash could be killed again, and what was under way."""
    world = _back(setting, found, damage, outage)
    left = _left_by(found, damage, world)
    camera = Camera(world, dict(left.disk))
    world.watch(camera)
    world.boot()
    world.start()
    world.run(world.market.at + timedelta(minutes=RECOVERY_MINUTES))
    return camera.snapshots, reasons(left, course)


def _back(setting: Setting, found: Snapshot, damage: str, outage: int) -> CrashWorld:
    """Return the world so many minutes after a crash, right before the next process is started."""
    kind, _, tags = damage.partition(", ")
    world = revive(setting, found, kind, tags="untagged" not in (kind, tags))
    if outage:
        world.run(world.market.at + timedelta(minutes=outage))
        world.broker.told.clear()
    return world


def _left_by(found: Snapshot, damage: str, world: CrashWorld) -> Left:
    """Return what a crash left that may explain why the next process goes another way."""
    return Left(
        (found.at,),
        world.market.at,
        dict(world.market.positions),
        frozenset(order.tag.partition("/")[0] for order in found.resting),
        found.watching,
        disk_of(found, damage.partition(", ")[0]),
        found.disk,
    )


def _follow(world: CrashWorld, trace: Trace, to_the_end: bool) -> dict[str, str]:
    """Let the world go on until it is what the undisturbed run was at the same time; return in what it is not."""
    until = END if to_the_end else min(world.market.at + timedelta(days=QUIET_DAYS), END)
    for at in world.minutes(until):
        world.step(at)
        if not to_the_end and fingerprint(world) == trace.at(at):
            return {}
    mine, undisturbed = fingerprint(world), trace.at(world.market.at)
    return {key: f"{mine[key]} != {undisturbed[key]}" for key in mine if mine[key] != undisturbed[key]}
