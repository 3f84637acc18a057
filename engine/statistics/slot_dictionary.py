"""A dictionary that is walked as .NET walks its own (System.Collections.Generic.Dictionary)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SlotDictionary(Generic[K, V]):
    """Entries lie in slots and are walked slot by slot; what is added takes the slot that was freed last.

    Where equals are sorted, this order decides which of them is first.
    """

    __slots__ = ("_entries", "_free", "_slot_of")

    def __init__(self) -> None:
        self._entries: list[tuple[K, V] | None] = []
        self._free: list[int] = []
        self._slot_of: dict[K, int] = {}

    def __len__(self) -> int:
        return len(self._slot_of)

    def __contains__(self, key: K) -> bool:
        return key in self._slot_of

    def get(self, key: K) -> V | None:
        slot = self._slot_of.get(key)
        entry = None if slot is None else self._entries[slot]
        return None if entry is None else entry[1]

    def add(self, key: K, value: V) -> None:
        """Add a key that is not there yet."""
        if self._free:
            slot = self._free.pop()
            self._entries[slot] = (key, value)
        else:
            slot = len(self._entries)
            self._entries.append((key, value))
        self._slot_of[key] = slot

    def remove(self, key: K) -> None:
        slot = self._slot_of.pop(key)
        self._entries[slot] = None
        self._free.append(slot)

    def items(self) -> Iterator[tuple[K, V]]:
        return (entry for entry in self._entries if entry is not None)

    def values(self) -> Iterator[V]:
        return (value for _, value in self.items())
