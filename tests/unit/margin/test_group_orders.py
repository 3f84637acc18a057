"""Orders of whole strategies: what can be paid for, what may be used, how many for a target of margin."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.common.enums import OrderDirection
from engine.common.errors import ArgumentException
from engine.orders.fees.constant_fee_model import ConstantFeeModel
from engine.securities.positions.position_group_parameters import (
    GetMaximumLotsForDeltaBuyingPowerParameters,
    GetMaximumLotsForTargetBuyingPowerParameters,
    PositionGroupBuyingPowerParameters,
)
from tests.unit.margin.strategy_market import TABLE, hold, strategy_of

CASH = 1_000_000
LINEAR = sorted(set(TABLE) - {"short_box_spread"})
"""Strategies whose margin grows with their number; the fee in a short box's margin does not."""


def needed_to_open(name: str) -> float:
    """Return what one strategy needs: its margin and the premium paid."""
    _, _, initial, premium = TABLE[name]
    return initial + max(premium, 0)


def orders_for(account, strategy, times):
    """Return an order for every leg."""
    legs = (*strategy.option_legs, *strategy.underlying_legs)
    return [account.market_order(account.securities[leg.symbol], leg.quantity * times) for leg in legs]


@pytest.fixture
def free_of_fees(strategy_market):
    """Return the market with brokers that take nothing."""
    account, canonical = strategy_market
    for security in account.securities.values():
        security.set_fee_model(ConstantFeeModel(0))
    return account, canonical


@pytest.mark.parametrize("name", LINEAR)
def test_as_many_are_accepted_as_the_cash_can_carry(free_of_fees, name) -> None:
    """One more is refused, with the margin it would need; a first single contract is no group yet."""
    account, canonical = free_of_fees
    strategy, check = strategy_of(name, canonical), account.portfolio.has_sufficient_buying_power_for_order
    most = int(CASH / needed_to_open(name) + 1e-9)
    assert check(orders_for(account, strategy, most)).is_sufficient
    orders = orders_for(account, strategy, most + 1)
    refused = check(orders)
    ids = ",".join(str(order.id) for order in orders)
    assert not refused.is_sufficient
    kind, sign = ("Initial Margin", -1) if len(orders) == 1 else ("Maintenance Margin Delta", 1)
    assert refused.reason.startswith(f"Id: {ids}, {kind}: ")
    assert refused.reason.endswith(", Free Margin: 1000000")
    delta = float(refused.reason.split(f"{kind}: ")[1].split(",")[0])
    assert delta == pytest.approx(sign * needed_to_open(name) * (most + 1))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_closing_needs_margin_only_for_its_premium(free_of_fees, name) -> None:
    """What frees more than buying the strategy back costs is allowed even with debts."""
    account, canonical = free_of_fees
    strategy = strategy_of(name, canonical)
    _, maintenance, _, premium = TABLE[name]
    hold(account, strategy, 10)
    account.portfolio.set_cash(-CASH)
    result = account.portfolio.has_sufficient_buying_power_for_order(orders_for(account, strategy, -10))
    assert result.is_sufficient == (max(-premium, 0) < maintenance), result.reason


@pytest.mark.parametrize("name", LINEAR)
def test_what_is_left_after_reducing_counts_with_its_initial_margin(free_of_fees, name) -> None:
    """Selling 4 of 10 is refused without free margin where 6 need more to open than 10 to be held."""
    account, canonical = free_of_fees
    strategy = strategy_of(name, canonical)
    _, maintenance, initial, premium = TABLE[name]
    hold(account, strategy, 10)
    account.portfolio.set_cash(-CASH)
    result = account.portfolio.has_sufficient_buying_power_for_order(orders_for(account, strategy, -4))
    delta = 6 * initial + 4 * max(-premium, 0) - 10 * maintenance
    assert result.is_sufficient == (delta < 0), result.reason


@pytest.mark.parametrize("name", LINEAR)
def test_buying_power_grows_by_what_closing_and_turning_frees(free_of_fees, name) -> None:
    """More of the same may use what remains; the other side also its maintenance and initial margin."""
    account, canonical = free_of_fees
    group = hold(account, strategy_of(name, canonical), 10)
    portfolio, model = account.portfolio, group.buying_power_model
    remaining = portfolio.margin_remaining

    def power(asked, direction):
        parameters = PositionGroupBuyingPowerParameters(portfolio, asked, direction)
        return model.get_position_group_buying_power(parameters).value

    against = remaining + 10 * (TABLE[name][1] + needed_to_open(name))
    inverse = group.with_quantity(Decimal(-10), portfolio.positions)
    assert power(group, OrderDirection.BUY) == pytest.approx(remaining)
    assert power(group, OrderDirection.SELL) == pytest.approx(against)
    if inverse.is_inverted_of(group):  # a group of options alone; covered ones keep their definition
        assert power(inverse, OrderDirection.BUY) == pytest.approx(against)
        assert power(inverse, OrderDirection.SELL) == pytest.approx(remaining)


@pytest.mark.parametrize("name", LINEAR)
@pytest.mark.parametrize(("tenths", "lots"), [(11, 1), (9, -1), (0, -10), (12.5, 2), (0.5, -10)])
def test_lots_for_a_target_of_margin(free_of_fees, name, tenths, lots) -> None:
    """The margin of opening comes as close to the target as whole lots can, never above it."""
    account, canonical = free_of_fees
    group = hold(account, strategy_of(name, canonical), 10)
    portfolio = account.portfolio
    target = Decimal(str(needed_to_open(name))) * Decimal(str(tenths)) * Decimal("1.0001")
    for asked, sign in ((group, 1), (group.with_quantity(Decimal(-1), portfolio.positions), -1)):
        sign = sign if asked.is_inverted_of(group) else 1
        fraction = sign * target / portfolio.total_portfolio_value_decimal
        result = group.buying_power_model.get_maximum_lots_for_target_buying_power(
            GetMaximumLotsForTargetBuyingPowerParameters(portfolio, asked, fraction, 0)
        )
        assert (result.number_of_lots, result.is_error) == (sign * lots, False), result.reason


def test_lots_for_a_change_of_margin(free_of_fees) -> None:
    """The change is added to the maintenance margin; half a lot less closes a single one."""
    account, canonical = free_of_fees
    group = hold(account, strategy_of("bull_put_spread", canonical), 10)
    portfolio = account.portfolio

    def lots(delta):
        parameters = GetMaximumLotsForDeltaBuyingPowerParameters(portfolio, group, delta, 0)
        return group.buying_power_model.get_maximum_lots_for_delta_buying_power(parameters).number_of_lots

    assert [lots(delta) for delta in (1001, -999, -10_000)] == [1, -1, -10]
    single = hold(account, strategy_of("bull_put_spread", canonical), 1)
    parameters = GetMaximumLotsForDeltaBuyingPowerParameters(portfolio, single, -500, 0)
    assert single.buying_power_model.get_maximum_lots_for_delta_buying_power(parameters).number_of_lots == -1


def test_small_changes_of_margin_are_left_alone(free_of_fees) -> None:
    """Below the minimum of the settings no order is worth its fee; the reason says so unless silenced."""
    account, canonical = free_of_fees
    group = hold(account, strategy_of("bull_put_spread", canonical), 10)
    portfolio = account.portfolio
    fraction = Decimal(11_001) / portfolio.total_portfolio_value_decimal
    for silent in (False, True):
        result = group.buying_power_model.get_maximum_lots_for_target_buying_power(
            GetMaximumLotsForTargetBuyingPowerParameters(portfolio, group, fraction, Decimal("0.01"), silent)
        )
        assert (result.number_of_lots, result.is_error) == (0, False)
        assert result.reason.startswith("" if silent else "The target order margin 1001")
        assert bool(result.reason) != silent


def test_a_group_without_prices_names_the_security(free_of_fees) -> None:
    """No margin can be computed, and the reason is the missing price."""
    account, canonical = free_of_fees
    group = hold(account, strategy_of("naked_put", canonical), 10)
    symbol = group.positions[0].symbol
    account.securities[symbol].cache.reset()
    account.prices_came()
    result = group.buying_power_model.get_maximum_lots_for_target_buying_power(
        GetMaximumLotsForTargetBuyingPowerParameters(account.portfolio, group, Decimal("0.1"), 0)
    )
    assert result.is_error
    assert result.reason.startswith(f"{symbol}: The security does not have an accurate price")


def test_a_symbol_may_come_once_in_a_combination(free_of_fees) -> None:
    """Two legs on one contract are LEAN's error of a dictionary."""
    account, canonical = free_of_fees
    leg = strategy_of("naked_put", canonical).option_legs[0]
    option = account.securities[leg.symbol]
    other = account.securities[strategy_of("naked_call", canonical).option_legs[0].symbol]
    orders = [account.market_order(security, -1) for security in (option, other, option)]
    with pytest.raises(ArgumentException, match="An item with the same key has already been added"):
        account.portfolio.has_sufficient_buying_power_for_order(orders)


def test_a_long_wing_frees_the_margin_of_a_naked_short(free_of_fees) -> None:
    """The order of the wing alone is accepted, because the groups it touches need less afterwards."""
    account, canonical = free_of_fees
    spread = strategy_of("bull_put_spread", canonical)
    short, long = sorted(spread.option_legs, key=lambda leg: leg.quantity)
    account.securities[short.symbol].holdings.set_holdings(1, -10)
    naked = account.portfolio.total_margin_used
    account.portfolio.set_cash(-CASH)
    order = account.market_order(account.securities[long.symbol], 10)
    assert account.portfolio.has_sufficient_buying_power_for_order([order]).is_sufficient
    account.securities[long.symbol].holdings.set_holdings(1, 10)
    assert account.portfolio.total_margin_used == TABLE["bull_put_spread"][1] * 10 < naked
