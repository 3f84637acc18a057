"""The moments at which bars are filled forward are those of LEAN's enumerator, for whole days at once."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.common.time import DAY, HOUR, MINUTE, TimeZone
from engine.data_feeds.fill_forward import FillForwardGrid, daily_calendar, open_spans
from engine.data_source.modelled.source import ModelledSource
from engine.securities.security_exchange_hours import SecurityExchangeHours

NEW_YORK = TimeZone.of("America/New_York")
CHICAGO = TimeZone.of("America/Chicago")


@pytest.fixture(scope="module")
def source() -> ModelledSource:
    return ModelledSource()


@pytest.fixture(scope="module")
def spy(source: ModelledSource) -> SecurityExchangeHours:
    return source.market_hours.get_entry(Market.USA, "SPY", SecurityType.EQUITY).exchange_hours


@pytest.fixture(scope="module")
def spx(source: ModelledSource) -> SecurityExchangeHours:
    return source.market_hours.get_entry(Market.USA, "SPX", SecurityType.INDEX).exchange_hours


def _day(
    hours: SecurityExchangeHours, day: date, increment: int, step: int, strict: bool = False
) -> list[datetime]:
    zone = hours.time_zone
    low = NEW_YORK.utc_stamp(datetime(day.year, day.month, day.day))
    grid = FillForwardGrid().window(hours, increment, step, False, strict, zone, low, low + DAY)
    return [zone.local_datetime(int(stamp)) for stamp in grid]


def test_minutes_of_a_session_are_filled_from_the_open_to_the_close(spy: SecurityExchangeHours) -> None:
    """A full session has 390 filled minutes, the first ends a minute after the open, the last at the close."""
    grid = _day(spy, date(2015, 6, 1), MINUTE, MINUTE)
    assert (len(grid), grid[0], grid[-1]) == (390, datetime(2015, 6, 1, 9, 31), datetime(2015, 6, 1, 16))


def test_a_half_day_ends_at_its_own_close(spy: SecurityExchangeHours) -> None:
    """Nothing is filled after 13:00 on the day after Thanksgiving."""
    grid = _day(spy, date(2015, 11, 27), MINUTE, MINUTE)
    assert (len(grid), grid[-1]) == (210, datetime(2015, 11, 27, 13))


@pytest.mark.parametrize("day", [date(2015, 7, 3), date(2015, 7, 4), date(2015, 12, 25)])
def test_a_closed_day_has_no_moment(spy: SecurityExchangeHours, day: date) -> None:
    """Holidays and weekends are not filled at any resolution."""
    for increment in (MINUTE, HOUR, DAY):
        assert _day(spy, day, increment, MINUTE, strict=increment == DAY) == []


def test_hours_end_on_the_hour_though_the_market_opens_at_half_past(spy: SecurityExchangeHours) -> None:
    """The first filled hour of a stock is 9:00 to 10:00, because half of it is open."""
    assert [m.hour for m in _day(spy, date(2015, 6, 1), HOUR, HOUR)] == [10, 11, 12, 13, 14, 15, 16]


def test_daily_bars_are_filled_at_the_close(spy: SecurityExchangeHours) -> None:
    """With strict end times a day's bar is filled once, at the close, or at every step of a finer resolution."""
    assert _day(spy, date(2015, 6, 1), DAY, DAY, strict=True) == [datetime(2015, 6, 1, 16)]
    assert len(_day(spy, date(2015, 6, 1), DAY, MINUTE, strict=True)) == 390


def test_an_index_day_filled_by_the_hour_ends_at_its_close_not_at_the_hour(
    spx: SecurityExchangeHours,
) -> None:
    """SPX closes at 15:15 in Chicago: the last hourly step of a daily bar is the close itself."""
    grid = [m.strftime("%H:%M") for m in _day(spx, date(2015, 6, 1), DAY, HOUR, strict=True)]
    assert grid == ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "15:15"]


@pytest.mark.parametrize(("day", "close_utc_hour"), [(date(2016, 3, 11), 21), (date(2016, 3, 14), 20)])
def test_clock_changes_move_the_session_in_utc(
    spy: SecurityExchangeHours, day: date, close_utc_hour: int
) -> None:
    """The close is at 16:00 New York on both sides of the spring change."""
    calendar = daily_calendar(spy, day)
    assert calendar is not None
    assert calendar[1] // HOUR % 24 == close_utc_hour


def test_the_same_window_is_the_same_object(spy: SecurityExchangeHours) -> None:
    """Subscriptions of one market share their grid, so that plans can compare it by identity."""
    grids = FillForwardGrid()
    low = NEW_YORK.utc_stamp(datetime(2015, 6, 1))
    first = grids.window(spy, MINUTE, MINUTE, False, False, NEW_YORK, low, low + DAY)
    assert grids.window(spy, MINUTE, MINUTE, False, False, NEW_YORK, low, low + DAY) is first


def test_open_spans_join_what_touches(spy: SecurityExchangeHours) -> None:
    """Extended hours are one span from the first to the last minute of trading."""
    assert len(open_spans(spy, date(2015, 6, 1), extended=True)) == 1
