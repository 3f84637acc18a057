"""Accounts for the tests of securities, margin and portfolio."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.securities.securities_account import Account


@pytest.fixture
def new_account(shared: Path) -> Callable[..., Account]:
    """Return a function that makes an account on LEAN's sample data."""

    def make(cash: float = 100_000, **named: Any) -> Account:
        return Account(shared / "lean-data", cash, **named)

    return make
