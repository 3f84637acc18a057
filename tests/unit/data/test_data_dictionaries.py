"""Dictionaries by symbol, contracts and chains: order, keys and errors are LEAN's."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import KeyNotFoundException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.data.base_data import BaseData
from engine.data.market.bar import Bar
from engine.data.market.data_dictionary import DataDictionary, SharedKeys, TradeBars
from engine.data.market.futures_chain import FuturesChain
from engine.data.market.futures_contract import FuturesContract
from engine.data.market.open_interest import OpenInterest
from engine.data.market.option_chain import OptionChain, OptionChains
from engine.data.market.option_contract import OptionContract
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

AT = datetime(2015, 6, 1, 9, 30)
SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
AAPL = Symbol.create("AAPL", SecurityType.EQUITY, Market.USA)
ES = Symbol.create_future("ES", Market.CME, datetime(2015, 6, 19))


def _option(underlying: Symbol = SPY, strike: float = 200) -> Symbol:
    return Symbol.create_option(
        underlying, Market.USA, OptionStyle.AMERICAN, OptionRight.CALL, strike, datetime(2015, 6, 19)
    )


def _bar(symbol: Symbol, close: float) -> TradeBar:
    return TradeBar(AT, symbol, close, close, close, close, 10)


@pytest.fixture
def bars() -> TradeBars:
    """Return bars of SPY and AAPL, added in that order."""
    found = TradeBars(AT)
    found.add(_bar(SPY, 200))
    found[AAPL] = _bar(AAPL, 130)
    return found


def test_symbols_come_in_the_order_of_their_tickers(bars: TradeBars) -> None:
    """Keys, values, items and iteration all agree."""
    assert [symbol.value for symbol in list(bars.keys())] == ["AAPL", "SPY"]
    assert [bar.close for bar in bars.values()] == [130, 200]
    assert [(pair.key, pair.value.close) for pair in bars] == [(AAPL, 130), (SPY, 200)]
    assert [symbol for symbol, _ in bars.items()] == [AAPL, SPY]


def test_presence_can_be_asked_in_every_way(bars: TradeBars) -> None:
    """`in`, contains_key, get and try_get_value."""
    assert SPY in bars
    assert bars.contains_key(AAPL)
    assert bars.get(SPY).close == 200
    assert (bars.get(ES), bars.get(ES, 1)) == (None, 1)
    assert bars.try_get_value(ES)[0] is False
    assert (bars.count, len(bars)) == (2, 2)


def test_a_missing_symbol_says_how_to_ask_instead(bars: TradeBars) -> None:
    """The error is a KeyError, and LEAN's text."""
    with pytest.raises(
        KeyError, match="wasn't found in the TradeBars object, likely because there was no-data"
    ):
        _ = bars[ES]


def test_a_ticker_that_was_never_added_is_told_apart(bars: TradeBars) -> None:
    """A string that means no subscribed symbol has another error than one without data."""
    with pytest.raises(KeyNotFoundException, match="The ticker NOPE was not found in the SymbolCache"):
        _ = bars["NOPE"]


def test_a_ticker_means_the_symbol_it_was_added_under(bars: TradeBars) -> None:
    """After add_equity("SPY") the string is enough."""
    SymbolCache.set("SPY", SPY)
    try:
        assert bars["spy"].close == 200
        assert "SPY" in bars
    finally:
        SymbolCache.clear()


def test_removing_and_clearing(bars: TradeBars) -> None:
    """remove tells whether there was something."""
    assert (bars.remove(SPY), bars.remove(SPY), bars.count) == (True, False, 1)
    bars.clear()
    assert list(bars) == []


@pytest.fixture
def made() -> list[str]:
    """Return the tickers whose bars were made."""
    return []


@pytest.fixture
def shared_bars(made: list[str]) -> TradeBars:
    """Return bars of SPY and AAPL that are made when they are read."""

    def make(symbols: list[Symbol]) -> list[TradeBar]:
        made.extend(symbol.value for symbol in symbols)
        return [_bar(symbol, 100) for symbol in symbols]

    found = TradeBars(AT)
    found.share(SharedKeys({SPY: SPY, AAPL: AAPL}), make)
    return found


def test_values_of_shared_keys_are_made_when_read_and_once(shared_bars: TradeBars, made: list[str]) -> None:
    """Presence, count and keys make none; the same object comes each time."""
    assert (len(shared_bars), SPY in shared_bars, ES in shared_bars) == (2, True, False)
    assert (shared_bars.keys(), made) == ([AAPL, SPY], [])
    bar = shared_bars[SPY]
    assert (shared_bars.get(SPY) is bar, shared_bars.get(ES), made) == (True, None, ["SPY"])
    assert shared_bars.values()[1] is bar
    assert [symbol for symbol, _ in shared_bars.items()] == [AAPL, SPY]
    assert made == ["SPY", "AAPL"]


def test_changing_one_dictionary_leaves_those_with_the_same_keys_alone() -> None:
    """Setting, removing and clearing concern the dictionary alone."""
    keys = SharedKeys({SPY: SPY, AAPL: AAPL})
    one, other = TradeBars(AT), TradeBars(AT)
    for bars in (one, other):
        bars.share(keys, lambda symbols: [_bar(symbol, 100) for symbol in symbols])
    one[ES] = _bar(ES, 7)
    assert (one.remove(AAPL), one.remove(AAPL)) == (True, False)
    assert [(symbol.value, bar.close) for symbol, bar in one.items()] == [(ES.value, 7), ("SPY", 100)]
    assert other.keys() == [AAPL, SPY]
    other.clear()
    assert (len(other), list(other), keys.symbols) == (0, [], [AAPL, SPY])


# -- contracts ------------------------------------------------------------------------------------


def test_a_contract_has_the_newest_data_it_was_given() -> None:
    """Trade bar, quote bar and open interest each answer for their numbers; ticks are none of an option's."""
    contract = OptionContract(_option())
    contract.update(_bar(contract.symbol, 5))
    contract.update(QuoteBar(AT, contract.symbol, Bar(4, 4, 4, 4), 1, Bar(6, 6, 6, 6), 2))
    contract.update(OpenInterest(AT, contract.symbol, 77))
    contract.update(Tick(AT.replace(hour=10), contract.symbol, "", "", 3, 2105))
    assert (contract.strike, contract.expiry) == (200, datetime(2015, 6, 19))
    assert (contract.last_price, contract.volume, contract.open_interest) == (5, 10, 77)
    assert (contract.bid_price, contract.ask_price, contract.bid_size, contract.ask_size) == (4, 6, 1, 2)


def test_a_future_s_data_are_fetched_when_a_price_is_read() -> None:
    """The data of a contract nobody reads are not touched."""
    asked = []

    def fetch() -> list[BaseData]:
        asked.append(1)
        return [_bar(ES, 2100), OpenInterest(AT, ES, 77)]

    contract = FuturesContract(ES, fetch=fetch)
    assert (contract.expiry, asked) == (ES.id.date, [])
    assert (contract.last_price, contract.volume, contract.open_interest) == (2100, 10, 77)
    assert asked == [1]


def test_a_contract_without_data_has_zeros() -> None:
    """No price is no error."""
    contract = OptionContract(_option())
    assert (contract.last_price, contract.bid_price, contract.ask_price, contract.volume) == (0, 0, 0, 0)
    assert (contract.greeks.delta, contract.implied_volatility, contract.theoretical_price) == (0, 0, 0)


def test_data_of_the_underlying_are_its_last_price() -> None:
    """An option's contract also takes a bar of the underlying."""
    contract = OptionContract(_option())
    contract.update(_bar(SPY, 201.5))
    assert (contract.underlying_last_price, contract.last_price) == (201.5, 0)


def test_the_newer_of_tick_and_bar_is_a_future_s_price() -> None:
    """A tick at or before the end of the bar does not count."""
    contract = FuturesContract(ES)
    contract.update(_bar(ES, 2100))
    contract.update(Tick(AT, ES, "", "", 3, 2105))
    assert (contract.last_price, contract.volume) == (2100, 10)
    contract.update(Tick(AT.replace(hour=10), ES, "", "", 3, 2105))
    assert (contract.last_price, contract.volume) == (2105, 3)


# -- chains ----------------------------------------------------------------------------------------


def _chain(*strikes: float) -> OptionChain:
    chain = OptionChain(_option().canonical, AT)
    for strike in strikes:
        chain.contracts[_option(strike=strike)] = OptionContract(_option(strike=strike))
    return chain


def test_a_chain_iterates_its_contracts_in_symbol_order() -> None:
    """Iteration, length and membership are those of the contracts."""
    chain = _chain(210, 190)
    assert [contract.strike for contract in chain] == [190, 210]
    assert (len(chain), chain.count, _option(strike=190) in chain) == (2, 2, True)
    assert chain.contains_key(_option(strike=200)) is False


class _Source:
    """What a chain of a slice is made of; counts how often it is asked for the data."""

    underlying = _bar(SPY, 200)

    def __init__(self) -> None:
        self.asked = 0

    def points(self) -> list[BaseData]:
        self.asked += 1
        option = _option()
        quote = QuoteBar(AT, option, Bar(4, 4, 4, 4), 1, None, 0)
        return [_bar(option, 5), quote, OpenInterest(AT, option, 9)]

    def fill(self, contracts: DataDictionary[OptionContract]) -> None:
        contracts[_option()] = OptionContract(_option())

    def filtered_contracts(self) -> set[Symbol]:
        return {_option()}


def test_the_bars_of_a_chain_are_handed_over_when_they_are_read() -> None:
    """trade_bars, quote_bars and ticks of the slice, once."""
    source, option = _Source(), _option()
    chain = OptionChain(option.canonical, AT, source=source)
    assert (len(chain), chain.underlying.close, chain.filtered_contracts) == (1, 200, {option})
    assert source.asked == 0
    assert (chain.trade_bars[option].close, chain.quote_bars[option].bid.close) == (5, 4)
    assert [tick.value for tick in chain.ticks[option]] == [9]
    assert source.asked == 1


@pytest.mark.parametrize(
    "key", [_option().canonical, _option(), SPY], ids=["canonical", "contract", "underlying"]
)
def test_an_option_chain_is_found_by_everything_that_belongs_to_it(key: Symbol) -> None:
    """LEAN takes the canonical symbol, a contract or the underlying."""
    chains = OptionChains(AT)
    chains[_option().canonical] = _chain(200)
    assert chains[key].symbol == _option().canonical
    assert key in chains
    assert chains.get(AAPL) is None


def test_a_futures_chain_has_futures_contracts() -> None:
    """Its contracts are found by symbol."""
    chain = FuturesChain(ES.canonical, AT)
    chain.contracts[ES] = FuturesContract(ES)
    assert [contract.symbol for contract in chain] == [ES]
