"""The object store as an algorithm sees it (LEAN: Common/Storage/ObjectStore.cs)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.common.errors import ArgumentException, ArgumentNullException, UnsupportedMemberError
from engine.common.extended_dictionary import KeyValuePair
from engine.storage.local_object_store import LocalObjectStore

_NOTHING = object()


class ObjectStore:
    """`self.object_store`: texts and bytes under keys; texts are UTF-8."""

    def __init__(self, store: LocalObjectStore) -> None:
        self._store = store

    @property
    def max_size(self) -> int:
        return self._store.max_size

    @property
    def max_files(self) -> int:
        return self._store.max_files

    @property
    def keys(self) -> list[str]:
        return self._store.keys

    @property
    def error_raised(self) -> list[Any]:
        """Listeners for what goes wrong while storing; `+=` a list of one, or append."""
        return self._store.error_raised

    def contains_key(self, path: str) -> bool:
        return self._store.contains_key(path)

    def read_bytes(self, path: str) -> bytes | None:
        return self._store.read_bytes(path)

    def save_bytes(self, path: str, contents: bytes | bytearray | list[int] | None) -> bool:
        return self._store.save_bytes(path, None if contents is None else bytes(contents))

    def read(self, path: str, encoding: str = "utf-8") -> str | None:
        """Return a text; bytes that are none show as U+FFFD."""
        contents = self._store.read_bytes(path)
        return None if contents is None else contents.decode(encoding, errors="replace")

    read_string = read

    def save(self, path: str, text: Any = _NOTHING, encoding: str = "utf-8") -> bool:
        """Keep a text; without one, take in the file that was written at `get_file_path(path)`."""
        if text is _NOTHING:
            return self._adopt(path)
        return self._save_text("save", path, text, encoding)

    def save_string(self, path: str, text: str, encoding: str = "utf-8") -> bool:
        return self._save_text("save_string", path, text, encoding)

    def _save_text(self, member: str, path: str, text: Any, encoding: str) -> bool:
        if text is None:
            raise ArgumentNullException("Value cannot be null.", "s")
        if not isinstance(text, str):
            given = (type(path), type(text))
            raise TypeError(
                f"No method matches given arguments for {member}: {given}. "
                "The following overloads are available:"
            )
        return self._store.save_bytes(path, text.encode(encoding))

    def _adopt(self, path: str) -> bool:
        file = Path(self._store.get_file_path(path))
        if not file.is_file():
            raise ArgumentException(f"There is no file associated with path {path} in '{file}'")
        return self._store.save_bytes(path, file.read_bytes())

    def delete(self, path: str) -> bool:
        return self._store.delete(path)

    def get_file_path(self, path: str) -> str:
        return self._store.get_file_path(path)

    def clear(self) -> None:
        self._store.clear()

    def dispose(self) -> None:
        self._store.dispose()

    def __iter__(self) -> Iterator[KeyValuePair]:
        return (KeyValuePair(key, contents) for key, contents in self._store)

    def __getattr__(self, name: str) -> Any:
        hint = ""
        if name in {"read_json", "save_json", "read_xml", "save_xml"}:
            # LEAN's are generic .NET methods; calling them from Python ends LEAN's process.
            hint = "use read() and save() with Python's json module"
        raise UnsupportedMemberError(f"ObjectStore.{name}", hint)
