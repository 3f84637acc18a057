"""Frames of history and chains have LEAN's index, columns and order."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.data.custom.python_data import PythonData
from engine.data.market.bar import Bar
from engine.data.market.data_dictionary import QuoteBars, TradeBars
from engine.data.market.open_interest import OpenInterest
from engine.data.market.option_chain import OptionChain, OptionChains
from engine.data.market.option_contract import OptionContract
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data_feeds.history_frame import (
    chain_frame,
    chains_frame,
    data_frame,
    history_frame,
    indicator_frame,
)
from engine.indicators.indicator_data_point import IndicatorDataPoint

AT = datetime(2015, 6, 1, 9, 30)
MINUTE = timedelta(minutes=1)
SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
AAPL = Symbol.create("AAPL", SecurityType.EQUITY, Market.USA)
ES = Symbol.create_future("ES", Market.CME, datetime(2015, 6, 19))


def _call(strike: float = 200, underlying: Symbol = SPY) -> Symbol:
    return Symbol.create_option(
        underlying, Market.USA, OptionStyle.AMERICAN, OptionRight.CALL, strike, datetime(2015, 6, 19)
    )


def _bar(symbol: Symbol, minute: int, close: float, volume: float = 10) -> TradeBar:
    return TradeBar(AT + minute * MINUTE, symbol, close, close, close, close, volume)


def _quote(symbol: Symbol, minute: int, bid: float | None, ask: float | None) -> QuoteBar:
    sides = [None if price is None else Bar(price, price, price, price) for price in (bid, ask)]
    return QuoteBar(AT + minute * MINUTE, symbol, sides[0], 1, sides[1], 2)


def _slice(*data):
    bars, quotes = TradeBars(), QuoteBars()
    for item in data:
        if isinstance(item, TradeBar):
            bars.add(item)
        elif isinstance(item, QuoteBar):
            quotes.add(item)
    return SimpleNamespace(all_data=list(data), bars=bars, quote_bars=quotes)


def test_bars_are_rows_by_symbol_and_end_time() -> None:
    """The index has LEAN's names; symbols come as they arrive, times are ends."""
    frame = history_frame([_slice(_bar(SPY, n, 200 + n), _bar(AAPL, n, 130 + n)) for n in range(2)])
    assert list(frame.index.names) == ["symbol", "time"]
    assert list(frame.columns) == ["close", "high", "low", "open", "volume"]
    assert [(s.value, t) for s, t in frame.index] == [
        (name, AT + minute * MINUTE) for name in ("SPY", "AAPL") for minute in (1, 2)
    ]
    assert frame.loc[SPY]["close"].tolist() == [200, 201]


def test_a_quote_and_a_trade_of_a_moment_share_a_row() -> None:
    """Bid and ask columns come from the quote; open to close are the trade's."""
    frame = history_frame([_slice(_bar(SPY, 0, 200), _quote(SPY, 0, 198, 199))])
    (row,) = frame.to_dict("records")
    assert (row["close"], row["bidclose"], row["askclose"], row["volume"]) == (200, 198, 199, 10)
    assert (row["bidsize"], row["asksize"]) == (1, 2)


def test_one_type_of_data_can_be_asked_for() -> None:
    """With a type only its rows and columns appear."""
    slices = [_slice(_bar(SPY, 0, 200), _quote(SPY, 0, 198, 199))]
    assert "bidclose" not in history_frame(slices, TradeBar)
    assert history_frame(slices, QuoteBar)["close"].tolist() == [198.5]


def test_columns_of_zeros_and_blanks_are_left_out() -> None:
    """An index has no volume, so its frame has no such column."""
    frame = history_frame([_slice(_bar(SPY, n, 200, 0)) for n in range(3)])
    assert "volume" not in frame


def test_a_missing_side_is_a_hole_not_a_zero() -> None:
    """A bid that was not quoted is NaN beside one that was."""
    frame = history_frame([_slice(_quote(SPY, 0, None, 3)), _slice(_quote(SPY, 1, 2, 3))])
    assert frame["bidclose"].isna().tolist() == [True, False]


def test_options_have_their_terms_in_the_index() -> None:
    """Expiry, strike and right come before symbol and time."""
    frame = history_frame([_slice(_bar(_call(), 0, 5), _bar(_call(210), 0, 3))])
    assert list(frame.index.names) == ["expiry", "strike", "type", "symbol", "time"]
    first = frame.index[0]
    assert (first[0], first[1], first[2]) == (datetime(2015, 6, 19), 200, OptionRight.CALL)
    assert first[3] == _call()


def test_levels_are_padded_where_kinds_mix() -> None:
    """A stock beside an option has blanks for the terms it lacks."""
    frame = history_frame([_slice(_bar(SPY, 0, 200), _bar(_call(), 0, 5))])
    assert list(frame.index.names) == ["expiry", "strike", "type", "symbol", "time"]
    assert frame.loc[("", "", "", SPY, AT + MINUTE), "close"] == 200


def test_futures_have_their_expiry_in_the_index() -> None:
    """Three levels."""
    frame = history_frame([_slice(_bar(ES, 0, 2100))])
    assert list(frame.index.names) == ["expiry", "symbol", "time"]


def test_ticks_and_open_interest_are_rows_of_their_own() -> None:
    """Several ticks of one moment are several rows."""
    ticks = [Tick(AT, SPY, "", "P", 5, price) for price in (200, 201)]
    frame = history_frame([_slice(*ticks)])
    assert frame["lastprice"].tolist() == [200, 201]
    assert frame["quantity"].tolist() == [5, 5]
    interest = history_frame([_slice(OpenInterest(AT, _call(), 77))], OpenInterest)
    assert (list(interest.columns), interest["openinterest"].tolist()) == (["openinterest"], [77])


def test_custom_data_show_what_they_hold() -> None:
    """Every property is a column, under its lower-case name."""
    point = PythonData()
    point.symbol, point.time, point.value = SPY, AT, 3.5
    point["MyNumber"] = 7
    frame = data_frame([point])
    assert frame["mynumber"].tolist() == [7]
    assert frame["value"].tolist() == [3.5]


def test_no_data_are_an_empty_frame() -> None:
    """Not an error."""
    assert history_frame([]).empty
    assert data_frame([]).empty


def test_a_frame_is_found_by_ticker() -> None:
    """`frame.loc["SPY"]` and ["SPY"] work where the ticker is known to the run."""
    SymbolCache.set("SPY", SPY)
    try:
        frame = history_frame([_slice(_bar(SPY, 0, 200), _bar(AAPL, 0, 130))])
        assert frame.loc["SPY"]["close"].tolist() == [200]
        assert frame["close"].unstack(level=0)["SPY"].tolist() == [200]
        assert "SPY" in frame.index.levels[0]
        with pytest.raises(KeyError, match="No key found for either mapped or original key"):
            frame.loc["NOPE"]
    finally:
        SymbolCache.clear()


def test_other_frames_are_left_alone() -> None:
    """Wrapping pandas' look-ups changes nothing for frames of the algorithm's own."""
    history_frame([_slice(_bar(SPY, 0, 200))])
    frame = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    assert (frame.loc["x", "a"], frame["a"].tolist(), frame.at["y", "a"]) == (1, [1, 2], 2)
    with pytest.raises(KeyError):
        _ = frame["b"]


# -- chains ------------------------------------------------------------------------------------------


def _chain(underlying: Symbol, *strikes: float) -> OptionChain:
    chain = OptionChain(_call(200, underlying).canonical, AT)
    for strike in strikes:
        symbol = _call(strike, underlying)
        contract = OptionContract(symbol)
        contract.update(_bar(symbol, 0, 5))
        chain.contracts[symbol] = contract
    return chain


def test_a_flat_chain_is_a_row_per_contract() -> None:
    """Terms and prices are columns; zero greeks of a contract without a model are left out."""
    frame = chain_frame(_chain(SPY, 210, 200), flatten=True)
    assert frame.index.tolist() == [_call(200), _call(210)]
    assert frame["strike"].tolist() == [200, 210]
    assert frame["right"].tolist() == [OptionRight.CALL, OptionRight.CALL]
    assert frame["lastprice"].tolist() == [5, 5]
    assert "delta" not in frame


def test_a_chain_that_is_not_flat_is_one_row() -> None:
    """It holds the contracts themselves."""
    frame = chain_frame(_chain(SPY, 200), flatten=False)
    assert (len(frame), list(frame.columns), frame["count"].tolist()) == (1, ["contracts", "count"], [1])


def test_chains_are_told_apart_by_their_canonical() -> None:
    """Flat chains are joined below each other."""
    chains = OptionChains(AT)
    for underlying in (SPY, AAPL):
        chains[_call(200, underlying).canonical] = _chain(underlying, 200)
    frame = chains_frame(chains, flatten=True)
    assert list(frame.index.names) == ["canonical", "symbol"]
    assert {canonical.underlying for canonical, _ in frame.index} == {SPY, AAPL}


def test_indicators_are_columns_by_time() -> None:
    """Names are in lower case and sorted; values that were never computed are left out."""
    points = [IndicatorDataPoint(SPY, AT + n * MINUTE, n) for n in range(2)]
    frame = indicator_frame({"Current": points, "Average": [IndicatorDataPoint(), points[1]]})
    assert list(frame.columns) == ["average", "current"]
    assert frame["current"].tolist() == [0, 1]
    assert frame["average"].isna().tolist() == [True, False]
