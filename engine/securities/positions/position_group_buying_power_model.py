"""Margin of position groups (LEAN: Common/Securities/Positions/PositionGroupBuyingPowerModel.cs)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from engine.common.enums import OrderDirection
from engine.common.errors import ArgumentException
from engine.common.numbers import normalize
from engine.securities.buying_power_parameters import HasSufficientBuyingPowerForOrderResult
from engine.securities.margins import BuyingPower, InitialMargin, MaintenanceMargin, margin_of
from engine.securities.positions.position_group_lots import lots_for_delta, lots_for_target
from engine.securities.positions.position_group_parameters import (
    GetMaximumLotsForDeltaBuyingPowerParameters,
    GetMaximumLotsForTargetBuyingPowerParameters,
    GetMaximumLotsResult,
    HasSufficientPositionGroupBuyingPowerForOrderParameters,
    PositionGroupBuyingPowerParameters,
    PositionGroupInitialMarginForOrderParameters,
    PositionGroupInitialMarginParameters,
    PositionGroupMaintenanceMarginParameters,
    ReservedBuyingPowerForPositionGroup,
    ReservedBuyingPowerForPositionGroupParameters,
    ReservedBuyingPowerImpact,
)

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.order import Order
    from engine.securities.positions.position import Position
    from engine.securities.positions.position_group import PositionGroup, PositionGroupCollection
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_ZERO = Decimal(0)


class PositionGroupBuyingPowerModel(ABC):
    """What a group needs, and whether orders that change groups can be paid for."""

    is_default: ClassVar[bool] = False
    """Whether groups of this model are single securities under their own rules."""

    def __init__(self, required_free_buying_power_percent: Decimal = _ZERO) -> None:
        self.required_free = required_free_buying_power_percent

    @abstractmethod
    def get_maintenance_margin(
        self, parameters: PositionGroupMaintenanceMarginParameters
    ) -> MaintenanceMargin:
        """Return what holding the group needs."""

    @abstractmethod
    def get_initial_margin_requirement(
        self, parameters: PositionGroupInitialMarginParameters
    ) -> InitialMargin:
        """Return what opening the group needs."""

    @abstractmethod
    def get_initial_margin_required_for_order(
        self, parameters: PositionGroupInitialMarginForOrderParameters
    ) -> InitialMargin:
        """Return what an order of the group needs, its fee included."""

    def initial_margin_of(self, portfolio: SecurityPortfolioManager, group: PositionGroup) -> Decimal:
        """Return `get_initial_margin_requirement` of a group."""
        return margin_of(
            self.get_initial_margin_requirement(PositionGroupInitialMarginParameters(portfolio, group))
        )

    def get_reserved_buying_power_for_position_group_decimal(
        self, portfolio: SecurityPortfolioManager, group: PositionGroup
    ) -> Decimal:
        """Return `get_reserved_buying_power_for_position_group` of a group."""
        parameters = ReservedBuyingPowerForPositionGroupParameters(portfolio, group)
        return self.get_reserved_buying_power_for_position_group(
            parameters
        ).absolute_used_buying_power_decimal

    def get_reserved_buying_power_for_position_group(
        self, parameters: ReservedBuyingPowerForPositionGroupParameters
    ) -> ReservedBuyingPowerForPositionGroup:
        """Return what the group uses."""
        asked = PositionGroupMaintenanceMarginParameters(parameters.portfolio, parameters.position_group)
        return ReservedBuyingPowerForPositionGroup(margin_of(self.get_maintenance_margin(asked)))

    def get_reserved_buying_power_impact(
        self, portfolio: SecurityPortfolioManager, orders: Sequence[Order]
    ) -> ReservedBuyingPowerImpact:
        """Return the margin of the groups that the orders touch, now and after."""
        manager = portfolio.positions
        changes = [change for order in orders for change in order.create_positions(portfolio.securities)]
        after = by_symbol(changes)
        impacted = manager.get_impacted_groups(changes)
        current = _ZERO
        for group in impacted:
            current += group.buying_power_model.get_reserved_buying_power_for_position_group_decimal(
                portfolio, group
            )
            for position in group:
                change = after.get(position.symbol)
                after[position.symbol] = position if change is None else change.combine(position)
        groups = manager.resolve_position_groups(dict(after))
        contemplated = self._contemplated_margin(portfolio, groups, changes)
        return ReservedBuyingPowerImpact(current, contemplated, impacted, changes, groups)

    def _contemplated_margin(
        self,
        portfolio: SecurityPortfolioManager,
        groups: PositionGroupCollection,
        changes: Sequence[Position],
    ) -> Decimal:
        return sum((group.buying_power_model.initial_margin_of(portfolio, group) for group in groups), _ZERO)

    def has_sufficient_buying_power_for_order(
        self, parameters: HasSufficientPositionGroupBuyingPowerForOrderParameters
    ) -> HasSufficientBuyingPowerForOrderResult:
        """Return whether the change of margin fits into what remains; less margin is always allowed."""
        portfolio, orders = parameters.portfolio, parameters.orders
        delta = self.get_reserved_buying_power_impact(portfolio, orders).delta_decimal
        if delta < 0:
            return parameters.sufficient()
        available = portfolio.margin_remaining_decimal
        if delta <= available:
            return parameters.sufficient()
        ids = ",".join(str(order.id) for order in orders)
        return parameters.insufficient(
            f"Id: {ids}, Maintenance Margin Delta: {normalize(delta):f}, Free Margin: "
            f"{normalize(available):f}"
        )

    def get_position_group_buying_power(self, parameters: PositionGroupBuyingPowerParameters) -> BuyingPower:
        """Return what an order may use; against a group, closing it and opening as much again is free."""
        portfolio, group = parameters.portfolio, parameters.position_group
        available = portfolio.margin_remaining_decimal
        existing = portfolio.positions.groups.get(group.key)
        if existing is not None:
            closing = OrderDirection.BUY if group.is_inverted_of(existing) else OrderDirection.SELL
            if parameters.direction == closing:
                model = existing.buying_power_model
                available += model.get_reserved_buying_power_for_position_group_decimal(portfolio, existing)
                available += abs(model.initial_margin_of(portfolio, existing))
        return BuyingPower(available)

    def get_maximum_lots_for_target_buying_power(
        self, parameters: GetMaximumLotsForTargetBuyingPowerParameters
    ) -> GetMaximumLotsResult:
        """Return the order after which the group uses the target fraction of the portfolio as margin."""
        return lots_for_target(self, parameters)

    def get_maximum_lots_for_delta_buying_power(
        self, parameters: GetMaximumLotsForDeltaBuyingPowerParameters
    ) -> GetMaximumLotsResult:
        """Return the order that changes the group's margin by an amount."""
        return lots_for_delta(self, parameters)


def by_symbol(positions: Sequence[Position]) -> dict[Symbol, Position]:
    """Return positions by symbol; LEAN refuses orders that name a symbol twice."""
    result: dict[Symbol, Position] = {}
    for position in positions:
        if position.symbol in result:
            raise ArgumentException(
                f"An item with the same key has already been added. Key: {position.symbol}"
            )
        result[position.symbol] = position
    return result
