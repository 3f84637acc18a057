"""Exercise, assignment and expiry in the portfolio, and assignment before expiry."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.common.enums import OptionRight, OptionStyle, OrderType, SecurityType, SettlementType
from engine.common.symbol import Symbol
from engine.orders.fees.constant_fee_model import ConstantFeeModel
from engine.securities.option.default_option_assignment_model import DefaultOptionAssignmentModel
from engine.securities.option.option_assignment import NullOptionAssignmentModel, OptionAssignmentParameters

JANUARY = datetime(2021, 1, 15, 12)
FRIDAY = datetime(2014, 6, 6)

# right, strike, quantity, average price, profit, cash moved, counted as won (LEAN compares the profit with the
# amount in the money, so the short call in the money has lost): LEAN's record opt_condor_cash_settlement at 3795.54
SPX_TABLE = [
    ("CALL", 3700, -4, "118.1", ". Profit: +9024.00", -38216, False),
    ("CALL", 3800, 2, "25.2", ". Loss: -5040.0", 0, False),
    ("CALL", 4250, 2, "0.05", ". Loss: -10.00", 0, False),
    ("PUT", 3200, -2, "3.4", ". Profit: +680.0", 0, True),
    ("PUT", 4200, 2, "382.4", ". Profit: +4412.00", 80892, True),
]


@pytest.mark.parametrize(("right", "strike", "quantity", "price", "message", "cash", "wins"), SPX_TABLE)
def test_cash_settled_options_pay_their_intrinsic_value(
    new_account, right, strike, quantity, price, message, cash, wins
) -> None:
    """The exercise closes at 0 and brings or costs the intrinsic value; the profit is that of both."""
    account = new_account(1_000_000)
    account.at(JANUARY)
    index = account.trade(account.add(Symbol.create("SPX", SecurityType.INDEX, "usa")), 3795.54)
    option = account.add(
        Symbol.create_option(
            index.symbol, "usa", OptionStyle.EUROPEAN, OptionRight[right], strike, datetime(2021, 1, 15)
        )
    )
    option.set_fee_model(ConstantFeeModel(0))
    account.fill(option, quantity, float(price))
    before = account.portfolio.cash
    event = account.fill(
        option, -quantity, 0, order_type=OrderType.OPTION_EXERCISE, is_in_the_money=cash != 0
    )
    assert option.exercise_settlement == SettlementType.CASH
    assert event.message.endswith(message)
    assert account.portfolio.cash - before == cash
    assert option.holdings.quantity == 0
    profit = float(message.split()[-1])
    assert option.holdings.last_trade_profit == profit
    _, recorded, won = account.transactions.records[-1]
    assert (float(recorded), won) == (profit, wins)


def test_delivered_options_leave_the_cash_to_the_shares(new_account) -> None:
    """The option goes for its premium; then the shares come at the strike."""
    account = new_account()
    account.at(FRIDAY)
    stock = account.trade(account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa")), 210)
    option = account.add(
        Symbol.create_option(
            stock.symbol, "usa", OptionStyle.AMERICAN, OptionRight.CALL, 200, datetime(2014, 6, 7)
        )
    )
    account.fill(option, 1, 12)
    cash = account.portfolio.cash
    event = account.fill(option, -1, 0, order_type=OrderType.OPTION_EXERCISE)
    assert account.portfolio.cash == cash
    assert event.message == ". Loss: -1200"
    account.fill(stock, option.get_exercise_quantity(-1), 200, order_type=OrderType.OPTION_EXERCISE)
    assert (stock.holdings.quantity, stock.holdings.average_price) == (100, 200)
    assert account.portfolio.cash == cash - 20_000
    assert option.holdings.total_fees == 0


@pytest.mark.parametrize(
    ("right", "prices", "intrinsic", "pay_off", "out_of_the_money"),
    [
        ("CALL", 210, 10, 10, 0),
        ("CALL", 190, 0, -10, 10),
        ("PUT", 210, 0, -10, 10),
        ("PUT", 190, 10, 10, 0),
        ("PUT", 200, 0, 0, 0),
    ],
)
def test_value_at_expiry(new_account, right, prices, intrinsic, pay_off, out_of_the_money) -> None:
    """The intrinsic value is never negative, and one cent of it exercises."""
    account = new_account()
    stock = account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"))
    option = account.add(
        Symbol.create_option(stock.symbol, "usa", OptionStyle.AMERICAN, OptionRight[right], 200, FRIDAY)
    )
    assert option.get_intrinsic_value(prices) == intrinsic
    assert option.get_pay_off(prices) == pay_off
    assert option.out_of_the_money_amount(prices) == out_of_the_money
    assert option.is_auto_exercised(prices) == (intrinsic > 0)
    option.holdings.set_holdings(1, 3)
    assert option.get_exercise_quantity() == (300 if right == "CALL" else -300)
    assert option.get_aggregate_exercise_amount() == 20_000


# hours before expiry, underlying, bid of the option, is it assigned
ASSIGNMENTS = [
    ("CALL", "AMERICAN", 24 * 4, 220, 20.0, True),
    ("CALL", "AMERICAN", 24 * 4 + 1, 220, 20.0, False),
    ("CALL", "AMERICAN", 24, 210, 10.0, False),  # 4.8% in the money
    ("CALL", "AMERICAN", 24, 211, 11.0, True),
    ("PUT", "AMERICAN", 24, 190, 10.0, True),
    ("PUT", "AMERICAN", 24, 210, 0.1, False),
    ("CALL", "EUROPEAN", 24, 220, 20.0, False),
    ("CALL", "EUROPEAN", 0, 220, 20.0, True),
]


@pytest.mark.parametrize(("right", "style", "hours", "spot", "bid", "assigned"), ASSIGNMENTS)
def test_deep_shorts_are_assigned_shortly_before_expiry(
    new_account, right, style, hours, spot, bid, assigned
) -> None:
    """More than 5% in the money, within four days, Europeans on the last day only; all or nothing."""
    account = new_account()
    account.at(FRIDAY - timedelta(hours=hours))
    stock = account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"))
    account.trade(account.quote(stock, spot, spot), spot)
    option = account.add(
        Symbol.create_option(stock.symbol, "usa", OptionStyle[style], OptionRight[right], 200, FRIDAY)
    )
    account.quote(option, bid, bid + 0.2)
    option.holdings.set_holdings(bid, -3)
    asked = OptionAssignmentParameters(option)
    result = DefaultOptionAssignmentModel().get_assignment(asked)
    assert result.quantity == (3 if assigned else 0)
    assert result.tag == ("Simulated option assignment before expiration" if assigned else "")
    assert NullOptionAssignmentModel().get_assignment(asked).quantity == 0


def test_thresholds_of_assignment_can_be_chosen(new_account) -> None:
    """A model with its own percentage and days."""
    account = new_account()
    account.at(FRIDAY - timedelta(days=9))
    stock = account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"))
    account.trade(account.quote(stock, 203, 203), 203)
    option = account.add(
        Symbol.create_option(stock.symbol, "usa", OptionStyle.AMERICAN, OptionRight.CALL, 200, FRIDAY)
    )
    account.quote(option, 3.0, 3.2)
    option.holdings.set_holdings(3, -1)
    asked = OptionAssignmentParameters(option)
    assert DefaultOptionAssignmentModel().get_assignment(asked).quantity == 0
    assert DefaultOptionAssignmentModel(0.01, timedelta(days=10)).get_assignment(asked).quantity == 1
