"""What date and time rules share. LEAN: Common/Scheduling/BaseScheduleRules.cs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol, symbol_of
from engine.common.symbol_cache import SymbolCache
from engine.common.time import TimeZone
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.security_exchange_hours import SecurityExchangeHours


class ScheduleHost(Protocol):
    """What the rules need of the algorithm."""

    securities: Mapping[Symbol, Any]
    market_hours_database: MarketHoursDatabase

    @property
    def time_zone(self) -> TimeZone: ...

    @property
    def utc_stamp(self) -> int: ...

    def debug(self, message: str) -> None: ...


class BaseScheduleRules:
    """Finds the hours a rule speaks of, and holds the zone in which it reads clocks."""

    def __init__(self, algorithm: ScheduleHost) -> None:
        self._algorithm = algorithm
        self._time_zone = algorithm.time_zone
        self._sent_implicit_warning = False

    def set_default_time_zone(self, time_zone: TimeZone) -> None:
        """Read clocks in another zone; a rule `at` that exists already keeps its own."""
        self._time_zone = time_zone

    def _hours_of(self, symbol: Symbol) -> SecurityExchangeHours:
        security = self._algorithm.securities.get(symbol)
        if security is not None:
            return security.exchange.hours
        return self._algorithm.market_hours_database.get_exchange_hours(
            symbol.id.market, symbol, symbol.security_type
        )

    def _hours_of_all(self) -> list[SecurityExchangeHours]:
        # SPY's hours stand for every US equity, and for an algorithm without securities.
        database = self._algorithm.market_hours_database
        found = {
            id(hours): hours
            for hours in [database.get_exchange_hours(Market.USA, "SPY", SecurityType.EQUITY)]
        }
        for symbol, security in self._algorithm.securities.items():
            if symbol.security_type is SecurityType.EQUITY and symbol.id.market == Market.USA:
                continue
            hours = security.exchange.hours
            if not hours.is_market_always_open:
                found[id(hours)] = hours
        return list(found.values())

    def _symbol(self, symbol: Symbol | str) -> Symbol:
        if not isinstance(symbol, str):
            return symbol_of(symbol)
        known = SymbolCache.try_get_symbol(symbol)
        if known is not None:
            return known
        if not self._sent_implicit_warning:
            self._sent_implicit_warning = True
            self._algorithm.debug(
                f"Warning: no existing symbol found for ticker {symbol}, it will be created with Equity type."
            )
        created = Symbol.create(symbol, SecurityType.EQUITY, Market.USA)
        SymbolCache.set(symbol, created)
        return created
