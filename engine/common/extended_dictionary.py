"""LEAN's dictionaries as Python sees them (LEAN: Common/ExtendedDictionary.cs)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class KeyValuePair(NamedTuple):
    """What iterating one of LEAN's dictionaries yields."""

    key: Any
    value: Any


class ExtendedDictionary(ABC, Generic[K, V]):
    """A dictionary with Python's methods and .NET's names; iterating it yields pairs, as in LEAN.

    A concrete class gives `_find`, `_pairs`, `__getitem__` (which raises LEAN's error) and, where it may be
    written, `__setitem__` and `remove`.
    """

    __slots__ = ()

    @abstractmethod
    def _find(self, key: Any) -> V | None:
        """Return the value of a key, or None where it is absent."""

    @abstractmethod
    def _pairs(self) -> Iterable[tuple[K, V]]:
        """Return the items in order."""

    @abstractmethod
    def __getitem__(self, key: Any) -> V: ...

    @property
    def is_read_only(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return len(self)

    def __len__(self) -> int:
        return sum(1 for _ in self._pairs())

    def __iter__(self) -> Iterator[KeyValuePair]:
        return (KeyValuePair(key, value) for key, value in self._pairs())

    def __contains__(self, key: Any) -> bool:
        return self.contains_key(key)

    def contains_key(self, key: Any) -> bool:
        return key is not None and self._find(key) is not None

    def try_get_value(self, key: Any, value: Any = None) -> tuple[bool, V | None]:
        """Return (found, value); the second argument stands for C#'s out parameter and is ignored."""
        found = None if key is None else self._find(key)
        return found is not None, found

    def get(self, key: Any, default_value: Any = None) -> Any:
        found = None if key is None else self._find(key)
        return default_value if found is None else found

    def keys(self) -> list[K]:
        return [key for key, _ in self._pairs()]

    def values(self) -> list[V]:
        return [value for _, value in self._pairs()]

    def items(self) -> list[tuple[K, V]]:
        return list(self._pairs())

    get_keys = keys
    get_values = values

    def get_items(self) -> list[KeyValuePair]:
        return list(self)

    def copy(self) -> dict[K, V]:
        return dict(self._pairs())

    def fromkeys(self, sequence: Iterable[K], value: Any = None) -> dict[K, Any]:
        return {key: self.get(key, value) for key in sequence if key is not None}

    def popitem(self) -> tuple[K, V]:
        raise NotImplementedError(f"{type(self).__name__} does not support the popitem method.")

    def setdefault(self, key: Any, default_value: Any = None) -> Any:
        found = self._find(key)
        if found is not None:
            return found
        if self.is_read_only:
            raise KeyError(
                f"'{key}' wasn't found in the {type(self).__name__} object, likely due to no data."
            )
        self[key] = default_value  # type: ignore[index]
        return default_value

    def pop(self, key: Any, default_value: Any = None) -> Any:
        found = self.get(key)
        if found is None:
            return default_value
        self.remove(key)
        return found

    def remove(self, key: Any) -> bool:
        raise TypeError(f"Remove/del/pop is an invalid operation. The {type(self).__name__} is read-only.")

    def __delitem__(self, key: Any) -> None:
        self.remove(key)

    def clear(self) -> None:
        raise TypeError(f"Clear/clear is an invalid operation. The {type(self).__name__} is read-only.")

    def update(self, other: Mapping[K, V] | Iterable[tuple[K, V]]) -> None:
        if self.is_read_only:
            raise TypeError(f"Update is an invalid operation. The {type(self).__name__} is read-only.")
        for key, value in dict(other).items():
            self[key] = value  # type: ignore[index]


class ReadOnlyExtendedDictionary(ExtendedDictionary[K, V], Generic[K, V]):
    """A dictionary to look at (LEAN: ReadOnlyExtendedDictionary.cs)."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[K, V]) -> None:
        self._values = dict(values)

    def _find(self, key: Any) -> V | None:
        return self._values.get(key)

    def _pairs(self) -> Iterable[tuple[K, V]]:
        return list(self._values.items())

    def __getitem__(self, key: Any) -> V:
        return self._values[key]
