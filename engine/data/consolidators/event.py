"""A .NET event as Python sees it: `thing.event += handler`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Event:
    """Handlers called in the order in which they were added."""

    __slots__ = ("_handlers",)

    def __init__(self) -> None:
        self._handlers: tuple[Callable[..., Any], ...] = ()

    def __iadd__(self, handler: Callable[..., Any]) -> Event:
        self._handlers = (*self._handlers, handler)
        return self

    def __isub__(self, handler: Callable[..., Any]) -> Event:
        # .NET takes the last equal one away.
        for i in range(len(self._handlers) - 1, -1, -1):
            if self._handlers[i] == handler:
                self._handlers = self._handlers[:i] + self._handlers[i + 1 :]
                break
        return self

    def __bool__(self) -> bool:
        return bool(self._handlers)

    def __call__(self, *arguments: Any) -> None:
        for handler in self._handlers:
            handler(*arguments)

    def clear(self) -> None:
        self._handlers = ()
