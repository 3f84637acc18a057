"""Exchange hours of every market. LEAN: MarketHoursDatabase.cs, MarketHoursDatabaseJsonConverter.cs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.common.enums import DayOfWeek, MarketHoursState, SecurityType
from engine.common.errors import ArgumentException, DataFileError, EngineError
from engine.common.market import Market
from engine.common.sid_encoding import OPTION_TYPES
from engine.common.symbol import Symbol
from engine.common.time import TimeZone
from engine.securities.future_option.futures_options_symbol_mappings import FuturesOptionsSymbolMappings
from engine.securities.local_market_hours import LocalMarketHours
from engine.securities.market_hours_segment import MarketHoursSegment
from engine.securities.option.option_symbol import OptionSymbol
from engine.securities.security_database_key import (
    WILDCARD,
    EntriesOfRuns,
    SecurityDatabaseKey,
    get_database_symbol_key,
    parse_security_type,
    security_database_key,
)
from engine.securities.security_exchange_hours import SecurityExchangeHours

if TYPE_CHECKING:
    from engine.data.subscription_data_config import SubscriptionDataConfig

_STATES = {
    "closed": MarketHoursState.CLOSED,
    "premarket": MarketHoursState.PRE_MARKET,
    "market": MarketHoursState.MARKET,
    "postmarket": MarketHoursState.POST_MARKET,
}


class MarketHoursEntry:
    """Hours of an exchange and the zone in which its data files are written."""

    __slots__ = ("data_time_zone", "exchange_hours")

    def __init__(self, data_time_zone: TimeZone, exchange_hours: SecurityExchangeHours) -> None:
        self.data_time_zone = data_time_zone
        self.exchange_hours = exchange_hours


class MarketHoursDatabase(EntriesOfRuns[MarketHoursEntry]):
    """Finds hours by market, ticker and type. An entry of a file is converted when it is first asked for."""

    current: MarketHoursDatabase | None = None
    """The database of the run; the launcher sets it to the data source's."""

    def __init__(self, entries: Mapping[SecurityDatabaseKey, MarketHoursEntry] | None = None) -> None:
        super().__init__()
        self._entries: dict[SecurityDatabaseKey, MarketHoursEntry] = dict(entries or {})
        self._unread: dict[SecurityDatabaseKey, dict[str, Any]] = {}
        self._path: Path | None = None

    @classmethod
    def from_file(cls, path: Path | str) -> MarketHoursDatabase:
        """Read LEAN's market-hours-database.json."""
        path = Path(path)
        database = cls()
        database._path = path
        try:
            entries = json.loads(path.read_text(encoding="utf-8-sig"))["entries"]
        except FileNotFoundError:
            raise EngineError(f"{path}: the market hours database is missing") from None
        except (ValueError, KeyError, TypeError) as error:
            raise DataFileError(
                path, getattr(error, "lineno", None), f"it is no market hours database ({error})"
            ) from None
        for name, entry in entries.items():
            kind, market, symbol = name.split("-", 2)
            security_type = parse_security_type(kind)
            if security_type is not None:
                database._unread[security_database_key(market, symbol, security_type)] = entry
        return database

    @classmethod
    def from_data_folder(cls) -> MarketHoursDatabase:
        """Return the database of the run."""
        if cls.current is None:
            raise EngineError("no market hours database: a data source must be chosen first")
        return cls.current

    @staticmethod
    def get_database_symbol_key(symbol: Symbol | str | None) -> str:
        """Return the ticker under which a symbol is listed."""
        return get_database_symbol_key(symbol)

    def try_get_entry(
        self, market: str, symbol: Symbol | str | None, security_type: SecurityType
    ) -> MarketHoursEntry | None:
        """Return the entry of a symbol, else of all symbols of its market and type, or None."""
        ticker = get_database_symbol_key(symbol)
        found = self._find(security_database_key(market, ticker, security_type)) or self._find(
            security_database_key(market, None, security_type)
        )
        if found is None and security_type is SecurityType.FUTURE_OPTION:
            return self.try_get_entry(
                market, FuturesOptionsSymbolMappings.map_from_option(ticker), SecurityType.FUTURE
            )
        if found is None and security_type is SecurityType.BASE and "." in ticker:
            return self._find(
                security_database_key(market, f"TYPE.{ticker.rpartition('.')[2]}", security_type)
            )
        return found

    def get_entry(
        self, market: str, symbol: Symbol | str | None, security_type: SecurityType
    ) -> MarketHoursEntry:
        """Return the entry of a symbol, or raise."""
        entry = self.try_get_entry(market, symbol, security_type)
        if entry is not None:
            return entry
        if security_type is SecurityType.FUTURE and market == Market.USA:
            raise ArgumentException(
                "Future.Usa market type is no longer supported as we mapped each ticker to its actual "
                "exchange. Please find your specific market in the symbol-properties database."
            )
        name = f"{security_type.to_string()}-{market}-{get_database_symbol_key(symbol) or WILDCARD}"
        raise ArgumentException(f"Unable to locate exchange hours for {name}.")

    def get_exchange_hours(
        self,
        market: str | SubscriptionDataConfig,
        symbol: Symbol | str | None = None,
        security_type: SecurityType | None = None,
    ) -> SecurityExchangeHours:
        """Return the hours of a symbol, or of a subscription's."""
        if not isinstance(market, str):
            symbol = market.symbol
            market, security_type = symbol.id.market, symbol.security_type
        if security_type is None:
            raise ArgumentException("get_exchange_hours takes market, symbol and security type, or a config")
        return self.get_entry(market, symbol, security_type).exchange_hours

    def get_data_time_zone(
        self, market: str, symbol: Symbol | str | None, security_type: SecurityType
    ) -> TimeZone:
        """Return the zone of a symbol's data files."""
        return self.get_entry(market, symbol, security_type).data_time_zone

    def set_entry(
        self,
        market: str,
        symbol: str | None,
        security_type: SecurityType,
        exchange_hours: SecurityExchangeHours,
        data_time_zone: TimeZone | None = None,
    ) -> MarketHoursEntry:
        """Set the hours of a symbol, or of a whole market and type when the symbol is None."""
        entry = MarketHoursEntry(data_time_zone or exchange_hours.time_zone, exchange_hours)
        self._set(security_database_key(market, symbol, security_type), entry)
        return entry

    def set_entry_always_open(
        self, market: str, symbol: str | None, security_type: SecurityType, time_zone: TimeZone
    ) -> MarketHoursEntry:
        """Make a symbol's market never close."""
        return self.set_entry(market, symbol, security_type, SecurityExchangeHours.always_open(time_zone))

    def contains_key(self, market: str, symbol: Symbol | str | None, security_type: SecurityType) -> bool:
        """Return whether there is an entry for exactly this symbol."""
        key = security_database_key(market, get_database_symbol_key(symbol), security_type)
        return key in self._entries or key in self._unread

    # Reading an entry of the file ----

    def _find(self, key: SecurityDatabaseKey) -> MarketHoursEntry | None:
        entry = self._entries.get(key)
        if entry is None and key in self._unread:
            try:
                entry = self._entries[key] = self._read(key)
            except (ValueError, KeyError, TypeError) as error:
                name = f"{key[2].to_string()}-{key[0]}-{key[1]}"
                raise DataFileError(self._path, None, f"the entry {name} cannot be read ({error})") from None
        return entry

    def _read(self, key: SecurityDatabaseKey) -> MarketHoursEntry:
        source = self._unread[key]
        hours = {
            day: LocalMarketHours(day, [_segment(s) for s in source.get(day.name.lower()) or ()])
            for day in DayOfWeek
        }
        days_off = {
            name: {_date(text) for text in source.get(name) or ()} for name in ("holidays", "bankHolidays")
        }
        times = {
            name: {_date(text): _span(at) for text, at in (source.get(name) or {}).items()}
            for name in ("earlyCloses", "lateOpens")
        }
        inherited = self._underlying_of(key)
        if inherited is not None:  # a table of its own replaces the underlying's, table by table
            given = _tables(inherited.exchange_hours)
            days_off = {name: days or given[name] for name, days in days_off.items()}
            times = {name: table or given[name] for name, table in times.items()}
        market = None if key[1] == WILDCARD else self._find(security_database_key(key[0], None, key[2]))
        if market is not None:  # the market's tables are added to a ticker's own
            given = _tables(market.exchange_hours)
            days_off = {name: days | given[name] for name, days in days_off.items()}
            times = {name: given[name] | table for name, table in times.items()}
        return MarketHoursEntry(
            TimeZone.of(source["dataTimeZone"]),
            SecurityExchangeHours(
                TimeZone.of(source["exchangeTimeZone"]),
                days_off["holidays"],
                hours,
                times["earlyCloses"],
                times["lateOpens"],
                days_off["bankHolidays"],
            ),
        )

    def _underlying_of(self, key: SecurityDatabaseKey) -> MarketHoursEntry | None:
        if key[2] not in OPTION_TYPES:
            return None
        underlying = OptionSymbol.map_to_underlying(key[1], key[2])
        kind = Symbol.get_underlying_from_option_type(key[2])
        return self._find(security_database_key(key[0], underlying, kind)) or self._find(
            security_database_key(key[0], None, kind)
        )


def _tables(hours: SecurityExchangeHours) -> dict[str, Any]:
    return {
        "holidays": hours.holidays,
        "bankHolidays": hours.bank_holidays,
        "earlyCloses": hours.early_closes,
        "lateOpens": hours.late_opens,
    }


def _segment(source: dict[str, str]) -> MarketHoursSegment:
    return MarketHoursSegment(_STATES[source["state"].lower()], _span(source["start"]), _span(source["end"]))


def _span(text: str) -> timedelta:
    # hh:mm:ss, or a whole day as 1.00:00:00 or 1:00:00:00
    parts = [int(part) for part in text.replace(".", ":").split(":")]
    days, (hours, minutes, seconds) = (parts[0], parts[1:]) if len(parts) == 4 else (0, parts)
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _date(text: str) -> datetime:
    month, day, year = text.split("/")
    return datetime(int(year), int(month), int(day))
