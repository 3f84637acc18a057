"""The object store of a live run: what is saved reaches the disk some five seconds later (LEAN: LocalObjectStore.cs)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.storage.flush_strategy import FlushPeriodically
from engine.storage.local_object_store import LocalObjectStore

Probe = Callable[[str, str], None]


class LiveObjectStore(LocalObjectStore):
    """Lets somebody look at, or die at, every write to memory and every file.

    Parameters
    ----------
    root : folder, made where it does not exist
    clock : returns now in microseconds; the market's in a replay at full speed, the wall's otherwise
    probe : called with `store_write` or `flush`, and `before <key>` or `after <key>`
    """

    def __init__(self, root: str | Path, clock: Callable[[], int], probe: Probe) -> None:
        super().__init__(root, FlushPeriodically(clock))
        self._probe = probe

    def save_bytes(self, path: str, contents: bytes | None) -> bool:
        if contents is None:  # a path was asked for
            return super().save_bytes(path, contents)
        self._probe("store_write", f"before {path}")
        saved = super().save_bytes(path, contents)
        self._probe("store_write", f"after {path}")
        return saved

    def _write_file(self, path: str, contents: bytes) -> None:
        self._probe("flush", f"before {path}")
        super()._write_file(path, contents)
        self._probe("flush", f"after {path}")
