"""Where documents are kept: the Protocol, and a store in memory."""

from __future__ import annotations

from typing import Protocol

from objectstore.errors import MissingKey
from objectstore.keys import check_readable, check_writable


class Store(Protocol):
    """Keeps bytes under keys. Every implementation passes the same suite (tests/unit/objectstore).

    All methods raise PersistenceError, and nothing else, for what the storage does to them.
    """

    def save(self, key: str, data: str | bytes) -> None:
        """Store text (as UTF-8) or bytes; what was there before is replaced."""
        ...

    def read(self, key: str) -> bytes:
        """Return what is stored. Raises MissingKey if nothing is."""
        ...

    def contains(self, key: str) -> bool:
        """Return whether something is stored under the key."""
        ...

    def delete(self, key: str) -> None:
        """Remove what is stored. Raises MissingKey if nothing is."""
        ...

    def keys(self) -> tuple[str, ...]:
        """Return all keys, sorted."""
        ...

    def flush(self) -> None:
        """Return when everything saved so far would survive a kill of this process."""
        ...


class MemoryStore:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._data: dict[str, bytes] = {}

    def save(self, key: str, data: str | bytes) -> None:
        self._data[check_writable(key)] = data.encode() if isinstance(data, str) else bytes(data)

    def read(self, key: str) -> bytes:
        try:
            return self._data[check_readable(key)]
        except KeyError:
            raise MissingKey(key) from None

    def contains(self, key: str) -> bool:
        return check_readable(key) in self._data

    def delete(self, key: str) -> None:
        if self._data.pop(check_readable(key), None) is None:
            raise MissingKey(key)

    def keys(self) -> tuple[str, ...]:
        return tuple(sorted(self._data))

    def flush(self) -> None:
        """Do nothing: nothing in memory survives its process."""


def clear(store: Store, prefix: str) -> None:
    """Remove everything below a prefix."""
    for key in store.keys():  # noqa: SIM118  (a store is no dict)
        if key.startswith(f"{prefix}/"):
            store.delete(key)
