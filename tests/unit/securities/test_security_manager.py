"""algorithm.securities (LEAN: SecurityManager.cs, SecurityManagerTests.cs)."""

from __future__ import annotations

import gc
from decimal import Decimal

import pytest

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol

SPX = Symbol.create("SPX", SecurityType.INDEX, "usa")


def test_the_manager_is_a_dictionary_by_symbol_ticker_or_security(spy) -> None:
    """Symbols, tickers and securities are keys; iterating yields pairs."""
    account, security = spy
    securities = account.securities
    assert securities[security.symbol] is securities["SPY"] is securities[security] is security
    assert "SPY" in securities
    assert "IBM" not in securities
    assert securities.get("IBM") is None
    assert securities.contains_key(security.symbol)
    assert [pair.value for pair in securities] == securities.values() == [security]
    assert securities.items() == [(security.symbol, security)]
    assert (len(securities), securities.count) == (1, 1)


def test_missing_securities_are_leans_errors(spy) -> None:
    """A ticker nobody added, and a symbol nobody added, each have their message."""
    account, _ = spy
    with pytest.raises(KeyError, match="The ticker IBM was not found in the SymbolCache"):
        account.securities["IBM"]
    with pytest.raises(KeyError, match="was not found in your security list"):
        account.securities[Symbol.create("IBM", SecurityType.EQUITY, "usa")]


def test_removed_securities_are_not_listed_but_can_be_looked_up(spy) -> None:
    """`total` keeps them; adding them again lists them again."""
    account, security = spy
    assert account.securities.remove(security.symbol)
    assert not account.securities.remove(security.symbol)
    assert (len(account.securities), account.securities.total) == (0, [security])
    assert account.securities["SPY"] is security
    account.securities.add(security)
    assert len(account.securities) == 1
    with pytest.raises(ArgumentException, match="Unable to overwrite existing Security"):
        account.securities["SPY"] = account.service.create_benchmark_security(security.symbol)


def test_a_removed_security_that_nothing_happened_to_is_made_anew_when_asked_for(spy) -> None:
    """A chain brings hundreds a day; who still holds one finds the same one, and its lookup never fails."""
    account, held = spy
    symbol, other = held.symbol, account.add(SPX).symbol
    assert account.securities.remove(symbol)
    assert account.securities.remove(other)
    gc.collect()
    assert (list(account.securities.kept()), symbol in account.securities) == ([], True)
    assert account.securities[symbol] is held
    again = account.securities[other]
    assert (again.symbol, again.price, again.is_tradable) == (other, 0, False)
    assert account.securities[other] is again
    assert account.securities.values() == []


@pytest.mark.parametrize("reason", ["order", "fees", "property"])
def test_a_removed_security_that_something_happened_to_is_kept(spy, reason: str) -> None:
    """Orders, fills and values the algorithm keeps with a security outlive its subscription."""
    account, security = spy
    if reason == "order":
        account.securities.note_order(security.symbol)
    elif reason == "fees":
        security.holdings.total_fees_decimal = Decimal(1)
    else:
        security["mine"] = 7
    account.securities.remove(security.symbol)
    assert list(account.securities.kept()) == [security]
