"""A store in a folder, laid out like LEAN's storage folder, so that it can read one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from objectstore.errors import MissingKey, PersistenceError
from objectstore.keys import check_readable, check_writable


class FolderStore:
    """Keys are paths below a folder. A file is replaced in one step: everybody sees the old or the new one.

    Parameters
    ----------
    root : the folder; LEAN's `storage`, for example
    create : make the folder if it is missing; otherwise a missing folder is an error
    """

    def __init__(self, root: Path | str, *, create: bool = False) -> None:
        self.root = Path(root)
        self._unsynced: set[Path] = set()
        with _as_persistence_error(str(root)):
            if create:
                self.root.mkdir(parents=True, exist_ok=True)
            if not self.root.is_dir():
                raise PersistenceError(str(root), "is not a folder")

    def save(self, key: str, data: str | bytes) -> None:
        path = self.root / check_writable(key)
        # One name per key, so that a crash leaves at most one stray file, which the next save uses up.
        partial = path.with_name(f".{path.name}.tmp")
        with _as_persistence_error(key):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(data.encode() if isinstance(data, str) else data)
            os.replace(partial, path)
        self._unsynced.add(path)

    def read(self, key: str) -> bytes:
        with _as_persistence_error(key):
            try:
                return self._path(key).read_bytes()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise MissingKey(key) from None

    def contains(self, key: str) -> bool:
        with _as_persistence_error(key):
            return self._path(key).is_file()

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _as_persistence_error(key):
            try:
                path.unlink()
            except FileNotFoundError:
                raise MissingKey(key) from None
        self._unsynced.discard(path)

    def keys(self) -> tuple[str, ...]:
        with _as_persistence_error(str(self.root)):
            files = [path for path in self.root.rglob("*") if path.is_file() and not _is_partial(path)]
        return tuple(sorted(path.relative_to(self.root).as_posix() for path in files))

    def flush(self) -> None:
        """Wait until what was saved is on the disk: it survives a power failure as well then."""
        for path in tuple(self._unsynced):
            with _as_persistence_error(str(path.relative_to(self.root))):
                for each in (path, path.parent):
                    handle = os.open(each, os.O_RDONLY)
                    try:
                        os.fsync(handle)
                    finally:
                        os.close(handle)
            self._unsynced.discard(path)

    def _path(self, key: str) -> Path:
        return self.root / check_readable(key)


def _is_partial(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(".tmp")


@contextmanager
def _as_persistence_error(key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PersistenceError(key, error.strerror or str(error)) from error
