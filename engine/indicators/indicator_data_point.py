"""A value at a time, exact inside (LEAN: Common/Indicators/IndicatorDataPoint.cs, IndicatorResult.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.common.enums import IndicatorStatus
from engine.common.numbers import ZERO, decimal_to_string, to_decimal, to_float
from engine.data.base_data import NO_TIME, BaseData

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class IndicatorDataPoint(BaseData):
    """LEAN's constructors: (), (time, value), (symbol, time, value)."""

    __slots__ = ("_decimal",)

    def __init__(self, *arguments: Any) -> None:
        symbol, time, value = (None, *arguments)[-3:] if arguments else (None, NO_TIME, ZERO)
        self.symbol: Symbol | None = symbol
        self.time: datetime = time
        self._decimal = value if type(value) is Decimal else to_decimal(value)
        self.is_fill_forward = False

    @property
    def value(self) -> float:
        return to_float(self._decimal)

    @value.setter
    def value(self, value: float) -> None:
        self._decimal = to_decimal(value)

    @property
    def value_decimal(self) -> Decimal:
        return self._decimal

    def __float__(self) -> float:
        return self.value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, IndicatorDataPoint):
            return NotImplemented
        return self.time == other.time and self._decimal == other._decimal

    def __lt__(self, other: IndicatorDataPoint) -> bool:
        return self._decimal < other._decimal

    def __gt__(self, other: IndicatorDataPoint) -> bool:
        return self._decimal > other._decimal

    def __hash__(self) -> int:
        return hash((self.time, self._decimal))

    def __str__(self) -> str:
        return f"{self.time.isoformat(timespec='seconds')} - {decimal_to_string(self._decimal)}"


class IndicatorResult(NamedTuple):
    """What an indicator made of an input; anything but success leaves its value as it was."""

    value: Decimal
    status: IndicatorStatus = IndicatorStatus.SUCCESS
