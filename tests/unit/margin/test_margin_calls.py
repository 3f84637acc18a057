"""Warnings and orders when margin runs out (LEAN: DefaultMarginCallModel.cs)."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.common.enums import OrderType, SecurityType
from engine.common.symbol import Symbol
from engine.orders.fees.constant_fee_model import ConstantFeeModel
from engine.securities.default_margin_call_model import DefaultMarginCallModel, MarginCallModel
from engine.securities.positions.security_position_group_model import SecurityPositionGroupModel
from tests.unit.margin.strategy_market import hold, naked_call, naked_put, strategy_of

NOON = datetime(2014, 6, 6, 12)


@pytest.fixture
def spy(new_account):
    """Return an account without cash and SPY at 100, of which 1,000 are held with half as margin."""
    account = new_account()
    account.at(NOON)
    security = account.trade(account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa")), 100)
    security.set_fee_model(ConstantFeeModel(0))
    account.fill(security, 1000, 100)
    return account, security


@pytest.mark.parametrize(
    ("cash", "warned", "quantity"),
    [
        (-40_000, False, None),  # 10,000 remain of 60,000
        (-47_000, False, None),  # 3,000 of 53,000, more than 5%
        (-47_400, True, None),  # 2,600 of 52,600
        (-50_000, False, None),  # nothing remains, but the buffer is not used up
        (-54_500, False, None),  # 50,000 used of 45,500 is less than a tenth too much
        (-54_600, True, -92),
        (-80_000, True, -600),
        (-120_000, True, -1000),
    ],
)
def test_a_warning_at_5_percent_and_a_call_beyond_the_buffer(spy, cash, warned, quantity) -> None:
    """What is sold brings the margin used down to the value, all of it where that is negative."""
    account, security = spy
    account.portfolio.set_cash(cash)
    orders, warn = account.portfolio.margin_call_model.get_margin_call_orders()
    assert warn == warned
    assert [order.quantity for order in orders] == ([] if quantity is None else [quantity])
    for order in orders:
        assert (order.order_type, order.tag, order.symbol) == (
            OrderType.MARKET,
            "Margin Call",
            security.symbol,
        )


def test_nothing_is_called_without_margin(new_account) -> None:
    """Debts alone are no margin call."""
    account = new_account()
    account.portfolio.set_cash(-1000)
    assert account.portfolio.margin_call_model.get_margin_call_orders() == ([], False)


def test_the_buffer_can_be_chosen_and_the_model_switched_off(spy) -> None:
    """Without a buffer the call comes at once; the null model never calls."""
    account, _ = spy
    account.portfolio.set_cash(-51_000)
    strict = DefaultMarginCallModel(account.portfolio, None, 0)
    assert [order.quantity for order in strict.get_margin_call_orders()[0]] == [-20]
    account.portfolio.set_margin_call_model(MarginCallModel.NULL)
    account.portfolio.set_cash(-90_000)
    assert account.portfolio.margin_call_model.get_margin_call_orders() == ([], False)
    assert account.portfolio.margin_call_model.execute_margin_call([]) == []


def test_the_biggest_loser_is_sold_first_and_only_as_much_as_needed(spy) -> None:
    """Orders stop as soon as margin remains."""
    account, security = spy
    loser = account.trade(account.add(Symbol.create("IBM", SecurityType.EQUITY, "usa")), 50)
    account.fill(loser, 1000, 80)
    account.portfolio.set_cash(-90_000)
    model, sent = account.portfolio.margin_call_model, account.transactions.sent

    def fill(request):
        account.fill(
            account.securities[request.symbol], request.quantity, account.securities[request.symbol].price
        )

    account.transactions.on_order = fill
    orders, _ = model.get_margin_call_orders()
    assert [order.symbol for order in orders] == [security.symbol, loser.symbol]
    model.execute_margin_call(orders)
    assert [request.symbol for request in sent] == [loser.symbol]
    assert account.portfolio.margin_remaining >= 0
    assert model.execute_margin_call(orders) == []


def test_a_strategy_is_closed_as_one_combination(strategy_market) -> None:
    """Both legs of a short strangle come with one manager; LEAN counts the lots twice."""
    account, canonical = strategy_market
    hold(account, strategy_of("short_strangle", canonical), 10)
    account.portfolio.set_cash(30_000)
    orders, warned = account.portfolio.margin_call_model.get_margin_call_orders()
    assert warned
    managers = {order.group_order_manager for order in orders}
    assert len(orders) == 2
    assert len(managers) == 1
    lots = managers.pop().quantity
    assert 0 < lots < 10
    assert {order.order_type for order in orders} == {OrderType.COMBO_MARKET}
    assert {order.quantity for order in orders} == {lots * lots}


def test_without_groups_every_leg_is_on_its_own(strategy_market) -> None:
    """SecurityPositionGroupModel.NULL charges the shorts of a condor as naked ones."""
    account, canonical = strategy_market
    hold(account, strategy_of("iron_condor", canonical), 2)
    assert account.portfolio.total_margin_used == 2000
    account.portfolio.set_positions(SecurityPositionGroupModel.NULL)
    assert account.portfolio.positions.groups.count == 4
    assert account.portfolio.total_margin_used == pytest.approx(2 * (naked_call(410, 5) + naked_put(410, 6)))


class NeverPulled:
    """A source nobody may ask."""

    def pull(self, cache: object) -> None:
        raise AssertionError("nobody needs a price here")


def test_a_scan_without_holdings_reads_no_price(strategy_market) -> None:
    """Value, margin and margin calls of an empty account look at no security."""
    account, _ = strategy_market
    for security in account.securities.values():
        security.cache.sources.append(NeverPulled())
    account.prices_came()
    portfolio = account.portfolio
    assert not portfolio.has_holdings
    assert (portfolio.total_portfolio_value, portfolio.total_margin_used) == (1_000_000, 0)
    assert portfolio.margin_call_model.get_margin_call_orders() == ([], False)


def test_groups_are_found_again_only_after_a_quantity_changed(strategy_market) -> None:
    """Prices move margins, not groups."""
    account, canonical = strategy_market
    strategy = strategy_of("iron_condor", canonical)
    hold(account, strategy, 2)
    groups = account.portfolio.positions.groups
    option = account.securities[strategy.option_legs[0].symbol]
    account.quote(option, 9, 9)
    assert account.portfolio.positions.groups is groups
    option.holdings.set_holdings(5, 0)
    assert account.portfolio.positions.groups is not groups
    assert account.portfolio.has_holdings
