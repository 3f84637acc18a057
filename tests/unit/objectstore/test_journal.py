"""The audit log: lines only ever come to it, whatever is killed when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from objectstore.chain import Chain
from objectstore.errors import PersistenceError
from objectstore.journal import Journal, read_journal, read_journal_backwards
from objectstore.records import TransitionRecord
from objectstore.schema import encode_record
from objectstore.store import MemoryStore
from tests.unit.objectstore.documents import AT


def record(seq: int, machine: str = "condor") -> TransitionRecord:
    source, target = ("A", "B") if seq % 2 else ("B", "A")
    return TransitionRecord(
        machine, 1, seq, source, target, "step", AT + timedelta(seconds=seq), timedelta(seconds=1)
    )


def write(journal: Journal, first: int, last: int, each: int = 1) -> None:
    """Append records, flushing after every `each` of them."""
    for seq in range(first, last + 1):
        journal.append(encode_record(record(seq)))
        if seq % each == 0:
            journal.flush()
    journal.flush()


def seqs(store: MemoryStore) -> list[int]:
    return [each.seq for piece in read_journal(store) for each in piece.records]


@pytest.mark.parametrize("each", [1, 3, 7, 100])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 35])
def test_log_has_every_line_once_in_order(count: int, each: int) -> None:
    """However lines are batched, the log has them all, in order, in segments of ten."""
    store = MemoryStore()
    write(Journal(store, segment_lines=10), 1, count, each)
    assert seqs(store) == list(range(1, count + 1))
    assert [r.seq for r in read_journal_backwards(store)] == list(range(count, 0, -1))


@pytest.mark.parametrize("count", [1, 9, 10, 11, 25])
def test_new_process_goes_on_where_the_last_one_stopped(count: int) -> None:
    """Restarting adds no line twice and loses none."""
    store = MemoryStore()
    write(Journal(store, segment_lines=10), 1, count, 4)
    for restart in range(1, 6):
        write(Journal(store, segment_lines=10), count + restart, count + restart)
    assert seqs(store) == list(range(1, count + 6))


def test_complete_segments_are_never_written_again() -> None:
    """Once a segment is complete its key does not change; its growing copies go one segment later."""
    store = MemoryStore()
    journal = Journal(store, segment_lines=10)
    write(journal, 1, 22)
    assert store.keys() == (
        "options-machines/audit-000001.jsonl",
        "options-machines/audit-000002-a.jsonl",
        "options-machines/audit-000002-b.jsonl",
        "options-machines/audit-000002.jsonl",
        "options-machines/audit-000003-a.jsonl",
        "options-machines/audit-000003-b.jsonl",
    )
    whole = store.read("options-machines/audit-000001.jsonl")
    write(journal, 13, 40)
    assert store.read("options-machines/audit-000001.jsonl") == whole


class DyingStore(MemoryStore):
    """Dies in the n-th write, leaving a part of it."""

    def __init__(self, dies_at: int, part: float) -> None:
        super().__init__()
        self.left = dies_at
        self.part = part

    def save(self, key: str, data: str | bytes) -> None:
        self.left -= 1
        if self.left:
            super().save(key, data)
            return
        super().save(key, data[: int(len(data) * self.part)])
        raise KeyboardInterrupt


def flushed_until_killed(journal: Journal) -> int:
    """Append and flush until the process dies, and return the last line that was acknowledged."""
    flushed = 0
    try:
        for seq in range(1, 100):
            journal.append(encode_record(record(seq)))
            journal.flush()
            flushed = seq
    except KeyboardInterrupt:
        return flushed
    raise AssertionError("it was to die")


@pytest.mark.parametrize("part", [0.0, 0.3, 0.99, 1.0])
@pytest.mark.parametrize("dies_at", range(1, 30))
def test_write_cut_short_loses_only_what_was_not_flushed_before(dies_at: int, part: float) -> None:
    """At every write: all lines of earlier flushes are there, and the log goes on after them."""
    store = DyingStore(dies_at, part)
    journal = Journal(store, segment_lines=10)
    flushed = flushed_until_killed(journal)
    kept = seqs(store)
    assert kept[:flushed] == list(range(1, flushed + 1))
    assert len(kept) <= flushed + 1
    again = Journal(store, segment_lines=10)
    write(again, len(kept) + 1, len(kept) + 25)
    assert seqs(store) == list(range(1, len(kept) + 26))
    chain = Chain()
    for piece in read_journal(store):
        chain.follow(piece.records)
        assert piece.problem is None
    assert chain.problems == []


def test_failed_flush_keeps_its_lines_for_the_next() -> None:
    """A full disk delays the log, it does not shorten it."""

    class Full(MemoryStore):
        full = False

        def save(self, key: str, data: str | bytes) -> None:
            if self.full:
                raise PersistenceError(key, "disk full")
            super().save(key, data)

    store = Full()
    journal = Journal(store, segment_lines=10)
    write(journal, 1, 5)
    store.full = True
    journal.append(encode_record(record(6)))
    with pytest.raises(PersistenceError):
        journal.flush()
    assert journal.waiting == 1
    store.full = False
    write(journal, 7, 30)
    assert seqs(store) == list(range(1, 31))


def test_damaged_line_ends_what_is_read_and_is_named() -> None:
    """Lines behind a damaged one are not believed; where it is, is said."""
    store = MemoryStore()
    write(Journal(store, segment_lines=10), 1, 10)
    key = "options-machines/audit-000001.jsonl"
    lines = store.read(key).decode().split("\n")
    lines[4] = lines[4][:-10]
    store.save(key, "\n".join(lines))
    store.delete("options-machines/audit-000001-b.jsonl")
    store.delete("options-machines/audit-000001-a.jsonl")
    (piece,) = read_journal(store)
    assert [each.seq for each in piece.records] == [1, 2, 3, 4]
    assert piece.problem is not None
    assert piece.problem.startswith(f"{key}: line 5 is no JSON")


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        ([record(2)], "condor begins with record 2"),
        ([record(1), record(3)], "condor lacks records 2 to 2"),
        ([record(1), record(2), record(2)], "condor has record 2 after record 2"),
        ([record(1), record(2)._replace(source="C")], "condor leaves C in record 2, but was in B"),
        ([record(1), record(2)._replace(at=AT)], "condor goes back in time in record 2"),
        ([record(1), record(1, "lt112"), record(2), record(2, "lt112")], None),
        ([record(1), record(2)._replace(at=AT, kind="restored")], None),
    ],
)
def test_hole_repetition_and_break_are_found(records: list[TransitionRecord], problem: str | None) -> None:
    """A log that does not tell one story per machine is noticed."""
    chain = Chain()
    chain.follow(records)
    assert chain.problems == ([] if problem is None else [f"audit log: {problem}"])
