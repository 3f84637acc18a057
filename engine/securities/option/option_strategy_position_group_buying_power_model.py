"""Margin of option strategies (LEAN: .../Option/OptionStrategyPositionGroupBuyingPowerModel.cs)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.errors import NotImplementedException
from engine.securities.buying_power_parameters import InitialMarginParameters
from engine.securities.margins import InitialMargin, MaintenanceMargin, OptionInitialMargin, margin_of
from engine.securities.option.option_strategy_margins import RULES, Rule
from engine.securities.option.strategy_position_group import StrategyPositionGroup
from engine.securities.positions.position_group_buying_power_model import (
    PositionGroupBuyingPowerModel,
    by_symbol,
)
from engine.securities.positions.position_group_parameters import (
    PositionGroupInitialMarginForOrderParameters,
    PositionGroupInitialMarginParameters,
    PositionGroupMaintenanceMarginParameters,
)

if TYPE_CHECKING:
    from engine.securities.positions.position import Position
    from engine.securities.positions.position_group import PositionGroup, PositionGroupCollection
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_ZERO = Decimal(0)
_NAKED = ("Naked Call", "Naked Put")


class OptionStrategyPositionGroupBuyingPowerModel(PositionGroupBuyingPowerModel):
    """The rules of one strategy; without a strategy (a liquidation) nothing is needed.

    Parameters
    ----------
    option_strategy : anything with the `name` of a strategy
    """

    def __init__(self, option_strategy: Any = None) -> None:
        super().__init__()
        self._name: str | None = None if option_strategy is None else option_strategy.name

    def _rule(self, which: int) -> Rule:
        rules = RULES.get(self._name or "")
        if rules is None:
            raise NotImplementedException(
                f"Option strategy {self._name} margin modeling has yet to be implemented"
            )
        return rules[which]

    def get_maintenance_margin(
        self, parameters: PositionGroupMaintenanceMarginParameters
    ) -> MaintenanceMargin:
        group = parameters.position_group
        if self._name is None or not group.quantity_decimal:
            return MaintenanceMargin.ZERO
        return MaintenanceMargin(self._rule(0)(StrategyPositionGroup(parameters.portfolio, group)))

    def get_initial_margin_requirement(
        self, parameters: PositionGroupInitialMarginParameters
    ) -> InitialMargin:
        group = parameters.position_group
        if not group.quantity_decimal:
            return OptionInitialMargin(_ZERO, _ZERO)
        legs = StrategyPositionGroup(parameters.portfolio, group)
        if self._name in _NAKED:
            return _naked_initial(legs)
        margin = _ZERO if self._name is None else self._rule(1)(legs)
        premium = sum((leg.value for leg in legs.options), _ZERO)
        return OptionInitialMargin(margin, premium)

    def get_initial_margin_required_for_order(
        self, parameters: PositionGroupInitialMarginForOrderParameters
    ) -> InitialMargin:
        from engine.orders.fees.order_fee_parameters import OrderFeeParameters

        portfolio, order = parameters.portfolio, parameters.order
        security = portfolio.securities[order.symbol]
        fee = security.fee_model.get_order_fee(OrderFeeParameters(security, order)).value
        amount = portfolio.cash_book.convert_to_account_currency(fee).amount_decimal
        margin = self.initial_margin_of(portfolio, parameters.position_group)
        return InitialMargin(margin + ((margin > 0) - (margin < 0)) * amount)

    def _contemplated_margin(
        self,
        portfolio: SecurityPortfolioManager,
        groups: PositionGroupCollection,
        changes: Sequence[Position],
    ) -> Decimal:
        # margins of the groups to come, without premiums that were paid already, and what these orders pay
        total = sum((_without_premium(portfolio, group) for group in groups), _ZERO)
        for group in portfolio.positions.resolve_position_groups(by_symbol(changes)):
            margin = _initial(portfolio, group)
            if isinstance(margin, OptionInitialMargin):
                total += margin.value_decimal - margin.value_without_premium_decimal
        return total

    def __str__(self) -> str:
        return self._name or ""


def _naked_initial(group: StrategyPositionGroup) -> InitialMargin:
    leg = group.single()
    margin = leg.security.buying_power_model.get_initial_margin_requirement(
        InitialMarginParameters(leg.security, leg.quantity)
    )
    if isinstance(margin, OptionInitialMargin):
        return OptionInitialMargin(abs(margin.value_without_premium_decimal), margin.premium_decimal)
    return margin


def _initial(portfolio: SecurityPortfolioManager, group: PositionGroup) -> Any:
    parameters = PositionGroupInitialMarginParameters(portfolio, group)
    return group.buying_power_model.get_initial_margin_requirement(parameters)


def _without_premium(portfolio: SecurityPortfolioManager, group: PositionGroup) -> Decimal:
    margin = _initial(portfolio, group)
    if isinstance(margin, OptionInitialMargin):
        return margin.value_without_premium_decimal
    return margin_of(margin)
