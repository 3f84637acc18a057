"""Bars that indicators are fed with."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.market.trade_bar import TradeBar

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="session")
def bars() -> list[TradeBar]:
    """Return 300 bars of a seeded random walk with two decimals."""
    walk, price, found = random.Random(7), 100.0, []
    spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    for minute in range(300):
        opens = price
        price = max(round(price + walk.uniform(-1, 1), 2), 1.0)
        high = round(max(opens, price) + walk.uniform(0, 0.5), 2)
        low = round(min(opens, price) - walk.uniform(0, 0.5), 2)
        at = datetime(2015, 6, 1, 9, 30) + minute * MINUTE
        found.append(TradeBar(at, spy, opens, high, low, price, walk.randrange(100, 1000), MINUTE))
    return found
