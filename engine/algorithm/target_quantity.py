"""How many units bring a position to a share of the portfolio (LEAN: PortfolioTarget.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.numbers import decimal_to_string, to_decimal
from engine.orders.order_sizing import adjust_by_lot_size
from engine.securities.buying_power_model import leverage_of
from engine.securities.margin_target import zero_price_message
from engine.securities.positions.position_group_parameters import GetMaximumLotsForTargetBuyingPowerParameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.securities.security import Security

_BELOW_MINIMUM = "The target order margin "
_BELOW_MINIMUM_WARNING = (
    "Warning: Portfolio rebalance result ignored as it resulted in a single share trade recommendation"
    " which can"
    " generate high fees. To disable minimum order size checks please set"
    " self.settings.minimum_order_margin_portfolio_percentage = 0."
)


def target_quantity(
    algorithm: QCAlgorithm, symbol: Symbol, percent: Decimal, return_delta_quantity: bool
) -> Decimal | None:
    """Return the position that uses `percent` of the portfolio (or the order to it), None on an error."""
    security = _checked_security(algorithm, symbol, percent)
    if security is None:
        return None
    portfolio = algorithm.portfolio
    share = percent * portfolio.total_portfolio_value_less_free_buffer_decimal
    share /= portfolio.total_portfolio_value_decimal
    # A share of margin, not of value: what is left when the leverage is taken out.
    share /= leverage_of(security.buying_power_model, security)
    group = portfolio.positions.get_or_create_default_group(security)
    minimum = to_decimal(algorithm.settings.minimum_order_margin_portfolio_percentage)
    parameters = GetMaximumLotsForTargetBuyingPowerParameters(portfolio, group, share, minimum)
    result = group.buying_power_model.get_maximum_lots_for_target_buying_power(parameters)
    if result.is_error:
        algorithm.error(
            f"Unable to compute order quantity of {symbol}. Reason: {result.reason} Returning null."
        )
        return None
    if (result.reason or "").startswith(_BELOW_MINIMUM):
        warn_below_minimum(algorithm)
    quantity = result.number_of_lots_decimal * security.symbol_properties.lot_size_decimal
    return quantity if return_delta_quantity else quantity + security.holdings.quantity_decimal


def warn_below_minimum(algorithm: QCAlgorithm) -> None:
    """Say once that a target was left alone because its order would be too small."""
    algorithm.warn_once("minimum order margin", _BELOW_MINIMUM_WARNING)


def _checked_security(algorithm: QCAlgorithm, symbol: Symbol, percent: Decimal) -> Security | None:
    settings = algorithm.settings
    size = abs(percent)
    highest = to_decimal(settings.max_absolute_portfolio_target_percentage)
    lowest = to_decimal(settings.min_absolute_portfolio_target_percentage)
    if size > highest or 0 < size < lowest:
        algorithm.error(
            f"The portfolio target percent: {decimal_to_string(percent)}, does not comply with the current"
            f" 'self.settings.max_absolute_portfolio_target_percentage': {decimal_to_string(highest)} or"
            f" 'self.settings.min_absolute_portfolio_target_percentage': {decimal_to_string(lowest)}."
            " Skipping"
        )
        return None
    security = algorithm.securities.get(symbol)
    if security is None:
        algorithm.error(
            f"{symbol} not found in portfolio. Request this data when initializing the algorithm."
        )
    elif not security.price_decimal:
        algorithm.error(zero_price_message(security))
        return None
    return security


def order_targets_by_margin_impact(
    algorithm: QCAlgorithm, targets: Iterable[Any], target_is_delta: bool = False
) -> list[Any]:
    """Return tradable targets of at least a lot: those that reduce a position first, then the larger ones.

    LEAN: Extensions.OrderTargetsByMarginImpact. A target has a symbol and a quantity.
    """
    if algorithm.is_warming_up:
        return []
    ranked = []
    for target in targets:
        security = algorithm.securities[target.symbol]
        wanted = adjust_by_lot_size(security, to_decimal(target.quantity))
        held = algorithm.transactions.get_projected_holdings(security).projected_quantity_decimal
        change = wanted if target_is_delta else wanted - held
        lot = security.symbol_properties.lot_size_decimal
        if not (security.has_data and security.is_tradable and abs(change) >= lot):
            continue
        reduces = held != 0 and abs(held + change) < abs(held)
        ranked.append((not reduces, -abs(change * security.price_decimal), target))
    ranked.sort(key=lambda entry: entry[:2])
    return [target for _, _, target in ranked]
