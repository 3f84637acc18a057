"""Trading hours and contract properties of the symbols that the built-in source has, without any file.

The hours are those of LEAN's market-hours-database.json for these symbols (a test compares the two), holidays
and half days come from exchange_calendars.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from engine.common.enums import DayOfWeek, MarketHoursState, SecurityType
from engine.common.market import Market
from engine.common.time import MINUTE, TimeZone
from engine.data_source.modelled.contracts import date_of
from engine.data_source.modelled.trading_calendar import load_trading_calendar
from engine.securities.local_market_hours import LocalMarketHours
from engine.securities.market_hours_database import MarketHoursDatabase, MarketHoursEntry
from engine.securities.market_hours_segment import MarketHoursSegment
from engine.securities.security_database_key import SecurityDatabaseKey, security_database_key
from engine.securities.security_exchange_hours import SecurityExchangeHours
from engine.securities.symbol_properties import SymbolProperties
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

_PRE, _OPEN, _POST = (
    MarketHoursState.PRE_MARKET,
    MarketHoursState.MARKET,
    MarketHoursState.POST_MARKET,
)
_WEEKDAYS = tuple(day for day in DayOfWeek if day not in (DayOfWeek.SATURDAY, DayOfWeek.SUNDAY))
_NEW_YORK, _CHICAGO, _UTC = "America/New_York", "America/Chicago", "UTC"
_MIDNIGHT = 24 * 60

Segments = tuple[tuple[MarketHoursState, int, int], ...]
_EQUITY: Segments = ((_PRE, 240, 570), (_OPEN, 570, 960), (_POST, 960, 1200))
_OPTION: Segments = ((_OPEN, 570, 960),)
_INDEX_DEFAULT: Segments = ((_OPEN, 510, 920),)
_SPX: Segments = ((_OPEN, 510, 915),)
_VIX: Segments = ((_PRE, 135, 495), (_OPEN, 510, 915), (_POST, 915, 960))
_NIGHT_BEFORE: Segments = ((_PRE, 1155, _MIDNIGHT),)
_SPX_OPTION: Segments = (
    (_PRE, 0, 495),
    (_OPEN, 510, 915),
    (_POST, 915, 960),
    (_POST, 1155, _MIDNIGHT),
)
_ES_NIGHT_BEFORE: Segments = ((_PRE, 1080, _MIDNIGHT),)
_ES: Segments = ((_PRE, 0, 570), (_OPEN, 570, 1020), (_POST, 1080, _MIDNIGHT))

# CME trades the index future on most holidays of the exchange until 13:00 New York and again from 18:00.
# Until the summer of 2014 it closed at 11:30; Good Friday of 2015, a day of the jobs report, was traded until
# 9:15.
_ES_HOLIDAY_CLOSE, _ES_HALF_DAY_CLOSE, _ES_REOPEN = 780, 795, 1080
_ES_EXCEPTIONS = {date(2014, 1, 20): 690, date(2014, 2, 17): 690, date(2015, 4, 3): 555}
_FIRST_MIDDLE_OF_JANUARY = 15
# Sundays on which the evening's opening was cancelled.
_ES_SUNDAY = date(2016, 12, 25)
_INDEX_OPTION_SUNDAY = date(2017, 12, 24)

PROPERTIES = (
    (Market.USA, None, SecurityType.EQUITY, "", "1", "0.01", "1"),
    (Market.USA, None, SecurityType.INDEX, "", "1", "0.01", "1"),
    (Market.USA, None, SecurityType.OPTION, "", "100", "0.01", "1"),
    (Market.USA, None, SecurityType.INDEX_OPTION, "", "100", "0.05", "1"),
    (Market.CME, "ES", SecurityType.FUTURE, "E-mini S&P 500 Futures", "50.0", "0.25", "1.0"),
)
"""Market, ticker (None: all), type, description, multiplier, tick, lot, as in LEAN's
symbol-properties-database.csv."""


def built_in_market_hours() -> MarketHoursDatabase:
    """Return the hours of the built-in symbols."""
    return MarketHoursDatabase(market_hours_entries())


def market_hours_entries() -> dict[SecurityDatabaseKey, MarketHoursEntry]:
    """Return every entry under its key."""
    calendar = load_trading_calendar()
    holidays = [date_of(day) for day in calendar.holidays.tolist()]
    half_days = [date_of(day) for day in calendar.half_days.tolist()]
    new_york = dict.fromkeys(half_days, timedelta(hours=13))
    chicago = dict.fromkeys([*half_days, _INDEX_OPTION_SUNDAY], timedelta(hours=12))

    def usa(kind: SecurityType, ticker: str | None, data: str, zone: str, *week: Segments) -> None:
        closes = new_york if zone == _NEW_YORK else chicago
        entries[security_database_key(Market.USA, ticker, kind)] = _entry(data, zone, week, holidays, closes)

    entries: dict[SecurityDatabaseKey, MarketHoursEntry] = {}
    usa(SecurityType.EQUITY, None, _NEW_YORK, _NEW_YORK, _EQUITY)
    usa(SecurityType.OPTION, None, _NEW_YORK, _NEW_YORK, _OPTION)
    usa(SecurityType.INDEX, None, _CHICAGO, _CHICAGO, _INDEX_DEFAULT)
    usa(SecurityType.INDEX, "SPX", _CHICAGO, _CHICAGO, _SPX)
    usa(SecurityType.INDEX, "VIX", _CHICAGO, _CHICAGO, _VIX)
    usa(SecurityType.INDEX_OPTION, None, _NEW_YORK, _CHICAGO, _INDEX_DEFAULT)
    for root in ("SPX", "SPXW"):
        usa(SecurityType.INDEX_OPTION, root, _NEW_YORK, _CHICAGO, _SPX_OPTION, _NIGHT_BEFORE)
    entries[security_database_key(Market.CME, "ES", SecurityType.FUTURE)] = _es_entry(holidays, half_days)
    return entries


def built_in_symbol_properties() -> SymbolPropertiesDatabase:
    """Return the properties of the built-in symbols."""
    database = SymbolPropertiesDatabase()
    for market, ticker, kind, description, multiplier, tick, lot in PROPERTIES:
        properties = SymbolProperties(
            description, "USD", Decimal(multiplier), Decimal(tick), Decimal(lot), ""
        )
        database.set_entry(market, ticker, kind, properties)
    return database


def _es_entry(holidays: list[date], half_days: list[date]) -> MarketHoursEntry:
    closed = [_ES_SUNDAY, *(day for day in holidays if not _es_trades_on(day))]
    short = {day: _ES_HOLIDAY_CLOSE for day in holidays if _es_trades_on(day)}
    short |= dict.fromkeys(half_days, _ES_HALF_DAY_CLOSE) | _ES_EXCEPTIONS
    late = [day for day in holidays if _es_trades_on(day) and day.weekday() != 4]
    return _entry(
        _UTC,
        _NEW_YORK,
        (_ES, _ES_NIGHT_BEFORE),
        closed,
        {day: timedelta(minutes=minute) for day, minute in short.items()},
        dict.fromkeys(late, timedelta(minutes=_ES_REOPEN)),
    )


def _es_trades_on(holiday: date) -> bool:
    # Closed all day: New Year, Good Friday, Christmas, days of mourning.
    if holiday.month == 1:
        return holiday.day >= _FIRST_MIDDLE_OF_JANUARY
    return holiday.month in (2, 5, 7, 9, 11) or holiday in _ES_EXCEPTIONS


def _entry(
    data_zone: str,
    exchange_zone: str,
    week: tuple[Segments, ...],
    holidays: list[date],
    early_closes: dict[date, timedelta],
    late_opens: dict[date, timedelta] | None = None,
) -> MarketHoursEntry:
    # `week`: the hours of a weekday, and of a Sunday where there are any; what starts on a Friday evening is
    # left out.
    hours: dict[DayOfWeek, LocalMarketHours] = {day: _hours(day, week[0]) for day in _WEEKDAYS}
    if len(week) > 1:
        evening = week[0][-1]
        hours[DayOfWeek.FRIDAY] = _hours(DayOfWeek.FRIDAY, tuple(s for s in week[0] if s != evening))
        hours[DayOfWeek.SUNDAY] = _hours(DayOfWeek.SUNDAY, week[1])
    zone = TimeZone.of(exchange_zone)
    exchange_hours = SecurityExchangeHours(zone, holidays, hours, early_closes, late_opens)
    return MarketHoursEntry(TimeZone.of(data_zone), exchange_hours)


def _hours(day: DayOfWeek, segments: Segments) -> LocalMarketHours:
    return LocalMarketHours(
        day, [MarketHoursSegment(state, start * MINUTE, end * MINUTE) for state, start, end in segments]
    )
