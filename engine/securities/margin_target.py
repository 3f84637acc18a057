"""Order quantities for a target margin (LEAN: the sizing part of Common/Securities/BuyingPowerModel.cs)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from engine.common.errors import ArgumentException
from engine.common.numbers import to_decimal
from engine.securities.buying_power_parameters import (
    GetMaximumOrderQuantityForTargetBuyingPowerParameters,
    GetMaximumOrderQuantityResult,
)
from engine.securities.market_order_fees import market_order_fees
from engine.securities.net_decimal import divide, multiply

if TYPE_CHECKING:
    from engine.securities.buying_power_model import BuyingPowerModel
    from engine.securities.security import Security
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_ZERO = Decimal(0)
_ONE = Decimal(1)


def above_minimum_order_margin(
    portfolio: SecurityPortfolioManager, minimum_percentage: Decimal, order_margin: Decimal
) -> bool:
    """Return whether an order is worth its fee; with negative margin remaining every order is."""
    minimum = portfolio.total_portfolio_value_decimal * minimum_percentage
    return not (minimum > order_margin and portfolio.margin_remaining_decimal > 0)


def quantity_for_target(
    model: BuyingPowerModel,
    parameters: GetMaximumOrderQuantityForTargetBuyingPowerParameters,
    required_free: Decimal,
) -> GetMaximumOrderQuantityResult:
    """Return the order after which the margin used comes closest to the target from below, fees counted."""
    portfolio, security = parameters.portfolio, parameters.security
    total = portfolio.total_portfolio_value_decimal
    fraction = parameters.target_buying_power_decimal
    target = multiply(fraction, total - total * required_free)
    if not target:
        return GetMaximumOrderQuantityResult(-security.holdings.quantity_decimal, "", False)
    current = model.initial_margin_of(security, security.holdings.quantity_decimal)
    unit_margin = model.initial_margin_of(security, _ONE)
    if not unit_margin:
        return GetMaximumOrderQuantityResult(_ZERO, zero_price_message(security))
    difference = abs(target - current)
    minimum = parameters.minimum_order_margin_portfolio_percentage_decimal
    if not above_minimum_order_margin(portfolio, minimum, difference):
        reason = "" if parameters.silence_non_error_reasons else _below_minimum(difference, total * minimum)
        return GetMaximumOrderQuantityResult(_ZERO, reason, False)

    last_quantity = _ZERO
    while True:
        quantity, final_margin = get_amount_to_order(model, security, target, unit_margin)
        if not quantity:
            reason = "" if parameters.silence_non_error_reasons else _below_lot(security, target - current)
            return GetMaximumOrderQuantityResult(_ZERO, reason, False)
        fees = portfolio.cash_book.convert_to_account_currency(market_order_fees(security, quantity))
        target = multiply(total - fees.amount_decimal - total * required_free, fraction)
        if last_quantity == quantity:
            raise ArgumentException(_no_convergence(parameters, target, fees.amount_decimal))
        last_quantity = quantity
        if abs(final_margin) <= abs(target):
            return GetMaximumOrderQuantityResult(quantity)


def get_amount_to_order(
    model: BuyingPowerModel, security: Security, target_margin: Decimal, margin_for_one_unit: Decimal
) -> tuple[Decimal, Decimal]:
    """Return the order that brings the position's margin to the target or just inside, and that margin."""
    lot = security.symbol_properties.lot_size_decimal
    held = security.holdings.quantity_decimal
    rounding = ROUND_CEILING if target_margin < 0 else ROUND_FLOOR
    order = -held + divide(target_margin, margin_for_one_unit)
    order = (order / lot).to_integral_value(rounding) * lot
    margin = model.initial_margin_of(security, order + held)
    difference = margin - target_margin
    # margins of options are not linear: step until inside
    while (target_margin < 0 and difference < 0) or (target_margin > 0 and difference > 0):
        order += lot if target_margin < 0 else -lot
        margin = model.initial_margin_of(security, order + held)
        step = margin - target_margin
        if abs(step) > abs(difference) and (step > 0) == (difference > 0):
            raise ArgumentException(_wrong_direction(security, target_margin, margin_for_one_unit))
        difference = step
    return order, margin


def zero_price_message(security: Security) -> str:
    """Return LEAN's reason for a security without a price (Messages.Extensions.ZeroPriceForSecurity)."""
    return (
        f"{security.symbol}: The security does not have an accurate price as it has not yet received a "
        "bar of data. "
        "Before placing a trade (or using set_holdings) warm up your algorithm with set_warmup, or use "
        "slice.contains"
        "(symbol) to confirm the Slice object has price before using the data. Data does not necessarily "
        "all arrive "
        "at the same time so your algorithm should confirm the data is ready before using it. In live "
        "trading this "
        "can mean you do not have an active subscription to the asset class you're trying to trade. If "
        "using custom "
        "data make sure you've set the 'Value' property."
    )


def _below_minimum(difference: Decimal, minimum: Decimal) -> str:
    return f"The target order margin {difference:f} is less than the minimum {minimum:f}."


def _below_lot(security: Security, margin: Decimal) -> str:
    return (
        f"The order quantity is less than the lot size of {security.symbol_properties.lot_size_decimal:f} "
        f"and has been rounded to zero. Target order margin {margin:f}. "
    )


def _no_convergence(
    parameters: GetMaximumOrderQuantityForTargetBuyingPowerParameters, target: Decimal, fees: Decimal
) -> str:
    security, holdings = parameters.security, parameters.security.holdings
    return (
        "GetMaximumOrderQuantityForTargetBuyingPower failed to converge on the target margin: "
        f"{target:f}; the "
        "following information can be used to reproduce the issue. Total Portfolio Cash: "
        f"{parameters.portfolio.cash_decimal:f}; Security : {security.symbol.id}; Price : "
        f"{security.close_decimal:f}; "
        f"Leverage: {security.leverage_decimal:f}; Order Fee: {fees:f}; Lot Size: "
        f"{security.symbol_properties.lot_size_decimal:f}; Current Holdings: {holdings.quantity_decimal:f} @ "
        f"{holdings.average_price_decimal:f}; Target Percentage: "
        f"%{parameters.target_buying_power_decimal * 100:f};"
    ) + _underlying_info(security)


def _wrong_direction(security: Security, target: Decimal, unit: Decimal) -> str:
    return (
        "BuyingPowerModel().GetAmountToOrder(): Margin is being adjusted in the wrong direction. "
        "Reproduce this issue "
        f"with the following variables, Target Margin: {target:f}; MarginForOneUnit: {unit:f}; Security "
        "Holdings: "
        f"{security.holdings.quantity_decimal:f} @ {security.holdings.average_price_decimal:f}; LotSize: "
        f"{security.symbol_properties.lot_size_decimal:f}; Price: {security.close_decimal:f}; Leverage: "
        f"{to_decimal(security.leverage_decimal):f}"
    ) + _underlying_info(security)


def _underlying_info(security: Security) -> str:
    underlying = getattr(security, "underlying", None)
    if underlying is None:
        return ""
    return (
        f" Underlying Security: {underlying.symbol.id}; Underlying Price: {underlying.close_decimal:f}; "
        "Underlying "
        f"Holdings: {underlying.holdings.quantity_decimal:f} @ {underlying.holdings.average_price_decimal:f};"
    )
