"""Margin of securities that stand alone (LEAN: .../Positions/SecurityPositionGroupBuyingPowerModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from engine.securities.buying_power_parameters import (
    GetMaximumOrderQuantityForDeltaBuyingPowerParameters,
    GetMaximumOrderQuantityForTargetBuyingPowerParameters,
    GetMaximumOrderQuantityResult,
    HasSufficientBuyingPowerForOrderParameters,
    HasSufficientBuyingPowerForOrderResult,
    InitialMarginParameters,
    InitialMarginRequiredForOrderParameters,
    MaintenanceMarginParameters,
)
from engine.securities.margins import InitialMargin, MaintenanceMargin, margin_of
from engine.securities.positions.position_group_buying_power_model import PositionGroupBuyingPowerModel
from engine.securities.positions.position_group_parameters import (
    GetMaximumLotsForDeltaBuyingPowerParameters,
    GetMaximumLotsForTargetBuyingPowerParameters,
    GetMaximumLotsResult,
    HasSufficientPositionGroupBuyingPowerForOrderParameters,
    PositionGroupInitialMarginForOrderParameters,
    PositionGroupInitialMarginParameters,
    PositionGroupMaintenanceMarginParameters,
)

_ONE_POSITION_ONLY = (
    "SecurityPositionGroupBuyingPowerModel only supports position groups containing exactly one position."
)


class SecurityPositionGroupBuyingPowerModel(PositionGroupBuyingPowerModel):
    """Asks the security's own buying power model."""

    is_default: ClassVar[bool] = True

    def get_maintenance_margin(
        self, parameters: PositionGroupMaintenanceMarginParameters
    ) -> MaintenanceMargin:
        total = Decimal(0)
        for position in parameters.position_group:
            security = parameters.portfolio.securities[position.symbol]
            asked = MaintenanceMarginParameters.for_quantity_at_current_price(
                security, position.quantity_decimal
            )
            total += margin_of(security.buying_power_model.get_maintenance_margin(asked))
        return MaintenanceMargin(total)

    def get_initial_margin_requirement(
        self, parameters: PositionGroupInitialMarginParameters
    ) -> InitialMargin:
        total = Decimal(0)
        for position in parameters.position_group:
            security = parameters.portfolio.securities[position.symbol]
            asked = InitialMarginParameters(security, position.quantity_decimal)
            total += margin_of(security.buying_power_model.get_initial_margin_requirement(asked))
        return InitialMargin(total)

    def get_initial_margin_required_for_order(
        self, parameters: PositionGroupInitialMarginForOrderParameters
    ) -> InitialMargin:
        portfolio, total = parameters.portfolio, Decimal(0)
        for position in parameters.position_group:
            security = portfolio.securities[position.symbol]
            asked = InitialMarginRequiredForOrderParameters(portfolio.cash_book, security, parameters.order)
            total += margin_of(security.buying_power_model.get_initial_margin_required_for_order(asked))
        return InitialMargin(total)

    def has_sufficient_buying_power_for_order(
        self, parameters: HasSufficientPositionGroupBuyingPowerForOrderParameters
    ) -> HasSufficientBuyingPowerForOrderResult:
        if parameters.position_group.count != 1:
            return parameters.error(_ONE_POSITION_ONLY)
        (position,) = parameters.position_group
        (order,) = parameters.orders
        security = parameters.portfolio.securities[position.symbol]
        return security.buying_power_model.has_sufficient_buying_power_for_order(
            HasSufficientBuyingPowerForOrderParameters(parameters.portfolio, security, order)
        )

    def get_maximum_lots_for_target_buying_power(
        self, parameters: GetMaximumLotsForTargetBuyingPowerParameters
    ) -> GetMaximumLotsResult:
        if parameters.position_group.count != 1:
            return GetMaximumLotsResult(0, _ONE_POSITION_ONLY)
        (position,) = parameters.position_group
        security = parameters.portfolio.securities[position.symbol]
        result = security.buying_power_model.get_maximum_order_quantity_for_target_buying_power(
            GetMaximumOrderQuantityForTargetBuyingPowerParameters(
                parameters.portfolio,
                security,
                parameters.target_buying_power,
                parameters.minimum_order_margin_portfolio_percentage,
            )
        )
        return _in_lots(result, security.symbol_properties.lot_size_decimal)

    def get_maximum_lots_for_delta_buying_power(
        self, parameters: GetMaximumLotsForDeltaBuyingPowerParameters
    ) -> GetMaximumLotsResult:
        if parameters.position_group.count != 1:
            return GetMaximumLotsResult(0, _ONE_POSITION_ONLY)
        (position,) = parameters.position_group
        security = parameters.portfolio.securities[position.symbol]
        result = security.buying_power_model.get_maximum_order_quantity_for_delta_buying_power(
            GetMaximumOrderQuantityForDeltaBuyingPowerParameters(
                parameters.portfolio,
                security,
                parameters.delta_buying_power,
                parameters.minimum_order_margin_portfolio_percentage,
            )
        )
        return _in_lots(result, security.symbol_properties.lot_size_decimal)


def _in_lots(result: GetMaximumOrderQuantityResult, lot_size: Decimal) -> GetMaximumLotsResult:
    return GetMaximumLotsResult(result.quantity_decimal / lot_size, result.reason, result.is_error)
