"""How much margin groups can need at most: never less than what LEAN's formulas say for any price in between."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.symbol import Symbol
from engine.securities.margin_limits import margin_limit
from engine.securities.option.option_strategy_margins import ONE_LEG, ONLY_STRIKES, SHORT_PAIR
from engine.securities.price_outlook import Limits
from tests.unit.margin.strategy_market import TABLE, hold, strategy_of

LATER = date(2023, 5, 18)
LIMITED = [name for name in TABLE if name not in {
    "covered_call", "protective_call", "covered_put", "protective_put", "protective_collar", "conversion",
    "reverse_conversion", "short_box_spread", "jelly_roll", "short_jelly_roll", "bull_call_ladder", "bear_put_ladder",
}]  # fmt: skip


class Between:
    """Limits of prices for each security."""

    def __init__(self, limits: dict[Any, Limits]) -> None:
        self.limits = limits

    def of(self, security: Any) -> Limits:
        return self.limits[security]


def around(account: Any, low: float, high: float) -> Between:
    """Return limits at shares of the present prices."""
    return Between({s: Limits(s.price * low, s.price * high) for s in account.securities.values()})


def reserved(account: Any, group: Any) -> float:
    model = group.buying_power_model
    return float(model.get_reserved_buying_power_for_position_group_decimal(account.portfolio, group))


@pytest.mark.parametrize("name", LIMITED)
def test_margin_never_exceeds_its_limit(strategy_market: Any, name: str) -> None:
    """Whatever prices within the limits are, the margin is not above the limit said before."""
    account, canonical = strategy_market
    group = hold(account, strategy_of(name, canonical), 3)
    between = around(account, 0.9, 1.1)
    limit = margin_limit(account.portfolio, group, between, LATER)  # type: ignore[arg-type]
    assert limit is not None
    chance = random.Random(name)
    for minute in range(59):
        account.at(datetime(2023, 5, 16, 13, minute))
        for security, (low, high) in between.limits.items():
            price = chance.choice((low, high, chance.uniform(low, high)))
            if security.type is SecurityType.EQUITY:
                account.trade(security, price)
            else:
                account.quote(security, price, price)
        assert reserved(account, group) <= limit


@pytest.mark.parametrize("name", LIMITED)
def test_limit_is_the_margin_itself_where_prices_stand_still(strategy_market: Any, name: str) -> None:
    """A limit is no larger than it must be: without room to move it is the margin (of pairs, hardly more)."""
    account, canonical = strategy_market
    group = hold(account, strategy_of(name, canonical))
    limit = margin_limit(account.portfolio, group, around(account, 1, 1), LATER)  # type: ignore[arg-type]
    room = 400 if str(group.buying_power_model) in SHORT_PAIR else 0.01
    assert reserved(account, group) == pytest.approx(limit, abs=room)


@pytest.mark.parametrize("name", sorted(set(TABLE) - set(LIMITED)))
def test_of_other_strategies_nothing_is_said(strategy_market: Any, name: str) -> None:
    """Where no limit is known the margin has to be reckoned each time."""
    account, canonical = strategy_market
    group = hold(account, strategy_of(name, canonical))
    assert margin_limit(account.portfolio, group, around(account, 1, 1), LATER) is None  # type: ignore[arg-type]


def test_the_three_kinds_of_limits_name_strategies_of_one_kind_each() -> None:
    """No strategy has two kinds of limits."""
    kinds = (ONLY_STRIKES, ONE_LEG, SHORT_PAIR)
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))


def test_model_of_the_users_own_has_no_limit(strategy_market: Any) -> None:
    """A margin model that was derived from ours may ask for anything."""
    account, canonical = strategy_market
    option = next(s for s in account.securities.values() if s.type is SecurityType.OPTION)
    strategy = strategy_of("naked_call", canonical)
    group = hold(account, strategy)
    leg = account.securities[strategy.option_legs[0].symbol]
    leg.buying_power_model = type("Mine", (type(option.buying_power_model),), {})()
    assert margin_limit(account.portfolio, group, around(account, 1, 1), LATER) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("quantity", [-4, 4])
@pytest.mark.parametrize("right", [OptionRight.CALL, OptionRight.PUT])
def test_margin_of_future_options_never_exceeds_its_limit(
    new_account: Any, right: OptionRight, quantity: int
) -> None:
    """The curve of moneyness is steepest at the money; its ends are the limits nevertheless."""
    account = new_account(1_000_000)
    account.at(datetime(2020, 1, 6, 12))
    future_symbol = Symbol.create_future("ES", "cme", datetime(2020, 3, 20))
    future = account.trade(account.add(future_symbol), 3250.0)
    symbol = Symbol.create_option(
        future_symbol, "cme", OptionStyle.AMERICAN, right, 3250.0, datetime(2020, 3, 20)
    )
    option = account.quote(account.add(symbol), 40.0, 40.0)
    option.holdings.set_holdings(1, quantity)
    (group,) = account.portfolio.positions.groups
    between = Between({option: Limits(1.0, 300.0), future: Limits(3000.0, 3500.0)})
    limit = margin_limit(account.portfolio, group, between, date(2020, 1, 7))  # type: ignore[arg-type]
    assert limit is not None
    most = 0.0
    for minute in range(51):
        account.at(datetime(2020, 1, 6, 13, minute))
        account.trade(future, 3000.0 + 10 * minute)
        most = max(most, reserved(account, group))
    assert most <= limit <= most + 10
