"""Exchange hours of 2013 to 2021, and what follows from them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from engine.common.enums import DayOfWeek, MarketHoursState, Resolution, SecurityType
from engine.common.errors import ArgumentException
from engine.common.time import DAY, to_datetime
from engine.common.time_keeper import TimeKeeper
from engine.common.time_zones import TimeZones
from engine.securities.local_market_hours import LocalMarketHours
from engine.securities.market_hours_segment import MarketHoursSegment
from engine.securities.security_exchange import SecurityExchange
from engine.securities.security_exchange_hours import SecurityExchangeHours

SESSION = timedelta(hours=9, minutes=30)


@pytest.fixture(scope="session")
def spy(database) -> SecurityExchangeHours:
    return database.get_exchange_hours("usa", "SPY", SecurityType.EQUITY)


@pytest.fixture(scope="session")
def es(database) -> SecurityExchangeHours:
    return database.get_exchange_hours("cme", "ES", SecurityType.FUTURE)


@pytest.fixture(scope="session")
def calendar():
    """Return the New York Stock Exchange by a package that knows nothing of LEAN."""
    import exchange_calendars

    return exchange_calendars.get_calendar("XNYS", start="2013-01-01", end="2021-12-31")


def test_hours_of_equities_agree_with_the_exchanges_calendar(spy, calendar):
    """Nine years of trading days, opens and closes are those of an independent calendar."""
    schedule = calendar.schedule
    opens = {day.date(): calendar.session_open(day).tz_convert("America/New_York") for day in schedule.index}
    closes = {
        day.date(): calendar.session_close(day).tz_convert("America/New_York") for day in schedule.index
    }
    day = datetime(2013, 1, 1)
    while day < datetime(2022, 1, 1):
        expected = opens.get(day.date())
        assert spy.is_date_open(day) == (expected is not None), day
        if expected is not None:
            assert spy.get_next_market_open(day) == expected.tz_localize(None), day
            assert spy.get_next_market_close(day) == closes[day.date()].tz_localize(None), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "extended", "is_open"),
    [
        (datetime(2013, 11, 29, 9, 29, 59), False, False),
        (datetime(2013, 11, 29, 9, 30), False, True),
        (datetime(2013, 11, 29, 12, 59, 59), False, True),
        (datetime(2013, 11, 29, 13, 0), False, False),
        (datetime(2013, 11, 29, 13, 30), True, False),  # on half days the extended close is 13:00 too
        (datetime(2013, 11, 27, 4, 0), True, True),
        (datetime(2013, 11, 27, 4, 0), False, False),
        (datetime(2013, 11, 27, 19, 59), True, True),
        (datetime(2013, 11, 28, 10, 0), True, False),
    ],
)
def test_hours_of_a_half_day_and_its_neighbours(spy, moment: datetime, extended: bool, is_open: bool):
    """Open includes the first minute and excludes the last; a holiday has no extended hours."""
    assert spy.is_open(moment, extended) is is_open


@pytest.mark.parametrize(
    ("start", "end", "extended", "is_open"),
    [
        (datetime(2013, 11, 29, 9, 0), datetime(2013, 11, 29, 9, 30), False, False),
        (datetime(2013, 11, 29, 9, 0), datetime(2013, 11, 29, 9, 30, 1), False, True),
        (datetime(2013, 11, 29, 13, 0), datetime(2013, 12, 2, 9, 30), False, False),
        (datetime(2013, 11, 29, 13, 0), datetime(2013, 12, 2, 9, 31), False, True),
        (datetime(2013, 11, 28), datetime(2013, 11, 29), True, False),
        (datetime(2013, 11, 29, 10), datetime(2013, 11, 29, 10), False, True),
    ],
)
def test_hours_between_two_times(spy, start: datetime, end: datetime, extended: bool, is_open: bool):
    """A stretch counts as open when any of it is, over nights and weekends too."""
    assert spy.is_open(start, end, extended) is is_open


def test_hours_walk_over_holidays_and_weekends(spy):
    """Opens, closes and trading days are found across Thanksgiving and back."""
    thanksgiving = datetime(2013, 11, 28, 12)
    assert spy.get_next_market_open(thanksgiving, False) == datetime(2013, 11, 29, 9, 30)
    assert spy.get_previous_market_open(thanksgiving, False) == datetime(2013, 11, 27, 9, 30)
    assert spy.get_next_market_close(thanksgiving, False) == datetime(2013, 11, 29, 13)
    assert spy.get_next_market_close(datetime(2013, 11, 29, 13), True) == datetime(
        2013, 12, 2, 9, 30
    ) + timedelta(hours=10.5)
    assert spy.get_previous_trading_day(thanksgiving) == datetime(2013, 11, 27, 12)
    assert spy.get_next_trading_day(datetime(2013, 11, 29)) == datetime(2013, 12, 2)
    assert spy.get_previous_market_open(datetime(2013, 11, 27, 9, 30), False) == datetime(2013, 11, 27, 9, 30)


def test_hours_of_futures_are_continuous_over_midnight(es):
    """A session that goes on at midnight neither closes nor opens there; Sunday has extended hours only."""
    sunday = datetime(2013, 10, 6)
    assert es.is_date_open(sunday, True)
    assert not es.is_date_open(sunday)
    assert es.get_next_market_open(sunday, True) == datetime(2013, 10, 6, 18)
    assert es.get_next_market_close(datetime(2013, 10, 6, 19), True) == datetime(2013, 10, 7, 17)
    assert es.get_previous_market_open(datetime(2013, 10, 7, 12), True) == datetime(2013, 10, 6, 18)
    assert es.get_previous_market_open(datetime(2013, 10, 7, 12), False) == datetime(2013, 10, 7, 9, 30)
    assert es.regular_market_duration == timedelta(hours=7.5)


def test_hours_early_close_with_late_open_resume(es):
    """On Thanksgiving ES stops at 11:30 (Chicago 10:30 is LEAN's 11:30 New York) and resumes at 18:00."""
    segments = es.get_market_hours(datetime(2013, 11, 28)).segments
    times = [(str(s.start), str(s.end), s.state) for s in segments]
    assert times == [
        ("0:00:00", "9:30:00", MarketHoursState.PRE_MARKET),
        ("9:30:00", "11:30:00", MarketHoursState.MARKET),
        ("18:00:00", "1 day, 0:00:00", MarketHoursState.POST_MARKET),
    ]


def test_hours_last_close_and_first_open_of_a_day(database):
    """A day with a lunch break has one first open and one last close."""
    hours = database.get_exchange_hours("hkfe", "HSI", SecurityType.FUTURE)
    day = datetime(2013, 10, 25)
    regular = [s for s in hours.get_market_hours(day).segments if s.state is MarketHoursState.MARKET]
    assert len(regular) > 1
    assert hours.get_last_daily_market_close(day, False) == day + regular[-1].end
    assert hours.get_first_daily_market_open(day + timedelta(hours=23), False) == day + regular[0].start
    assert hours.get_next_market_close(day, False) == day + regular[0].end


def test_hours_built_in_memory_need_no_file():
    """A source that has no LEAN folder makes hours of dates and segments."""
    week = {
        day: LocalMarketHours(
            day,
            MarketHoursSegment.get_market_hours_segments(
                timedelta(hours=4), SESSION, timedelta(hours=16), timedelta(hours=20)
            ),
        )
        for day in list(DayOfWeek)[1:6]
    }
    hours = SecurityExchangeHours(
        TimeZones.NEW_YORK, [date(2021, 1, 18)], week, {date(2021, 11, 26): timedelta(hours=13)}
    )
    assert not hours.is_date_open(datetime(2021, 1, 18))
    assert not hours.is_date_open(datetime(2021, 1, 17))
    assert hours.get_next_market_close(datetime(2021, 11, 26, 10)) == datetime(2021, 11, 26, 13)
    assert hours.holidays == {datetime(2021, 1, 18)}
    assert hours.early_closes == {datetime(2021, 11, 26): timedelta(hours=13)}
    assert str(hours.get_market_hours(datetime(2021, 1, 17))) == "Closed All Day"
    assert str(hours.get_market_hours(datetime(2021, 1, 19))) == (
        "Tuesday: PreMarket: 04:00:00-09:30:00 | Market: 09:30:00-16:00:00 | PostMarket: 16:00:00-20:00:00"
    )


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("resolution", [Resolution.MINUTE, Resolution.HOUR])
@pytest.mark.parametrize("ticker", ["SPY", "ES"])
def test_open_minutes_are_the_bars_that_touch_open_hours(
    database, ticker: str, resolution: Resolution, extended: bool
):
    """Every end on the grid is of a bar that is open, and no open bar is missing, on five kinds of day."""
    kind, market = (SecurityType.EQUITY, "usa") if ticker == "SPY" else (SecurityType.FUTURE, "cme")
    hours = database.get_exchange_hours(market, ticker, kind)
    step = resolution.to_time_span()
    for day in (
        datetime(2013, 11, 27),
        datetime(2013, 11, 28),
        datetime(2013, 11, 29),
        datetime(2013, 11, 30),
        datetime(2014, 3, 10),
    ):
        expected = []
        end = day + step
        while end <= day + timedelta(days=1):
            if hours.is_open(end - step, end, extended):
                expected.append(end)
            end += step
        grid = hours.open_minutes(day.date(), resolution, extended)
        assert [to_datetime(hours.time_zone.to_local(int(stamp))) for stamp in grid] == expected
        assert np.all(np.diff(grid) > 0)


def test_open_minutes_of_a_daily_bar_is_the_last_close(spy):
    """A daily bar ends with the session; a closed day has none."""
    (stamp,) = spy.open_minutes(date(2013, 11, 29), Resolution.DAILY, False)
    assert to_datetime(int(stamp)) == datetime(2013, 11, 29, 18)
    assert spy.open_minutes(date(2013, 11, 28), Resolution.MINUTE, True).size == 0


def test_open_minutes_on_the_day_of_a_clock_change_have_no_gap_twice():
    """The hour that New York skips has no bars: 23 hours of a market that never closes."""
    hours = SecurityExchangeHours.always_open(TimeZones.NEW_YORK)
    assert len(hours.open_minutes(date(2014, 3, 9), Resolution.HOUR, False)) == 23
    assert hours.is_market_always_open


def test_hours_without_close_say_so():
    """A market that is always open has no next open; the error says what to schedule instead."""
    hours = SecurityExchangeHours.always_open(TimeZones.UTC)
    with pytest.raises(ArgumentException, match="Market is always open for this asset"):
        hours.get_next_market_open(datetime(2021, 1, 4), False)
    with pytest.raises(ArgumentException, match="BeforeMarketClose"):
        hours.get_next_market_close(datetime(2021, 1, 4), False)


def test_exchange_reads_the_clock_and_keeps_replaced_hours(spy):
    """Open now, closing soon and new hours follow the clock in the exchange's zone."""
    keeper = TimeKeeper(TimeZones.NEW_YORK.utc_stamp(datetime(2013, 11, 29, 12, 55)))
    exchange = SecurityExchange(spy, 252)
    exchange.set_local_date_time_frontier_provider(keeper.local_time_keeper(spy.time_zone))
    assert exchange.exchange_open
    assert exchange.closing_soon
    assert not exchange.is_closing_soon(4)
    assert exchange.date_is_open(datetime(2013, 11, 29))
    assert exchange.is_open_during_bar(datetime(2013, 11, 29, 9), datetime(2013, 11, 29, 10), False)
    keeper.set_utc(keeper.utc_stamp + DAY // 24)
    assert not exchange.exchange_open
    assert exchange.closing_soon  # also when it is closed already, as in LEAN
    exchange.set_market_hours([MarketHoursSegment.open_all_day()], DayOfWeek.SATURDAY)
    assert exchange.date_time_is_open(datetime(2013, 11, 30, 3))
    assert exchange.hours.early_closes == spy.early_closes
    assert exchange.hours.bank_holidays == set()
