"""The crash matrix of the real thing: `python -m tests.crash.live_matrix [--every N --offset M] [--start D] [--end D]`.

A live run of main.py on the built-in data, in lockstep with the paper broker in the same process. At each store
write, flush, order event, submission and step what a killed process would leave is copied, and a new run is
started from the copy: as it is, with the last five seconds of documents missing, and with a half-written one.
What leaves the same ledger and the same documents behind is tried once. The restarts are done by forked children,
some points each, while the run goes on.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from engine.data_source.modelled.source import ModelledSource
from engine.paper.session import OBJECT_STORE, LiveRequest, PaperSession
from objectstore import journal
from strategies.sessions import Session, Sessions
from tests.crash.checks import Broken
from tests.crash.live_runs import (
    Undisturbed,
    copy_of,
    documents_in,
    host_of,
    judge,
    left_in,
    moved,
    point_kind,
    record,
    request_for,
    run,
    tear,
)

DAMAGES = ("none", "late", "torn")
START, END = date(2015, 1, 2), date(2015, 3, 31)
STEPS_PER_POINT = 10
"""Of the steps at which nothing but the clock has moved, every so many-th is tried if nothing else is asked for."""
BATCH = 24
"""Points that one child tries: a fork and the first look at a day's data cost as much as some restarts."""
MEMORY = Path("/dev/shm")


class Point(NamedTuple):
    """A crash point whose remains were copied."""

    number: int
    what: str
    stamp: int
    watching: frozenset[str]
    newest: str
    """The document that was written last."""
    damages: tuple[str, ...]
    """Those that leave something else behind than what was tried before."""


class Matrix:
    """Copies what is there at every so many-th distinct point, and has child processes start again from it."""

    def __init__(
        self,
        folder: Path,
        request: LiveRequest,
        undisturbed: Undisturbed,
        *,
        every: int = 1,
        offset: int = 0,
        workers: int = 1,
        steps: int = STEPS_PER_POINT,
    ) -> None:
        self.folder = folder
        self.request = request
        self.undisturbed = undisturbed
        self.every = every
        self.offset = offset
        self.workers = workers
        self.steps = steps
        self.distinct: Counter[str] = Counter()
        """Different remains, by damage; the clock alone makes no difference."""
        self.tried: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.broken: list[str] = []
        self._stamp = 0
        self._steps = 0
        self._requests = 0
        self._points = 0
        self._newest = ""
        self._now: object = None
        self._ledger: object = None
        self._documents: object = None
        self._documents_before: object = None
        self._known: set[object] = set()
        self._before = folder / "before"
        self._batch: list[Point] = []
        self._children: dict[int, list[Point]] = {}

    def look(self, session: PaperSession, kind: str, detail: str) -> None:
        """Take note of a point; the first of a moment also fixes what documents five seconds ago were."""
        if kind == "flush":
            self._newest = detail.partition(" ")[2]
        self._documents = _signature(self.request.storage / OBJECT_STORE)
        if kind == "step":
            self._stamp = int(detail)
            if self._documents_before != self._documents:
                self._documents_before = self._documents
                shutil.rmtree(self._before, ignore_errors=True)
                shutil.copytree(self.request.storage / OBJECT_STORE, self._before)
        self._requests += kind == "submission" and detail.startswith("after ")
        told = session.broker.ledger.number("seq")  # type: ignore[attr-defined]
        before, self._now = self._now, (self._documents, told, self._requests)
        self._ledger = told, self._requests, self._stamp
        if kind == "step" and before == self._now:
            self._steps += 1
            if self._steps % self.steps:
                return
        damages = tuple(self._new_damages())
        if not damages:
            return
        self.distinct.update(damages)
        self._points += 1
        if self._points % self.every == self.offset % self.every:
            what = f"{kind} {detail}"
            self._keep(Point(self._points, what, self._stamp, _watching(session), self._newest, damages))
            self.tried[point_kind(kind, detail)] += 1

    def _new_damages(self) -> list[str]:
        """Return the damages under which this point leaves something that was not seen yet."""
        kept = self._documents_before or self._documents
        remains = {
            "none": (self._documents, self._ledger),
            "late": (kept, self._ledger),
            "torn": (self._documents, self._ledger, self._newest),
        }
        new = [damage for damage in DAMAGES if remains[damage] not in self._known and self._applies(damage)]
        self._known.update(remains.values())
        if kept == self._documents and "late" in new:
            new.remove("late")  # nothing was written within the last five seconds
        return new

    def _applies(self, damage: str) -> bool:
        return damage != "torn" or bool(self._newest)

    def _keep(self, point: Point) -> None:
        for damage in point.damages:
            older = self._before if damage == "late" else None
            copy_of(self.request.storage, self._folder(point, damage), older)
        self._batch.append(point)
        if len(self._batch) >= BATCH:
            self.dispatch()

    def _folder(self, point: Point, damage: str) -> Path:
        return self.folder / f"{point.number:06d}" / damage

    def dispatch(self) -> None:
        """Have a child try the points that were copied."""
        if not self._batch:
            return
        while len(self._children) >= self.workers:
            self.wait()
        batch, self._batch = self._batch, []
        child = os.fork()
        if child:
            self._children[child] = batch
            return
        for point in batch:
            lines = [self._verdict(point, damage) for damage in point.damages]
            (self.folder / f"{point.number:06d}" / "verdicts").write_text("\n".join(lines))
        os._exit(0)

    def _verdict(self, point: Point, damage: str) -> str:
        storage = self._folder(point, damage)
        try:
            whole = documents_in(storage)
            if damage == "torn":
                tear(storage, point.newest, (0.0, 0.4, 0.9)[point.number % 3])
            left = left_in(storage, point.stamp, point.watching, whole)
            return f"{damage}: {judge(moved(self.request, storage), self.undisturbed, left)}"
        except Broken as broken:
            return f"{damage}: broken: {point.number} {point.what}: {broken}"
        except BaseException as error:
            return f"{damage}: broken: {point.number} {point.what}: {type(error).__name__}: {error}"

    def wait(self) -> None:
        """Take in the verdicts of a child that has ended."""
        child, _ = os.wait()
        for point in self._children.pop(child):
            folder = self.folder / f"{point.number:06d}"
            file = folder / "verdicts"
            lost = [f"none: broken: {point.number} {point.what}: no verdict"]
            for line in file.read_text().splitlines() if file.is_file() else lost:
                damage, _, rest = line.partition(": ")
                outcome = rest.partition(":")[0]
                self.outcomes[f"{damage}: {'broken' if outcome == 'broken' else rest}"] += 1
                if outcome == "broken":
                    self.broken.append(line)
                    print(line[:1500], flush=True)
            shutil.rmtree(folder)
        if self.outcomes.total() % 1000 < BATCH * len(DAMAGES):
            print(f"{self.outcomes.total()} restarts, {len(self.broken)} broken", flush=True)

    def finish(self) -> None:
        """Try what is left, and wait for all."""
        self.dispatch()
        while self._children:
            self.wait()


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells whether a file of a folder was written."""
    found = []
    for root, _, names in os.walk(folder):
        for name in names:
            status = os.stat(os.path.join(root, name))
            found.append((name, status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))


def _watching(session: PaperSession) -> frozenset[str]:
    host = host_of(session)
    runners = host.runners if host is not None else {}
    return frozenset(name for name, runner in runners.items() if runner.view.watched)


def try_points(
    folder: Path,
    source: ModelledSource,
    start: date,
    end: date,
    *,
    every: int = 1,
    offset: int = 0,
    workers: int = 1,
    steps: int = STEPS_PER_POINT,
) -> Matrix:
    """Run once to know the undisturbed course, then once more with restarts from every so many-th point."""
    undisturbed = record(request_for(folder / "undisturbed", source, start, end))
    request = request_for(folder / "killed", source, start, end)
    matrix = Matrix(
        folder / "points", request, undisturbed, every=every, offset=offset, workers=workers, steps=steps
    )
    matrix.folder.mkdir()
    request.storage.mkdir(parents=True)
    run(request, matrix.look)
    matrix.finish()
    return matrix


def _remember_what_restarts_repeat() -> None:
    """The same lines of the audit log are read, and the same sessions made, at every restart."""
    journal.decode_record = functools.lru_cache(maxsize=100_000)(journal.decode_record)  # type: ignore[attr-defined]
    load = Sessions._load
    made: dict[tuple[str, date, date], list[Session]] = {}

    def remembered(sessions: Sessions) -> list[Session]:
        key = sessions._calendar, sessions._first, sessions._last
        if key not in made:
            made[key] = load(sessions)
        return list(made[key])

    Sessions._load = remembered  # type: ignore[method-assign]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix and print how many points there were and what became of them."""
    parser = argparse.ArgumentParser(description="Kill the live run at every point and start it again.")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th point")
    parser.add_argument("--offset", type=int, default=0, help="beginning with this one of them")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--steps", type=int, default=STEPS_PER_POINT, help="of the quiet steps, every so many-th"
    )
    parser.add_argument("--start", type=date.fromisoformat, default=START)
    parser.add_argument("--end", type=date.fromisoformat, default=END)
    given = parser.parse_args(arguments)
    _remember_what_restarts_repeat()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        matrix = try_points(
            Path(name),
            ModelledSource(),
            given.start,
            given.end,
            every=given.every,
            offset=given.offset,
            workers=given.workers,
            steps=given.steps,
        )
    tables = (
        ("crash points", matrix.undisturbed.points),
        (f"distinct remains (quiet steps: every {given.steps}th)", matrix.distinct),
        ("points tried", matrix.tried),
        ("restarts", matrix.outcomes),
    )
    for title, counts in tables:
        print(f"{counts.total()} {title}")
        for kind, count in sorted(counts.items()):
            print(f"  {count:7} {kind}")
    return 1 if matrix.broken else 0


if __name__ == "__main__":
    sys.exit(main())
