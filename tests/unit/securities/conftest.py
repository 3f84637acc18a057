"""Accounts for the tests of securities, margin and portfolio."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.common.enums import SecurityType
from engine.common.symbol import Symbol
from tests.unit.securities.securities_account import Account


@pytest.fixture
def new_account(shared: Path) -> Callable[..., Account]:
    """Return a function that makes an account on LEAN's sample data."""

    def make(cash: float = 100_000, **named: Any) -> Account:
        return Account(shared / "lean-data", cash, **named)

    return make


@pytest.fixture
def spy(new_account: Callable[..., Account]) -> tuple[Account, Any]:
    """Return an account at noon of a trading day with SPY, which has no price yet."""
    account = new_account()
    account.at(datetime(2015, 12, 24, 12))
    return account, account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"))
