"""A prediction about a symbol (LEAN: Common/Algorithm/Framework/Alphas/Insight.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.alphas.insight_period import (
    END_OF_TIME_SPAN,
    NO_TIME,
    CloseTimePeriodSpecification,
    EndOfTimeCloseTimePeriodSpecification,
    FuncPeriodSpecification,
    PeriodSpecification,
    ResolutionBarCountPeriodSpecification,
    TimeSpanPeriodSpecification,
)
from engine.algorithm.framework.alphas.insight_score import InsightScore
from engine.common.enums import InsightDirection, InsightType, Resolution
from engine.common.errors import ArgumentOutOfRangeException, InvalidOperationException
from engine.common.symbol import Symbol, symbol_of
from engine.common.time import END_OF_TIME, SECOND, span_to_stamp
from engine.orders.exact import float_of, stamp_of, utc_datetime

if TYPE_CHECKING:
    from engine.securities.security_exchange_hours import SecurityExchangeHours

_ids = count(1)


def new_id() -> str:
    """Return an identifier no other insight, group or model of this run has (LEAN draws a random one)."""
    return f"{next(_ids):032x}"


class Insight:
    """What is expected of a symbol, until when, how strongly.

    `Insight(symbol, period, type, direction, magnitude=None, confidence=None, source_model=None, weight=None,
    tag="")`; the period is a timedelta or a function from local time to local time, a time of generation may come
    first, a tag may take the place of the magnitude.
    """

    __slots__ = (
        "_close",
        "_generated",
        "_specification",
        "confidence",
        "direction",
        "estimated_value_decimal",
        "group_id",
        "id",
        "magnitude",
        "period",
        "reference_value_decimal",
        "reference_value_final_decimal",
        "score",
        "source_model",
        "symbol",
        "tag",
        "type",
        "weight",
    )

    estimated_value = float_of("estimated_value_decimal")
    reference_value = float_of("reference_value_decimal")
    reference_value_final = float_of("reference_value_final_decimal")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._generated: int | None = None
        self._close: int | None = None
        if arguments and isinstance(arguments[0], datetime):
            self._generated = stamp_of(arguments[0])
            arguments = arguments[1:]
        self._set(*arguments, **named)
        if self._generated is not None:
            self._close = self._generated + span_to_stamp(self.period)

    def _set(
        self,
        symbol: Any,
        period: Any,
        type: InsightType,
        direction: InsightDirection,
        magnitude: Any = None,
        confidence: float | None = None,
        source_model: str | None = None,
        weight: float | None = None,
        tag: str = "",
    ) -> None:
        if isinstance(magnitude, str):
            magnitude, tag = None, magnitude
        self.id = new_id()
        self.group_id: str | None = None
        self.symbol: Symbol = symbol_of(symbol)
        self.type = InsightType(type)
        self.direction = InsightDirection(direction)
        self.magnitude = magnitude
        self.confidence = confidence
        self.source_model = source_model
        self.weight = weight
        self.tag = tag
        self.score = InsightScore()
        self.estimated_value_decimal = Decimal(0)
        self.reference_value_decimal = Decimal(0)
        self.reference_value_final_decimal = Decimal(0)
        self._specification = _specification(period)
        self.period = self._specification.period or timedelta(0)

    # -- making insights ---------------------------------------------------------------------------------------

    @classmethod
    def price(cls, symbol: Any, period: Any, *arguments: Any, **named: Any) -> Insight:
        """Return an insight about the price.

        `period` is a resolution (a number of bars follows), a span, a local close time, or a function of the local
        time. Then come direction, magnitude, confidence, source_model, weight and tag.
        """
        if isinstance(period, Resolution):
            bars = arguments[0] if arguments else named.pop("bar_count")
            arguments = arguments[1:]
            if bars < 1:
                raise ArgumentOutOfRangeException("Insight barCount must be greater than zero.", "barCount")
            period = ResolutionBarCountPeriodSpecification(period, bars)
        elif isinstance(period, datetime):
            ever = period == END_OF_TIME
            period = EndOfTimeCloseTimePeriodSpecification() if ever else CloseTimePeriodSpecification(period)
        elif isinstance(period, timedelta):
            if period < timedelta(seconds=1):
                raise ArgumentOutOfRangeException(
                    "Insight period must be greater than or equal to 1 second.", "period"
                )
            if period == END_OF_TIME_SPAN:
                period = EndOfTimeCloseTimePeriodSpecification()
        return cls(symbol, period, InsightType.PRICE, *arguments, **named)

    @staticmethod
    def group(*insights: Insight | Iterable[Insight]) -> list[Insight]:
        """Mark insights as belonging together and return them."""
        members = [i for some in insights for i in ([some] if isinstance(some, Insight) else some)]
        group_id = new_id()
        for insight in members:
            if insight.group_id is not None:
                raise InvalidOperationException(
                    f"Unable to set group id on insight {insight} because it has already been assigned to a group."
                )
            insight.group_id = group_id
        return members

    def clone(self) -> Insight:
        twin = object.__new__(type(self))
        for name in Insight.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    # -- time --------------------------------------------------------------------------------------------------

    @property
    def generated_stamp(self) -> int:
        return -1 if self._generated is None else self._generated

    @property
    def close_stamp(self) -> int:
        return -1 if self._close is None else self._close

    @property
    def generated_time_utc(self) -> datetime:
        return NO_TIME if self._generated is None else utc_datetime(self._generated)

    @generated_time_utc.setter
    def generated_time_utc(self, value: datetime | int) -> None:
        self._generated = stamp_of(value)

    @property
    def close_time_utc(self) -> datetime:
        return NO_TIME if self._close is None else utc_datetime(self._close)

    @close_time_utc.setter
    def close_time_utc(self, value: datetime | int) -> None:
        self._close = stamp_of(value)

    def set_period_and_close_time(self, exchange_hours: SecurityExchangeHours) -> None:
        """Work out when the insight ends; its time of generation must be known."""
        if self._generated is None:
            raise InvalidOperationException(
                "The insight's 'GeneratedTimeUtc' property must be set before calling SetPeriodAndCloseTime."
            )
        self._close, self.period = self._specification.close_and_period(exchange_hours, self._generated)

    def is_expired(self, utc_time: datetime | int) -> bool:
        return self.close_stamp < stamp_of(utc_time)

    def is_active(self, utc_time: datetime | int) -> bool:
        return not self.is_expired(utc_time)

    def expire(self, utc_time: datetime | int) -> None:
        """End the insight a second before a time, unless it has ended."""
        now = stamp_of(utc_time)
        if self.close_stamp >= now:
            self._close = now - SECOND
            self.period = timedelta(microseconds=self._close - self.generated_stamp)

    cancel = expire

    def __str__(self) -> str:
        text = f"{self.id}: {self.symbol} {self.type.to_string()} {self.direction.to_string()} within {self.period}"
        if self.magnitude is not None:
            text += f" by {self.magnitude}%"
        if self.confidence is not None:
            text += f" with {round(100 * self.confidence, 1):g}% confidence"
        if self.weight is not None:
            text += f" and {round(100 * self.weight, 1):g}% weight"
        return f"{text}: {self.tag}" if self.tag else text


def _specification(period: Any) -> PeriodSpecification:
    if isinstance(period, PeriodSpecification):
        return period
    return (
        TimeSpanPeriodSpecification(period)
        if isinstance(period, timedelta)
        else FuncPeriodSpecification(period)
    )
