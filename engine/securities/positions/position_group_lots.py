"""How many groups to order for a target margin (LEAN: sizing in PositionGroupBuyingPowerModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.errors import ArgumentException
from engine.securities.margin_target import above_minimum_order_margin, zero_price_message
from engine.securities.market_order_fees import market_order_fees
from engine.securities.net_decimal import divide, multiply
from engine.securities.positions.position_group_parameters import (
    GetMaximumLotsForDeltaBuyingPowerParameters,
    GetMaximumLotsForTargetBuyingPowerParameters,
    GetMaximumLotsResult,
)

if TYPE_CHECKING:
    from engine.securities.positions.position_group import PositionGroup
    from engine.securities.positions.position_group_buying_power_model import PositionGroupBuyingPowerModel
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_ZERO = Decimal(0)


def lots_for_delta(
    model: PositionGroupBuyingPowerModel, parameters: GetMaximumLotsForDeltaBuyingPowerParameters
) -> GetMaximumLotsResult:
    """Return the order that changes the group's margin by an amount."""
    portfolio, group = parameters.portfolio, parameters.position_group
    current = portfolio.positions[group.key]
    used = group.buying_power_model.get_reserved_buying_power_for_position_group_decimal(portfolio, current)
    target = parameters.delta_buying_power + (-used if group.is_inverted_of(current) else used)
    total = portfolio.total_portfolio_value_decimal
    return model.get_maximum_lots_for_target_buying_power(
        GetMaximumLotsForTargetBuyingPowerParameters(
            portfolio,
            group,
            divide(target, total) if total else _ZERO,
            parameters.minimum_order_margin_portfolio_percentage,
        )
    )


def lots_for_target(
    model: PositionGroupBuyingPowerModel, parameters: GetMaximumLotsForTargetBuyingPowerParameters
) -> GetMaximumLotsResult:
    """Return the order after which the margin used comes closest to the target from below, fees counted."""
    portfolio, group = parameters.portfolio, parameters.position_group
    current = portfolio.positions[group.key]
    inverted = group.is_inverted_of(current)
    fraction = multiply(1 - model.required_free, parameters.target_buying_power) * (-1 if inverted else 1)
    total = portfolio.total_portfolio_value_decimal
    target = multiply(fraction, total)

    def relative(lots: Decimal) -> GetMaximumLotsResult:
        # the answer counts the group that was asked about, which may be the inverse of the one held
        return GetMaximumLotsResult(-lots if inverted else lots)

    if not target:
        return relative(-abs(current.quantity_decimal))
    used = _ZERO
    if current.quantity_decimal:
        used = abs(current.buying_power_model.initial_margin_of(portfolio, current))
    minimum = parameters.minimum_order_margin_portfolio_percentage
    if not above_minimum_order_margin(portfolio, minimum, abs(target - used)):
        reason = (
            f"The target order margin {abs(target - used):f} is less than the minimum {total * minimum:f}."
        )
        return GetMaximumLotsResult(_ZERO, "" if parameters.silence_non_error_reasons else reason, False)
    unit = current.create_unit_group(portfolio.positions)
    unit_margin = abs(unit.buying_power_model.initial_margin_of(portfolio, unit))
    if not unit_margin:
        return GetMaximumLotsResult(_ZERO, _no_margin_reason(portfolio, group))

    last = _ZERO
    while True:
        lots, final_margin = _order_quantity(portfolio, current, used, target, unit, unit_margin)
        if not lots:
            reason = (
                "The position group order quantity has been rounded to zero. "
                f"Target order margin {target - used:f}."
            )
            return GetMaximumLotsResult(_ZERO, "" if parameters.silence_non_error_reasons else reason, False)
        fees = _fees(portfolio, current.with_quantity(lots, portfolio.positions))
        target = multiply(total - fees, fraction)
        if last == lots:
            raise ArgumentException(_no_convergence(parameters, target, lots, fees))
        last = lots
        if abs(final_margin) <= abs(target):
            return relative(lots)


def _order_quantity(
    portfolio: SecurityPortfolioManager,
    current: PositionGroup,
    used: Decimal,
    target: Decimal,
    unit: PositionGroup,
    unit_margin: Decimal,
) -> tuple[Decimal, Decimal]:
    step = 1 if target > used else -1
    held = abs(current.quantity_decimal)
    # the other side is reached through zero
    lots = -held + step if target < 0 else Decimal(step)
    wanted = abs(target)

    def margin_after(order: Decimal) -> Decimal:
        final = current.with_quantity(held + order, portfolio.positions)
        return abs(final.buying_power_model.initial_margin_of(portfolio, final))

    margin = first_margin = margin_after(lots)
    difference = wanted - margin if target < 0 else margin - wanted
    while (step < 0 and difference > 0) or (step > 0 and difference < 0):
        lots += step
        margin = margin_after(lots)
        new = wanted - margin if target < 0 else margin - wanted
        if new == difference or (abs(new) > abs(difference) and (new > 0) == (difference > 0)):
            raise ArgumentException(_stuck(portfolio, unit, target, used, lots, unit_margin))
        difference = new
    if margin > wanted:
        return lots - step, first_margin
    return lots, margin


def _fees(portfolio: SecurityPortfolioManager, group: PositionGroup) -> Decimal:
    total = _ZERO
    for position in group:
        fee = market_order_fees(portfolio.securities[position.symbol], position.quantity_decimal)
        total += portfolio.cash_book.convert_to_account_currency(fee).amount_decimal
    return total


def _no_margin_reason(portfolio: SecurityPortfolioManager, group: PositionGroup) -> str:
    for position in group:
        security = portfolio.securities.get(position.symbol)
        if security is not None and not security.price_decimal:
            return zero_price_message(security)
    return f"Computed zero initial margin requirement for {group.get_user_friendly_name()}."


def _no_convergence(
    parameters: GetMaximumLotsForTargetBuyingPowerParameters, target: Decimal, lots: Decimal, fees: Decimal
) -> str:
    group = parameters.position_group
    return (
        f"Failed to converge on the target margin: {target:f}; the following information can be used to "
        "reproduce the "
        f"issue. Total Portfolio Cash: {parameters.portfolio.cash_decimal:f}; Position group: "
        f"{group.get_user_friendly_name()}; Position group order quantity: {lots:f} Order Fee: {fees:f}; "
        "Current "
        f"Holdings: {group.quantity_decimal:f}; Target Percentage: %{parameters.target_buying_power * 100:f};"
    )


def _stuck(
    portfolio: SecurityPortfolioManager,
    unit: PositionGroup,
    target: Decimal,
    used: Decimal,
    lots: Decimal,
    unit_margin: Decimal,
) -> str:
    text = (
        "GetMaximumPositionGroupOrderQuantityForTargetBuyingPower failed to converge to target margin "
        f"{target:f}. "
        f"Current margin is {used:f}. Position group quantity {lots:f}. "
    )
    if unit.count == 1:
        security = portfolio.securities[unit.positions[0].symbol]
        lot = security.symbol_properties.lot_size_decimal
        return f"{text}Lot size is {lot:f}.Security symbol {security.symbol}. Margin unit {unit_margin:f}."
    return (
        f"{text}Position Group Unit is {unit.key}. Position Group Name {unit.get_user_friendly_name()}. "
        f"Margin unit {unit_margin:f}."
    )
