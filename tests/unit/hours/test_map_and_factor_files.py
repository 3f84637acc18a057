"""Map files, factor files and what they make of symbols and prices."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.common.enums import DataMappingMode, DataNormalizationMode, OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException, ArgumentOutOfRangeException, DataFileError
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.auxiliary.corporate_factor_provider import CorporateFactorProvider
from engine.data.auxiliary.local_disk_factor_file_provider import LocalDiskFactorFileProvider
from engine.data.auxiliary.local_disk_map_file_provider import LocalDiskMapFileProvider
from engine.data.auxiliary.map_file import MapFile, MapFileRow
from engine.data.auxiliary.map_file_resolver import MapFileResolver
from engine.data.auxiliary.mapping_contract_factor_provider import MappingContractFactorProvider

D = Decimal
Mode = DataNormalizationMode


@pytest.fixture(scope="module")
def maps(shared: Path) -> LocalDiskMapFileProvider:
    return LocalDiskMapFileProvider(shared / "lean-data")


@pytest.fixture(scope="module")
def factors(shared: Path, maps: LocalDiskMapFileProvider) -> LocalDiskFactorFileProvider:
    return LocalDiskFactorFileProvider(shared / "lean-data", maps)


@pytest.fixture(autouse=True)
def _mapped_tickers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    if "maps" in request.fixturenames or "factors" in request.fixturenames:
        monkeypatch.setattr(SecurityIdentifier, "first_ticker", request.getfixturevalue("maps").first_ticker)


@pytest.mark.parametrize(
    ("ticker", "sid"),
    [
        ("SPY", "SPY R735QTJ8XC9X"),
        ("AAPL", "AAPL R735QTJ8XC9X"),
        ("GOOG", "GOOCV VP83T1ZUHROL"),
        ("TWX", "AOL R735QTJ8XC9X"),
        ("NWSA", "NWSA T3MO1488O0H1"),
        ("QQQ", "QQQ RIWIV7K5Z9LX"),
        ("NOPE", "NOPE 2T"),
    ],
)
def test_equity_ids_come_from_the_map_files(maps, ticker: str, sid: str):
    """A ticker becomes the id that LEAN's records have for it."""
    assert str(Symbol.create(ticker, SecurityType.EQUITY, Market.USA).id) == sid


def test_map_file_follows_a_renamed_equity(maps: LocalDiskMapFileProvider):
    """GOOG was GOOCV until the second of April 2014."""
    goog = Symbol.create("GOOG", SecurityType.EQUITY, Market.USA)
    file = maps.map_file_of(goog)
    assert file.get_mapped_symbol(date(2014, 4, 2), "GOOG") == "GOOCV"
    assert file.get_mapped_symbol(date(2014, 4, 3), "GOOCV") == "GOOG"
    assert file.has_data(date(2014, 3, 27))
    assert not file.has_data(date(2014, 3, 26))
    assert (file.first_ticker, file.first_date) == ("GOOCV", datetime(2014, 3, 27))
    assert len(file) == 3


def test_map_file_of_an_option_is_its_underlyings(maps: LocalDiskMapFileProvider):
    """An option is renamed with its underlying."""
    goog = Symbol.create("GOOG", SecurityType.EQUITY, Market.USA)
    option = Symbol.create_option(
        goog, Market.USA, OptionStyle.AMERICAN, OptionRight.CALL, 540, datetime(2014, 4, 19)
    )
    assert maps.map_file_of(option) is maps.map_file_of(goog)


def test_map_file_ends_with_the_delisting(maps: LocalDiskMapFileProvider):
    """The last row's date is the last day of trading."""
    aol = maps.get("usa", SecurityType.EQUITY).get_by_permtick("TWX")
    assert aol is not None
    assert aol.delisting_date == max(row.date for row in aol)


def test_map_file_of_a_future_maps_by_mode(maps: LocalDiskMapFileProvider):
    """The continuous ES stands for another contract in each mapping mode."""
    es = Symbol.create("ES", SecurityType.FUTURE, Market.CME)
    file = maps.map_file_of(es)
    day = date(2013, 12, 18)
    contracts = {
        mode: Symbol(SecurityIdentifier.parse(file.get_mapped_symbol(day, "", mode)), "").value
        for mode in (DataMappingMode.LAST_TRADING_DAY, DataMappingMode.OPEN_INTEREST)
    }
    assert contracts[DataMappingMode.LAST_TRADING_DAY] == "ES20Z13"
    assert contracts[DataMappingMode.OPEN_INTEREST] == "ES21H14"


def test_continuous_future_gets_its_contract_below_it(maps, monkeypatch, shared: Path):
    """Mapping the continuous future gives the same id with the contract below it; an offset goes on."""
    from engine.securities.market_hours_database import MarketHoursDatabase

    hours = shared / "lean-data" / "market-hours" / "market-hours-database.json"
    monkeypatch.setattr(MarketHoursDatabase, "current", MarketHoursDatabase.from_file(hours))
    es = Symbol.create("ES", SecurityType.FUTURE, Market.CME)
    mapped = es.update_mapped_symbol("ES VMKLFZIH2MTD")
    assert (mapped.id, mapped.value, mapped.underlying.value) == (es.id, "ES20Z13", "ES20Z13")
    assert mapped == es
    assert es.update_mapped_symbol("ES VMKLFZIH2MTD", 1).value == "ES21H14"
    assert es.update_mapped_symbol("/ES") is es


def test_map_file_ticker_that_two_securities_bore_is_found_by_date():
    """Of two companies called AAA the one is found that bore the name on the date."""
    old = MapFile(
        "AAA.1", [MapFileRow(datetime(2002, 5, 22), "AAA"), MapFileRow(datetime(2007, 5, 18), "AAA")]
    )
    new = MapFile("AAA", [MapFileRow(datetime(2020, 9, 9), "AAA"), MapFileRow(datetime(2050, 12, 31), "AAA")])
    resolver = MapFileResolver([old, new])
    assert resolver.resolve_map_file("AAA", datetime(2005, 1, 1)) is old
    assert resolver.resolve_map_file("aaa", datetime(2021, 1, 1)) is new
    assert resolver.first_ticker("AAA", None) == ("AAA", datetime(2020, 9, 9))
    assert old.first_ticker == "AAA"
    assert len(resolver.resolve_map_file("AAA", datetime(1999, 1, 1))) == 0
    assert len(resolver.resolve_map_file("BBB", datetime(2021, 1, 1))) == 0
    assert list(resolver) == [old, new]


def test_map_file_without_rows_knows_every_date():
    """A security without a map file has always traded under its own ticker."""
    empty = MapFile("XYZ")
    assert empty.has_data(date(1950, 1, 1))
    assert empty.get_mapped_symbol(date(2021, 1, 1), "XYZ") == "XYZ"


@pytest.mark.parametrize("line", ["2014,goog", "20140101", "x,y,z"])
def test_map_file_unreadable_rows_are_named(line: str):
    """A broken row is reported with file and line; an unknown mapping mode is skipped."""
    with pytest.raises(DataFileError, match=r"goog\.csv, row 2"):
        MapFile.parse("goog", f"20140101,goog\n{line}\n", "goog.csv")
    assert len(MapFile.parse("es", "20140101,es,CME,9\n20140101,es,CME,openinterest\n", "es.csv")) == 1


def test_factor_of_spy_is_the_exact_product(factors: LocalDiskFactorFileProvider):
    """Prices of 2013 are scaled by price factor times split factor with all their digits."""
    spy = factors.get(Symbol.create("SPY", SecurityType.EQUITY, Market.USA))
    assert str(spy.get_price_scale(date(2013, 10, 7), Mode.ADJUSTED)) == "0.8646266"
    assert spy.get_price_scale(date(2013, 10, 7), Mode.SPLIT_ADJUSTED) == 1
    assert spy.get_price_scale(date(2049, 1, 1), Mode.ADJUSTED) == 1
    assert spy.get_price_factor(date(2013, 10, 7), Mode.RAW) == 0


def test_factor_rows_hold_up_to_and_including_their_date():
    """The day of a row still has its factors, the next day the next row's."""
    file = CorporateFactorProvider.parse(
        "x", "20200101,0.5,0.25,10\n20200110,0.8,1,20\n20501231,1,1,0\n", "x.csv"
    )
    scale = [file.get_price_scale(date(2020, 1, day), Mode.ADJUSTED) for day in (1, 2, 10, 11)]
    assert scale == [D("0.125"), D("0.8"), D("0.8"), D(1)]
    assert file.get_scaling_factors(date(2020, 1, 2)).reference_price == 20
    assert file.get_scaling_factors(date(2060, 1, 1)).price_factor == 1
    assert file.factor_file_minimum_date == datetime(2019, 12, 31)
    assert file.most_recent_factor_change == datetime(2020, 1, 10)
    assert file.get_price_scale(date(2020, 1, 1), Mode.SCALED_RAW, end_date=date(2020, 1, 5)) == D("0.15625")
    with pytest.raises(ArgumentException, match="requires an end date"):
        file.get_price_scale(date(2020, 1, 1), Mode.SCALED_RAW)
    with pytest.raises(ArgumentOutOfRangeException):
        file.get_price_scale(date(2020, 1, 1), Mode.BACKWARDS_RATIO)


def test_factor_events_are_told_the_day_before():
    """A split or dividend is known on the row's date and happens on the next trading day."""
    file = CorporateFactorProvider.parse(
        "x", "20200101,0.5,0.25,10\n20200110,0.8,0.25,20\n20501231,1,1,0\n", "x.csv"
    )
    assert file.has_dividend_event_on_next_trading_day(date(2020, 1, 1)) == (D("0.625"), 10)
    assert file.has_split_event_on_next_trading_day(date(2020, 1, 1)) is None
    assert file.has_split_event_on_next_trading_day(datetime(2020, 1, 10)) == (D("0.25"), 20)
    assert file.has_dividend_event_on_next_trading_day(date(2020, 1, 2)) is None
    assert file.has_split_event_on_next_trading_day(date(2050, 12, 31)) is None


def test_factor_file_of_aapl_tells_its_splits_and_dividends(factors, shared: Path):
    """The seven-for-one split of June 2014 and the dividend before it come out of LEAN's own file."""
    from engine.securities.market_hours_database import MarketHoursDatabase

    hours = MarketHoursDatabase.from_file(
        shared / "lean-data" / "market-hours" / "market-hours-database.json"
    )
    aapl = Symbol.create("AAPL", SecurityType.EQUITY, Market.USA)
    exchange = hours.get_exchange_hours("usa", aapl, SecurityType.EQUITY)
    events = factors.get(aapl).get_splits_and_dividends(aapl, exchange)
    assert events == sorted(events, key=lambda event: event.time)
    of_2014 = {event.time: event for event in events if event.time.year == 2014}
    split = of_2014[datetime(2014, 6, 9)]
    assert round(split.split_factor, 6) == round(1 / 7, 6)
    assert of_2014[datetime(2014, 5, 8)].distribution == 3.29


def test_factor_file_lines_that_lost_digits_are_skipped():
    """Infinite and exponential factors and rows of factor zero are left out; others must be numbers."""
    file = CorporateFactorProvider.parse(
        "x", "20200101,inf,1\n20200102,1,1.6e+6\n20200103,0,1\n20200104,0.9,1\n", "x.csv"
    )
    assert file.get_price_scale(date(2020, 1, 1), Mode.ADJUSTED) == D("0.9")
    with pytest.raises(DataFileError, match=r"x\.csv, row 2"):
        CorporateFactorProvider.parse("x", "20200101,1,1\n20200102,one,1\n", "x.csv")


def test_factor_file_of_a_future_has_a_factor_by_mode_and_offset(factors: LocalDiskFactorFileProvider):
    """Ratio and panama factors keep all digits of LEAN's file; any contract has its chain's factors."""
    es = Symbol.create("ES", SecurityType.FUTURE, Market.CME)
    file = factors.get(es)
    assert factors.get(Symbol.create_future("ES", Market.CME, datetime(2013, 12, 20))) is file
    day, mode = date(2009, 11, 1), DataMappingMode.FIRST_DAY_MONTH
    assert str(file.get_price_scale(day, Mode.BACKWARDS_RATIO, 0, mode)) == "0.876974382257532427273677705"
    assert str(file.get_price_scale(day, Mode.BACKWARDS_PANAMA_CANAL, 1, mode)) == "-241.00"
    assert file.get_price_scale(date(2049, 1, 1), Mode.BACKWARDS_RATIO, 0, mode) == 1
    assert file.get_price_scale(date(2049, 1, 1), Mode.FORWARD_PANAMA_CANAL, 0, mode) == 0
    assert file.get_price_scale(day, Mode.BACKWARDS_RATIO, 99, mode) == 1
    with pytest.raises(ArgumentOutOfRangeException):
        file.get_price_scale(day, Mode.ADJUSTED, 0, mode)


def test_factor_file_of_a_future_skips_unknown_modes():
    """Rows of a mapping mode LEAN does not know are left out; a broken row is named."""
    text = '{"Date":"2020-01-01T00:00:00","BackwardsRatioScale":[0.5],"DataMappingMode":9}\n'
    file = MappingContractFactorProvider.parse("es", text, "es.csv")
    assert file.get_price_scale(date(2019, 1, 1), Mode.BACKWARDS_RATIO) == 1
    with pytest.raises(DataFileError, match=r"es\.csv, row 1"):
        MappingContractFactorProvider.parse("es", "{}\n", "es.csv")


def test_factor_file_that_is_missing_changes_nothing(factors: LocalDiskFactorFileProvider):
    """Without a file every factor is 1."""
    nope = factors.get(Symbol.create("NOPE", SecurityType.EQUITY, Market.USA))
    assert nope.get_price_scale(date(2013, 1, 1), Mode.ADJUSTED) == 1
    assert nope.factor_file_minimum_date is None
