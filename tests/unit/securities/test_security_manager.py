"""algorithm.securities (LEAN: SecurityManager.cs, SecurityManagerTests.cs)."""

from __future__ import annotations

import pytest

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol


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
