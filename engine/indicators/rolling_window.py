"""The last few items, newest first (LEAN: Indicators/RollingWindow.cs, WindowBase.cs)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from engine.common.errors import ArgumentException, ArgumentOutOfRangeException, InvalidOperationException

T = TypeVar("T")
DEFAULT_WINDOW_SIZE = 2


class RollingWindow(Generic[T]):
    """Keeps `size` items; reading or writing beyond that makes the window larger, as in LEAN.

    `RollingWindow[float](3)` is the form that LEAN's Python uses; the type is not checked.
    """

    __slots__ = ("_items", "_removed", "_samples", "_size")

    def __init__(self, size: int) -> None:
        if size < 0:
            raise ArgumentException("RollingWindow must have size of at least 0.", "size")
        self._items: list[T | None] = []  # oldest first
        self._size = size
        self._samples = 0
        self._removed: T | None = None

    @property
    def size(self) -> int:
        return self._size

    @size.setter
    def size(self, value: int) -> None:
        self._resize(value)

    @property
    def count(self) -> int:
        return len(self._items)

    @property
    def samples(self) -> int:
        """How many items were ever added."""
        return self._samples

    @property
    def is_ready(self) -> bool:
        return self._samples >= self._size

    @property
    def most_recently_removed(self) -> T | None:
        if self._samples <= self._size:
            raise InvalidOperationException("No items have been removed yet!")
        return self._removed

    def add(self, item: T | None) -> None:
        self._samples += 1
        items = self._items
        if len(items) == self._size:
            if not items:
                # LEAN indexes its empty list here.
                raise ArgumentOutOfRangeException("Index was out of range.", "index")
            self._removed = items.pop(0)
        items.append(item)

    def reset(self) -> None:
        self._samples = 0
        self._items.clear()

    def __getitem__(self, i: int) -> Any:
        items = self._items
        if i < 0:
            if self._size + i < 0:
                raise _out_of_range()
            i += len(items)
            if i < 0:
                return None
        if i >= len(items):
            if i >= self._size:
                self._resize(i + 1)
            return None
        return items[-1 - i]

    def __setitem__(self, i: int, value: T) -> None:
        if i < 0:
            if self._size + i < 0:
                raise _out_of_range()
            i += self._size
        if i >= len(self._items):
            if i >= self._size:
                self._resize(i + 1)
            for _ in range(i - len(self._items) + 1):
                self.add(None)
        self._items[-1 - i] = value

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items[::-1])

    def _resize(self, size: int) -> None:
        if size < len(self._items):
            del self._items[: len(self._items) - size]
        self._size = size


def _out_of_range() -> ArgumentOutOfRangeException:
    return ArgumentOutOfRangeException("Index must be a non-negative integer", "i")


class WindowBase(Generic[T]):
    """Something with a value now and values before: `x[0]`, `x[1]`, `x.current`, `x.previous`."""

    __slots__ = ("_window",)

    def __init__(self) -> None:
        self._window: RollingWindow[T] | None = None

    @property
    def window(self) -> RollingWindow[T]:
        if self._window is None:
            self._window = RollingWindow(DEFAULT_WINDOW_SIZE)
        return self._window

    @property
    def current(self) -> Any:
        return self.window[0]

    @property
    def previous(self) -> Any:
        window = self.window
        return window[1] if len(window) > 1 else None

    def __getitem__(self, i: int) -> Any:
        return self.window[i]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.window)
