"""Accounts for the tests of this folder."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.margin.strategy_market import fill_market
from tests.unit.securities.conftest import new_account

__all__ = ["new_account"]


@pytest.fixture
def strategy_market(new_account: Any) -> tuple[Any, Any]:
    """Return an account with a million in which SPY and its options have prices, and the canonical option."""
    account = new_account(1_000_000)
    return account, fill_market(account)
