"""C#'s generic methods as Python calls them: `cache.get_data[TradeBar]()`, `security.get[Ema]("x")`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any


class _Bound:
    __slots__ = ("_call", "_owner")

    def __init__(self, owner: Any, call: Callable[..., Any]) -> None:
        self._owner = owner
        self._call = call

    def __call__(self, *args: Any) -> Any:
        return self._call(self._owner, None, *args)

    def __getitem__(self, type_argument: type) -> Callable[..., Any]:
        return partial(self._call, self._owner, type_argument)


class generic_method:
    """Turn `def method(self, type_argument, ...)` into one callable with or without `[type]`."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.__doc__ = call.__doc__

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        return self if owner is None else _Bound(owner, self._call)
