"""Quote bars of quote bars and of ticks, and open interest.

LEAN: Common/Data/Consolidators/QuoteBarConsolidator.cs, TickQuoteBarConsolidator.cs,
OpenInterestConsolidator.cs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.common.enums import TickType
from engine.data.consolidators.period_count_consolidator_base import PeriodCountConsolidatorBase
from engine.data.market.bar import Bar
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick

_ONE_HOUR, _ONE_DAY, _ONE_SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


class _QuoteBarConsolidatorBase(PeriodCountConsolidatorBase):
    _output = QuoteBar

    def aggregate_bar(self, working_bar: QuoteBar | None, data: Any) -> QuoteBar:
        """Take an input into a bar, or begin one with it; return the bar."""
        if working_bar is None:
            working_bar = self.new_bar(data)
        self.merge(working_bar, data)
        return working_bar

    def _begin(self, start: datetime, data: Any, period: timedelta | None) -> QuoteBar:
        # A bar opens at the quotes that the bar before closed with.
        bar = QuoteBar(start, data.symbol, None, 0.0, None, 0.0, period)
        before = self.consolidated
        if isinstance(before, QuoteBar):
            bid = before.bid.close if before.bid is not None else 0.0
            ask = before.ask.close if before.ask is not None else 0.0
            bar.update(0.0, bid, ask, 0.0, before.last_bid_size, before.last_ask_size)
        return bar


class QuoteBarConsolidator(_QuoteBarConsolidatorBase):
    """Larger quote bars."""

    _input = QuoteBar

    def new_bar(self, data: QuoteBar) -> QuoteBar:
        # The start comes first: with a calendar it sets the period.
        start = self.rounded_bar_time_of(data)
        by_time = self.is_time_based and self._period is not None
        return self._begin(start, data, self._period if by_time else data.period)

    def merge(self, bar: QuoteBar, data: QuoteBar) -> None:
        bid, ask = data.bid, data.ask
        if bid is not None:
            bar.last_bid_size = data.last_bid_size
            bar.bid = _merged(bar.bid, bid)
        if ask is not None:
            bar.last_ask_size = data.last_ask_size
            bar.ask = _merged(bar.ask, ask)
        bar.value = data.value


def _merged(side: Bar | None, newer: Bar) -> Bar:
    if side is None:
        return Bar(newer.open, newer.high, newer.low, newer.close)
    side.close = newer.close
    if side.high < newer.high:
        side.high = newer.high
    if side.low > newer.low:
        side.low = newer.low
    return side


class TickQuoteBarConsolidator(_QuoteBarConsolidatorBase):
    """Quote bars of quote ticks."""

    _input = Tick

    def should_process(self, data: Tick) -> bool:
        return data.tick_type == TickType.QUOTE

    def new_bar(self, data: Tick) -> QuoteBar:
        start = self.rounded_bar_time_of(data)
        return self._begin(start, data, self._period)

    def merge(self, bar: QuoteBar, data: Tick) -> None:
        bar.update(0.0, data.bid_price, data.ask_price, 0.0, data.bid_size, data.ask_size)
        if self._period is None:
            bar.end_time = self.rounded_bar_time(data.end_time)


class OpenInterestConsolidator(PeriodCountConsolidatorBase):
    """The last open interest of a period; of an hour or a day also when the clock's hour or date changes."""

    _input = Tick
    _output = OpenInterest

    def __init__(self, period: Any, second: timedelta | None = None, **named: Any) -> None:
        super().__init__(period, second, **named)
        self._at_last_input = isinstance(period, timedelta) and period >= _ONE_HOUR
        self._last_input: Tick | None = None

    def should_process(self, data: Tick) -> bool:
        return data.tick_type == TickType.OPEN_INTEREST

    def update(self, data: Tick) -> None:  # type: ignore[override]
        last = self._last_input
        if last is not None and self._at_last_input and self._clock_turned(last, data):
            self.scan(last.end_time + self._period + _ONE_SECOND)  # type: ignore[operator]
        super().update(data)
        self._last_input = data

    def _clock_turned(self, last: Tick, data: Tick) -> bool:
        if self._period == _ONE_HOUR:
            return data.end_time.hour != last.end_time.hour
        return self._period == _ONE_DAY and data.end_time.date() != last.end_time.date()

    def new_bar(self, data: Tick) -> OpenInterest:
        start = data.end_time if self._at_last_input else self.rounded_bar_time_of(data)
        return OpenInterest(start, data.symbol, data.value)

    def merge(self, bar: OpenInterest, data: Tick) -> None:
        bar.value = data.value
        if self._at_last_input:
            bar.time = data.end_time
