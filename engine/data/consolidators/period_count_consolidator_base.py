"""Bars of a period, of a number of inputs, or of both.

LEAN: Common/Data/Consolidators/PeriodCountConsolidatorBase.cs.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from engine.common.enums import LeanEnum, Resolution
from engine.common.errors import ArgumentException, ArgumentNullException, InvalidOperationException
from engine.data.base_data import NO_TIME, BaseData
from engine.data.consolidators.calendar import (
    ONE_DAY,
    CalendarInfo,
    consolidator_start_time,
    round_down,
)
from engine.data.consolidators.consolidator_base import ConsolidatorBase
from engine.data.consolidators.event import Event
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from engine.common.security_identifier import SecurityIdentifier

_ZERO = timedelta(0)
_ONE_HOUR = timedelta(hours=1)
_VERIFICATION_DATE = datetime(2022, 1, 3, 10, 10, 10)


class _WorkingBar:
    # Reads the bar in the making; an algorithm's own kind may keep a bar of its own under the name.
    def __get__(self, consolidator: Any, kind: type | None = None) -> Any:
        return self if consolidator is None else consolidator.working_data


class PeriodCountConsolidatorBase(ConsolidatorBase):
    """LEAN's constructors: (period, start_time=None), (count), (count, period), (calendar function)."""

    _input: type = BaseData
    _output: type = TradeBar
    working_bar: Any = _WorkingBar()

    _maximum_count: int | None = None
    _period: timedelta | None = None
    _calendar: Callable[[datetime], CalendarInfo] | None = None
    _start_time: timedelta | None = None
    _rounds = False

    def __new__(cls, *arguments: Any, **named: Any) -> Self:
        consolidator = super().__new__(cls, *arguments, **named)
        # LEAN declares the event anew: the algorithm's handlers run after the interface's.
        consolidator.data_consolidated = Event()
        consolidator._clear()
        return consolidator

    def __init__(
        self,
        period: timedelta | int | Callable[[datetime], CalendarInfo],
        second: timedelta | None = None,
        *,
        start_time: timedelta | None = None,
    ) -> None:
        super().__init__()
        if isinstance(period, timedelta):
            self._period, self._rounds = period, True
            self._start_time = second if start_time is None else start_time
        elif isinstance(period, int) and not isinstance(period, LeanEnum):
            self._maximum_count, self._period = period, second
        elif callable(period):
            self._calendar = period
            if CalendarInfo(*period(_VERIFICATION_DATE)).start > _VERIFICATION_DATE:
                raise ArgumentException(
                    "FuncPeriodSpecification: Please use a function that computes the start of the bar "
                    "associated with the given date time. Should never return a time later than the one "
                    "passed in."
                )
        else:
            raise ArgumentException(
                f"Unable to create a consolidator period from {period}: it is not a supported period type."
            )

    def _clear(self) -> None:
        self._identifier: SecurityIdentifier | None = None
        self._current_count = 0
        self._working_bar: Any = None
        self._last_emit: datetime | None = None
        self._span_was_checked = False

    @classmethod
    def from_resolution(cls, resolution: Resolution) -> PeriodCountConsolidatorBase:
        return cls(resolution.to_time_span())

    @property
    def input_type(self) -> type:
        return self._input

    @property
    def output_type(self) -> type:
        return self._output

    @property
    def working_data(self) -> BaseData | None:
        return None if self._working_bar is None else self._working_bar.clone()

    @property
    def is_time_based(self) -> bool:
        return self._maximum_count is None

    @property
    def period(self) -> timedelta | None:
        return self._period

    def update(self, data: BaseData) -> None:
        if not isinstance(data, self._input):
            raise ArgumentNullException(
                f"Received type of {type(data).__name__} but expected {self._input.__name__}", "data"
            )
        self._check_symbol(data)
        if not self.should_process(data):
            return
        self._check_span(data)
        counting = self._maximum_count is not None
        fire = counting and self._count()
        if self._last_emit is None:
            self._last_emit = NO_TIME if self.is_time_based else data.time
        aggregate_first = counting
        if self._period is not None:
            fire = fire or self._has_ended(data)
            if self._period == _ZERO:
                fire = aggregate_first = True
        if aggregate_first and data.time >= self._last_emit:
            self._working_bar = self.aggregate_bar(self._working_bar, data)
            if counting:
                self._working_bar.end_time = data.end_time
        if fire:
            self._fire(data)
        if not aggregate_first and data.time >= self._last_emit:
            self._working_bar = self.aggregate_bar(self._working_bar, data)

    def _count(self) -> bool:
        self._current_count += 1
        if self._current_count < self._maximum_count:  # type: ignore[operator]
            return False
        self._current_count = 0
        return True

    def _check_symbol(self, data: BaseData) -> None:
        identifier = data.symbol.id  # type: ignore[union-attr]
        if self._identifier is None:
            self._identifier = identifier
        elif identifier != self._identifier:
            raise InvalidOperationException(
                "Consolidators can only be used with a single symbol. The previous consolidated "
                f"SecurityIdentifier ({self._identifier}) is not the same as in the current data "
                f"({identifier})."
            )

    def _check_span(self, data: BaseData) -> None:
        if self._span_was_checked or not self._rounds:
            return
        self._span_was_checked = True
        span = data.end_time - data.time
        if span > self._period:  # type: ignore[operator]
            raise ArgumentException(
                f"For Symbol {data.symbol} can not consolidate bars of period: {_span_text(self._period)}, "
                f"using data of the same or higher period: {_span_text(span)}"
            )

    def _has_ended(self, data: BaseData) -> bool:
        bar = self._working_bar
        return (
            bar is not None
            and data.time - bar.time >= self._period
            and self.rounded_bar_time_of(data) > self._last_emit  # type: ignore[operator]
        )

    def _fire(self, data: BaseData) -> None:
        bar = self._working_bar
        if isinstance(bar, TradeBar) and self._period is not None:
            bar.period = self._period
        self._last_emit = bar.end_time if self.is_time_based and bar is not None else data.time
        self.on_data_consolidated(bar)

    def scan(self, current_local_time: datetime) -> None:
        bar = self._working_bar
        if (
            bar is not None
            and self._period
            and current_local_time - bar.time >= self._period
            and self.rounded_bar_time(current_local_time) > self._last_emit  # type: ignore[operator]
        ):
            self._last_emit = bar.end_time
            self.on_data_consolidated(bar)

    def on_data_consolidated(self, consolidated: Any) -> None:
        super().on_data_consolidated(consolidated)
        self.data_consolidated(self, consolidated)
        self.reset_working_bar()

    def reset_working_bar(self) -> None:
        self._working_bar = None

    def dispose(self) -> None:
        super().dispose()
        self.data_consolidated.clear()

    def reset(self) -> None:
        super().reset()
        self._clear()

    def should_process(self, data: Any) -> bool:
        """Tell whether an input counts at all."""
        return True

    def aggregate_bar(self, working_bar: Any, data: Any) -> Any:
        """Take an input into a bar, or begin one with it; return the bar (LEAN's protected AggregateBar)."""
        if working_bar is None:
            return self.new_bar(data)
        self.merge(working_bar, data)
        return working_bar

    @abstractmethod
    def new_bar(self, data: Any) -> Any:
        """Return a bar that begins with an input."""

    @abstractmethod
    def merge(self, bar: Any, data: Any) -> None:
        """Take one more input into the bar."""

    def rounded_bar_time(self, moment: datetime) -> datetime:
        """Return the start of the bar that a time belongs to."""
        if self._calendar is not None:
            info = CalendarInfo(*self._calendar(moment))
            # The period of a bar is the one that held when it began.
            if self._working_bar is None:
                self._period = info.period
            return info.start
        if not self._rounds:
            return moment
        if self._start_time is not None:
            return consolidator_start_time(self._period, self._start_time, moment)  # type: ignore[arg-type]
        if self._period > ONE_DAY:  # type: ignore[operator]
            return moment
        return round_down(moment, self._period)  # type: ignore[arg-type]

    def rounded_bar_time_of(self, data: BaseData) -> datetime:
        """Return the start of the bar that an input belongs to."""
        start = self.rounded_bar_time(data.time)
        if self._period is not None and start + self._period < data.end_time:
            # Hour bars of US equities begin at 9:00, before the open that their calendar bar begins with.
            if data.end_time - data.time == _ONE_HOUR and start.date() < data.time.date():
                return self.rounded_bar_time(data.end_time)
            return data.time
        return start


def _span_text(span: timedelta | None) -> str:
    # .NET's text of a TimeSpan.
    assert span is not None
    hours, rest = divmod(span.seconds, 3600)
    text = f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{span.days}.{text}" if span.days else text
