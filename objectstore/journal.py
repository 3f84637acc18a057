"""The audit log in a store that can only replace whole values: JSON lines in numbered segments.

A segment that is complete is never written again. The one that grows is written to two copies in turn,
because a plain overwrite can be cut short by a kill: then the other copy has everything up to the write
before, and what is missing comes back from the histories in the documents (`state.audit`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from objectstore.errors import CorruptDocument, MissingKey
from objectstore.keys import PREFIX, Segment, segment_key, segments
from objectstore.records import TransitionRecord
from objectstore.schema import decode_record
from objectstore.store import Store

SEGMENT_LINES = 256


class Piece(NamedTuple):
    """What could be read of one segment."""

    number: int
    copy: str
    lines: tuple[str, ...]
    records: tuple[TransitionRecord, ...]
    problem: str | None
    """What is wrong with the copy that was read; None if it is whole."""


class Journal:
    """Appends lines to the audit log. One process writes it; a new one goes on where the last one stopped."""

    def __init__(self, store: Store, prefix: str = PREFIX, segment_lines: int = SEGMENT_LINES) -> None:
        self.store = store
        self.prefix = prefix
        self.segment_lines = segment_lines
        self._lines: list[str] = []
        self._number = 1
        self._next_copy = "a"
        self._written = 0
        self._resume()

    @property
    def waiting(self) -> int:
        """How many lines a kill would lose now."""
        return len(self._lines) - self._written

    def append(self, line: str) -> None:
        """Take a line; `flush` stores it."""
        self._lines.append(line)

    def flush(self) -> None:
        """Store all lines; when this returns, a kill does not lose them."""
        while self.waiting:
            count = min(len(self._lines), self.segment_lines)
            whole = count == self.segment_lines
            copy = "" if whole else self._next_copy
            text = "\n".join(self._lines[:count])
            self.store.save(segment_key(self.prefix, self._number, copy), f"{text}\n")
            self.store.flush()
            if whole:
                # Not this segment's own: a store that writes later than it deletes would have neither.
                self._drop_copies(self._number - 1)
                del self._lines[:count]
                self._number += 1
                self._written = 0
            else:
                self._written = count
                self._next_copy = "b" if copy == "a" else "a"

    def _drop_copies(self, number: int) -> None:
        for copy in ("a", "b"):
            try:
                self.store.delete(segment_key(self.prefix, number, copy))
            except MissingKey:
                continue

    def _resume(self) -> None:
        there = segments(self.prefix, self.store.keys())
        if not there:
            return
        last = there[-1].number
        piece = _read_segment(self.store, [each for each in there if each.number == last])
        if piece.copy == "" and len(piece.lines) >= self.segment_lines:
            self._number = last + 1
            return
        self._number = last
        self._lines = list(piece.lines)
        self._written = len(self._lines)
        # Never onto the copy that is whole: this write can be cut short as well.
        self._next_copy = "b" if piece.copy == "a" else "a"


def read_journal(store: Store, prefix: str = PREFIX) -> Iterator[Piece]:
    """Yield what can be read of the audit log, oldest first."""
    for _, copies in groupby(segments(prefix, store.keys()), key=lambda each: each.number):
        yield _read_segment(store, list(copies))


def read_journal_backwards(store: Store, prefix: str = PREFIX) -> Iterator[TransitionRecord]:
    """Yield the records from the newest on, reading no more segments than are asked for."""
    for _, copies in groupby(reversed(segments(prefix, store.keys())), key=lambda each: each.number):
        yield from reversed(_read_segment(store, list(copies)).records)


def _read_segment(store: Store, copies: list[Segment]) -> Piece:
    """Return the copy of a segment that has most; copies only ever grow."""
    return max((_read_copy(store, each) for each in copies), key=lambda piece: len(piece.lines))


def _read_copy(store: Store, segment: Segment) -> Piece:
    text = store.read(segment.key).decode(errors="replace")
    lines: list[str] = []
    records: list[TransitionRecord] = []
    problem = None
    rows = text.split("\n")
    for number, row in enumerate(rows, 1):
        if not row and number == len(rows):
            break
        try:
            records.append(decode_record(row, segment.key))
        except CorruptDocument as error:
            problem = f"{segment.key}: line {number} {error.problem}"
            break
        lines.append(row)
    return Piece(segment.number, segment.copy, tuple(lines), tuple(records), problem)
