"""Whether the records of an audit log tell one story without holes."""

from __future__ import annotations

from collections.abc import Iterable

from objectstore.records import TransitionRecord


class Chain:
    """Follows each machine's records and collects what does not fit."""

    def __init__(self) -> None:
        self.last: dict[str, TransitionRecord] = {}
        self.problems: list[str] = []

    def follow(self, records: Iterable[TransitionRecord]) -> None:
        """Look at the next records, in the order of the log."""
        for record in records:
            before = self.last.get(record.machine)
            self.last[record.machine] = record
            if before is None:
                if record.seq != 1:
                    self._note(record, f"begins with record {record.seq}")
            elif record.seq <= before.seq:
                self._note(record, f"has record {record.seq} after record {before.seq}")
            elif record.seq > before.seq + 1:
                self._note(record, f"lacks records {before.seq + 1} to {record.seq - 1}")
            elif record.source != before.target:
                self._note(
                    record, f"leaves {record.source} in record {record.seq}, but was in {before.target}"
                )
            elif record.at < before.at and record.kind != "restored":
                # Only a run that begins anew over an older one's log may be earlier.
                self._note(record, f"goes back in time in record {record.seq}")

    def _note(self, record: TransitionRecord, problem: str) -> None:
        self.problems.append(f"audit log: {record.machine} {problem}")
