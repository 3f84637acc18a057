"""Paths and entry names are those of LEAN's data folder."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.common.enums import OptionRight, OptionStyle, Resolution, SecurityType, TickType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data_source.lean_folder.lean_data import entry_name, universe_path, zip_path

DAY = date(2014, 6, 6)
TRADE, QUOTE, INTEREST = TickType.TRADE, TickType.QUOTE, TickType.OPEN_INTEREST
TICK, SECOND, MINUTE = Resolution.TICK, Resolution.SECOND, Resolution.MINUTE
HOUR, DAILY = Resolution.HOUR, Resolution.DAILY


def _equity() -> Symbol:
    return Symbol.create("SPY", SecurityType.EQUITY, Market.USA)


def _equity_option() -> Symbol:
    return Symbol.create_option(
        Symbol.create("AAPL", SecurityType.EQUITY, Market.USA),
        Market.USA,
        OptionStyle.AMERICAN,
        OptionRight.CALL,
        647.5,
        datetime(2014, 6, 6),
    )


def _weekly() -> Symbol:
    return Symbol.create_option(
        Symbol.create("SPX", SecurityType.INDEX, Market.USA),
        "SPXW",
        Market.USA,
        OptionStyle.EUROPEAN,
        OptionRight.PUT,
        3700,
        datetime(2021, 1, 8),
    )


def _future() -> Symbol:
    return Symbol.create_future("ES", Market.CME, datetime(2014, 6, 20))


def _future_option() -> Symbol:
    return Symbol.create_option(
        _future(), Market.CME, OptionStyle.AMERICAN, OptionRight.PUT, 1900, datetime(2014, 6, 20)
    )


NAMES = [
    (_equity, MINUTE, TRADE, "equity/usa/minute/spy/20140606_trade.zip", "20140606_spy_minute_trade.csv"),
    (_equity, MINUTE, QUOTE, "equity/usa/minute/spy/20140606_quote.zip", "20140606_spy_minute_quote.csv"),
    (_equity, SECOND, TRADE, "equity/usa/second/spy/20140606_trade.zip", "20140606_spy_second_trade.csv"),
    (_equity, TICK, TRADE, "equity/usa/tick/spy/20140606_trade.zip", "20140606_spy_Trade_Tick.csv"),
    (_equity, HOUR, TRADE, "equity/usa/hour/spy.zip", "spy.csv"),
    (_equity, DAILY, TRADE, "equity/usa/daily/spy.zip", "spy.csv"),
    (
        _equity_option,
        MINUTE,
        QUOTE,
        "option/usa/minute/aapl/20140606_quote_american.zip",
        "20140606_aapl_minute_quote_american_call_6475000_20140606.csv",
    ),
    (
        _equity_option,
        MINUTE,
        INTEREST,
        "option/usa/minute/aapl/20140606_openinterest_american.zip",
        "20140606_aapl_minute_openinterest_american_call_6475000_20140606.csv",
    ),
    (
        _equity_option,
        DAILY,
        TRADE,
        "option/usa/daily/aapl_2014_trade_american.zip",
        "aapl_trade_american_call_6475000_20140606.csv",
    ),
    (
        _weekly,
        HOUR,
        QUOTE,
        "indexoption/usa/hour/spxw_2014_quote_european.zip",
        "spxw_quote_european_put_37000000_20210108.csv",
    ),
    (
        _future,
        MINUTE,
        TRADE,
        "future/cme/minute/es/20140606_trade.zip",
        "20140606_es_minute_trade_201406.csv",
    ),
    (_future, DAILY, QUOTE, "future/cme/daily/es_quote.zip", "es_quote_201406.csv"),
    (
        _future_option,
        MINUTE,
        QUOTE,
        "futureoption/cme/minute/es/201406/20140606_quote_american.zip",
        "20140606_es_minute_quote_american_put_19000000_20140620.csv",
    ),
]


@pytest.mark.parametrize(("symbol", "resolution", "tick_type", "path", "entry"), NAMES)
def test_files_and_entries_are_named_as_lean_names_them(symbol, resolution, tick_type, path, entry) -> None:
    """Every kind of security finds its zip file and its entry."""
    assert zip_path(symbol(), DAY, resolution, tick_type) == path
    assert entry_name(symbol(), DAY, resolution, tick_type) == entry


@pytest.mark.parametrize(
    ("symbol", "path"),
    [
        (_equity_option, "option/usa/universes/aapl/20140606.csv"),
        (_weekly, "indexoption/usa/universes/spxw/20140606.csv"),
        (_future, "future/cme/universes/es/20140606.csv"),
        (_future_option, "futureoption/cme/universes/es/201406/20140606.csv"),
    ],
)
def test_universe_files_are_named_by_canonical_and_day(symbol, path: str) -> None:
    """A chain's universe of a day is one file."""
    assert universe_path(symbol().canonical, DAY) == path
