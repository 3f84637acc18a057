"""Keys as files of one folder, with a memory in front (LEAN: Engine/Storage/LocalObjectStore.cs)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.common.errors import (
    ArgumentException,
    ArgumentNullException,
    DotNetException,
    KeyNotFoundException,
)
from engine.storage.flush_strategy import FlushOnRequest, FlushStrategy

MAX_FILES = 10_000
MAX_SIZE = 10 * 1024**3
_MAX_SEPARATORS = 100
_KEY = re.compile(r"^\.?[a-zA-Z0-9\\/_#\-$= ]+\.?[a-zA-Z0-9]*$")
_MEGABYTE = 1024.0 * 1024.0


class StorageLimitExceededException(DotNetException):
    """More files or more bytes than the store may hold."""


class LocalObjectStore:
    """An object store in a folder.

    Memory wins over the disk: a file is read when its key is read first, and later changes of it from outside
    are not seen before `clear`. What is saved reaches the disk when the flush strategy says so, and on
    `get_file_path`, `clear` and `dispose`; a process that is killed loses the rest.

    Parameters
    ----------
    root : folder, made where it does not exist
    flush : when saving writes to disk
    """

    def __init__(
        self,
        root: str | Path,
        flush: FlushStrategy | None = None,
        max_files: int = MAX_FILES,
        max_size: int = MAX_SIZE,
    ) -> None:
        self.root = Path(root).resolve()
        self.root.mkdir(parents=True, exist_ok=True)
        self.max_files = max_files
        self.max_size = max_size
        self.error_raised: list[Callable[[Exception], None]] = []
        """Called with what went wrong where LEAN raises its event ErrorRaised."""
        self._flush = FlushOnRequest() if flush is None else flush
        self._contents: dict[
            str, bytes | None
        ] = {}  # None: the key is known, its file not read (or not there)
        self._dirty: dict[str, None] = {}
        # What the folder held when it was last looked through; the limits do not need a look at every save.
        self._on_disk: dict[str, int] | None = None

    @property
    def keys(self) -> list[str]:
        return [*self._contents, *(key for key in self._files() if key not in self._contents)]

    def contains_key(self, path: str) -> bool:
        path = _normalized(_given(path))
        if path not in self._contents and os.path.isfile(self._path(path)):
            self._contents[path] = None
        return path in self._contents

    def read_bytes(self, path: str) -> bytes | None:
        """Return the content of a key; None where the key has been reserved by `get_file_path` only.

        Raises
        ------
        KeyNotFoundException
            If neither memory nor the disk knows the key.
        """
        if not self.contains_key(path):
            raise KeyNotFoundException(
                f"Object with path '{path}' was not found in the current project. Please use "
                "ObjectStore.ContainsKey(key) to check if an object exists before attempting to read."
            )
        path = _normalized(path)
        if self._contents[path] is None:
            self._contents[path] = self._read_file(path)
        return self._contents[path]

    def save_bytes(self, path: str, contents: bytes | None) -> bool:
        """Keep a content under a key; False where the store's limits do not allow it.

        Raises
        ------
        ArgumentException
            If the key has a form that LEAN does not support.
        """
        _given(path)
        if not _KEY.match(path) or max(path.count("/"), path.count("\\")) > _MAX_SEPARATORS:
            raise ArgumentException(f"LocalObjectStore: path is not supported: '{path}'")
        path = _normalized(path)
        if not self._is_within_limits(path, contents):
            return False
        self._contents[path] = contents
        self._dirty.pop(path, None)
        if contents is None:
            return False
        self._dirty[path] = None
        if self._flush.is_due():
            self.persist()
        return True

    def delete(self, path: str) -> bool:
        """Forget a key and remove its file; False where neither was there."""
        path = _normalized(_given(path))
        known = path in self._contents
        self._contents.pop(path, None)
        self._dirty.pop(path, None)
        self._on_disk = None
        file = self._path(path)
        if os.path.isfile(file):
            os.unlink(file)
            return True
        return known

    def get_file_path(self, path: str) -> str:
        """Return where the file of a key is, after writing everything; a new key is reserved."""
        if self.contains_key(path):
            self.persist()
        else:
            self.save_bytes(path, None)
        file = self._path(_normalized(path))
        os.makedirs(os.path.dirname(file), exist_ok=True)
        return file

    def clear(self) -> None:
        """Write everything and forget it; files stay."""
        self.persist()
        self._contents.clear()
        self._on_disk = None

    def dispose(self) -> None:
        """Write everything, at the end of the run."""
        self.persist()

    def persist(self) -> None:
        """Write what has been saved since the last time.

        Of several, those behind one that can not be written wait with it, as in LEAN.
        """
        try:
            for path in list(self._dirty):
                self._write_file(path, self._contents[path] or b"")
                del self._dirty[path]
        except OSError as error:
            self._raise_error(error)
            return
        self._flush.flushed()

    def _write_file(self, path: str, contents: bytes) -> None:
        # LEAN overwrites: a process that is killed meanwhile leaves a part
        file = self._path(path)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as stream:
            stream.write(contents)

    def persist_if_due(self) -> None:
        """Let time pass: write what the flush strategy no longer lets wait."""
        if self._dirty and self._flush.is_due():
            self.persist()

    def __iter__(self) -> Iterator[tuple[str, bytes | None]]:
        for key in self.keys:
            yield key, self.read_bytes(key)

    def _path(self, path: str) -> str:
        # A text: a Path would forget the slash at the end of a key, which must fail when it is written.
        return os.path.join(self.root, path)

    def _files(self) -> dict[str, int]:
        # Keys and sizes of the files.
        files = (file for file in self.root.rglob("*") if file.is_file())
        return {_normalized(file.relative_to(self.root).as_posix()): file.stat().st_size for file in files}

    def _read_file(self, path: str) -> bytes | None:
        file = self._path(path)
        if not os.path.isfile(file):
            return None
        with open(file, "rb") as stream:
            return stream.read()

    def _is_within_limits(self, path: str, contents: bytes | None) -> bool:
        if self._on_disk is None:
            self._on_disk = self._files()
        sizes = self._on_disk | {key: len(held) for key, held in self._contents.items() if held is not None}
        sizes[path] = len(contents or b"")
        if len(sizes) > self.max_files:
            return self._refuse(
                f"You have reached the ObjectStore limit for files it can save: {len(sizes)}/"
                f"{self.max_files}. Unable to save the new file. You can find the limit with the "
                "ObjectStore.MaxFiles property."
            )
        size = sum(sizes.values())
        if size > self.max_size:
            return self._refuse(
                f"You have reached the ObjectStore storage capacity limit: {size / _MEGABYTE:g}MB/"
                f"{self.max_size / _MEGABYTE:g}MB. Unable to save the new file. You can find the limit with "
                "the ObjectStore.MaxSize property."
            )
        return True

    def _refuse(self, message: str) -> bool:
        self._raise_error(StorageLimitExceededException(message))
        return False

    def _raise_error(self, error: Exception) -> None:
        for listener in self.error_raised:
            listener(error)


def _given(path: str) -> str:
    if path is None:
        raise ArgumentNullException("Value cannot be null.", "path")
    return path


def _normalized(path: str) -> str:
    return path.lstrip(".").lstrip("/\\").replace("\\", "/")
