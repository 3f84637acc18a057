"""What `from AlgorithmImports import *` gives an algorithm: the classes of LEAN that the engine has.

Every public class of the rooms below is exported under its own name. pandas is imported when it is first used,
because most algorithms never do.
"""

from __future__ import annotations

import importlib
import importlib.util
import json  # noqa: F401  an algorithm's, as the names below
import math  # noqa: F401
import os  # noqa: F401
import pkgutil
import sys
from datetime import date, datetime, time, timedelta  # noqa: F401
from types import ModuleType
from typing import *  # noqa: F403  LEAN's AlgorithmImports does the same

import numpy as np  # noqa: F401

from engine.algorithm_imports.interfaces import interfaces
from engine.algorithm_imports.net_names import accept_net_names

_ROOMS = (
    "engine.common",
    "engine.data",
    "engine.securities",
    "engine.storage",
    "engine.orders",
    "engine.brokerages",
    "engine.indicators",
    "engine.scheduling",
    "engine.benchmarks",
    "engine.commands",
    "engine.statistics",
    "engine.algorithm",
)


def _modules(package: str) -> list[ModuleType]:
    room = importlib.import_module(package)
    found = [room]
    for info in pkgutil.iter_modules(room.__path__, package + "."):
        found += _modules(info.name) if info.ispkg else [importlib.import_module(info.name)]
    return found


def _lazy(name: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is not installed")
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


def _classes() -> dict[str, type]:
    return {
        name: value
        for room in _ROOMS
        for module in _modules(room)
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and not name.startswith("_")
    }


_exported = _classes()
accept_net_names(_exported.values())
globals().update(_exported)
pd = _lazy("pandas")
from engine.algorithm.qc_algorithm import QCAlgorithm  # noqa: E402

globals().update(interfaces({**_exported, "QCAlgorithm": QCAlgorithm}))
QCAlgorithmFramework = QCAlgorithm
QCAlgorithmFrameworkBridge = QCAlgorithm
