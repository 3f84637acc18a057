"""How much margin a position group can need at most while prices stay within limits.

LEAN's margins are reckoned anew every five minutes to see whether a margin call is due. Where the most that they can come to
until the end of the day is far from it, nobody needs to look: these are upper limits of the very formulas of the margin
models, for the models that options have; of any other model nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight, PositionSide
from engine.securities.future_option.futures_options_margin_model import FuturesOptionsMarginModel
from engine.securities.option.option_margin_model import NAKED_SHARE, OptionMarginModel, share_of_underlying
from engine.securities.option.option_strategy_margins import ONE_LEG, ONLY_STRIKES, SHORT_PAIR
from engine.securities.option.option_strategy_position_group_buying_power_model import (
    OptionStrategyPositionGroupBuyingPowerModel,
)
from engine.securities.option.strategy_position_group import GroupLeg, StrategyPositionGroup
from engine.securities.positions.position_group_parameters import PositionGroupMaintenanceMarginParameters
from engine.securities.positions.security_position_group_buying_power_model import (
    SecurityPositionGroupBuyingPowerModel,
)

if TYPE_CHECKING:
    from engine.securities.positions.position_group import PositionGroup
    from engine.securities.price_outlook import PriceOutlook
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_SLACK = 1e-9
"""Share by which a limit is larger than its double, so that rounding can never make it too small."""


def margin_limit(
    portfolio: SecurityPortfolioManager, group: PositionGroup, prices: PriceOutlook, last_day: date
) -> float | None:
    """Return the most margin a group can need until `last_day`, None where its model is not one of ours."""
    model: Any = group.buying_power_model
    legs = StrategyPositionGroup(portfolio, group)
    if type(model) is SecurityPositionGroupBuyingPowerModel:
        return _sum(legs.legs, prices, last_day)
    if type(model) is not OptionStrategyPositionGroupBuyingPowerModel:
        return None
    name = str(model)
    if not name or name in ONLY_STRIKES:
        parameters = PositionGroupMaintenanceMarginParameters(portfolio, group)
        return model.get_maintenance_margin(parameters).value
    if name in ONE_LEG:
        return _sum(legs.options, prices, last_day)
    if name in SHORT_PAIR:
        # the larger margin and the price of the other leg, whichever they are
        margins = _sum(legs.options, prices, last_day, most=True)
        values = [_value(leg, prices) for leg in legs.options]
        known = [value for value in values if value is not None]
        return None if margins is None or len(known) < len(values) else margins + max(known)
    return None


def _sum(legs: list[GroupLeg], prices: PriceOutlook, last_day: date, *, most: bool = False) -> float | None:
    limits = []
    for leg in legs:
        limit = _LEG_LIMITS.get(type(leg.security.buying_power_model), _unknown)(leg, prices, last_day)
        if limit is None:
            return None
        limits.append(limit * (1 + _SLACK))
    return max(limits) if most else sum(limits)


def _unknown(leg: GroupLeg, prices: PriceOutlook, last_day: date) -> float | None:
    return None


def _value(leg: GroupLeg, prices: PriceOutlook) -> float | None:
    limits = prices.of(leg.security)
    if limits is None:
        return None
    multiplier = leg.security.symbol_properties.contract_multiplier
    return max(limits.high, 0.0) * multiplier * abs(float(leg.quantity)) * (1 + _SLACK)


def _option(leg: GroupLeg, prices: PriceOutlook, last_day: date) -> float | None:
    # OptionMarginModel: a short's value, and the larger of two shares of strike and underlying
    if leg.quantity >= 0:
        return 0.0
    option, quantity = leg.security, abs(float(leg.quantity))
    value, spot = _value(leg, prices), prices.of(option.underlying)
    if value is None or spot is None:
        return None
    strike = float(option.scaled_strike_price_decimal)
    is_call = option.right == OptionRight.CALL
    out_of_the_money = max(strike - spot.high if is_call else spot.low - strike, 0.0)
    base = spot.high if is_call else float(option.strike_price_decimal)
    properties = option.symbol_properties
    most = max(
        float(NAKED_SHARE) * base,
        float(share_of_underlying(option)) * spot.high / properties.strike_multiplier - out_of_the_money,
    )
    unit = float(properties.contract_unit_of_trade)
    ratio = option.underlying.symbol_properties.contract_multiplier / properties.contract_multiplier
    return value + quantity * ratio * unit * unit * most


def _future_option(leg: GroupLeg, prices: PriceOutlook, last_day: date) -> float | None:
    # FuturesOptionsMarginModel: a logistic curve rises or falls all the way, so its ends are its limits
    option = leg.security
    spot = prices.of(option.underlying)
    if spot is None:
        return None
    model: FuturesOptionsMarginModel = option.buying_power_model
    most = model.highest_maintenance_until(option.underlying, last_day)
    if most is None:
        return None
    of_future = most * abs(leg.quantity)
    side = PositionSide.LONG if leg.quantity > 0 else PositionSide.SHORT
    return max(float(model.margin_at(option, of_future, side, Decimal(price))) for price in spot) + 1


_LEG_LIMITS: dict[type, Callable[[GroupLeg, PriceOutlook, date], float | None]] = {
    OptionMarginModel: _option,
    FuturesOptionsMarginModel: _future_option,
}
