"""Consolidators that an algorithm writes itself, from nothing or on top of ours."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.consolidators.consolidator_base import IDataConsolidator
from engine.data.consolidators.python_consolidator import PythonConsolidator
from engine.data.consolidators.quote_bar_consolidators import QuoteBarConsolidator
from engine.data.consolidators.trade_bar_consolidators import TradeBarConsolidator
from engine.data.market.bar import Bar
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar

AT = datetime(2015, 6, 1, 9, 30)
MINUTE = timedelta(minutes=1)
SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)


class Pairs(PythonConsolidator):
    """Every second bar, by rules of its own."""

    def __init__(self) -> None:
        self.input_type = self.output_type = TradeBar

    def update(self, data: TradeBar) -> None:
        if self.working_data is None:
            self.working_data = data
            return
        self.on_data_consolidated(self, data)
        self.consolidated, self.working_data = data, None


class AtTen(QuoteBarConsolidator):
    """Quotes up to ten o'clock; it never calls the constructor of what it derives from."""

    def __init__(self, hour: int) -> None:
        self.hour = hour
        self.working_bar = None

    def update(self, data: QuoteBar) -> None:
        self.working_bar = self.aggregate_bar(self.working_bar, data)

    def scan(self, time: datetime) -> None:
        if self.working_bar is not None and time.hour == self.hour:
            self.on_data_consolidated(self.working_bar)
            self.working_bar = None


def _bar(minute: int) -> TradeBar:
    return TradeBar(AT + minute * MINUTE, SPY, minute, minute, minute, minute, 1)


def test_one_written_from_nothing_has_events_and_a_window() -> None:
    """Handlers hear of what it says it consolidated, and its window has it already."""
    pairs, heard = Pairs(), []
    pairs.data_consolidated += lambda sender, bar: heard.append((sender, bar.close, sender[0].close))
    for minute in range(5):
        pairs.update(_bar(minute))
    assert heard == [(pairs, 1, 1), (pairs, 3, 3)]
    assert (pairs.consolidated.close, pairs.working_data.close) == (3, 4)
    pairs.reset()
    assert (pairs.consolidated, pairs.working_data, len(list(pairs))) == (None, None, 0)


def test_every_consolidator_is_one_of_lean_s_interface() -> None:
    """The name that algorithms use in annotations."""
    assert isinstance(Pairs(), IDataConsolidator)
    assert isinstance(TradeBarConsolidator(MINUTE), IDataConsolidator)


def test_ours_can_be_built_upon_without_their_constructor() -> None:
    """LEAN makes the .NET half of an object whether or not __init__ calls it."""
    consolidator, heard = AtTen(10), []
    consolidator.data_consolidated += lambda sender, bar: heard.append((bar.bid.open, bar.bid.close))
    for minute in range(3):
        price = 10.0 + minute
        side = Bar(price, price, price, price)
        consolidator.update(QuoteBar(AT + minute * MINUTE, SPY, side, 1, side, 1))
    consolidator.scan(AT)
    assert heard == []
    consolidator.scan(AT.replace(hour=10))
    assert (heard, consolidator.working_bar) == ([(10.0, 12.0)], None)
