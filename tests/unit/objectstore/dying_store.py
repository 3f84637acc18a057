"""A store in memory that dies as a process under LEAN does: what waits is lost, one file is cut."""

from __future__ import annotations

from objectstore.errors import MissingKey
from objectstore.store import MemoryStore


class Killed(BaseException):
    """The process was killed in the middle of writing a file."""


class DyingStore(MemoryStore):
    """Saves wait for `flush`; the n-th file that a flush writes is the last, and is cut.

    Parameters
    ----------
    dies_at : number of the write in which the process dies, 0 for never
    part : how much of that write reaches the disk, from 0 to 1
    """

    def __init__(self, dies_at: int = 0, part: float = 1.0) -> None:
        super().__init__()
        self.dies_at = dies_at
        self.part = part
        self.writes = 0
        self.disk = MemoryStore()
        """What a new process finds."""
        self._waiting: dict[str, None] = {}

    def save(self, key: str, data: str | bytes) -> None:
        super().save(key, data)
        self._waiting[key] = None

    def delete(self, key: str) -> None:
        super().delete(key)
        self._waiting.pop(key, None)
        try:
            self.disk.delete(key)
        except MissingKey:
            return

    def flush(self) -> None:
        for key in tuple(self._waiting):
            data = self.read(key)
            self.writes += 1
            if self.writes == self.dies_at:
                self.disk.save(key, data[: int(len(data) * self.part)])
                raise Killed
            self.disk.save(key, data)
            del self._waiting[key]
