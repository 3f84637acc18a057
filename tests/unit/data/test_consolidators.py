"""Consolidated bars begin, end and appear when LEAN's do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException, ArgumentNullException, InvalidOperationException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.consolidators.calendar import Calendar, CalendarInfo, Expiry
from engine.data.consolidators.other_consolidators import (
    FilteredIdentityDataConsolidator,
    IdentityDataConsolidator,
    SequentialConsolidator,
)
from engine.data.consolidators.quote_bar_consolidators import (
    OpenInterestConsolidator,
    QuoteBarConsolidator,
    TickQuoteBarConsolidator,
)
from engine.data.consolidators.trade_bar_consolidators import (
    BaseDataConsolidator,
    TickConsolidator,
    TradeBarConsolidator,
)
from engine.data.market.bar import Bar
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

OPEN = datetime(2015, 6, 1, 9, 30)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
AAPL = Symbol.create("AAPL", SecurityType.EQUITY, Market.USA)


def _bar(at: datetime, close: float = 1, period: timedelta = MINUTE, symbol: Symbol = SPY) -> TradeBar:
    return TradeBar(at, symbol, close, close + 0.5, close - 0.5, close, 10, period)


def _minutes(first: int, last: int) -> list[TradeBar]:
    return [_bar(OPEN + n * MINUTE, n) for n in range(first, last)]


def _listened(consolidator):
    """Return the list that a consolidator's bars will appear in."""
    seen = []
    consolidator.data_consolidated += lambda sender, bar: seen.append(bar)
    return seen


def test_a_bar_appears_with_the_first_input_of_the_next_one() -> None:
    """Without a scan, five minutes are known once the sixth has come."""
    consolidator = TradeBarConsolidator(timedelta(minutes=5))
    seen = _listened(consolidator)
    for bar in _minutes(0, 5):
        consolidator.update(bar)
    assert seen == []
    consolidator.update(_bar(OPEN + 5 * MINUTE, 5))
    (bar,) = seen
    assert (bar.time, bar.end_time) == (OPEN, OPEN + timedelta(minutes=5))
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == (0, 4.5, -0.5, 4, 50)


def test_a_scan_emits_a_bar_that_has_ended() -> None:
    """The engine scans when time has passed; before the end nothing happens."""
    consolidator = TradeBarConsolidator(timedelta(minutes=5))
    seen = _listened(consolidator)
    for bar in _minutes(0, 5):
        consolidator.update(bar)
    consolidator.scan(OPEN + timedelta(minutes=4, seconds=59))
    assert seen == []
    consolidator.scan(OPEN + timedelta(minutes=5))
    assert [bar.close for bar in seen] == [4]
    consolidator.scan(OPEN + timedelta(minutes=6))
    assert len(seen) == 1


def test_bars_begin_at_multiples_of_their_period() -> None:
    """A first bar that starts late is rounded down, whatever the first input's time is."""
    consolidator = TradeBarConsolidator(HOUR)
    consolidator.update(_bar(OPEN))
    assert consolidator.working_bar.time == OPEN.replace(minute=0)
    assert consolidator.working_bar.end_time == OPEN.replace(hour=10, minute=0)


def test_a_start_time_moves_the_grid() -> None:
    """Hours counted from 9:30 end at half past."""
    consolidator = TradeBarConsolidator(HOUR, timedelta(hours=9, minutes=30))
    seen = _listened(consolidator)
    for bar in _minutes(0, 61):
        consolidator.update(bar)
    assert [(bar.time, bar.end_time) for bar in seen] == [(OPEN, OPEN + HOUR)]


def test_working_data_is_a_copy() -> None:
    """Looking at the bar in the making does not touch it."""
    consolidator = TradeBarConsolidator(HOUR)
    consolidator.update(_bar(OPEN, 5))
    consolidator.working_data.close = 99
    assert consolidator.working_data.close == 5
    assert TradeBarConsolidator(HOUR).working_data is None


def test_a_count_emits_with_its_last_input() -> None:
    """Three inputs make a bar at once, from the first one's start to the last one's end."""
    consolidator = TradeBarConsolidator(3)
    seen = _listened(consolidator)
    for bar in _minutes(0, 7):
        consolidator.update(bar)
    assert [(bar.time, bar.end_time, bar.close) for bar in seen] == [
        (OPEN, OPEN + 3 * MINUTE, 2),
        (OPEN + 3 * MINUTE, OPEN + 6 * MINUTE, 5),
    ]


def test_the_engine_s_listeners_come_before_the_algorithm_s() -> None:
    """Indicators are up to date when the algorithm's handler runs, whoever subscribed first."""
    consolidator, order = TradeBarConsolidator(1), []
    consolidator.data_consolidated += lambda sender, bar: order.append("algorithm")
    consolidator.consolidated_first += lambda sender, bar: order.append("engine")
    consolidator.update(_bar(OPEN))
    assert order == ["engine", "algorithm"]


def test_the_bar_before_is_still_known_while_the_engine_s_listeners_run() -> None:
    """`consolidated` changes after them; the window already has the new bar."""
    consolidator, seen = TradeBarConsolidator(1), []

    def listen(sender, bar) -> None:
        before = sender.consolidated
        seen.append((None if before is None else before.close, sender[0].close))

    consolidator.consolidated_first += listen
    for bar in _minutes(1, 3):
        consolidator.update(bar)
    assert seen == [(None, 1), (1, 2)]


def test_a_handler_can_be_taken_away() -> None:
    """After -= nobody is told."""
    consolidator, seen = TradeBarConsolidator(1), []

    def listen(sender, bar) -> None:
        seen.append(bar)

    consolidator.data_consolidated += listen
    consolidator.data_consolidated -= listen
    consolidator.update(_bar(OPEN))
    assert seen == []


@pytest.mark.parametrize(
    ("calendar", "start", "days"),
    [
        (Calendar.WEEKLY, datetime(2015, 6, 1), 7),
        (Calendar.MONTHLY, datetime(2015, 6, 1), 30),
        (Calendar.QUARTERLY, datetime(2015, 4, 1), 91),
        (Calendar.YEARLY, datetime(2015, 1, 1), 365),
    ],
)
def test_calendar_bars_span_their_period(calendar, start: datetime, days: int) -> None:
    """A bar of a calendar starts where its week, month, quarter or year does."""
    consolidator = TradeBarConsolidator(calendar)
    consolidator.update(_bar(datetime(2015, 6, 3, 10)))
    bar = consolidator.working_bar
    assert (bar.time, bar.period) == (start, timedelta(days))


def test_months_follow_each_other_with_their_own_lengths() -> None:
    """June's 30 days and July's 31 each make one bar of their closes."""
    consolidator = TradeBarConsolidator(Calendar.MONTHLY)
    seen = _listened(consolidator)
    for day in range(63):
        consolidator.update(_bar(datetime(2015, 6, 1) + day * DAY, day, DAY))
    assert [(bar.time.month, bar.period.days, bar.close) for bar in seen] == [(6, 30, 29), (7, 31, 60)]


def test_a_function_of_the_algorithm_can_be_the_calendar() -> None:
    """Any function from a time to start and period will do, as long as it does not look ahead."""
    consolidator = TradeBarConsolidator(
        lambda at: CalendarInfo(at.replace(hour=7, minute=0), timedelta(hours=5))
    )
    consolidator.update(_bar(OPEN))
    assert consolidator.working_bar.end_time == OPEN.replace(hour=12, minute=0)
    with pytest.raises(ArgumentException, match="Should never return a time later than the one passed in"):
        TradeBarConsolidator(lambda at: CalendarInfo(at + HOUR, HOUR))


@pytest.mark.parametrize(
    ("function", "end"),
    [
        (Expiry.ONE_MONTH, datetime(2015, 2, 28, 10)),
        (Expiry.ONE_QUARTER, datetime(2015, 4, 30, 10)),
        (Expiry.ONE_YEAR, datetime(2016, 1, 31, 10)),
        (Expiry.END_OF_DAY, datetime(2015, 2, 1)),
        (Expiry.END_OF_WEEK, datetime(2015, 2, 2)),
        (Expiry.END_OF_MONTH, datetime(2015, 2, 1)),
        (Expiry.END_OF_QUARTER, datetime(2015, 4, 1)),
        (Expiry.END_OF_YEAR, datetime(2016, 1, 1)),
    ],
)
def test_expiries_end_where_their_names_say(function, end: datetime) -> None:
    """From the last day of January, a Saturday."""
    assert function(datetime(2015, 1, 31, 10)) == end


def test_data_longer_than_the_bar_cannot_be_consolidated() -> None:
    """Daily data for hourly bars stops the algorithm with LEAN's sentence."""
    with pytest.raises(
        ArgumentException,
        match=r"bars of period: 01:00:00, using data of the same or higher period: 1\.00:00:00",
    ):
        TradeBarConsolidator(HOUR).update(_bar(OPEN, 1, DAY))


def test_a_consolidator_serves_one_symbol() -> None:
    """A second symbol in the same bar would be nonsense."""
    consolidator = TradeBarConsolidator(HOUR)
    consolidator.update(_bar(OPEN))
    with pytest.raises(
        InvalidOperationException, match="Consolidators can only be used with a single symbol"
    ):
        consolidator.update(_bar(OPEN, symbol=AAPL))


def test_data_of_another_type_are_refused() -> None:
    """Quotes do not go into a consolidator of trades."""
    with pytest.raises(ArgumentNullException, match="Received type of QuoteBar but expected TradeBar"):
        TradeBarConsolidator(HOUR).update(QuoteBar(OPEN, SPY))


def test_a_reset_consolidator_starts_anew() -> None:
    """After a reset even another symbol may come."""
    consolidator = TradeBarConsolidator(HOUR)
    consolidator.update(_bar(OPEN))
    consolidator.reset()
    assert (consolidator.working_bar, consolidator.consolidated) == (None, None)
    consolidator.update(_bar(OPEN, symbol=AAPL))


# -- quotes, ticks and other inputs ----------------------------------------------------------------


def _quote(at: datetime, bid: float, ask: float) -> QuoteBar:
    return QuoteBar(at, SPY, Bar(bid, bid, bid, bid), 1, Bar(ask, ask, ask, ask), 2)


def test_a_quote_bar_opens_where_the_one_before_closed() -> None:
    """LEAN carries the last quotes into the next bar; the first bar opens with its own."""
    consolidator = QuoteBarConsolidator(timedelta(minutes=2))
    seen = _listened(consolidator)
    for n, (bid, ask) in enumerate([(1, 2), (3, 4), (10, 20), (30, 40), (5, 6)]):
        consolidator.update(_quote(OPEN + n * MINUTE, bid, ask))
    first, second = seen
    assert (first.bid.open, first.bid.high, first.bid.close, first.ask.close) == (1, 3, 3, 4)
    assert (second.bid.open, second.bid.high, second.ask.open, second.ask.high) == (3, 30, 4, 40)


def test_trade_ticks_make_trade_bars_and_quotes_are_left_out() -> None:
    """One consolidator takes the ticks of its kind only."""
    consolidator = TickConsolidator(MINUTE)
    consolidator.update(Tick(OPEN, SPY, 9, 11))
    assert consolidator.working_bar is None
    for second, price in enumerate((10, 12, 11)):
        consolidator.update(Tick(OPEN + timedelta(seconds=second), SPY, "", "P", 5, price))
    bar = consolidator.working_bar
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == (10, 12, 10, 11, 15)


def test_quote_ticks_make_quote_bars() -> None:
    """Bid and ask each get their own bar."""
    consolidator = TickQuoteBarConsolidator(MINUTE)
    consolidator.update(Tick(OPEN, SPY, "", "P", 5, 10))
    for second, bid in enumerate((9, 10, 8)):
        consolidator.update(Tick(OPEN + timedelta(seconds=second), SPY, bid, bid + 2))
    bar = consolidator.working_bar
    assert (bar.bid.open, bar.bid.high, bar.bid.low, bar.bid.close, bar.ask.close) == (9, 10, 8, 8, 10)


def test_the_last_open_interest_of_a_day_counts() -> None:
    """It is emitted when the date changes, with the time of the last one."""
    consolidator = OpenInterestConsolidator(DAY)
    seen = _listened(consolidator)
    for at, number in ((OPEN, 5), (OPEN + HOUR, 7), (OPEN + DAY, 9)):
        consolidator.update(OpenInterest(at, SPY, number))
    assert [(point.time, point.value) for point in seen] == [(OPEN + HOUR, 7)]


def test_values_of_any_data_make_bars() -> None:
    """Custom data with nothing but a value have bars without volume."""
    consolidator = BaseDataConsolidator(2)
    seen = _listened(consolidator)
    for bar in _minutes(3, 5):
        consolidator.update(bar)
    assert [(bar.open, bar.close, bar.volume) for bar in seen] == [(3, 4, 0)]


def test_an_identity_passes_each_moment_once() -> None:
    """A second bar that ends at the same time is the same news."""
    consolidator = IdentityDataConsolidator[TradeBar]()
    seen = _listened(consolidator)
    for bar in (_bar(OPEN, 1), _bar(OPEN, 2), _bar(OPEN + MINUTE, 3)):
        consolidator.update(bar)
    assert [bar.close for bar in seen] == [1, 3]
    assert (consolidator.input_type, consolidator.output_type) == (TradeBar, TradeBar)


def test_a_filtered_identity_passes_what_its_predicate_accepts() -> None:
    """Bars below two are left out."""
    consolidator = FilteredIdentityDataConsolidator[TradeBar](lambda bar: bar.close > 1)
    seen = _listened(consolidator)
    for bar in _minutes(1, 4):
        consolidator.update(bar)
    assert [bar.close for bar in seen] == [2, 3]


def test_two_in_a_row_consolidate_what_the_first_gives() -> None:
    """Three five-minute bars are a bar of the second."""
    consolidator = SequentialConsolidator(TradeBarConsolidator(timedelta(minutes=5)), TradeBarConsolidator(3))
    seen = _listened(consolidator)
    for bar in _minutes(0, 16):
        consolidator.update(bar)
    assert [(bar.time, bar.close) for bar in seen] == [(OPEN, 14)]
    with pytest.raises(ArgumentException, match=r"first\.OutputType must equal second\.OutputType"):
        SequentialConsolidator(QuoteBarConsolidator(HOUR), TradeBarConsolidator(HOUR))
