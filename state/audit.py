"""The audit log: every record of every machine as a JSON line, without gaps and repeats."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from objectstore.journal import Journal, read_journal_backwards
from objectstore.schema import encode_record
from state.errors import PersistenceError
from state.records import TransitionRecord

HISTORY = 16
"""Records kept in a machine's document."""

RECENT = 1000


class AuditLog:
    """Takes records after they are in their document, and writes them in batches.

    What a kill takes out of a batch is still in the documents' histories, so a machine may have at most
    half of its history waiting; then the batch is written.

    Parameters
    ----------
    journal : where the lines go
    batch : how many lines of all machines may wait for `flush`
    """

    def __init__(self, journal: Journal, batch: int = 64) -> None:
        self.journal = journal
        self.batch = batch
        self.recent: deque[TransitionRecord] = deque(maxlen=RECENT)
        self.problem: PersistenceError | None = None
        """Why the last write failed; the lines still wait."""
        self._waiting: dict[str, int] = {}
        self._last: dict[str, TransitionRecord] = {}
        self._older = read_journal_backwards(journal.store, journal.prefix)

    def append(self, record: TransitionRecord, line: str) -> None:
        """Take a record and its line. A failing store keeps it waiting and is remembered in `problem`."""
        self._take(record, line)
        if self._waiting[record.machine] >= HISTORY // 2 or self.journal.waiting >= self.batch:
            try:
                self.flush()
            except PersistenceError as error:
                self.problem = error

    def flush(self) -> None:
        """Write what waits. The host calls this at the end of a step."""
        self.journal.flush()
        self._waiting.clear()
        self.problem = None

    def last(self, machine: str) -> TransitionRecord | None:
        """Return a machine's newest record in the log, from this process or from an earlier one."""
        while machine not in self._last:
            record = next(self._older, None)
            if record is None:
                return None
            self._last.setdefault(record.machine, record)
        return self._last[machine]

    def repair(self, machine: str, history: Iterable[TransitionRecord]) -> int:
        """Append what a document knows and the log lost; return how many records that were."""
        last = self.last(machine)
        begin = last.seq if last else 0
        missing = [record for record in history if record.seq > begin]
        for record in missing:
            self._take(record, encode_record(record))
        return len(missing)

    def _take(self, record: TransitionRecord, line: str) -> None:
        self.journal.append(line)
        self.recent.append(record)
        self._last[record.machine] = record
        self._waiting[record.machine] = self._waiting.get(record.machine, 0) + 1
