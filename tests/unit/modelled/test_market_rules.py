"""Hours, properties, rates and margins without any file, compared with LEAN's own files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.common.enums import DataMappingMode, DataNormalizationMode, SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.data_source.modelled.contracts import date_of, day_of
from engine.data_source.modelled.futures_data import listed_futures, open_interest
from engine.data_source.modelled.market_rules import PROPERTIES, built_in_symbol_properties
from engine.data_source.modelled.rates import pricing_rate
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

MARKETS = [
    (Market.USA, "SPY", SecurityType.EQUITY),
    (Market.USA, "SPY", SecurityType.OPTION),
    (Market.USA, "SPX", SecurityType.INDEX),
    (Market.USA, "VIX", SecurityType.INDEX),
    (Market.USA, "SPX", SecurityType.INDEX_OPTION),
    (Market.USA, "SPXW", SecurityType.INDEX_OPTION),
    (Market.CME, "ES", SecurityType.FUTURE),
    (Market.CME, "ES", SecurityType.FUTURE_OPTION),
]
YEARS = range(day_of(date(2014, 1, 1)), day_of(date(2019, 1, 1)))


@pytest.mark.parametrize("key", MARKETS, ids=lambda key: f"{key[2].name}-{key[1]}")
def test_hours_of_every_day_are_leans(shared, source, key):
    """All 1,826 days of 2014 to 2018: every segment, holiday, early close and late open, and both time
    zones."""
    theirs = MarketHoursDatabase.from_file(shared / "lean-data/market-hours/market-hours-database.json")
    ours, lean = source.market_hours.get_entry(*key), theirs.get_entry(*key)
    assert ours.data_time_zone is lean.data_time_zone
    assert ours.exchange_hours.time_zone is lean.exchange_hours.time_zone
    for day in YEARS:
        mine, other = ours.exchange_hours.hours_of_day(day), lean.exchange_hours.hours_of_day(day)
        assert str(mine) == str(other), date_of(day)


@pytest.mark.parametrize(
    ("key", "day", "hours"),
    [
        (MARKETS[2], date(2015, 6, 5), "Friday: Market: 08:30:00-15:15:00"),
        (MARKETS[2], date(2015, 11, 27), "Friday: Market: 08:30:00-12:00:00"),
        (MARKETS[1], date(2018, 12, 5), "Closed All Day"),
        (MARKETS[6], date(2016, 7, 4), "Monday: PreMarket: 00:00:00-09:30:00 | Market: 09:30:00-13:00:00 | "
                                       "PostMarket: 18:00:00-1.00:00:00"),
    ],
)  # fmt: skip
def test_hours_of_remarkable_days(source, key, day, hours):
    """An ordinary Friday, a half day, a day of mourning, and the future on a holiday."""
    assert str(source.market_hours.get_entry(*key).exchange_hours.hours_of_day(day_of(day))) == hours


@pytest.mark.parametrize("row", PROPERTIES, ids=lambda row: f"{row[2].name}-{row[1]}")
def test_properties_are_leans(shared, row):
    """Multiplier, tick, lot and currency of each entry."""
    market, ticker, kind = row[:3]
    theirs = SymbolPropertiesDatabase.from_file(
        shared / "lean-data/symbol-properties/symbol-properties-database.csv"
    )
    ours = built_in_symbol_properties().get_symbol_properties(market, ticker, kind, "USD")
    lean = theirs.get_symbol_properties(market, ticker, kind, "USD")
    for name in ("contract_multiplier_decimal", "minimum_price_variation_decimal", "lot_size_decimal"):
        assert getattr(ours, name) == getattr(lean, name)
    assert (ours.quote_currency, ours.description) == (lean.quote_currency, lean.description)


def test_interest_rates_and_margins_are_leans(shared, source):
    """The rates that statistics use, and what a contract of ES asks for, on every day of 2014 to 2018."""
    lean = LeanFolder(shared / "lean-data")
    es = Symbol.create("ES", SecurityType.FUTURE, Market.CME)
    for rows in (
        (source.interest_rates(), lean.interest_rates()),
        (source.margin_rows(es), lean.margin_rows(es)),
    ):
        for number in YEARS:
            day = date_of(number)
            ours, theirs = (next(row for row in reversed(table) if row[0] <= day) for table in rows)
            assert ours[:3] == theirs[:3]


def test_pricing_rate_follows_the_federal_reserve():
    """The upper bound of the target: 0.25% until December 2015, 2.50% at the end of 2018."""
    steps = {
        date(2014, 1, 3): 0.0025,
        date(2015, 12, 16): 0.0025,
        date(2015, 12, 17): 0.005,
        date(2017, 3, 16): 0.01,
    }
    steps |= {date(2018, 12, 19): 0.0225, date(2018, 12, 20): 0.025, date(2018, 12, 31): 0.025}
    assert {day: pytest.approx(pricing_rate(day_of(day))) for day in steps} == steps


def test_spy_has_leans_identifier_and_is_never_adjusted(source):
    """Its first date is in the identifier, and every factor is 1: dividends are in option prices only."""
    spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    assert str(spy.id) == "SPY R735QTJ8XC9X"
    assert source.first_ticker("SPY", Market.USA, SecurityType.EQUITY)[0] == "SPY"
    assert source.map_file_of(spy).get_mapped_symbol(date(2016, 1, 4)) == "SPY"
    factors = source.factor_file(spy)
    for year in range(1999, 2019):
        assert factors.get_price_factor(date(year, 6, 1), DataNormalizationMode.ADJUSTED) == 1


@pytest.mark.parametrize(
    ("mode", "last_day"),
    [
        (DataMappingMode.LAST_TRADING_DAY, date(2015, 6, 18)),
        (DataMappingMode.FIRST_DAY_MONTH, date(2015, 5, 31)),
        (DataMappingMode.OPEN_INTEREST, date(2015, 6, 11)),
    ],
)
def test_continuous_future_rolls_on_the_day_of_its_mode(source, mode, last_day):
    """The June contract of 2015 is the front one up to and including that day."""
    future = Symbol.create("ES", SecurityType.FUTURE, Market.CME)
    rows = source.map_file_of(future)
    june, september = (
        str(Symbol.create_future("ES", Market.CME, expiry).id)
        for expiry in (datetime(2015, 6, 19), datetime(2015, 9, 18))
    )
    assert rows.get_mapped_symbol(last_day, "", mode) == june
    assert rows.get_mapped_symbol(date_of(day_of(last_day) + 1), "", mode) == september


def test_roll_factors_join_the_contracts(source):
    """A ratio is the product of all later rolls; the last stretch is not adjusted."""
    future = Symbol.create("ES", SecurityType.FUTURE, Market.CME)
    factors = source.factor_file(future)
    mode, mapping = DataNormalizationMode.BACKWARDS_RATIO, DataMappingMode.OPEN_INTEREST

    def at(day: date) -> Decimal:
        return factors.get_price_factor(day, mode, mapping, 0)

    before, after = at(date(2015, 6, 11)), at(date(2015, 6, 12))
    assert float(before / after) == pytest.approx(2.718281828 ** ((0.0025 - 0.02) * 91 / 365), rel=2e-4)
    assert at(date(2018, 12, 28)) == 1


@pytest.mark.parametrize("days_before", range(20, 0, -1))
def test_open_interest_moves_to_the_next_contract_on_the_day_the_map_says(days_before):
    """From the eighth day before expiry on it is still in the old one, after that in the new one."""
    day = day_of(date(2015, 6, 19)) - days_before
    front, following = listed_futures(day)[:2]
    assert (open_interest(front, day) > open_interest(following, day)) == (days_before >= 8)
