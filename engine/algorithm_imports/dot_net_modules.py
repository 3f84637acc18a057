"""`import clr`, `from QuantConnect... import X` and `from System... import X`: LEAN's namespaces as Python modules.

LEAN's Python sees .NET namespaces as modules. Ours have the same classes under every QuantConnect namespace, because an
algorithm names a class by the namespace that LEAN keeps it in; a class the engine does not have is one clear error.
"""

from __future__ import annotations

import importlib
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

from engine.common.errors import UnsupportedMemberError
from engine.common.extended_dictionary import ExtendedDictionary
from engine.common.net_math import Math
from engine.common.time_span import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOTS = frozenset({"clr", "QuantConnect", "System"})
# Folders of Python modules beside LEAN's own, one module a class: `from Alphas.ConstantAlphaModel import ...`.
_FOLDERS = frozenset({"Alphas", "Execution", "Orders", "Portfolio", "Risk", "Selection"})


class Dictionary(ExtendedDictionary[Any, Any]):
    """System.Collections.Generic.Dictionary, as far as Python algorithms need one."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}

    def __class_getitem__(cls, key: Any) -> type[Dictionary]:
        return cls

    @property
    def is_read_only(self) -> bool:
        return False

    def _find(self, key: Any) -> Any:
        return self._values.get(key)

    def _pairs(self) -> list[tuple[Any, Any]]:
        return list(self._values.items())

    def __getitem__(self, key: Any) -> Any:
        return self._values[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._values[key] = value

    def remove(self, key: Any) -> bool:
        return self._values.pop(key, None) is not None

    add = __setitem__


class List(list):
    """System.Collections.Generic.List."""

    def __class_getitem__(cls, key: Any) -> type[List]:
        return cls

    def add(self, value: Any) -> None:
        self.append(value)


_SYSTEM = {"Dictionary": Dictionary, "List": List, "Math": Math, "TimeSpan": TimeSpan}


class _Namespace(ModuleType):
    """A .NET namespace."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            if name == "__all__" and self.__name__.partition(".")[0] not in ("clr", "System"):
                return [n for n in vars(importlib.import_module("AlgorithmImports")) if not n.startswith("_")]
            raise AttributeError(name)
        found = _find(self.__name__, name)
        if found is None:
            raise UnsupportedMemberError(f"{self.__name__}.{name}")
        return found

    # a class that is missing looks like one more namespace until somebody makes use of it

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise UnsupportedMemberError(self.__name__)

    __mro_entries__ = __call__


def _find(namespace: str, name: str) -> Any:
    if namespace == "clr":
        # every assembly is loaded already
        return (lambda *_: None) if name == "AddReference" else None
    if namespace.startswith("System"):
        return _SYSTEM.get(name)
    return vars(importlib.import_module("AlgorithmImports")).get(name)


class DotNetFinder(MetaPathFinder, Loader):
    """Finds the namespaces before any package of that name that may be installed (type stubs are)."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        root, _, rest = fullname.partition(".")
        if root in _FOLDERS:
            # the algorithm's own folder of that name comes first
            if PathFinder.find_spec(fullname, path, target) is not None:
                return None
        elif root not in _ROOTS or (root == "clr" and rest):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Namespace(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""
