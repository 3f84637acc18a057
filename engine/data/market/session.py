"""The current trading day of a security so far, and the days before it.

LEAN: Common/Data/Market/Session.cs, SessionBar.cs, Common/Data/Consolidators/SessionConsolidator.cs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import TickType
from engine.common.numbers import smart_rounding, to_decimal
from engine.data.base_data import NO_TIME, BaseData
from engine.data.consolidators.period_count_consolidator_base import PeriodCountConsolidatorBase
from engine.data.market.bar import Bar
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.indicators.rolling_window import RollingWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.symbol import Symbol
    from engine.securities.security_exchange_hours import SecurityExchangeHours

_ONE_DAY = timedelta(days=1)
_NEVER = datetime(9999, 12, 31)
"""The date of a session that has not begun (LEAN: DateTime.MaxValue)."""


class SessionBar(TradeBar):
    """Prices of the trades or of the mid quotes of a day, volume, and open interest."""

    __slots__ = ("_bar", "_has_open", "_last_volume_time", "_source", "open_interest")

    def __init__(self, source: TickType = TickType.TRADE) -> None:
        super().__init__()
        self._source = source
        self.period = _ONE_DAY
        self._bar: QuoteBar | None = None
        self._has_open = False
        self._last_volume_time = NO_TIME
        self.open_interest = 0.0

    @property
    def end_time(self) -> datetime:
        return self.time if self.time == _NEVER else self.time + self.period

    def _price(self, name: str) -> float:
        return 0.0 if self._bar is None else getattr(self._bar, name)

    # The prices are those of the quote bar below; they are read only, as in LEAN.
    open = property(lambda self: self._price("open"), lambda self, value: None)  # type: ignore[assignment]
    high = property(lambda self: self._price("high"), lambda self, value: None)  # type: ignore[assignment]
    low = property(lambda self: self._price("low"), lambda self, value: None)  # type: ignore[assignment]
    close = property(lambda self: self._price("close"), lambda self, value: None)  # type: ignore[assignment]

    def take(self, data: BaseData, before: SessionBar | None) -> None:
        """Take one datum of the day; `before` is the finished day before."""
        if self._bar is None:
            self._bar = self._new_bar(data, before)
        bar = self._bar
        if data.time < bar.time:
            return
        if isinstance(data, TradeBar):
            self._take_volume(data, data.volume)
            if self._source == TickType.TRADE:
                self._take_trade(data.open, data.high, data.low, data.close)
                bar.time = data.end_time
        elif isinstance(data, QuoteBar) and self._source == TickType.QUOTE:
            bar.bid = _joined(bar.bid, data.bid)
            bar.ask = _joined(bar.ask, data.ask)
            bar.value = data.value
            bar.time = data.end_time
        elif isinstance(data, Tick):
            self._take_tick(data)

    def _new_bar(self, data: BaseData, before: SessionBar | None) -> QuoteBar:
        midnight = datetime(data.time.year, data.time.month, data.time.day)
        bar = QuoteBar(midnight, data.symbol, None, 0.0, None, 0.0, self.period)
        if self._source == TickType.TRADE:
            bar.bid = Bar(0.0, 0.0, float("inf"), 0.0)
        elif before is not None and before._bar is not None:
            last = before._bar
            bid = last.bid.close if last.bid is not None else 0.0
            ask = last.ask.close if last.ask is not None else 0.0
            bar.update(0.0, bid, ask, 0.0, 0.0, 0.0)
        return bar

    def _take_volume(self, data: BaseData, volume: float) -> None:
        if self._last_volume_time <= data.time:
            self._last_volume_time = data.end_time
            self.volume += volume

    def _take_trade(self, opens: float, high: float, low: float, close: float) -> None:
        side = self._bar.bid  # type: ignore[union-attr]
        assert side is not None
        if not self._has_open:
            self._has_open = True
            side.open = opens
        side.close = close
        side.low = min(side.low, low)
        side.high = max(side.high, high)

    def _take_tick(self, tick: Tick) -> None:
        self._take_volume(tick, tick.quantity)
        if self._source != tick.tick_type:
            return
        bar = self._bar
        assert bar is not None
        if tick.tick_type == TickType.TRADE:
            self._take_trade(tick.value, tick.value, tick.value, tick.value)
        else:
            bar.update(0.0, tick.bid_price, tick.ask_price, 0.0, tick.bid_size, tick.ask_size)
        bar.time = tick.end_time

    def __str__(self) -> str:
        values = (self.open, self.high, self.low, self.close, self.volume)
        texts = (f"{label}: {smart_rounding(to_decimal(v))}" for label, v in zip("OHLCV", values))
        return f"{' '.join(texts)} OI: {self.open_interest:g}"


def _joined(side: Bar | None, newer: Bar | None) -> Bar | None:
    if newer is None:
        return side
    if side is None:
        return newer.clone()
    side.close = newer.close
    side.high = max(side.high, newer.high)
    side.low = min(side.low, newer.low)
    return side


class SessionConsolidator(PeriodCountConsolidatorBase):
    """Makes one bar per trading day from everything a security gets in regular hours."""

    _input = BaseData
    _output = SessionBar

    def __init__(self, hours: SecurityExchangeHours, source: TickType, symbol: Symbol) -> None:
        self._hours = hours
        self._source = source
        self._symbol = symbol
        self._is_begun = False
        super().__init__(_ONE_DAY)
        self._begin()

    def _begin(self) -> None:
        bar = SessionBar(self._source)
        last = self.consolidated
        bar.time = _NEVER
        if last is not None:
            following = self._hours.get_next_trading_day(last.time)
            bar.time = datetime(following.year, following.month, following.day)
        bar.symbol = self._symbol
        self._working_bar = bar
        self._is_begun = False

    @property
    def working_instance(self) -> SessionBar:
        """The bar of the current day itself, not a copy."""
        if self._working_bar is None:
            self._begin()
        return self._working_bar

    def aggregate_bar(self, working_bar: SessionBar, data: BaseData) -> SessionBar:
        """Take an input into the bar of the day."""
        bar = self.working_instance
        self.merge(bar, data)
        return bar

    def new_bar(self, data: BaseData) -> SessionBar:
        return self.working_instance

    def merge(self, bar: SessionBar, data: BaseData) -> None:
        if not self._is_begun:
            if bar.time == _NEVER or data.time.date() > bar.time.date():
                bar.time = datetime(data.time.year, data.time.month, data.time.day)
            self._is_begun = True
        if isinstance(data, Tick) and data.tick_type == TickType.OPEN_INTEREST:
            bar.open_interest = data.value
        elif self._hours.is_open(data.time, data.end_time, False):
            bar.take(data, self.consolidated)  # type: ignore[arg-type]

    def validate_and_scan(self, current_local_time: datetime) -> None:
        """End the day if a new date has begun."""
        if self._is_begun and current_local_time.date() != self.working_instance.time.date():
            self.scan(current_local_time)

    def on_data_consolidated(self, consolidated: Any) -> None:
        self._working_bar = None
        super().on_data_consolidated(consolidated)

    def reset_working_bar(self) -> None:
        """The next day's bar was begun by the listeners already."""

    def reset(self) -> None:
        super().reset()
        self._begin()


class Session(RollingWindow[SessionBar]):
    """`session[0]` (or just `session`) is the day so far, `session[1]` the day before; off at size 0."""

    __slots__ = ("_consolidator", "_exchange_hours", "_tick_type", "on_started", "symbol")

    def __init__(
        self, tick_type: TickType, exchange_hours: SecurityExchangeHours, symbol: Symbol, size: int = 0
    ) -> None:
        super().__init__(size)
        self.symbol = symbol
        self._tick_type = tick_type
        self._exchange_hours = exchange_hours
        self._consolidator: SessionConsolidator | None = None
        self.on_started: Callable[[], None] | None = None
        """Called once the algorithm wants sessions: until then nobody keeps them."""
        self._start()

    def _start(self) -> None:
        if self._size > 0 and self._consolidator is None:
            consolidator = SessionConsolidator(self._exchange_hours, self._tick_type, self.symbol)
            self._consolidator = consolidator
            consolidator.data_consolidated += self._on_consolidated
            self.add(consolidator.working_instance)
            if self.on_started is not None:
                self.on_started()

    @property
    def is_kept(self) -> bool:
        """Whether the algorithm wants sessions."""
        return self._consolidator is not None

    @property
    def size(self) -> int:
        return self._size

    @size.setter
    def size(self, value: int) -> None:
        self._resize(value)
        self._start()

    def _on_consolidated(self, sender: object, consolidated: SessionBar) -> None:
        self.add(self._consolidator.working_instance)  # type: ignore[union-attr]

    def update(self, data: BaseData) -> None:
        if self._consolidator is not None:
            self._consolidator.update(data)

    def scan(self, current_local_time: datetime) -> None:
        if self._consolidator is not None:
            self._consolidator.validate_and_scan(current_local_time)

    def reset(self) -> None:
        if self._consolidator is not None:
            super().reset()
            self._consolidator.reset()
            self.add(self._consolidator.working_instance)

    def _now(self, name: str) -> float:
        return 0.0 if self._consolidator is None else getattr(self._consolidator.working_instance, name)

    @property
    def open(self) -> float:
        return self._now("open")

    @property
    def high(self) -> float:
        return self._now("high")

    @property
    def low(self) -> float:
        return self._now("low")

    @property
    def close(self) -> float:
        return self._now("close")

    @property
    def volume(self) -> float:
        return self._now("volume")

    @property
    def open_interest(self) -> float:
        return self._now("open_interest")

    @property
    def end_time(self) -> datetime:
        return NO_TIME if self._consolidator is None else self._consolidator.working_instance.end_time

    def __str__(self) -> str:
        return "" if self._consolidator is None else str(self._consolidator.working_instance)
