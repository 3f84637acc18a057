"""LEAN's members under their .NET names as well: `contract.Greeks.Delta` beside `contract.greeks.delta`.

Python's names are the real ones; a .NET name is looked up only when an attribute was not found, so nobody else pays.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cache
from typing import Any


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


@cache
def _members(owner: type) -> dict[str, str]:
    return {_plain(name): name for name in sorted(dir(owner)) if not name.startswith("_")}


def python_name(owner: object, name: str) -> str | None:
    """Return the Python name of the member a .NET name stands for, None where there is none."""
    plain = _plain(name)
    found = _members(type(owner)).get(plain)
    if found is None:
        found = next((own for own in getattr(owner, "__dict__", ()) if _plain(own) == plain), None)
    return None if found == name else found


def accept_net_names(classes: Iterable[type]) -> None:
    """Let instances of the classes answer to .NET names, and the classes themselves where they have static members."""
    for owner in classes:
        if issubclass(owner, Enum | BaseException):
            continue
        if "__getattr__" in vars(owner) or not hasattr(owner, "__getattr__"):
            owner.__getattr__ = _lookup(vars(owner).get("__getattr__"))  # type: ignore[attr-defined]
        if not hasattr(owner, "to_string") and owner.__str__ is not object.__str__:
            owner.to_string = _to_string  # type: ignore[attr-defined]
        for name, value in list(vars(owner).items()):
            if isinstance(value, staticmethod | classmethod) and not name.startswith("_"):
                alias = "".join(part.capitalize() for part in name.split("_"))
                if alias not in vars(owner):
                    setattr(owner, alias, value)


def _to_string(self: object) -> str:
    return str(self)


def _lookup(own: Any) -> Any:
    def find(self: Any, name: str) -> Any:
        if name[:1].isupper():
            known = python_name(self, name)
            if known is not None:
                return getattr(self, known)
        if own is None:
            return object.__getattribute__(self, name)
        try:
            return own(self, name)
        except Exception:
            if isinstance(getattr(type(self), name, None), property):
                # the first error is raised once more: it says what really failed
                return object.__getattribute__(self, name)
            raise

    return find


def override_by_net_names(algorithm: type, base: type) -> None:
    """Let `def OnData(self, data)` of an algorithm override `on_data`."""
    members = _members(base)
    for owner in algorithm.__mro__:
        if issubclass(base, owner):
            break
        for name, value in list(vars(owner).items()):
            known = members.get(_plain(name)) if name[:1].isupper() else None
            if known is not None and known not in vars(owner) and callable(value):
                setattr(owner, known, value)
