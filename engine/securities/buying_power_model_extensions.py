"""Short forms of a buying power model's questions (LEAN: Common/Securities/BuyingPowerModelExtensions.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.numbers import to_decimal, to_float
from engine.securities.buying_power_parameters import (
    BuyingPowerParameters,
    GetMaximumOrderQuantityForTargetBuyingPowerParameters,
    HasSufficientBuyingPowerForOrderParameters,
    InitialMarginParameters,
    MaintenanceMarginParameters,
    ReservedBuyingPowerForPositionParameters,
)
from engine.securities.margin_target import above_minimum_order_margin
from engine.securities.margins import Number, margin_of

if TYPE_CHECKING:
    from engine.common.enums import OrderDirection
    from engine.orders.order import Order
    from engine.securities.security import Security
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager


class BuyingPowerModelExtensions:
    """LEAN's extension methods as Python calls them: the model comes first."""

    @staticmethod
    def get_reserved_buying_power_for_position(model: Any, security: Security) -> float:
        result = model.get_reserved_buying_power_for_position(
            ReservedBuyingPowerForPositionParameters(security)
        )
        return float(result.absolute_used_buying_power)

    @staticmethod
    def has_sufficient_buying_power_for_order(
        model: Any, portfolio: SecurityPortfolioManager, security: Security, order: Order
    ) -> Any:
        return model.has_sufficient_buying_power_for_order(
            HasSufficientBuyingPowerForOrderParameters(portfolio, security, order)
        )

    @staticmethod
    def get_maximum_order_quantity_for_target_buying_power(
        model: Any,
        portfolio: SecurityPortfolioManager,
        security: Security,
        target: Number,
        minimum_order_margin_portfolio_percentage: Number,
    ) -> Any:
        return model.get_maximum_order_quantity_for_target_buying_power(
            GetMaximumOrderQuantityForTargetBuyingPowerParameters(
                portfolio, security, target, minimum_order_margin_portfolio_percentage
            )
        )

    @staticmethod
    def get_buying_power(
        model: Any, portfolio: SecurityPortfolioManager, security: Security, direction: OrderDirection
    ) -> float:
        return float(model.get_buying_power(BuyingPowerParameters(portfolio, security, direction)).value)

    @staticmethod
    def get_maintenance_margin(model: Any, security: Security) -> float:
        parameters = MaintenanceMarginParameters.for_current_holdings(security)
        return to_float(margin_of(model.get_maintenance_margin(parameters)))

    @staticmethod
    def get_initial_margin_requirement(model: Any, security: Security, quantity: Number) -> float:
        parameters = InitialMarginParameters(security, quantity)
        return to_float(margin_of(model.get_initial_margin_requirement(parameters)))

    @staticmethod
    def above_minimum_order_margin_portfolio_percentage(
        model: Any,
        security: Security,
        quantity: Number,
        portfolio: SecurityPortfolioManager,
        minimum_order_margin_portfolio_percentage: Number,
    ) -> bool:
        """Return whether an order is large enough to be sent."""
        minimum = to_decimal(minimum_order_margin_portfolio_percentage)
        if not minimum:
            return True
        parameters = InitialMarginParameters(security, quantity)
        margin = margin_of(model.get_initial_margin_requirement(parameters))
        return above_minimum_order_margin(portfolio, minimum, abs(margin))
