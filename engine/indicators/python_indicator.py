"""Indicators written by the algorithm (LEAN: Indicators/PythonIndicator.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.common.errors import NotImplementedException
from engine.common.numbers import to_decimal
from engine.data.base_data import BaseData
from engine.indicators.indicator_base import IndicatorBase


class PythonIndicator(IndicatorBase):
    """Base class of an algorithm's own indicator.

    It defines `update(input)`, which sets `self.value` and tells whether the indicator is ready. Calling
    `update` runs only that; what the engine feeds also moves `current`, `samples` and the window.
    """

    value: float

    def __new__(cls, *arguments: Any, **keywords: Any) -> PythonIndicator:
        # Made here, not in __init__, which an algorithm need not call.
        indicator = super().__new__(cls)
        IndicatorBase.__init__(indicator, cls.__name__)
        indicator._was_ready = False
        return indicator

    def __init__(self, name: str = "") -> None:
        if name:
            self.name = name

    @property
    def is_ready(self) -> bool:
        return self._was_ready

    def compute_next_value(self, data: Any) -> Decimal:
        ready = self.update(data)
        self._was_ready = bool(self.is_ready if ready is None else ready)
        return to_decimal(self.value)


class _Adapter(IndicatorBase):
    # An indicator of the algorithm that derives from nothing: it has update, value and is_ready.

    def __init__(self, custom: Any) -> None:
        super().__init__(str(getattr(custom, "name", None) or getattr(custom, "Name", type(custom).__name__)))
        self._custom = custom
        self._was_ready = False
        for member in ("is_ready", "update", "value"):
            if _find(custom, member) is None:
                name = type(custom).__name__
                hint = f" or use PythonIndicator as base:\nclass {name}(PythonIndicator):"
                raise NotImplementedException(
                    f"Indicator.{member} must be implemented. Please implement this missing method in {name}"
                    f"{hint if member == 'is_ready' else ''}"
                )
        self.warm_up_period = int(_find(custom, "warm_up_period") or 0)

    @property
    def is_ready(self) -> bool:
        ready = _find(self._custom, "is_ready")
        return self._was_ready or bool(ready() if callable(ready) else ready)

    def compute_next_value(self, data: BaseData) -> Decimal:
        update = _find(self._custom, "update")
        assert update is not None
        ready = update(data)
        if ready is not None:
            self._was_ready = bool(ready)
        return to_decimal(_find(self._custom, "value"))  # type: ignore[arg-type]


def _find(custom: Any, member: str) -> Any:
    # LEAN finds members in either spelling.
    found = getattr(custom, member, None)
    return getattr(custom, member.title().replace("_", ""), None) if found is None else found


def as_indicator(indicator: Any) -> IndicatorBase:
    """Return what the engine can feed: the indicator itself, or a wrapper of one of no base class."""
    if isinstance(indicator, IndicatorBase):
        return indicator
    wrapper = getattr(indicator, "_engine_indicator", None)
    if wrapper is None:
        wrapper = indicator._engine_indicator = _Adapter(indicator)
    return wrapper
