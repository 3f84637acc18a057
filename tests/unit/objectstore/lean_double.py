"""A small double of LEAN's object store that can be killed (LEAN: Engine/Storage/LocalObjectStore.cs).

Written from what LEAN was measured to do: `save` goes to memory; a timer, `get_file_path` and a clean end
write the files with a plain overwrite; a kill loses what waits, and can cut the file short that is just
being written.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.objectstore.dying_store import Killed

_KEY = re.compile(r"^\.?[a-zA-Z0-9\\/_#\-$= ]+\.?[a-zA-Z0-9]*$")


class ArgumentException(Exception):
    """As .NET's reach Python: a class of its own."""


class KeyNotFoundException(Exception):
    """As .NET's reach Python: a class of its own."""


class LeanDouble:
    """`QCAlgorithm.object_store` over a folder."""

    def __init__(self, root: Path, max_files: int = 10_000) -> None:
        self.root = root
        self.max_files = max_files
        self.dies_at = 0
        """Number of the write in which the process dies; 0 for never."""
        self.cut: int | None = None
        """Bytes of that write that reach the disk; None for all."""
        self.broken_disk = False
        self.writes = 0
        self._memory: dict[str, bytes | None] = {}
        self._dirty: dict[str, None] = {}

    @property
    def keys(self) -> list[str]:
        files = [p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file()]
        return [*self._memory, *(key for key in files if key not in self._memory)]

    def contains_key(self, path: str) -> bool:
        path = self._normal(path)
        return path in self._memory or (self.root / path).is_file()

    def read_bytes(self, path: str) -> bytearray | None:
        path = self._normal(path)
        if not self.contains_key(path):
            raise KeyNotFoundException(f"Object with path '{path}' was not found")
        if self._memory.get(path) is None:
            file = self.root / path
            self._memory[path] = file.read_bytes() if file.is_file() else None
        data = self._memory[path]
        return None if data is None else bytearray(data)

    def save(self, path: str, text: str) -> bool:
        return self.save_bytes(path, text.encode())

    def save_bytes(self, path: str, contents: bytes | None) -> bool:
        if not _KEY.match(path) or path.count("/") > 100:
            raise ArgumentException(f"LocalObjectStore: path is not supported: '{path}'")
        path = self._normal(path)
        if self.max_files < 10_000 and len({*self.keys, path}) > self.max_files:
            return False
        self._memory[path] = contents
        if contents is None:
            return False
        self._dirty[path] = None
        return True

    def delete(self, path: str) -> bool:
        path = self._normal(path)
        was_there = self._memory.pop(path, None) is not None
        self._dirty.pop(path, None)
        if (self.root / path).is_file():
            (self.root / path).unlink()
            return True
        return was_there

    def get_file_path(self, path: str) -> str:
        if not self.contains_key(path):
            self.save_bytes(path, None)
        else:
            self.timer()
        file = self.root / self._normal(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        return str(file)

    def timer(self) -> None:
        """Do what LEAN's timer does every 5 seconds. LEAN only logs what goes wrong."""
        for path in tuple(self._dirty):
            data = self._memory[path]
            assert data is not None
            if self.broken_disk:
                return
            file = self.root / path
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                self.writes += 1
                if self.writes == self.dies_at:
                    file.write_bytes(data[: self.cut])
                    raise Killed
                file.write_bytes(data)
            except OSError:
                return
            del self._dirty[path]

    def _normal(self, path: str) -> str:
        return path.lstrip(".").lstrip("/\\").replace("\\", "/")
