"""What margin models of position groups are asked (LEAN: Common/Securities/Positions/*Parameters.cs)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of
from engine.securities.buying_power_parameters import HasSufficientBuyingPowerForOrderResult

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.positions.position import Position
    from engine.securities.positions.position_group import PositionGroup, PositionGroupCollection
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

Number = float | Decimal


class PositionGroupParameters:
    """A group in a portfolio; the questions that need no more use it under their LEAN names."""

    __slots__ = ("portfolio", "position_group")

    def __init__(self, portfolio: SecurityPortfolioManager, position_group: PositionGroup) -> None:
        self.portfolio = portfolio
        self.position_group = position_group


class PositionGroupMaintenanceMarginParameters(PositionGroupParameters):
    """Asks what holding the group needs."""

    __slots__ = ()


class PositionGroupInitialMarginParameters(PositionGroupParameters):
    """Asks what opening the group needs."""

    __slots__ = ()


class ReservedBuyingPowerForPositionGroupParameters(PositionGroupParameters):
    """Asks what the group uses."""

    __slots__ = ()


class PositionGroupInitialMarginForOrderParameters(PositionGroupParameters):
    """Asks what an order of the group needs."""

    __slots__ = ("order",)

    def __init__(
        self, portfolio: SecurityPortfolioManager, position_group: PositionGroup, order: Order
    ) -> None:
        super().__init__(portfolio, position_group)
        self.order = order


class PositionGroupBuyingPowerParameters(PositionGroupParameters):
    """Asks what an order on one side of the group may use."""

    __slots__ = ("direction",)

    def __init__(
        self, portfolio: SecurityPortfolioManager, position_group: PositionGroup, direction: OrderDirection
    ) -> None:
        super().__init__(portfolio, position_group)
        self.direction = direction


class HasSufficientPositionGroupBuyingPowerForOrderParameters(PositionGroupParameters):
    """Asks whether orders can be paid for."""

    __slots__ = ("orders",)

    def __init__(
        self, portfolio: SecurityPortfolioManager, position_group: PositionGroup, orders: Sequence[Order]
    ) -> None:
        super().__init__(portfolio, position_group)
        self.orders = list(orders)

    def sufficient(self) -> HasSufficientBuyingPowerForOrderResult:
        return HasSufficientBuyingPowerForOrderResult(True)

    def insufficient(self, reason: str) -> HasSufficientBuyingPowerForOrderResult:
        return HasSufficientBuyingPowerForOrderResult(False, reason)

    def error(self, reason: str) -> HasSufficientBuyingPowerForOrderResult:
        return HasSufficientBuyingPowerForOrderResult(False, reason)


class GetMaximumLotsResult:
    """The signed number of groups to order, and why it is 0 if it is."""

    __slots__ = ("is_error", "number_of_lots_decimal", "reason")

    def __init__(
        self, number_of_lots: Number, reason: str | None = None, is_error: bool | None = None
    ) -> None:
        self.number_of_lots_decimal = to_decimal(number_of_lots)
        self.reason = reason or ""
        self.is_error = bool(self.reason) if is_error is None else is_error

    number_of_lots = float_of("number_of_lots_decimal")


class GetMaximumLotsForTargetBuyingPowerParameters(PositionGroupParameters):
    """Asks for the order after which the group uses a fraction of the portfolio as margin."""

    __slots__ = (
        "minimum_order_margin_portfolio_percentage",
        "silence_non_error_reasons",
        "target_buying_power",
    )

    def __init__(
        self,
        portfolio: SecurityPortfolioManager,
        position_group: PositionGroup,
        target_buying_power: Number,
        minimum_order_margin_portfolio_percentage: Number,
        silence_non_error_reasons: bool = False,
    ) -> None:
        super().__init__(portfolio, position_group)
        self.target_buying_power = to_decimal(target_buying_power)
        self.minimum_order_margin_portfolio_percentage = to_decimal(minimum_order_margin_portfolio_percentage)
        self.silence_non_error_reasons = silence_non_error_reasons


class GetMaximumLotsForDeltaBuyingPowerParameters(PositionGroupParameters):
    """Asks for the order that changes the group's margin by an amount."""

    __slots__ = (
        "delta_buying_power",
        "minimum_order_margin_portfolio_percentage",
        "silence_non_error_reasons",
    )

    def __init__(
        self,
        portfolio: SecurityPortfolioManager,
        position_group: PositionGroup,
        delta_buying_power: Number,
        minimum_order_margin_portfolio_percentage: Number,
        silence_non_error_reasons: bool = False,
    ) -> None:
        super().__init__(portfolio, position_group)
        self.delta_buying_power = to_decimal(delta_buying_power)
        self.minimum_order_margin_portfolio_percentage = to_decimal(minimum_order_margin_portfolio_percentage)
        self.silence_non_error_reasons = silence_non_error_reasons


class ReservedBuyingPowerForPositionGroup:
    """What a group uses."""

    __slots__ = ("absolute_used_buying_power_decimal",)

    def __init__(self, reserved_buying_power: Number) -> None:
        self.absolute_used_buying_power_decimal = to_decimal(reserved_buying_power)

    absolute_used_buying_power = float_of("absolute_used_buying_power_decimal")


class ReservedBuyingPowerImpact:
    """Margin of the groups that orders would touch, before and after."""

    __slots__ = (
        "contemplated_changes",
        "contemplated_decimal",
        "contemplated_groups",
        "current_decimal",
        "impacted_groups",
    )

    def __init__(
        self,
        current: Decimal,
        contemplated: Decimal,
        impacted_groups: Sequence[PositionGroup],
        contemplated_changes: Sequence[Position],
        contemplated_groups: PositionGroupCollection,
    ) -> None:
        self.current_decimal = current
        self.contemplated_decimal = contemplated
        self.impacted_groups = impacted_groups
        self.contemplated_changes = contemplated_changes
        self.contemplated_groups = contemplated_groups

    current = float_of("current_decimal")
    contemplated = float_of("contemplated_decimal")
    delta = float_of("delta_decimal")

    @property
    def delta_decimal(self) -> Decimal:
        return self.contemplated_decimal - self.current_decimal
