"""Contracts that are remembered by their numbers."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from weakref import ref

import pytest

from engine.common.contract_set import ContractSet
from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.common.symbol_representation import generate_option_ticker_osi, parse_option_ticker_osi

SPX = Symbol.create("SPX", SecurityType.INDEX, Market.USA)
ES = Symbol.create_future("ES", Market.CME, datetime(2021, 3, 19))
EXPIRY = datetime(2021, 2, 5)


def spxw(strike: str = "3825", expiry: datetime = EXPIRY, alias: str | None = None) -> Symbol:
    return Symbol.create_option(
        SPX, "SPXW", Market.USA, OptionStyle.EUROPEAN, OptionRight.PUT, Decimal(strike), expiry, alias
    )


def es_call() -> Symbol:
    return Symbol.create_option(
        ES, Market.CME, OptionStyle.AMERICAN, OptionRight.CALL, Decimal("3812.5"), datetime(2021, 3, 19)
    )


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    SymbolCache.clear()
    yield
    SymbolCache.clear()


@pytest.mark.parametrize("make", [spxw, es_call], ids=["index option", "future option"])
def test_a_contract_is_found_again_by_symbol_and_by_ticker(make) -> None:  # type: ignore[no-untyped-def]
    """What is remembered is one number; the symbol made of it is the one there was."""
    contracts, symbol = ContractSet(), make()
    assert contracts.add(symbol)
    assert (symbol in contracts, list(contracts)) == (True, [symbol])
    again = contracts.by_ticker(symbol.value)
    assert (again, again.value, again.underlying) == (symbol, symbol.value, symbol.underlying)  # type: ignore[union-attr]
    contracts.discard(symbol)
    assert (symbol in contracts, contracts.by_ticker(symbol.value)) == (False, None)


@pytest.mark.parametrize(
    "symbol",
    [
        SPX,
        ES,
        spxw().canonical,
        spxw(alias="MINE"),
        spxw(strike="12.0625"),
        spxw(expiry=datetime(2021, 2, 5, 16)),
    ],
    ids=["index", "future", "chain", "own name", "strike of four decimals", "time of expiry"],
)
def test_what_cannot_be_made_of_its_number_is_refused(symbol: Symbol) -> None:
    """The caller keeps such a symbol itself."""
    contracts = ContractSet()
    assert not contracts.add(symbol)
    assert symbol not in contracts
    assert not list(contracts)


@pytest.mark.parametrize(
    "ticker", ["", "SPX", "SPXW  210205X03825000", "SPXW  211305P03825000", "210205P03825000"]
)
def test_text_that_is_no_ticker_of_a_contract_is_none(ticker: str) -> None:
    """A look-up by any text ends well."""
    assert parse_option_ticker_osi(ticker) is None


def test_a_ticker_says_the_terms_it_was_made_of() -> None:
    """Writing and reading are inverse."""
    terms = ("SPXW", EXPIRY, OptionRight.CALL, Decimal("3812.5"))
    root, expiry, right, strike = terms
    assert parse_option_ticker_osi(generate_option_ticker_osi(root, right, strike, expiry)) == terms


def test_a_contract_let_go_prints_and_is_looked_up_as_before() -> None:
    """Nobody can tell the table of tickers to hold a number instead of a symbol."""
    symbol = spxw()
    assert str(symbol) == str(symbol.id)  # nobody has added it
    SymbolCache.set(symbol.value, symbol)
    SymbolCache.let_go(symbol)
    assert (str(symbol), SymbolCache.get_symbol(symbol.value)) == (symbol.value, symbol)
    assert SymbolCache.try_get_ticker(symbol) == symbol.value
    assert SymbolCache.try_remove(symbol.value)
    assert (str(symbol), SymbolCache.try_get_symbol(symbol.value)) == (str(symbol.id), None)
    SymbolCache.set(symbol.value, symbol)
    SymbolCache.let_go(symbol)
    assert (SymbolCache.try_remove(symbol), SymbolCache.try_remove(symbol)) == (True, False)


def test_a_symbol_under_another_ticker_is_not_let_go() -> None:
    """Its ticker cannot be made of its number."""
    symbol = spxw()
    SymbolCache.set("MINE", symbol)
    SymbolCache.let_go(symbol)
    assert (str(symbol), SymbolCache.get_symbol("mine")) == ("MINE", symbol)


def test_ids_and_symbols_live_as_long_as_somebody_has_them() -> None:
    """Equal ones are one object meanwhile; afterwards nothing is left."""
    symbol = spxw("3777")
    assert spxw("3777") is symbol
    assert SecurityIdentifier.parse(str(symbol.id)) is symbol.id
    gone = ref(symbol), ref(symbol.id)
    del symbol
    gc.collect()
    assert [one() for one in gone] == [None, None]
