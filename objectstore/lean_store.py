"""LEAN's object store behind our Protocol.

What is peculiar about it (LEAN: Engine/Storage/LocalObjectStore.cs, and measured in running LEAN): `save`
only writes to memory; a timer writes the files some 5 seconds later with a plain overwrite, and a process
that is killed loses that window. `get_file_path` writes at once everything that is waiting. So in live mode
a save is followed by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from objectstore.errors import MissingKey, PersistenceError
from objectstore.keys import check_readable, check_writable


class LeanObjectStore(Protocol):
    """The members of `QCAlgorithm.object_store` that are used."""

    @property
    def keys(self) -> Iterable[Any]: ...

    def contains_key(self, path: str) -> bool: ...

    def save(self, path: str, text: str) -> bool: ...

    def save_bytes(self, path: str, contents: bytes) -> bool: ...

    def read_bytes(self, path: str) -> Any: ...

    def delete(self, path: str) -> bool: ...

    def get_file_path(self, path: str) -> str: ...


class LeanStore:
    """An adapter over an algorithm's `object_store`.

    Parameters
    ----------
    object_store : `self.object_store` of the algorithm
    live : whether the run is live; in a backtest nothing has to survive a kill, and `flush` costs nothing
    """

    def __init__(self, object_store: LeanObjectStore, *, live: bool) -> None:
        self._store = object_store
        self._live = live
        self._unflushed: dict[str, bytes] = {}

    def save(self, key: str, data: str | bytes) -> None:
        check_writable(key)
        with _as_persistence_error(key):
            stored = (
                self._store.save(key, data) if isinstance(data, str) else self._store.save_bytes(key, data)
            )
        if not stored:
            raise PersistenceError(key, "LEAN's object store did not take it (its limit of files or of size)")
        if self._live:
            self._unflushed[key] = data.encode() if isinstance(data, str) else data

    def read(self, key: str) -> bytes:
        check_readable(key)
        with _as_persistence_error(key):
            found = self._store.read_bytes(key) if self._store.contains_key(key) else None
        # A key that somebody asked a path for is there without contents.
        if found is None:
            raise MissingKey(key)
        return bytes(found)

    def contains(self, key: str) -> bool:
        try:
            self.read(key)
        except MissingKey:
            return False
        return True

    def delete(self, key: str) -> None:
        check_readable(key)
        with _as_persistence_error(key):
            deleted = self._store.delete(key)
        if not deleted:
            raise MissingKey(key)
        self._unflushed.pop(key, None)

    def keys(self) -> tuple[str, ...]:
        with _as_persistence_error("object store"):
            return tuple(sorted(str(key) for key in self._store.keys))

    def flush(self) -> None:
        """In live mode, have LEAN write its files now, and check that it did: it only logs when it fails."""
        for key, data in tuple(self._unflushed.items()):
            with _as_persistence_error(key):
                path = Path(self._store.get_file_path(key))
                # No file is no proof of failure: a store that is not LEAN's local one may keep it elsewhere.
                written = path.read_bytes() if path.is_file() else data
            if written != data:
                raise PersistenceError(key, "LEAN's object store did not write it to its file")
            del self._unflushed[key]


@contextmanager
def _as_persistence_error(key: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # .NET's exceptions reach Python as classes that are known only inside LEAN.
        raise PersistenceError(key, f"{type(error).__name__}: {error}") from error
