"""Settlement of a cash account (figures: LEAN's scenario data_cash_account)."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.brokerages.default_brokerage_model import DefaultBrokerageModel
from engine.common.enums import AccountType, SecurityType
from engine.common.symbol import Symbol
from engine.securities.delayed_settlement_model import DelayedSettlementModel
from engine.securities.settlement_model import ScanSettlementModelParameters


@pytest.fixture
def friday(new_account):
    """Return a cash account on a Friday with 10 SPY bought."""
    account = new_account(10_000, brokerage_model=DefaultBrokerageModel(AccountType.CASH))
    account.at(datetime(2013, 10, 11, 12))
    security = account.trade(account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa")), 100.0)
    account.fill(security, 10, 100)
    return account, security


def scan(account, security, local: datetime) -> None:
    """Look for settlements at a New York time."""
    account.at(local)
    security.settlement_model.scan(
        ScanSettlementModelParameters(account.portfolio, security, account.time_keeper.utc_stamp)
    )


def test_sales_wait_until_six_of_the_next_open_day(friday) -> None:
    """Proceeds of Friday arrive on Monday at 6:00 New York; until then they are value, but not margin."""
    account, security = friday
    assert isinstance(security.settlement_model, DelayedSettlementModel)
    assert account.portfolio.cash == 9_000
    account.fill(security, -10, 110)
    portfolio = account.portfolio
    assert (portfolio.cash, portfolio.unsettled_cash) == (9_000, 1_100)
    assert (portfolio.total_portfolio_value, portfolio.margin_remaining) == (10_100, 9_000)
    assert security.settlement_model.get_unsettled_cash().amount == 1_100
    scan(account, security, datetime(2013, 10, 14, 5))
    assert portfolio.cash == 9_000
    scan(account, security, datetime(2013, 10, 14, 6))
    assert (portfolio.cash, portfolio.unsettled_cash) == (10_100, 0)
    assert security.settlement_model.get_unsettled_cash().amount == 0


def test_several_sales_settle_in_their_order(friday) -> None:
    """Each sale has its own day."""
    account, security = friday
    account.fill(security, -4, 100)
    account.at(datetime(2013, 10, 14, 12))
    account.fill(security, -6, 100)
    scan(account, security, datetime(2013, 10, 14, 13))
    assert (account.portfolio.cash, account.portfolio.unsettled_cash) == (9_400, 600)
    scan(account, security, datetime(2013, 10, 15, 6))
    assert (account.portfolio.cash, account.portfolio.unsettled_cash) == (10_000, 0)


def test_a_cash_account_has_no_leverage(friday) -> None:
    """An order may not cost more than the settled cash."""
    account, security = friday
    assert security.leverage == 1
    assert account.portfolio.has_sufficient_buying_power_for_order(
        [account.market_order(security, 89)]
    ).is_sufficient
    refused = account.portfolio.has_sufficient_buying_power_for_order([account.market_order(security, 91)])
    assert refused.reason == "Id: 3, Initial Margin: 9101, Free Margin: 9000"
