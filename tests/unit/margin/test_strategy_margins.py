"""Margin of every option strategy, from LEAN's rules worked out by hand (see strategy_market)."""

from __future__ import annotations

import pytest

from engine.securities.margins import OptionInitialMargin, margin_of
from engine.securities.positions.position_group_parameters import (
    PositionGroupInitialMarginParameters,
    PositionGroupMaintenanceMarginParameters,
)
from tests.unit.margin.strategy_market import BOX_TO_CLOSE, TABLE, hold, strategy_of


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("times", [1, 3])
def test_margin_of_a_strategy(strategy_market, name, times) -> None:
    """Maintenance, initial margin and premium follow the rule of the strategy and grow with its quantity."""
    account, canonical = strategy_market
    _, maintenance, initial, premium = TABLE[name]
    group = hold(account, strategy_of(name, canonical), times)
    model = group.buying_power_model
    held = model.get_maintenance_margin(PositionGroupMaintenanceMarginParameters(account.portfolio, group))
    opened = model.get_initial_margin_requirement(
        PositionGroupInitialMarginParameters(account.portfolio, group)
    )
    if name == "short_box_spread" and times > 1:
        maintenance = initial = (
            max(1.02 * (4 * 0.65 * times + BOX_TO_CLOSE * 100 * times), 2000 * times) / times
        )
    assert isinstance(opened, OptionInitialMargin)
    assert [
        float(margin_of(held)),
        opened.value_without_premium,
        opened.premium,
        opened.value,
    ] == pytest.approx(
        [maintenance * times, initial * times, premium * times, (initial + max(premium, 0)) * times], abs=1e-6
    )
    assert account.portfolio.total_margin_used == pytest.approx(maintenance * times, abs=1e-6)
    assert group.quantity == times
