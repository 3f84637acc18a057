"""What every indicator has (LEAN: Indicators/IndicatorBase.cs, Indicator.cs, WindowIndicator.cs ...).

LEAN computes indicators in decimals, and so do we: an average of equal prices is that price, exactly.
"""

from __future__ import annotations

import functools
import inspect
import logging
from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from engine.common.enums import IndicatorStatus
from engine.common.errors import ArgumentException, NotSupportedException
from engine.common.numbers import double_to_decimal, to_decimal
from engine.data.base_data import BaseData
from engine.data.consolidators.event import Event
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar
from engine.indicators.indicator_data_point import IndicatorDataPoint, IndicatorResult
from engine.indicators.rolling_window import RollingWindow, WindowBase

if TYPE_CHECKING:
    from engine.common.security_identifier import SecurityIdentifier

_log = logging.getLogger(__name__)
_FIVE_PLACES = Decimal("0.00001")


class IndicatorBase(WindowBase[IndicatorDataPoint]):
    """An indicator: `update` gives it data, `current` is its value, `indicator[1]` the value before.

    A kind of indicator defines `compute_next_value`, which gets an input and returns a Decimal. `feed` is
    LEAN's Update(IBaseData); it differs from `update` only where an algorithm overrides that.
    """

    input_types: tuple[type, ...] = (BaseData,)
    """What the indicator takes as it is; an indicator of points makes a point of anything with a value."""

    warm_up_period: int = 0
    """How many inputs make the indicator ready."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.samples = 0
        self.updated = Event()
        self.consolidators: set[Any] = set()
        self._previous_input: dict[SecurityIdentifier | None, BaseData] = {}
        self._refused_the_past = False
        self.parts: tuple[IndicatorBase, ...] = ()
        """Indicators this one is made of; reset with it."""
        self.window.add(IndicatorDataPoint())

    @property
    @abstractmethod
    def is_ready(self) -> bool: ...

    @abstractmethod
    def compute_next_value(self, data: Any) -> Decimal:
        """Return the value after an input."""

    def validate_and_compute_next_value(self, data: Any) -> IndicatorResult:
        """Return the value after an input, or why there is none."""
        return IndicatorResult(self.compute_next_value(data))

    @property
    def previous(self) -> IndicatorDataPoint:
        return super().previous or IndicatorDataPoint()

    @property
    def value_decimal(self) -> Decimal:
        """The current value, exactly."""
        return self.window[0].value_decimal

    def update(self, data: Any, value: float | Decimal | None = None) -> bool:
        """Take a datum, or a time and a value; tell whether the indicator is ready."""
        if value is None:
            return self.feed(data)
        return self._feed_value(data, value)

    def _feed_value(self, time: datetime, value: float | Decimal) -> bool:
        bars = "Update(TradeBar), Update(QuoteBar)"
        if BaseData in self.input_types:
            bars += ", Update(Tick)"
        raise NotSupportedException(
            f"{type(self).__name__} does not support the `Update(DateTime, decimal)` method. "
            f"Use one of the following methods instead: {bars}"
        )

    def feed(self, data: BaseData) -> bool:
        """Take a datum; one older than the newest of its symbol is refused."""
        key = None if data.symbol is None else data.symbol.id
        before = self._previous_input.get(key)
        if before is not None and data.end_time < before.end_time:
            self._log_past(data, before)
            return self.is_ready
        if data is before:
            return self.is_ready
        self.samples += 1
        point = self._as_input(data)
        self._previous_input[key] = point
        result = self.validate_and_compute_next_value(point)
        if result.status == IndicatorStatus.SUCCESS:
            self._publish(IndicatorDataPoint(point.symbol, point.end_time, result.value))
        return self.is_ready

    def _as_input(self, data: BaseData) -> BaseData:
        if not isinstance(data, self.input_types):
            raise ArgumentException(
                f"IndicatorBase.Update() 'input' expected to be of type {self.input_types[0].__name__} "
                f"but is of type {type(data).__name__}"
            )
        return data

    def _log_past(self, data: BaseData, before: BaseData) -> None:
        # LEAN writes this to its own log, not to the algorithm's.
        if not self._refused_the_past:
            self._refused_the_past = True
            _log.info(
                "%s only goes forward: the input of %s came after that of %s and is left out",
                self.name,
                data.end_time,
                before.end_time,
            )

    def _publish(self, point: IndicatorDataPoint) -> None:
        self.window.add(point)
        self.on_updated(point)

    def on_updated(self, consolidated: IndicatorDataPoint) -> None:
        """Tell the listeners of a value."""
        if self.updated:
            self.updated(self, consolidated)

    def reset(self) -> None:
        for part in self.parts:
            part.reset()
        self.samples = 0
        self._previous_input.clear()
        self.window.reset()
        self.window.add(IndicatorDataPoint())

    def to_detailed_string(self) -> str:
        return f"{self.name} - {self}"

    def __str__(self) -> str:
        text = f"{self.value_decimal.quantize(_FIVE_PLACES, ROUND_HALF_UP):f}"
        whole, _, places = text.partition(".")
        return f"{whole}.{places.rstrip('0') or '0'}"

    def __float__(self) -> float:
        return self.current.value

    # An indicator compares with a number by its value, and is equal only to itself among indicators.

    def _number(self, other: object) -> Decimal | None:
        if isinstance(other, IndicatorBase):
            return other.value_decimal
        if isinstance(other, float):
            return double_to_decimal(other)
        return to_decimal(other) if isinstance(other, (int, Decimal)) else None

    def __eq__(self, other: object) -> bool:
        if isinstance(other, IndicatorBase):
            return self is other
        number = self._number(other)
        return number is not None and self.value_decimal == number

    def __hash__(self) -> int:
        return id(self)

    def __lt__(self, other: object) -> bool:
        number = self._number(other)
        return NotImplemented if number is None else self.value_decimal < number

    def __le__(self, other: object) -> bool:
        number = self._number(other)
        return NotImplemented if number is None else self.value_decimal <= number

    def __gt__(self, other: object) -> bool:
        number = self._number(other)
        return NotImplemented if number is None else self.value_decimal > number

    def __ge__(self, other: object) -> bool:
        number = self._number(other)
        return NotImplemented if number is None else self.value_decimal >= number


class Indicator(IndicatorBase):
    """An indicator of values: of anything else it takes the value."""

    input_types = (IndicatorDataPoint,)

    def _feed_value(self, time: datetime, value: float | Decimal) -> bool:
        return self.feed(IndicatorDataPoint(time, value))

    def _as_input(self, data: BaseData) -> BaseData:
        if isinstance(data, IndicatorDataPoint):
            return data
        return IndicatorDataPoint(data.symbol, data.end_time, data.value_decimal)


class BarIndicator(IndicatorBase):
    """An indicator of bars."""

    input_types = (TradeBar, QuoteBar)


class TradeBarIndicator(IndicatorBase):
    """An indicator of trade bars."""

    input_types = (TradeBar,)


class WindowMixin(IndicatorBase):
    """Keeps the last `period` inputs; a kind defines `compute_with_window`."""

    def __init__(self, name: str, period: int) -> None:
        if period < 1:
            raise ArgumentException("RollingWindow must have size of at least 1.", "period")
        super().__init__(name)
        self._inputs: RollingWindow[Any] = RollingWindow(period)
        self.warm_up_period = period

    @property
    def period(self) -> int:
        return self._inputs.size

    @property
    def is_ready(self) -> bool:
        return self._inputs.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        self._inputs.add(data)
        return self.compute_with_window(self._inputs, data)

    @abstractmethod
    def compute_with_window(self, window: RollingWindow[Any], data: Any) -> Decimal:
        """Return the value after an input that the window holds already."""

    def reset(self) -> None:
        super().reset()
        self._inputs.reset()


class WindowIndicator(WindowMixin, Indicator):
    """An indicator of the last `period` values."""


class BarWindowIndicator(WindowMixin, BarIndicator):
    """An indicator of the last `period` bars."""


F = TypeVar("F", bound=Callable[..., None])


def optional_name(template: str) -> Callable[[F], F]:
    """Let a constructor be called without its first argument, the name, as LEAN's overloads do.

    `template` makes the name from the other arguments.
    """

    def decorate(initialise: F) -> F:
        parameters = list(inspect.signature(initialise).parameters.values())[2:]

        @functools.wraps(initialise)
        def wrapper(self: Any, *arguments: Any, **keywords: Any) -> None:
            if "name" in keywords or (arguments and isinstance(arguments[0], str)):
                initialise(self, *arguments, **keywords)
                return
            values = {p.name: p.default for p in parameters}
            values.update(zip(values, arguments))
            values.update(keywords)
            initialise(self, template.format(**values), *arguments, **keywords)

        return wrapper  # type: ignore[return-value]

    return decorate
