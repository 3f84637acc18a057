"""LEAN's market hours and symbol properties files."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException, DataFileError, EngineError
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.time_zones import TimeZones
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.symbol_properties import SymbolProperties
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

D = Decimal


def test_database_every_entry_can_be_read(database: MarketHoursDatabase, hours_file: Path):
    """No entry of LEAN's file is refused, and each has its own zones."""
    for name, source in json.loads(hours_file.read_text())["entries"].items():
        kind, market, ticker = name.split("-", 2)
        security_type = next(t for t in SecurityType if t.to_string() == kind)
        entry = database.get_entry(market, None if ticker == "[*]" else ticker, security_type)
        assert entry.data_time_zone.name == source["dataTimeZone"]
        assert entry.exchange_hours.time_zone.name == source["exchangeTimeZone"]


@pytest.mark.parametrize(
    ("market", "ticker", "kind", "data_zone", "exchange_zone"),
    [
        ("usa", "SPY", SecurityType.EQUITY, "America/New_York", "America/New_York"),
        ("usa", "SPX", SecurityType.INDEX, "America/Chicago", "America/Chicago"),
        ("usa", "SPXW", SecurityType.INDEX_OPTION, "America/New_York", "America/Chicago"),
        ("cme", "ES", SecurityType.FUTURE, "UTC", "America/New_York"),
    ],
)
def test_database_zones_are_leans(
    database, market: str, ticker: str, kind: SecurityType, data_zone: str, exchange_zone: str
):
    """Files and sessions of one symbol can be in different zones (lean-semantics 9)."""
    entry = database.get_entry(market, ticker, kind)
    assert (entry.data_time_zone.name, entry.exchange_hours.time_zone.name) == (data_zone, exchange_zone)


def test_database_options_inherit_from_their_index_and_its_market(database: MarketHoursDatabase):
    """SPXW lists no holiday and no early close of its own: it has those of SPX and of its market."""
    spx = database.get_exchange_hours("usa", "SPX", SecurityType.INDEX)
    spxw = database.get_exchange_hours("usa", "SPXW", SecurityType.INDEX_OPTION)
    assert datetime(2021, 1, 18) in spxw.holidays
    assert spx.holidays <= spxw.holidays
    assert spx.early_closes.items() <= spxw.early_closes.items()
    assert not spxw.is_date_open(datetime(2021, 1, 18))
    assert spxw.get_next_market_close(datetime(2020, 11, 27, 10)) == datetime(2020, 11, 27, 12)


def test_database_future_options_find_their_futures_hours(database: MarketHoursDatabase):
    """An option root without an entry falls back on its future's."""
    gold = Symbol.create_future("GC", Market.COMEX, datetime(2020, 4, 28))
    option = Symbol.create_option(
        gold, Market.COMEX, OptionStyle.AMERICAN, OptionRight.CALL, 1600, datetime(2020, 3, 26)
    )
    assert option.id.symbol == "OG"
    future = database.get_entry(Market.COMEX, gold, SecurityType.FUTURE)
    assert database.get_entry(Market.COMEX, option, SecurityType.FUTURE_OPTION) is future


def test_database_unknown_symbols_are_named(database: MarketHoursDatabase):
    """A market without hours is LEAN's error."""
    with pytest.raises(ArgumentException, match="Unable to locate exchange hours for Forex-usa-EURUSD"):
        database.get_entry("usa", "EURUSD", SecurityType.FOREX)
    with pytest.raises(ArgumentException, match="no longer supported"):
        database.get_entry("usa", "ES", SecurityType.FUTURE)


def test_database_can_be_filled_without_a_file():
    """Entries set by hand are found by symbol, and by market when no symbol was given."""
    database = MarketHoursDatabase()
    database.set_entry_always_open("usa", None, SecurityType.CRYPTO, TimeZones.UTC)
    entry = database.set_entry_always_open("usa", "X", SecurityType.BASE, TimeZones.NEW_YORK)
    assert database.get_entry("usa", "x", SecurityType.BASE) is entry
    assert database.contains_key("usa", "X", SecurityType.BASE)
    assert database.get_data_time_zone("usa", "BTCUSD", SecurityType.CRYPTO) is TimeZones.UTC
    assert database.try_get_entry("usa", "Y", SecurityType.BASE) is None


def test_database_custom_data_has_hours_by_type():
    """Custom data finds an entry of its type."""
    database = MarketHoursDatabase()
    entry = database.set_entry_always_open("usa", "TYPE.Weather", SecurityType.BASE, TimeZones.UTC)
    assert database.get_entry("usa", "RAIN.Weather", SecurityType.BASE) is entry


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no market hours database"),
        (
            '{"entries": {"Equity-usa-[*]": {"exchangeTimeZone": "UTC"}}}',
            "Equity-usa-\\[\\*\\] cannot be read",
        ),
    ],
)
def test_database_unreadable_files_name_the_entry(tmp_path: Path, text: str, message: str):
    """A broken file is one line that says where."""
    path = tmp_path / "hours.json"
    path.write_text(text)
    with pytest.raises(DataFileError, match=message):
        MarketHoursDatabase.from_file(path).get_entry("usa", "SPY", SecurityType.EQUITY)


def test_databases_that_are_missing_are_engine_errors(tmp_path: Path):
    """A file that is not there, or a database that was not chosen, is one clear line."""
    with pytest.raises(EngineError, match="is missing"):
        MarketHoursDatabase.from_file(tmp_path / "none.json")
    with pytest.raises(EngineError, match="is missing"):
        SymbolPropertiesDatabase.from_file(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("market", "ticker", "kind", "multiplier", "tick", "lot"),
    [
        ("cme", "ES", SecurityType.FUTURE, "50.0", "0.25", "1.0"),
        ("comex", "GC", SecurityType.FUTURE, "100.0", "0.1", "1.0"),
        ("usa", "SPY", SecurityType.EQUITY, "1", "0.01", "1"),
        ("usa", "SPX", SecurityType.INDEX_OPTION, "100", "0.05", "1"),
    ],
)
def test_properties_of_known_symbols(
    properties, market: str, ticker: str, kind: SecurityType, multiplier: str, tick: str, lot: str
):
    """Multiplier, tick and lot come from LEAN's file with their digits."""
    found = properties.get_symbol_properties(market, ticker, kind, "USD")
    numbers = (
        found.contract_multiplier_decimal,
        found.minimum_price_variation_decimal,
        found.lot_size_decimal,
    )
    assert tuple(D(x) for x in (multiplier, tick, lot)) == numbers
    assert found.contract_multiplier == float(multiplier)


def test_properties_strike_multiplier_of_reduced_value_options(properties: SymbolPropertiesDatabase):
    """NQX strikes are a fifth of the index."""
    assert (
        properties.get_symbol_properties("usa", "NQX", SecurityType.INDEX_OPTION, "USD").strike_multiplier
        == 5
    )


def test_properties_of_a_future_option_are_its_futures(properties: SymbolPropertiesDatabase):
    """An option on ES has the multiplier of ES."""
    es = Symbol.create_future("ES", Market.CME, datetime(2020, 3, 20))
    option = Symbol.create_option(
        es, Market.CME, OptionStyle.AMERICAN, OptionRight.PUT, 3000, datetime(2020, 3, 20)
    )
    assert (
        properties.get_symbol_properties(
            Market.CME, option, SecurityType.FUTURE_OPTION, "USD"
        ).contract_multiplier
        == 50
    )


def test_properties_of_nothing_known_are_default(properties: SymbolPropertiesDatabase):
    """A symbol no row lists has a cent as tick and one share as lot."""
    found = properties.get_symbol_properties("nowhere", "X", SecurityType.EQUITY, "eur")
    assert (found.quote_currency, found.minimum_price_variation, found.lot_size) == ("EUR", 0.01, 1)
    assert str(found) == ",EUR,1,0.01,1,,,1,1"


def test_properties_know_the_market_of_a_ticker(properties: SymbolPropertiesDatabase):
    """The first market that lists a ticker is its market."""
    assert properties.try_get_market("ES", SecurityType.FUTURE) == "cme"
    assert properties.try_get_market("es", SecurityType.FUTURE) == "cme"
    assert properties.try_get_market("NOPE", SecurityType.FUTURE) is None


def test_properties_every_row_can_be_read(properties: SymbolPropertiesDatabase):
    """No row of LEAN's file is refused."""
    for market in ("usa", "cme", "cbot", "comex", "nymex", "cfe", "eurex", "hkfe", "ice", "binance", "oanda"):
        assert list(properties.get_symbol_properties_list(market))


def test_properties_can_be_set_by_hand():
    """A database without a file takes entries, for a symbol or a whole market."""
    database = SymbolPropertiesDatabase()
    index = SymbolProperties("index", "USD", D(100), D("0.05"), D(1), "")
    database.set_entry("usa", None, SecurityType.INDEX_OPTION, index)
    assert database.get_symbol_properties("usa", "SPXW", SecurityType.INDEX_OPTION, "USD") is index
    assert database.contains_key("usa", None, SecurityType.INDEX_OPTION)


@pytest.mark.parametrize(("lot", "magnifier", "strike"), [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_properties_refuse_numbers_without_sense(lot: int, magnifier: int, strike: int):
    """Lot, magnifier and strike multiplier are above zero."""
    with pytest.raises(ArgumentException, match="can not be less than or equal to 0"):
        SymbolProperties("x", "USD", D(1), D("0.01"), D(lot), "", None, D(magnifier), D(strike))


@pytest.mark.parametrize(
    "row", ["usa,SPY,equity,x,USD,one,0.01,1", "usa,SPY,equity", "usa,SPY,equity,x,USD,1,0.01"]
)
def test_properties_unreadable_rows_are_named(tmp_path: Path, row: str):
    """A broken row is reported with file and line."""
    path = tmp_path / "properties.csv"
    path.write_text(f"market,symbol,type,description,quote_currency\n{row}\n")
    with pytest.raises(DataFileError, match="row 2"):
        SymbolPropertiesDatabase.from_file(path).get_symbol_properties(
            "usa", "SPY", SecurityType.EQUITY, "USD"
        )


def test_properties_listed_twice_are_refused(tmp_path: Path):
    """Two rows for one symbol are an error, as in LEAN."""
    path = tmp_path / "properties.csv"
    path.write_text("header\n" + "usa,SPY,equity,x,USD,1,0.01,1\n" * 2)
    with pytest.raises(DataFileError, match="listed twice"):
        SymbolPropertiesDatabase.from_file(path)


def test_hours_entry_keeps_early_closes_as_spans(database: MarketHoursDatabase):
    """The half day after Thanksgiving closes at 13:00."""
    hours = database.get_exchange_hours("usa", "SPY", SecurityType.EQUITY)
    assert hours.early_closes[datetime(2013, 11, 29)] == timedelta(hours=13)
