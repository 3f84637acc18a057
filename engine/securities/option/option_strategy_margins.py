"""Margin of each option strategy (LEAN: OptionStrategyPositionGroupBuyingPowerModel.cs)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.securities.buying_power_parameters import MaintenanceMarginParameters
from engine.securities.margins import margin_of
from engine.securities.option.strategy_position_group import GroupLeg, StrategyPositionGroup

Rule = Callable[[StrategyPositionGroup], Decimal]

_ZERO = Decimal(0)
_TENTH, _QUARTER = Decimal("0.1"), Decimal("0.25")
_COVERED_CALL_SHARE = Decimal("0.8")
_BOX_FACTOR, _BOX_FEE, _BOX_LEGS = Decimal("1.02"), Decimal("0.65"), 4


def _none(group: StrategyPositionGroup) -> Decimal:
    return _ZERO


# with the underlying


def _protective_maintenance(group: StrategyPositionGroup) -> Decimal:
    option, underlying = group.option, group.underlying
    contracts = abs(option.quantity)
    otm = option.security.out_of_the_money_amount_decimal(underlying.security.price_decimal)
    of_option = _TENTH * option.strike * option.unit * contracts + otm * option.unit * contracts
    return group.in_account_currency(min(of_option, abs(underlying.maintenance_margin)), option.security)


def _protective_initial(group: StrategyPositionGroup) -> Decimal:
    underlying = group.underlying
    return group.in_account_currency(abs(underlying.initial_margin), underlying.security)


def _in_the_money(option: GroupLeg, underlying: GroupLeg) -> Decimal:
    intrinsic = option.security.get_intrinsic_value_decimal(underlying.security.price_decimal)
    return intrinsic * option.unit * abs(option.quantity)


def _covered_call_maintenance(group: StrategyPositionGroup) -> Decimal:
    option, underlying = group.option, group.underlying
    shares, holdings = underlying.security, underlying.security.holdings
    value = underlying.value
    at_price = min(shares.price_decimal, option.security.scaled_strike_price_decimal)
    at_strike = holdings.get_quantity_value(underlying.quantity, at_price).in_account_currency_decimal

    def margin(worth: Decimal) -> Decimal:
        asked = MaintenanceMarginParameters(shares, underlying.quantity, _ZERO, worth)
        return margin_of(shares.buying_power_model.get_maintenance_margin(asked))

    covered = min(value, max(option.value, margin(value)))
    result = max(_in_the_money(option, underlying) + margin(at_strike), covered)
    return group.in_account_currency(result, option.security)


def _covered_call_initial(group: StrategyPositionGroup) -> Decimal:
    option = group.option
    result = abs(option.value) * _COVERED_CALL_SHARE + group.underlying.initial_margin
    return group.in_account_currency(result, option.security)


def _stock_and_in_the_money(group: StrategyPositionGroup, option: GroupLeg) -> Decimal:
    underlying = group.underlying
    result = abs(underlying.initial_margin) + _in_the_money(option, underlying)
    return group.in_account_currency(result, option.security)


def _covered_put(group: StrategyPositionGroup) -> Decimal:
    return _stock_and_in_the_money(group, group.option)


def _call_in_the_money_initial(group: StrategyPositionGroup) -> Decimal:
    return _stock_and_in_the_money(group, group.single(call=True))


def _put_in_the_money_initial(group: StrategyPositionGroup) -> Decimal:
    return _stock_and_in_the_money(group, group.single(call=False))


def _collar_maintenance(group: StrategyPositionGroup) -> Decimal:
    put, call, underlying = group.single(call=False), group.single(call=True), group.underlying
    otm = put.security.out_of_the_money_amount_decimal(underlying.security.price_decimal)
    result = min(_TENTH * put.strike + otm, _QUARTER * call.strike) * abs(put.quantity) * put.unit
    return group.in_account_currency(result, underlying.security)


def _conversion(group: StrategyPositionGroup, option: GroupLeg) -> Decimal:
    underlying = group.underlying.security
    intrinsic = option.security.get_intrinsic_value_decimal(underlying.price_decimal)
    result = (_TENTH * option.strike + intrinsic) * abs(option.quantity) * option.unit
    return group.in_account_currency(result, underlying)


def _conversion_maintenance(group: StrategyPositionGroup) -> Decimal:
    return _conversion(group, group.single(call=True))


def _reverse_conversion_maintenance(group: StrategyPositionGroup) -> Decimal:
    return _conversion(group, group.single(call=False))


# options only


def _naked(group: StrategyPositionGroup) -> Decimal:
    return group.single().maintenance_margin


def _short_leg_maintenance(group: StrategyPositionGroup) -> Decimal:
    return group.single(short=True).maintenance_margin


def _short_leg_initial(group: StrategyPositionGroup) -> Decimal:
    return abs(group.single(short=True).initial_margin)


def _width(group: StrategyPositionGroup, higher: GroupLeg, lower: GroupLeg, first: GroupLeg) -> Decimal:
    result = max((higher.strike - lower.strike) * first.unit * group.quantity, _ZERO)
    return group.in_account_currency(result, first.security)


def _call_spread(group: StrategyPositionGroup) -> Decimal:
    long = group.single(call=True, short=False)
    return _width(group, long, group.single(call=True, short=True), long)


def _put_spread(group: StrategyPositionGroup) -> Decimal:
    long = group.single(call=False, short=False)
    return _width(group, group.single(call=False, short=True), long, long)


def _short_butterfly(group: StrategyPositionGroup) -> Decimal:
    lowest, middle = group.by_strike()[:2]
    return _width(group, middle, lowest, lowest)


def _short_pair(group: StrategyPositionGroup, margin: Callable[[GroupLeg], Decimal]) -> Decimal:
    call, put = group.single(call=True), group.single(call=False)
    call_margin, put_margin = abs(margin(call)), abs(margin(put))
    larger, other = (put_margin, call) if put_margin > call_margin else (call_margin, put)
    return larger + other.security.price_decimal * other.unit * abs(other.quantity)


def _short_pair_maintenance(group: StrategyPositionGroup) -> Decimal:
    return _short_pair(group, lambda leg: leg.maintenance_margin)


def _short_pair_initial(group: StrategyPositionGroup) -> Decimal:
    return _short_pair(group, lambda leg: leg.initial_margin)


def _short_box(group: StrategyPositionGroup) -> Decimal:
    long_call, short_call = group.single(call=True, short=False), group.single(call=True, short=True)
    long_put, short_put = group.single(call=False, short=False), group.single(call=False, short=True)
    fees = max(abs(long_call.quantity) * _BOX_FEE, Decimal(1)) * _BOX_LEGS
    cost = (
        short_call.security.ask_price_decimal
        - long_call.security.bid_price_decimal
        + short_put.security.ask_price_decimal
        - long_put.security.bid_price_decimal
    )
    units = abs(long_call.quantity) * long_call.unit
    width = long_call.strike - short_call.strike
    result = max(_BOX_FACTOR * (fees + cost * units), width * units)
    return group.in_account_currency(result, long_call.security)


def _jelly_roll(group: StrategyPositionGroup) -> Decimal:
    last = max(leg.security.expiry for leg in group.options)
    (short,) = (leg for leg in group.options if leg.quantity < 0 and leg.security.expiry == last)
    return abs(short.maintenance_margin)


def _ladder_spread(group: StrategyPositionGroup, nearest: list[GroupLeg]) -> Decimal:
    (long,) = (leg for leg in nearest if leg.quantity > 0)
    (short,) = (leg for leg in nearest if leg.quantity < 0)
    higher, lower = (long, short) if long.is_call else (short, long)
    return _width(group, higher, lower, long)


def _bear_call_ladder(group: StrategyPositionGroup) -> Decimal:
    return _ladder_spread(group, group.by_strike()[:2])


def _bull_put_ladder(group: StrategyPositionGroup) -> Decimal:
    return _ladder_spread(group, group.by_strike()[-2:])


def _bull_call_ladder(group: StrategyPositionGroup) -> Decimal:
    return abs(group.by_strike()[-1].initial_margin)


def _bear_put_ladder(group: StrategyPositionGroup) -> Decimal:
    return abs(group.by_strike()[0].initial_margin)


# Name: (maintenance, initial without premium). Backspreads have no rule in LEAN.
RULES: dict[str, tuple[Rule, Rule]] = {
    "Protective Put": (_protective_maintenance, _protective_initial),
    "Protective Call": (_protective_maintenance, _protective_initial),
    "Covered Call": (_covered_call_maintenance, _covered_call_initial),
    "Covered Put": (_covered_put, _covered_put),
    "Protective Collar": (_collar_maintenance, _call_in_the_money_initial),
    "Conversion": (_conversion_maintenance, _call_in_the_money_initial),
    "Reverse Conversion": (_reverse_conversion_maintenance, _put_in_the_money_initial),
    "Naked Call": (_naked, _none),  # the initial margin is the option's own, premium included
    "Naked Put": (_naked, _none),
    "Bear Call Spread": (_call_spread, _call_spread),
    "Bull Call Spread": (_call_spread, _call_spread),
    "Bear Put Spread": (_put_spread, _put_spread),
    "Bull Put Spread": (_put_spread, _put_spread),
    "Call Calendar Spread": (_none, _none),
    "Put Calendar Spread": (_none, _none),
    "Short Call Calendar Spread": (_short_leg_maintenance, _short_leg_initial),
    "Short Put Calendar Spread": (_short_leg_maintenance, _short_leg_initial),
    "Straddle": (_none, _none),
    "Strangle": (_none, _none),
    "Short Straddle": (_short_pair_maintenance, _short_pair_initial),
    "Short Strangle": (_short_pair_maintenance, _short_pair_initial),
    "Butterfly Call": (_none, _none),
    "Butterfly Put": (_none, _none),
    "Short Butterfly Call": (_short_butterfly, _short_butterfly),
    "Short Butterfly Put": (_short_butterfly, _short_butterfly),
    "Iron Condor": (_put_spread, _put_spread),
    "Iron Butterfly": (_put_spread, _put_spread),
    "Short Iron Condor": (_put_spread, _put_spread),
    "Short Iron Butterfly": (_put_spread, _put_spread),
    "Box Spread": (_none, _none),
    "Short Box Spread": (_short_box, _short_box),
    "Jelly Roll": (_jelly_roll, _jelly_roll),
    "Short Jelly Roll": (_jelly_roll, _jelly_roll),
    "Bear Call Ladder": (_bear_call_ladder, _bear_call_ladder),
    "Bull Call Ladder": (_bull_call_ladder, _bull_call_ladder),
    "Bear Put Ladder": (_bear_put_ladder, _bear_put_ladder),
    "Bull Put Ladder": (_bull_put_ladder, _bull_put_ladder),
}


def _with_maintenance(*rules: Rule) -> frozenset[str]:
    return frozenset(name for name, (maintenance, _) in RULES.items() if maintenance in rules)


ONLY_STRIKES = _with_maintenance(
    _none, _call_spread, _put_spread, _short_butterfly, _bear_call_ladder, _bull_put_ladder
)
"""Strategies whose maintenance margin no price can change."""
ONE_LEG = _with_maintenance(_naked, _short_leg_maintenance)
"""Strategies that need what one leg alone needs."""
SHORT_PAIR = _with_maintenance(_short_pair_maintenance)
