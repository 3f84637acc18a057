"""The crash matrix of the real thing: `python -m tests.crash.live_matrix [--every N] [--start D] [--end D]`.

A live run of main.py on the built-in data, in lockstep with the paper broker in the same process. At each store
write, flush, order event, submission and step what a killed process would leave is copied, and a new run is
started from the copy: as it is, with the last five seconds of documents missing, and with a half-written one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from engine.data_source.modelled.source import ModelledSource
from engine.paper.session import OBJECT_STORE, LiveRequest, PaperSession
from tests.crash.checks import Broken
from tests.crash.live_runs import Undisturbed, copy_of, judge, moved, record, request_for, run, tear

DAMAGES = ("none", "late", "torn")
START, END = date(2015, 1, 2), date(2015, 3, 31)
STEPS_PER_POINT = 20
"""Of the steps, which mostly change nothing, only every so many-th counts as a point to try."""


class Matrix:
    """Copies what is there at every so many-th point, and has a child process start again from it."""

    def __init__(
        self, folder: Path, request: LiveRequest, undisturbed: Undisturbed, every: int, workers: int
    ) -> None:
        self.folder = folder
        self.request = request
        self.undisturbed = undisturbed
        self.every = every
        self.workers = workers
        self.tried: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.broken: list[str] = []
        self._count = 0
        self._steps = 0
        self._newest = ""
        self._children: dict[int, Path] = {}
        self._before = folder / "before"

    def look(self, session: PaperSession, kind: str, detail: str) -> None:
        """Take note of a point; a step also fixes what documents five seconds ago were."""
        if kind == "flush":
            self._newest = detail.partition(" ")[2]
        if kind == "step":
            self._steps += 1
            if self._steps % STEPS_PER_POINT:
                return
        self._count += 1
        if self._count % self.every == 0:
            self.tried[kind if kind == "step" else f"{kind} {detail.partition(' ')[0]}"] += 1
            self._try(kind, detail)

    def keep_documents(self, session: PaperSession, kind: str, detail: str) -> None:
        """Copy the documents as they are at the beginning of each moment in which something will be written."""
        if kind == "step":
            self._stamp_documents()
        self.look(session, kind, detail)

    def _stamp_documents(self) -> None:
        source = self.request.storage / OBJECT_STORE
        stamp = max((file.stat().st_mtime_ns for file in source.rglob("*") if file.is_file()), default=0)
        if self._before.is_dir() and stamp == getattr(self, "_stamp", None):
            return
        self._stamp = stamp
        shutil.rmtree(self._before, ignore_errors=True)
        shutil.copytree(source, self._before)

    def _try(self, kind: str, detail: str) -> None:
        while len(self._children) >= self.workers:
            self.wait()
        name = f"{self._count:06d}"
        folders = {damage: self.folder / name / damage for damage in DAMAGES}
        for damage, folder in folders.items():
            older = self._before if damage == "late" and self._before.is_dir() else None
            copy_of(self.request.storage, folder, older)
        if self._newest:
            tear(folders["torn"], self._newest, (0.0, 0.4, 0.9)[self._count % 3])
        child = os.fork()
        if child:
            self._children[child] = self.folder / name
            return
        lines = [
            self._verdict(folder, damage, f"{name} {kind} {detail}") for damage, folder in folders.items()
        ]
        (self.folder / name / "verdicts").write_text("\n".join(lines))
        os._exit(0)

    def _verdict(self, storage: Path, damage: str, point: str) -> str:
        try:
            return f"{damage}: {judge(moved(self.request, storage), self.undisturbed)}"
        except Broken as broken:
            return f"{damage}: broken: {point}: {broken}"
        except BaseException as error:
            return f"{damage}: broken: {point}: {type(error).__name__}: {error}"

    def wait(self) -> None:
        """Take in the verdicts of a child that has ended."""
        child, _ = os.wait()
        folder = self._children.pop(child)
        file = folder / "verdicts"
        for line in (
            file.read_text().splitlines() if file.is_file() else [f"none: broken: {folder.name}: no verdict"]
        ):
            damage, _, rest = line.partition(": ")
            outcome = rest.partition(":")[0]
            self.outcomes[f"{damage}: {outcome}"] += 1
            if outcome == "broken":
                self.broken.append(line)
                print(line[:1500], flush=True)
        shutil.rmtree(folder)
        if self.outcomes.total() % 150 < len(DAMAGES):
            print(f"{self.outcomes.total()} restarts, {len(self.broken)} broken", flush=True)


def try_points(
    folder: Path, source: ModelledSource, start: date, end: date, every: int, workers: int
) -> Matrix:
    """Run once to know the undisturbed course, then once more with restarts from every so many-th point."""
    undisturbed = record(request_for(folder / "undisturbed", source, start, end))
    request = request_for(folder / "killed", source, start, end)
    matrix = Matrix(folder / "points", request, undisturbed, every, workers)
    matrix.folder.mkdir()
    request.storage.mkdir(parents=True)
    run(request, matrix.keep_documents)
    while matrix._children:
        matrix.wait()
    return matrix


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix and print how many points there were and what became of them."""
    parser = argparse.ArgumentParser(description="Kill the live run at every point and start it again.")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th point")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--start", type=date.fromisoformat, default=START)
    parser.add_argument("--end", type=date.fromisoformat, default=END)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        matrix = try_points(Path(name), ModelledSource(), given.start, given.end, given.every, given.workers)
    points = matrix.undisturbed.points
    print(f"{points.total()} crash points: " + ", ".join(f"{kind} {n}" for kind, n in sorted(points.items())))
    print(
        f"{matrix.tried.total()} tried: "
        + ", ".join(f"{kind} {n}" for kind, n in sorted(matrix.tried.items()))
    )
    print(
        f"{matrix.outcomes.total()} restarts: "
        + ", ".join(f"{k} {n}" for k, n in sorted(matrix.outcomes.items()))
    )
    return 1 if matrix.broken else 0


if __name__ == "__main__":
    sys.exit(main())
