"""Futures are settled into cash every day (figures: LEAN's scenario fut_continuous_roll)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.securities.settlement_model import ScanSettlementModelParameters
from tests.unit.securities.log_replay import future_of

HALF_SPREAD = 0.125


@pytest.fixture
def market(new_account):
    """Return an account with three ES futures bought on 2013-10-07, and its future."""
    account = new_account(100_000)
    account.at(datetime(2013, 10, 7, 17))
    future = account.add(future_of("ES20Z13"))
    show(account, future, 1667.875)
    account.fill(future, 3, 1668, 6.45)
    return account, future


def show(account, future, price) -> None:
    """Quote a future around a price."""
    account.quote(future, price - HALF_SPREAD, price + HALF_SPREAD)


def settle(account, future, day: datetime) -> None:
    """Scan at the midnight that begins a day."""
    account.at(day)
    future.settlement_model.scan(
        ScanSettlementModelParameters(account.portfolio, future, account.time_keeper.utc_stamp)
    )


def figures(account):
    """Return cash, value, used margin and what remains, as LEAN prints them."""
    portfolio = account.portfolio
    return [
        round(value, 4)
        for value in (
            portfolio.cash,
            portfolio.total_portfolio_value,
            portfolio.total_margin_used,
            portfolio.margin_remaining,
        )
    ]


def test_value_takes_the_bid_and_cash_the_price(market) -> None:
    """Unsettled profit is taken at the bid less the fee; settlement moves the price change into cash."""
    account, future = market
    assert figures(account) == [99993.55, 99949.6, 11400.0, 88549.6]
    assert round(future.holdings.unrealized_profit, 4) == -43.95
    settle(account, future, datetime(2013, 10, 9))
    show(account, future, 1648.625)
    settle(account, future, datetime(2013, 10, 10))
    account.at(datetime(2013, 10, 10, 17))
    show(account, future, 1682.625)
    assert figures(account) == [97087.3, 102162.1, 11400.0, 90762.1]
    settle(account, future, datetime(2013, 10, 11))
    account.at(datetime(2013, 10, 11, 17))
    show(account, future, 1699.625)
    assert figures(account) == [102187.3, 104712.1, 11400.0, 93312.1]


def test_a_part_that_is_closed_brings_only_what_was_not_settled(market) -> None:
    """Two of three futures are sold below the settlement price: cash falls by the difference and the fee."""
    account, future = market
    account.at(datetime(2013, 12, 19, 17))
    show(account, future, 1807.875)
    settle(account, future, datetime(2013, 12, 20))
    assert round(account.portfolio.cash, 4) == 120974.8
    account.fill(future, -2, 1807.75, 4.3)
    assert round(account.portfolio.cash, 4) == 120958.0
    assert round(future.holdings.profit, 4) == 13975.0
    assert round(future.holdings.settled_profit, 4) == 6993.75


def test_nothing_is_settled_on_the_day_of_the_trade(market) -> None:
    """Scans of the day on which the future was added move no cash."""
    account, future = market
    for hour in range(18, 24):
        settle(account, future, datetime(2013, 10, 7) + timedelta(hours=hour))
    assert round(account.portfolio.cash, 4) == 99993.55


def test_settlement_price_stays_when_quotes_end(market) -> None:
    """A future that was removed keeps the price of its last settlement, though its own price is gone."""
    account, future = market
    account.at(datetime(2013, 10, 8, 17))
    show(account, future, 1700.0)
    future.cache.reset()
    assert future.price == 0
    assert future.cache.settlement_price == 1700.0
    assert future.holdings.price == 1700.0
