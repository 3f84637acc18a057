"""Market hours and symbol properties as LEAN's json and csv files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.common.enums import DayOfWeek, SecurityType
from engine.common.time import DAY, MINUTE, SECOND
from engine.data_source.lean_folder.lean_data import TYPE_FOLDERS
from engine.securities.market_hours_database import MarketHoursEntry
from engine.securities.security_database_key import SecurityDatabaseKey

MARKET_HOURS_FILE = "market-hours/market-hours-database.json"
SYMBOL_PROPERTIES_FILE = "symbol-properties/symbol-properties-database.csv"
INTEREST_RATE_FILE = "alternative/interest-rate/usa/interest-rate.csv"
_PROPERTY_COLUMNS = (
    "market,symbol,type,description,quote_currency,contract_multiplier,minimum_price_variation,lot_size,"
    "market_ticker,minimum_order_size,price_magnifier,strike_multiplier"
)

PropertyRow = tuple[str, str | None, SecurityType, str, str, str, str]


def market_hours_text(entries: Mapping[SecurityDatabaseKey, MarketHoursEntry]) -> str:
    """Return the json of exchange hours."""
    listed = {
        f"{kind.to_string()}-{market}-{symbol}": _entry(entry)
        for (market, symbol, kind), entry in entries.items()
    }
    return json.dumps({"entries": listed}, indent=1) + "\n"


def symbol_properties_text(rows: Iterable[PropertyRow]) -> str:
    """Return the csv of symbol properties; `rows` are (market, ticker, type, description, multiplier, tick,
    lot)."""
    lines = [_PROPERTY_COLUMNS]
    for market, ticker, kind, description, multiplier, tick, lot in rows:
        name = TYPE_FOLDERS[kind]
        lines.append(f"{market},{ticker or '[*]'},{name},{description},USD,{multiplier},{tick},{lot}")
    return "\n".join(lines) + "\n"


def _entry(entry: MarketHoursEntry) -> dict[str, Any]:
    hours = entry.exchange_hours
    week = hours.market_hours
    days = {
        day.name.lower(): [
            {"start": _clock(s.start_us), "end": _clock(s.end_us), "state": s.state.to_string().lower()}
            for s in week[day].segments
        ]
        for day in DayOfWeek
    }
    return {
        "dataTimeZone": entry.data_time_zone.name,
        "exchangeTimeZone": hours.time_zone.name,
        **days,
        "holidays": [_date(day) for day in sorted(hours.holidays)],
        "earlyCloses": _times(hours.early_closes),
        "lateOpens": _times(hours.late_opens),
        "bankHolidays": [_date(day) for day in sorted(hours.bank_holidays)],
    }


def _times(table: Mapping[datetime, timedelta]) -> dict[str, str]:
    return {_date(day): _clock(int(at.total_seconds()) * SECOND) for day, at in sorted(table.items())}


def _date(day: datetime) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _clock(microseconds: int) -> str:
    # LEAN reads a .NET time span: a whole day is 1.00:00:00
    days, rest = divmod(microseconds, DAY)
    minutes = rest // MINUTE
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}:00"
    return f"{days}.{clock}" if days else clock
