"""What the launcher gives an algorithm before its class is instantiated; LEAN sets these from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.common.errors import DataFileError

if TYPE_CHECKING:
    from datetime import date

    from engine.data_source.source import DataSource


@dataclass(slots=True)
class AlgorithmEnvironment:
    """Data source, parameters and services of one run."""

    source: DataSource
    object_store: Any
    parameters: dict[str, str] = field(default_factory=dict)
    live_mode: bool = False
    algorithm_id: str = ""
    start: date | None = None
    """First day in place of the one the algorithm sets."""
    end: date | None = None
    """Last day in place of the one the algorithm sets."""
    today: int = 0
    """Stamp of the end of the run's world: start and end dates may not lie after it."""


_current: list[AlgorithmEnvironment] = []


def enter(environment: AlgorithmEnvironment) -> None:
    """Make this the environment of the algorithm that is instantiated next."""
    _current[:] = [environment]
    DataFileError.first = None


@contextmanager
def entered(environment: AlgorithmEnvironment) -> Iterator[None]:
    """Make this the environment of what is made within, then go back to the one before."""
    before = list(_current)
    enter(environment)
    try:
        yield
    finally:
        _current[:] = before


def current() -> AlgorithmEnvironment:
    """Return the environment of the run."""
    if not _current:
        raise RuntimeError(
            "an algorithm is created by the engine (options-machines backtest FILE), not by hand"
        )
    return _current[0]


def leave() -> None:
    _current.clear()
