"""Quantities for a target of margin, and what an order may use, for single securities (LEAN: BuyingPowerModel.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.common.enums import OrderDirection, SecurityType
from engine.common.errors import InvalidOperationException, NotImplementedException
from engine.common.symbol import Symbol
from engine.orders.fees.constant_fee_model import ConstantFeeModel
from engine.securities.buying_power_model import (
    BuyingPowerModel,
    ConstantBuyingPowerModel,
    PatternDayTradingMarginModel,
    SecurityMarginModel,
)
from engine.securities.buying_power_parameters import (
    BuyingPowerParameters,
    GetMaximumOrderQuantityForDeltaBuyingPowerParameters,
    GetMaximumOrderQuantityForTargetBuyingPowerParameters,
    InitialMarginParameters,
    MaintenanceMarginParameters,
    ReservedBuyingPowerForPositionParameters,
)
from engine.securities.cash_buying_power_model import CashBuyingPowerModel

NOON = datetime(2014, 6, 6, 12)


def spy_of(new_account: Any, fee: float = 0, price: float = 25) -> tuple[Any, Any]:
    """Return an account of 100,000 with SPY, which takes a fee for every order."""
    account = new_account()
    account.at(NOON)
    security = account.trade(account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa")), price)
    security.set_fee_model(ConstantFeeModel(fee))
    return account, security


def size(
    account: Any, security: Any, target: float | str, minimum: float | str = 0, silent: bool = False
) -> Any:
    """Ask the security's model for the order that leads to a target."""
    return security.buying_power_model.get_maximum_order_quantity_for_target_buying_power(
        GetMaximumOrderQuantityForTargetBuyingPowerParameters(
            account.portfolio, security, Decimal(str(target)), Decimal(str(minimum)), silent
        )
    )


def change(account: Any, security: Any, delta: float) -> float:
    """Ask the security's model for the order that changes the margin used."""
    return security.buying_power_model.get_maximum_order_quantity_for_delta_buying_power(
        GetMaximumOrderQuantityForDeltaBuyingPowerParameters(account.portfolio, security, delta, 0)
    ).quantity


@pytest.mark.parametrize(
    ("fee", "target", "quantity"),
    [
        (1, "0.9975", 7979),
        (1, "1.0474", 8379),
        (1, "-0.9975", -7979),
        (0, "0.9975", 7980),
        (0, "-0.9975", -7980),
        (0, "1.04737", 8378),
        (0, "0.0001", 0),
        (5, "1", 7999),
    ],
)
def test_the_target_is_a_fraction_of_the_value_less_fees(new_account, fee, target, quantity) -> None:
    """With half of the price as margin 100,000 carry nearly 8,000 shares at 25; the fee comes off first."""
    account, security = spy_of(new_account, fee)
    assert size(account, security, target).quantity == quantity


def test_held_quantities_are_part_of_the_target(new_account) -> None:
    """Towards the target from either side, and to nothing for a target of 0 without asking for a price."""
    account, security = spy_of(new_account)
    for held in (2000, -2000, 10_000):
        security.holdings.set_holdings(25, held)
        account.portfolio.set_cash(100_000 - held * 25)
        assert size(account, security, "0.5").quantity == 4000 - held
        assert size(account, security, "-0.5").quantity == -4000 - held
        security.cache.reset()
        assert size(account, security, 0).quantity == -held
        account.trade(security, 25)


def test_without_a_price_the_reason_is_an_error(new_account) -> None:
    """LEAN explains how to wait for data."""
    account, security = spy_of(new_account)
    security.cache.reset()
    account.prices_came()
    result = size(account, security, "0.5")
    assert (result.quantity, result.is_error) == (0, True)
    assert result.reason.startswith("SPY: The security does not have an accurate price")


def test_small_orders_are_left_alone_unless_margin_is_missing(new_account) -> None:
    """The minimum is a fraction of the portfolio; without margin every reduction counts."""
    account, security = spy_of(new_account)
    security.holdings.set_holdings(25, 1000)
    account.portfolio.set_cash(75_000)
    small = "0.1255"
    result = size(account, security, small, "0.001")
    assert (result.quantity, result.is_error) == (0, False)
    assert "is less than the minimum" in result.reason
    assert size(account, security, small, "0.001", silent=True).reason == ""
    account.portfolio.set_cash(-15_000)
    assert size(account, security, "1.2499", "0.01").quantity == -1


def test_less_than_a_lot_is_rounded_to_zero(new_account) -> None:
    """The reason names the lot size."""
    account, security = spy_of(new_account)
    result = size(account, security, "0.0001")
    assert result.reason.startswith(
        "The order quantity is less than the lot size of 1 and has been rounded to zero. Target order margin 10"
    )
    assert not result.is_error


@pytest.mark.parametrize(
    ("side", "fee", "expected"), [(1, 0, 8000), (-1, 0, -8000), (1, 5, 7999), (-1, 5, -7999)]
)
def test_the_whole_margin_as_a_change(new_account, side, fee, expected) -> None:
    """From nothing, a change of all margin is all that can be bought or sold."""
    account, security = spy_of(new_account, fee)
    assert change(account, security, 100_000 * side) == expected


@pytest.mark.parametrize(
    ("held", "delta", "expected"),
    [
        (100, 510, 40),
        (-100, 510, 41),
        (-100, 50_000, 4000),
        (100, -510, -41),
        (-100, -510, -40),
        (100, -50_000, -4000),
    ],
)
def test_a_change_is_added_to_the_margin_used(new_account, held, delta, expected) -> None:
    """Rounded towards the margin used, through zero where it is big enough."""
    account, security = spy_of(new_account)
    security.holdings.set_holdings(25, held)
    assert change(account, security, delta) == expected


@pytest.mark.parametrize(
    ("leverage", "held", "buying", "selling", "target", "quantity"),
    [
        (1, 0, 95_000, 95_000, "0.9975", 3790),
        (1, 2000, 45_000, 145_000, "-0.9975", -5790),
        (2, 0, 95_000, 95_000, "0.9975", 7580),
        (2, 2000, 70_000, 120_000, "-0.9975", -9580),
        (2, -2000, 120_000, 70_000, "0.9975", 9580),
    ],
)
def test_a_part_of_the_value_can_be_kept_free(
    new_account, leverage, held, buying, selling, target, quantity
) -> None:
    """5% of the portfolio are neither for orders nor for targets; turning a position frees it twice."""
    account, security = spy_of(new_account, 5)
    model = SecurityMarginModel(leverage, 0.05)
    security.set_buying_power_model(model)
    security.holdings.set_holdings(25, held)
    account.portfolio.set_cash(100_000 - 25 * held)
    for direction, power in ((OrderDirection.BUY, buying), (OrderDirection.SELL, selling)):
        parameters = BuyingPowerParameters(account.portfolio, security, direction)
        assert model.get_buying_power(parameters).value == power
    result = size(account, security, target)
    assert result.quantity == quantity
    check = account.portfolio.has_sufficient_buying_power_for_order
    assert check([account.market_order(security, quantity)]).is_sufficient
    assert not check([account.market_order(security, quantity * 1.0035)]).is_sufficient


def test_a_constant_margin_ignores_price_and_leverage(new_account) -> None:
    """Every unit needs the same amount."""
    account, security = spy_of(new_account)
    model = ConstantBuyingPowerModel(250)
    security.set_buying_power_model(model)
    security.set_leverage(5)
    assert size(account, security, 1).quantity == 400
    security.holdings.set_holdings(25, -100)
    assert (
        model.get_maintenance_margin(MaintenanceMarginParameters.for_current_holdings(security)).value
        == 25_000
    )


def test_day_trading_has_more_leverage_while_the_market_is_open(new_account) -> None:
    """Four while open, two overnight and in the last ten minutes."""
    account, security = spy_of(new_account)
    security.set_buying_power_model(PatternDayTradingMarginModel())
    for hour, minute, leverage in ((12, 0, 4), (15, 49, 4), (15, 51, 2), (20, 0, 2), (9, 29, 2), (9, 30, 4)):
        account.at(datetime(2014, 6, 6, hour, minute))
        assert security.leverage == leverage, (hour, minute)
        margin = security.buying_power_model.get_initial_margin_requirement(
            InitialMarginParameters(security, 100)
        )
        assert margin.value == 2500 / leverage
    security.set_leverage(10)
    assert security.leverage == 4


def test_the_null_model_lets_everything_pass(new_account) -> None:
    """No margin is used and no order is too big."""
    account, security = spy_of(new_account)
    security.set_buying_power_model(BuyingPowerModel.NULL)
    order = account.market_order(security, 10**9)
    assert account.portfolio.has_sufficient_buying_power_for_order([order]).is_sufficient
    security.holdings.set_holdings(25, 10**6)
    account.prices_came()
    assert account.portfolio.total_margin_used == 0


def test_the_cash_model_is_about_currencies(new_account) -> None:
    """It refuses other securities, in LEAN's words, and never has leverage."""
    account, security = spy_of(new_account)
    model = CashBuyingPowerModel()
    security.set_buying_power_model(model)
    with pytest.raises(InvalidOperationException, match="does not allow setting leverage"):
        security.set_leverage(2)
    security.set_leverage(1)
    assert security.leverage == 1
    result = account.portfolio.has_sufficient_buying_power_for_order([account.market_order(security, 1)])
    assert result.reason == (
        "The 'SPY' security is not supported by this cash model. Currently only Crypto and Forex are supported."
    )
    assert size(account, security, "-0.1").reason == "The cash model does not allow shorting."
    assert size(account, security, "0.1").reason == "The security type must be Cryptoor Forex."
    with pytest.raises(NotImplementedException, match="does not require"):
        change(account, security, 10)
    parameters = BuyingPowerParameters(account.portfolio, security, OrderDirection.BUY)
    assert model.get_buying_power(parameters).value == 0
    security.holdings.set_holdings(25, 10)
    reserved = model.get_reserved_buying_power_for_position(
        ReservedBuyingPowerForPositionParameters(security)
    )
    assert reserved.absolute_used_buying_power == 0


class TwicePrice(SecurityMarginModel):
    """What an algorithm writes: methods take LEAN's parameters and return plain numbers or LEAN's amounts."""

    def __init__(self) -> None:
        super().__init__(1)
        self.asked: list[str] = []

    def get_maintenance_margin(self, parameters):
        self.asked.append("maintenance")
        return parameters.absolute_holdings_value * 2

    def get_initial_margin_requirement(self, parameters):
        self.asked.append("initial")
        return parameters.security.price * parameters.quantity * 2

    def has_sufficient_buying_power_for_order(self, parameters):
        self.asked.append("order")
        if parameters.order.quantity > 1500:
            return parameters.insufficient("too many of " + parameters.security.symbol.value)
        return super().has_sufficient_buying_power_for_order(parameters)


def test_models_of_algorithms_take_part_everywhere(new_account) -> None:
    """Margin used, sizes, checks and their reasons come from the algorithm's class."""
    account, security = spy_of(new_account)
    model = TwicePrice()
    security.set_buying_power_model(model)
    assert size(account, security, 1).quantity == 2000
    check = account.portfolio.has_sufficient_buying_power_for_order
    assert check([account.market_order(security, 1600)]).reason == "too many of SPY"
    assert check([account.market_order(security, 1500)]).is_sufficient
    security.holdings.set_holdings(25, 100)
    account.portfolio.set_cash(97_500)
    assert account.portfolio.total_margin_used == 5000
    assert account.portfolio.margin_remaining == 95_000
    assert set(model.asked) == {"maintenance", "initial", "order"}
