"""Futures: when they expire, what their options are called, and how their chains are filtered."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.universe_selection.future_filter_universe import FutureFilterUniverse
from engine.data.universe_selection.universe_rows import UniverseRows
from engine.securities.future.future_symbol import FutureSymbol
from engine.securities.future.futures_expiry_functions import futures_expiry_function
from engine.securities.future.futures_expiry_utility_functions import (
    get_future_contract_month,
    get_future_expiration_from_contract_month,
)
from engine.securities.future.futures_listings import FuturesListings
from engine.securities.future_option.futures_options_expiry_functions import FuturesOptionsExpiryFunctions
from engine.securities.future_option.futures_options_underlying_mapper import FuturesOptionsUnderlyingMapper
from engine.securities.option.option_symbol import OptionSymbol


@pytest.mark.parametrize("name", ["cme/map_files/es", "comex/map_files/gc", "eurex/map_files/fesx"])
def test_expiry_of_every_mapped_contract_is_leans(lean_data: Path, name: str):
    """Each contract of LEAN's map files expires on the day our rule gives for its contract month."""
    compared = 0
    for line in (lean_data / "future" / f"{name}.csv").read_text().splitlines():
        text = line.split(",")[1].upper()
        if " " not in text:
            continue
        contract = Symbol(SecurityIdentifier.parse(text), text)
        expiry = futures_expiry_function(contract)(get_future_contract_month(contract))
        assert expiry.date() == contract.id.date.date(), text
        compared += 1
    assert compared > 10


@pytest.mark.parametrize(
    ("ticker", "market", "month", "expiry"),
    [
        ("ES", "cme", (2020, 3), datetime(2020, 3, 20, 13, 30)),
        ("ES", "cme", (2020, 1), datetime(2020, 3, 20, 13, 30)),  # months between the quarters move on
        ("NQ", "cme", (2021, 6), datetime(2021, 6, 18, 13, 30)),
        ("YM", "cbot", (2021, 6), datetime(2021, 6, 18, 13, 30)),
        ("EMD", "cme", (2021, 3), datetime(2021, 3, 19, 13, 30)),
        ("GC", "comex", (2020, 4), datetime(2020, 4, 28)),
        ("HG", "comex", (2020, 12), datetime(2020, 12, 29, 17)),
        ("CL", "nymex", (2020, 12), datetime(2020, 11, 20)),
        ("MCL", "nymex", (2021, 8), datetime(2021, 7, 19)),
        ("NG", "nymex", (2020, 12), datetime(2020, 11, 25)),
        ("ZC", "cbot", (2020, 12), datetime(2020, 12, 14)),
        ("ZN", "cbot", (2020, 12), datetime(2020, 12, 21, 12, 1)),
        ("ZT", "cbot", (2020, 12), datetime(2020, 12, 31, 12, 1)),
        ("6E", "cme", (2020, 12), datetime(2020, 12, 14, 14, 16)),
        ("VX", "cfe", (2020, 12), datetime(2020, 12, 16, 13)),
        ("BTC", "cme", (2020, 12), datetime(2020, 12, 24, 15)),
        ("HSI", "hkfe", (2013, 10), datetime(2013, 10, 30, 16)),
        ("FESX", "eurex", (2023, 3), datetime(2023, 3, 17, 13, 30)),
        ("B", "ice", (2021, 2), datetime(2020, 12, 30)),
        ("LE", "cme", (2020, 12), datetime(2020, 12, 31, 12)),
        ("GF", "cme", (2020, 11), datetime(2020, 11, 19)),
        ("ZO", "cbot", (2021, 5), datetime(2021, 5, 14)),
        ("NKD", "cme", (2021, 3), datetime(2021, 3, 11, 21)),
    ],
)
def test_expiry_of_well_known_contracts(ticker: str, market: str, month: tuple[int, int], expiry: datetime):
    """Contract months of many products expire at the exchange's published time, as LEAN writes it."""
    future = Symbol.create(ticker, SecurityType.FUTURE, market)
    found = get_future_expiration_from_contract_month(future, datetime(*month, 1))
    assert found == expiry


def test_expiry_of_an_unknown_product_is_leans_error():
    """A product without a rule is named; its contracts count as standard."""
    unknown = Symbol.create_future("QQ", Market.CME, datetime(2020, 3, 20))
    with pytest.raises(ArgumentException, match="Expiry function not implemented for QQ"):
        futures_expiry_function(unknown)
    assert FutureSymbol.is_standard(unknown)


def test_futures_off_the_product_s_cycle_are_weeklies():
    """The contract of the third Friday is the standard one."""
    es = Symbol.create_future("ES", Market.CME, datetime(2020, 3, 20))
    assert not FutureSymbol.is_weekly(es)
    assert FutureSymbol.is_weekly(Symbol.create_future("ES", Market.CME, datetime(2020, 3, 13)))


@pytest.mark.parametrize(
    ("ticker", "market", "future_expiry", "option_expiry"),
    [
        ("ES", "cme", datetime(2020, 3, 20), datetime(2020, 3, 20)),
        ("GC", "comex", datetime(2020, 4, 28), datetime(2020, 3, 26, 12, 30)),
        ("CL", "nymex", datetime(2020, 11, 20), datetime(2020, 11, 17)),
        ("NG", "nymex", datetime(2020, 11, 25), datetime(2020, 11, 24)),
        ("ZC", "cbot", datetime(2020, 12, 14), datetime(2020, 11, 20)),
        ("6E", "cme", datetime(2020, 12, 14), datetime(2020, 12, 4, 9)),
        ("HE", "cme", datetime(2020, 12, 14), datetime(2020, 12, 14)),
        ("RTY", "cme", datetime(2020, 12, 18), datetime(2020, 12, 18, 13, 30)),
    ],
)
def test_future_option_expiry_follows_from_its_futures(
    ticker: str, market: str, future_expiry: datetime, option_expiry: datetime
):
    """Options expire by rules of their own, or with their future."""
    future = Symbol.create_future(ticker, market, future_expiry)
    assert FuturesOptionsExpiryFunctions.get_future_option_expiry_from_future_expiry(future) == option_expiry


@pytest.mark.parametrize(
    ("root", "market", "expiry", "date", "value"),
    [
        ("ES", "cme", datetime(2020, 3, 20), None, "ES20H20"),
        ("OG", "comex", datetime(2020, 3, 26), None, "GC28J20"),
        ("OG", "comex", datetime(2020, 2, 25), None, "GC28J20"),
        ("LO", "nymex", datetime(2020, 11, 17), None, "CL20Z20"),
        ("SO", "comex", datetime(2020, 1, 28), None, "SI27H20"),
        ("HXE", "comex", datetime(2020, 4, 27), None, "HG27K20"),
        ("OZC", "cbot", datetime(2020, 11, 20), datetime(2020, 10, 1), "ZC14Z20"),
        ("OZN", "cbot", datetime(2020, 10, 23), datetime(2020, 10, 1), "ZN21Z20"),
        ("EUU", "cme", datetime(2020, 11, 6), datetime(2020, 10, 1), "6E14Z20"),
    ],
)
def test_future_of_an_option_is_found_by_its_expiry(
    root: str, market: str, expiry: datetime, date: datetime | None, value: str
):
    """Serial options find the future they deliver."""
    found = FuturesOptionsUnderlyingMapper.get_underlying_future_from_future_option(
        root, market, expiry, date
    )
    assert found is not None
    assert found.value == value


def test_future_of_an_option_that_no_listing_reaches_is_none():
    """An option far beyond the listed months has no future yet."""
    find = FuturesOptionsUnderlyingMapper.get_underlying_future_from_future_option
    assert find("OZN", "cbot", datetime(2040, 1, 20), datetime(2020, 10, 1)) is None
    assert FuturesListings.listed_contracts("ES", datetime(2020, 1, 1)) is None
    assert [s.value for s in FuturesListings.listed_contracts("ZB", datetime(2020, 10, 1)) or ()] == [
        "ZB21Z20",
        "ZB22H21",
        "ZB21M21",
    ]


@pytest.fixture
def es_chain(lean_data: Path) -> FutureFilterUniverse:
    """Return the futures of 2013-10-07 as a filter sees them the next day."""
    canonical = Symbol.create("ES", SecurityType.FUTURE, Market.CME)
    day = datetime(2013, 10, 7)
    path = lean_data / "future" / "cme" / "universes" / "es" / f"{day:%Y%m%d}.csv"
    rows = UniverseRows.parse(path.read_bytes(), canonical, day.date(), path)
    return FutureFilterUniverse(rows.rows, day + timedelta(days=1))


def test_future_filters_keep_by_expiry(es_chain: FutureFilterUniverse):
    """Expiration, months and cycles work on contracts' expiries."""
    whole = list(es_chain)
    assert es_chain.standards_only().front_month().all_symbols[0].value == "ES20Z13"
    es_chain.contracts(whole)
    assert es_chain.back_month().all_symbols[0].value == "ES21H14"
    es_chain.contracts(whole)
    assert [s.value for s in es_chain.expiration(0, 182).all_symbols] == ["ES20Z13", "ES21H14"]
    es_chain.contracts(whole)
    assert {s.id.date.month for s in es_chain.expiration_cycle([3]).all_symbols} == {3}


def test_option_last_trading_day_steps_back_over_closed_days():
    """Saturday expiries before 2015 trade last on Friday; holidays step back too."""
    aapl = Symbol.create("AAPL", SecurityType.EQUITY, Market.USA)

    def last(expiry: datetime) -> datetime:
        option = Symbol.create_option(aapl, Market.USA, OptionStyle.AMERICAN, OptionRight.CALL, 100, expiry)
        return OptionSymbol.get_last_day_of_trading(option)

    assert last(datetime(2014, 6, 21)) == datetime(2014, 6, 20)
    assert last(datetime(2014, 4, 19)) == datetime(2014, 4, 17)  # Good Friday
    assert last(datetime(2015, 12, 24)) == datetime(2015, 12, 24)
    assert last(datetime(2016, 1, 15)) == datetime(2016, 1, 15)


@pytest.mark.parametrize(
    ("root", "expiry", "settles"),
    [
        ("SPX", datetime(2021, 1, 15), datetime(2021, 1, 15, 8, 30)),  # AM-settled on the open
        ("SPXW", datetime(2021, 1, 4), datetime(2021, 1, 4, 15)),
        ("SPXW", datetime(2021, 1, 15), datetime(2021, 1, 15, 15)),
    ],
)
def test_option_settlement_of_index_roots(root: str, expiry: datetime, settles: datetime):
    """AM roots settle at the open of a standard expiry, PM roots at three in Chicago."""
    spx = Symbol.create("SPX", SecurityType.INDEX, Market.USA)
    option = Symbol.create_option(spx, root, Market.USA, OptionStyle.EUROPEAN, OptionRight.PUT, 3700, expiry)
    assert OptionSymbol.get_settlement_date_time(option) == settles
    assert not OptionSymbol.is_option_contract_expired(option, expiry + timedelta(hours=21))
    assert OptionSymbol.is_option_contract_expired(option, expiry + timedelta(hours=22))


def test_option_kinds_by_expiry():
    """Third Fridays (and the days around) are standard, other Fridays weekly."""
    aapl = Symbol.create("AAPL", SecurityType.EQUITY, Market.USA)
    for day in range(1, 31):
        expiry = datetime(2016, 4, day)
        option = Symbol.create_option(aapl, Market.USA, OptionStyle.AMERICAN, OptionRight.CALL, 100, expiry)
        standard = 14 <= day <= 16
        assert OptionSymbol.is_standard(option) == standard, day
        assert OptionSymbol.is_weekly(option) == (expiry.weekday() == 4 and not standard)
    assert not OptionSymbol.is_option_contract_expired(aapl, datetime(2030, 1, 1))
    with pytest.raises(ArgumentException, match="not an option type"):
        OptionSymbol.get_settlement_date_time(aapl)
