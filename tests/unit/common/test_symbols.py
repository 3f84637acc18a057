"""Symbols: values, chains, comparison and tickers."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException, InvalidOperationException, NotImplementedException
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol, symbol_of
from engine.common.symbol_cache import SymbolCache

FIRST = {
    "GOOG": ("GOOCV", datetime(2014, 3, 27)),
    "SPY": ("SPY", datetime(1998, 1, 2)),
    "AAPL": ("AAPL", datetime(1998, 1, 2)),
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(SecurityIdentifier, "first_ticker", lambda ticker, *rest: FIRST.get(ticker))
    SymbolCache.clear()


def _spxw(strike: float = 3725, right: OptionRight = OptionRight.PUT) -> Symbol:
    spx = Symbol.create("SPX", SecurityType.INDEX, Market.USA)
    return Symbol.create_option(
        spx, "SPXW", Market.USA, OptionStyle.EUROPEAN, right, strike, datetime(2021, 1, 4)
    )


@pytest.mark.parametrize("name", ["fut_option_expiry", "fut_continuous_roll", "fut_strangle_universe"])
def test_symbol_value_of_recorded_orders_is_leans(shared: Path, name: str):
    """The readable symbol in LEAN's log is the value our symbol gets from the order's id."""
    record = json.loads((shared / "lean-golden" / "scenarios" / f"{name}.json").read_text())
    ids = {order["id"]: order["symbol"] for order in record["orders"]}
    compared = 0
    for line in record["log"]:
        found = re.search(r"event (\d+)\.1 (\S+(?:  \d{6}[CP]\d{8})?) ", line)
        if not found:
            continue
        sid = SecurityIdentifier.parse(ids[int(found[1])])
        assert Symbol(sid, sid.symbol).value == found[2]
        compared += 1
    assert compared


@pytest.mark.parametrize(
    ("make", "value", "text"),
    [
        (lambda: _spxw(3800), "SPXW  210104P03800000", "SPXW 31K16XIFTNT66|SPX 31"),
        (lambda: _spxw().canonical, "?SPXW", "SPXW 3JLXPT2SU|SPX 31"),
        (lambda: Symbol.create("SPY", SecurityType.EQUITY, Market.USA), "SPY", "SPY R735QTJ8XC9X"),
        (lambda: Symbol.create("ES", SecurityType.FUTURE, Market.CME), "/ES", "ES 1S1"),
        (lambda: Symbol.create_future("ES", Market.CME, datetime(2020, 3, 20)), "ES20H20", "ES XCZJLC9NOB29"),
        (lambda: Symbol.create_future("CL", Market.NYMEX, datetime(2020, 11, 20)), "CL20Z20", None),
        (lambda: Symbol.create_future("B", Market.ICE, datetime(2020, 11, 30)), "B30F21", None),
        (
            lambda: Symbol.create_canonical_option(Symbol.create("SPY", SecurityType.EQUITY, Market.USA)),
            "?SPY",
            None,
        ),
        (lambda: Symbol.create("SPX", SecurityType.INDEX_OPTION, Market.USA), "?SPX", None),
        (lambda: Symbol.create("GOOG", SecurityType.OPTION, Market.USA), "?GOOG", None),
    ],
)
def test_symbol_value_and_id_are_leans(make, value: str, text: str | None):
    """Contracts, chains and plain securities get LEAN's value, and LEAN's id where it is known."""
    symbol = make()
    assert symbol.value == value
    if text is not None:
        assert str(symbol.id) == text


def test_symbol_future_option_value_has_the_long_root():
    """A root of more than five characters is followed by two spaces."""
    es = Symbol.create_future("ES", Market.CME, datetime(2020, 3, 20))
    option = Symbol.create_option(
        es, Market.CME, OptionStyle.AMERICAN, OptionRight.CALL, 3200, datetime(2020, 3, 20)
    )
    assert option.value == "ES20H20  200320C03200000"
    assert option.canonical.value == "?ES20H20"
    assert option.has_underlying_symbol(es)


def test_symbol_create_option_takes_leans_overloads():
    """The underlying can be a symbol, ticker or id, a root can stand between, names can be given."""
    goog = Symbol.create("GOOG", SecurityType.EQUITY, Market.USA)
    args = (Market.USA, OptionStyle.AMERICAN, OptionRight.CALL, 747.5, datetime(2015, 12, 24))
    contract = Symbol.create_option(goog, *args)
    assert contract == Symbol.create_option("GOOG", *args)
    assert contract == Symbol.create_option(goog, None, *args)
    assert contract == Symbol.create_option(
        goog,
        target_option=None,
        market=Market.USA,
        style=args[1],
        right=args[2],
        strike=747.5,
        expiry=args[4],
    )
    assert contract == Symbol.create_option(contract.id, contract.value)
    assert contract.value == "GOOG  151224C00747500"
    with pytest.raises(ArgumentException, match="not for an option"):
        Symbol.create_option(goog.id, "GOOG")


def test_symbol_canonical_option_takes_leans_overloads():
    """The text behind the underlying is a root unless it is a market's name."""
    spx = Symbol.create("SPX", SecurityType.INDEX, Market.USA)
    assert Symbol.create_canonical_option(spx, "SPXW", Market.USA, "?SPXW").value == "?SPXW"
    assert Symbol.create_canonical_option(spx, Market.USA, "?SPX").value == "?SPX"
    assert Symbol.create_canonical_option(spx).id.option_style is OptionStyle.EUROPEAN


def test_symbol_canonical_is_its_own_and_others_have_none():
    """A chain is its own canonical; equities have none."""
    chain = _spxw().canonical
    assert chain.is_canonical()
    assert chain.canonical is chain
    assert not chain.has_canonical()
    assert _spxw().has_canonical()
    with pytest.raises(InvalidOperationException, match="Canonical is only defined"):
        Symbol.create("SPY", SecurityType.EQUITY, Market.USA).canonical  # noqa: B018


def test_symbol_equal_ids_are_equal_whatever_the_value():
    """A renamed security stays equal to itself, in dictionaries too."""
    old = Symbol(SecurityIdentifier.parse("GOOCV VP83T1ZUHROL"), "GOOCV")
    new = old.update_mapped_symbol("GOOG")
    assert (old.value, new.value) == ("GOOCV", "GOOG")
    assert old == new
    assert {old: 1}[new] == 1
    assert old == old.id
    assert old != Symbol.create("SPY", SecurityType.EQUITY, Market.USA)


def test_symbol_renamed_option_shows_the_new_ticker():
    """The underlying's new ticker goes into an equity option's value; index options cannot be mapped."""
    goocv = Symbol(SecurityIdentifier.parse("GOOCV VP83T1ZUHROL"), "GOOCV")
    contract = Symbol.create_option(
        goocv, Market.USA, OptionStyle.AMERICAN, OptionRight.PUT, 540, datetime(2014, 4, 19)
    )
    mapped = contract.update_mapped_symbol("GOOG")
    assert mapped.value == "GOOG  140419P00540000"
    assert mapped.underlying.value == "GOOG"
    assert contract.canonical.update_mapped_symbol("GOOG").value == "?GOOCV"
    with pytest.raises(ArgumentException, match="can not be mapped"):
        _spxw().update_mapped_symbol("SPY")


def test_symbol_compares_with_tickers_through_the_cache():
    """A text equals the symbol it stands for; unknown text is a BASE symbol of its own."""
    spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    assert spy != "SPY"
    SymbolCache.set("SPY", spy)
    assert spy == "SPY" == spy
    assert spy == "spy"
    assert symbol_of("NOPE").security_type is SecurityType.BASE
    assert symbol_of(str(spy.id)) == spy


def test_symbol_text_is_the_ticker_it_was_added_under_else_the_id():
    """str() gives the ticker of the cache, or the id's text (LEAN: Symbol.ToString)."""
    spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    assert str(spy) == f"{spy}" == "SPY R735QTJ8XC9X"
    SymbolCache.set("SPY", spy)
    assert str(spy) == spy.to_string() == "SPY"
    assert SymbolCache.try_get_symbol("SPY", None) == (True, spy)
    assert SymbolCache.try_remove(spy)
    assert str(spy) == "SPY R735QTJ8XC9X"
    with pytest.raises(InvalidOperationException, match="unable to locate the ticker 'SPY'"):
        SymbolCache.get_symbol("SPY")


def test_symbol_sorts_by_value_without_regard_to_case():
    """Sorting goes by value, also against plain text."""
    symbols = [_spxw(3730), Symbol.create("AAPL", SecurityType.EQUITY, Market.USA), _spxw(3725)]
    assert [s.value for s in sorted(symbols)] == ["AAPL", "SPXW  210104P03725000", "SPXW  210104P03730000"]
    assert symbols[1] < "aapm"
    assert symbols[1].compare_to("AAPL") == 0


def test_symbol_custom_data_finds_its_ticker_when_it_is_the_only_one():
    """BTC finds BTC.Bitcoin; two candidates are an error."""

    class Bitcoin: ...

    class Weather: ...

    coin = Symbol.create("BTC", SecurityType.BASE, Market.USA, base_data_type=Bitcoin)
    assert coin.id.symbol == "BTC.Bitcoin"
    SymbolCache.set(coin.id.symbol, coin)
    assert SymbolCache.get_symbol("BTC") == coin
    SymbolCache.clear()
    for kind in (Bitcoin, Weather):
        symbol = Symbol.create("BTC", SecurityType.BASE, Market.USA, base_data_type=kind)
        SymbolCache.set(symbol.id.symbol, symbol)
    with pytest.raises(InvalidOperationException, match="multiple potentially matching"):
        SymbolCache.get_symbol("BTC")


def test_symbol_future_option_needs_its_future():
    """LEAN cannot make a future option of a ticker alone."""
    with pytest.raises(NotImplementedException, match="insufficient information"):
        Symbol.create("ES", SecurityType.FUTURE_OPTION, Market.CME)


def test_symbol_empty_stands_for_nothing():
    """The empty symbol equals None, as in LEAN."""
    assert Symbol.EMPTY == None  # noqa: E711
    assert Symbol.EMPTY != Symbol.NONE
