"""Expiries of options. LEAN: Common/Securities/Option/OptionSymbol.cs."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException
from engine.common.sid_encoding import OPTION_TYPES
from engine.common.symbol import Symbol
from engine.securities.future_option.futures_options_symbol_mappings import FuturesOptionsSymbolMappings
from engine.securities.index_option.index_option_symbol import IndexOptionSymbol
from engine.securities.security_exchange_hours import SecurityExchangeHours

# From here on (OCC) monthly options expire on the third Friday, before on the Saturday after it.
_FRIDAY_EXPIRIES_FROM = datetime(2015, 2, 1)
_DAY = timedelta(days=1)
# Options that settle PM stop trading at 16:00 New York on their last day, 15:00 in the exchange's Chicago.
_PM_SETTLEMENT = timedelta(hours=15)


class OptionSymbol:
    """Questions about an option contract that its symbol answers."""

    @staticmethod
    def is_standard(symbol: Symbol) -> bool:
        """Return whether the expiry lies in the week of the third Friday (Thursday to Sunday)."""
        expiry = symbol.id.date
        first = expiry.replace(day=1)
        first_friday = 1 + (4 - first.weekday()) % 7
        return first_friday + 12 < expiry.day < first_friday + 16

    is_standard_contract = is_standard

    @staticmethod
    def is_weekly(symbol: Symbol) -> bool:
        """Return whether it expires on a Friday that is no monthly expiry."""
        return not OptionSymbol.is_standard(symbol) and symbol.id.date.weekday() == 4

    @staticmethod
    def map_to_underlying(option_ticker: str, security_type: SecurityType) -> str:
        """Return the ticker of what a root's options are written on."""
        if security_type in (SecurityType.FUTURE_OPTION, SecurityType.FUTURE):
            return FuturesOptionsSymbolMappings.map_from_option(option_ticker)
        if security_type in (SecurityType.INDEX_OPTION, SecurityType.INDEX):
            return IndexOptionSymbol.map_to_underlying(option_ticker)
        return option_ticker

    @staticmethod
    def get_last_day_of_trading(symbol: Symbol) -> datetime:
        """Return the last date on which the contract trades: its expiry, or the open date before."""
        day = symbol.id.date
        if OptionSymbol.is_standard(symbol) and day.weekday() == 5 and day < _FRIDAY_EXPIRIES_FROM:
            day -= _DAY
        hours = _hours_of(symbol)
        while not hours.is_date_open(day):
            day -= _DAY
        return datetime(day.year, day.month, day.day)

    @staticmethod
    def get_settlement_date_time(symbol: Symbol) -> datetime:
        """Return the moment (exchange time) that decides its value: the open for AM-settled index options."""
        if symbol.security_type not in OPTION_TYPES:
            raise ArgumentException(f"The symbol {symbol} is not an option type")
        expiry = _expiration_of(symbol)
        midnight = expiry.replace(hour=0, minute=0, second=0, microsecond=0)
        on_its_date = midnight.date() == symbol.id.date.date()
        if not on_its_date or symbol.security_type is not SecurityType.INDEX_OPTION:
            return expiry
        if not IndexOptionSymbol.is_am_settled(symbol):
            return midnight + _PM_SETTLEMENT
        if OptionSymbol.is_standard(symbol):
            return _hours_of(symbol).get_next_market_open(midnight, False)
        return expiry

    @staticmethod
    def is_option_contract_expired(symbol: Symbol, current_time_utc: datetime) -> bool:
        """Return whether trading in the option has ended; False for anything that is no option."""
        if symbol.security_type not in OPTION_TYPES:
            return False
        from engine.common.time import to_stamp

        zone = _hours_of(symbol).time_zone
        return zone.local_datetime(to_stamp(current_time_utc)) >= _expiration_of(symbol)


def _hours_of(symbol: Symbol) -> SecurityExchangeHours:
    from engine.securities.market_hours_database import (
        MarketHoursDatabase,
    )  # it needs this module to read its file

    return MarketHoursDatabase.from_data_folder().get_exchange_hours(
        symbol.id.market, symbol, symbol.security_type
    )


def _expiration_of(symbol: Symbol) -> datetime:
    hours = _hours_of(symbol)
    day = symbol.id.date
    last_trading_day = day if hours.is_date_open(day) else hours.get_previous_trading_day(day)
    expiry = hours.get_last_daily_market_close(last_trading_day, False)
    next_day = datetime(day.year, day.month, day.day) + _DAY
    return min(expiry, next_day)  # expiries with a time of day after the close would spill into the next day
