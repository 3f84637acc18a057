"""Bars that follow market hours: from open to close, across half days, with or without extended hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import ArgumentNullException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.base_data import BaseData
from engine.data.consolidators.market_hour_aware_consolidator import MarketHourAwareConsolidator
from engine.data.market.trade_bar import TradeBar
from engine.data_source.modelled.source import ModelledSource
from engine.securities.market_hours_database import MarketHoursDatabase

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MONDAY = datetime(2015, 6, 1)
AFTER_THANKSGIVING = datetime(2015, 11, 27)


@pytest.fixture(autouse=True, scope="module")
def _hours() -> Iterator[None]:
    before = MarketHoursDatabase.current
    MarketHoursDatabase.current = ModelledSource().market_hours
    yield
    MarketHoursDatabase.current = before


def _bar(at: datetime, close: float, period: timedelta = MINUTE) -> TradeBar:
    spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    return TradeBar(at, spy, close, close, close, close, 1, period)


def _consolidated(strict: bool, period, bars, extended: bool = False, scans=()) -> list[TradeBar]:
    consolidator = MarketHourAwareConsolidator(strict, period, TradeBar, TickType.TRADE, extended)
    seen = []
    consolidator.data_consolidated += lambda sender, bar: seen.append(bar)
    for bar in bars:
        consolidator.update(bar)
    for at in scans:
        consolidator.scan(at)
    return seen


def _session(day: datetime, first: str = "09:30", last: str = "16:00") -> list[TradeBar]:
    low, high = (datetime.combine(day, time.fromisoformat(text)) for text in (first, last))
    return [_bar(low + n * MINUTE, n) for n in range((high - low) // MINUTE)]


@pytest.mark.parametrize(("day", "close"), [(MONDAY, 16), (AFTER_THANKSGIVING, 13)])
def test_a_strict_day_ends_at_the_close(day: datetime, close: int) -> None:
    """Also on a half day; the scan at the close emits it."""
    end = day.replace(hour=close)
    (bar,) = _consolidated(True, Resolution.DAILY, _session(day, last=f"{close}:00"), scans=[end])
    assert (bar.time, bar.end_time) == (day.replace(hour=9, minute=30), end)


def test_a_day_that_is_not_strict_ends_at_midnight() -> None:
    """With the setting off a day is a calendar day."""
    bars = [*_session(MONDAY), _bar(MONDAY + DAY + timedelta(hours=9, minutes=30), 7)]
    (bar,) = _consolidated(False, Resolution.DAILY, bars)
    assert (bar.time, bar.end_time) == (MONDAY, MONDAY + DAY)


def test_minutes_outside_market_hours_are_left_out_unless_wanted() -> None:
    """Early trades change the day's bar only with extended hours."""
    early, session = _session(MONDAY, "08:00", "09:30"), _session(MONDAY)
    end = [MONDAY.replace(hour=20)]
    (regular,) = _consolidated(True, Resolution.DAILY, [*early, *session], scans=end)
    assert (regular.volume, regular.time.hour) == (390, 9)
    (extended,) = _consolidated(True, Resolution.DAILY, [*early, *session], extended=True, scans=end)
    assert (extended.volume, extended.time.hour) == (480, 4)


def test_odd_periods_are_counted_from_the_open_and_cut_at_the_close() -> None:
    """The last bar of two hours ends at the close; LEAN emits it when a whole one would have ended."""
    scans = [MONDAY.replace(hour=16)]
    assert len(_consolidated(True, timedelta(hours=2), _session(MONDAY), scans=scans)) == 3
    scans.append(MONDAY.replace(hour=17, minute=30))
    bars = _consolidated(True, timedelta(hours=2), _session(MONDAY), scans=scans)
    assert [f"{bar.time:%H:%M}-{bar.end_time:%H:%M}" for bar in bars] == [
        "09:30-11:30",
        "11:30-13:30",
        "13:30-15:30",
        "15:30-16:00",
    ]


def test_periods_of_a_resolution_keep_the_clock() -> None:
    """An hour's bar ends on the hour, though the market opens at half past."""
    bars = _consolidated(True, Resolution.HOUR, _session(MONDAY), scans=[MONDAY.replace(hour=16)])
    assert [bar.end_time.hour for bar in bars] == [10, 11, 12, 13, 14, 15, 16]
    assert bars[0].volume == 30


def test_hours_that_begin_before_the_open_belong_to_the_day() -> None:
    """Hour bars of US equities start at 9:00; a day of them is whole."""
    hours = [_bar(MONDAY + timedelta(hours=n), n, timedelta(hours=1)) for n in range(8, 16)]
    (bar,) = _consolidated(True, Resolution.DAILY, hours, scans=[MONDAY.replace(hour=16)])
    assert (bar.volume, bar.close) == (7, 15)


def test_other_data_have_no_market_hour_bars() -> None:
    """Only trades, quotes and ticks do."""
    with pytest.raises(ArgumentNullException, match="BaseData not supported"):
        MarketHourAwareConsolidator(True, Resolution.DAILY, BaseData, TickType.TRADE, False)
