"""LEAN's strategies, in the order in which LEAN tries them (LEAN: OptionStrategyDefinitions.cs)."""

from __future__ import annotations

import operator

from engine.common.enums import OptionRight
from engine.securities.option.strategy_matcher.option_position import OptionPosition
from engine.securities.option.strategy_matcher.option_strategy_definition import (
    Condition,
    Matched,
    OptionStrategyDefinition,
    OptionStrategyLegDefinition,
)

_COMPARE = {
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
    ">=": operator.ge,
}


def _strike(comparison: str, leg: int) -> Condition:
    compare = _COMPARE[comparison]
    return Condition(
        f"strike {comparison} {leg}", lambda legs, position: compare(position.strike, legs[leg].strike)
    )


def _expiry(comparison: str, leg: int) -> Condition:
    compare = _COMPARE[comparison]
    return Condition(
        f"expiry {comparison} {leg}",
        lambda legs, position: compare(position.expiration, legs[leg].expiration),
    )


def _is_equidistant(legs: Matched, position: OptionPosition) -> bool:
    return position.strike - legs[1].strike == legs[1].strike - legs[0].strike  # type: ignore[operator]


def _mirrors_first_wing(legs: Matched, position: OptionPosition) -> bool:
    return position.strike == legs[0].strike * 2 - legs[1].strike  # type: ignore[operator]


_EQUIDISTANT = Condition("equidistant", _is_equidistant)
_MIRROR = Condition("mirror of the first wing", _mirrors_first_wing)
_SAME_EXPIRY = _expiry("==", 0)


def _call(quantity: int, *conditions: Condition) -> OptionStrategyLegDefinition:
    return OptionStrategyLegDefinition(OptionRight.CALL, quantity, conditions)


def _put(quantity: int, *conditions: Condition) -> OptionStrategyLegDefinition:
    return OptionStrategyLegDefinition(OptionRight.PUT, quantity, conditions)


def _define(name: str, *legs: OptionStrategyLegDefinition, lots: int = 0) -> OptionStrategyDefinition:
    return OptionStrategyDefinition(name, lots, legs)


_ABOVE, _BELOW, _AT = _strike(">", 0), _strike("<", 0), _strike("==", 0)
_NOT_BELOW = _strike(">=", 0)


class OptionStrategyDefinitions:
    """The definitions by name; `ALL_DEFINITIONS` adds the inverses that have no name of their own."""

    COVERED_CALL = _define("Covered Call", _call(-1), lots=1)
    PROTECTIVE_CALL = _define("Protective Call", _call(1), lots=-1)
    COVERED_PUT = _define("Covered Put", _put(-1), lots=-1)
    PROTECTIVE_PUT = _define("Protective Put", _put(1), lots=1)
    PROTECTIVE_COLLAR = _define("Protective Collar", _call(-1), _put(1, _BELOW, _SAME_EXPIRY), lots=1)
    CONVERSION = _define("Conversion", _call(-1), _put(1, _AT, _SAME_EXPIRY), lots=1)
    REVERSE_CONVERSION = _define("Reverse Conversion", _call(1), _put(-1, _AT, _SAME_EXPIRY), lots=-1)
    NAKED_CALL = _define("Naked Call", _call(-1))
    NAKED_PUT = _define("Naked Put", _put(-1))
    BEAR_CALL_SPREAD = _define("Bear Call Spread", _call(-1), _call(1, _ABOVE, _SAME_EXPIRY))
    BEAR_PUT_SPREAD = _define("Bear Put Spread", _put(1), _put(-1, _BELOW, _SAME_EXPIRY))
    BULL_CALL_SPREAD = _define("Bull Call Spread", _call(1), _call(-1, _ABOVE, _SAME_EXPIRY))
    BULL_PUT_SPREAD = _define("Bull Put Spread", _put(-1), _put(1, _BELOW, _SAME_EXPIRY))
    STRADDLE = _define("Straddle", _call(1), _put(1, _AT, _SAME_EXPIRY))
    SHORT_STRADDLE = _define("Short Straddle", _call(-1), _put(-1, _AT, _SAME_EXPIRY))
    STRANGLE = _define("Strangle", _call(1), _put(1, _BELOW, _SAME_EXPIRY))
    SHORT_STRANGLE = _define("Short Strangle", _call(-1), _put(-1, _BELOW, _SAME_EXPIRY))
    BUTTERFLY_CALL = _define(
        "Butterfly Call",
        _call(1),
        _call(-2, _NOT_BELOW, _SAME_EXPIRY),
        _call(1, _strike(">=", 1), _SAME_EXPIRY, _EQUIDISTANT),
    )
    SHORT_BUTTERFLY_CALL = _define(
        "Short Butterfly Call",
        _call(-1),
        _call(2, _NOT_BELOW, _SAME_EXPIRY),
        _call(-1, _strike(">=", 1), _SAME_EXPIRY, _EQUIDISTANT),
    )
    BUTTERFLY_PUT = _define(
        "Butterfly Put",
        _put(1),
        _put(-2, _NOT_BELOW, _SAME_EXPIRY),
        _put(1, _strike(">=", 1), _SAME_EXPIRY, _EQUIDISTANT),
    )
    SHORT_BUTTERFLY_PUT = _define(
        "Short Butterfly Put",
        _put(-1),
        _put(2, _NOT_BELOW, _SAME_EXPIRY),
        _put(-1, _strike(">=", 1), _SAME_EXPIRY, _EQUIDISTANT),
    )
    CALL_CALENDAR_SPREAD = _define("Call Calendar Spread", _call(-1), _call(1, _AT, _expiry(">", 0)))
    SHORT_CALL_CALENDAR_SPREAD = _define(
        "Short Call Calendar Spread", _call(1), _call(-1, _AT, _expiry(">", 0))
    )
    PUT_CALENDAR_SPREAD = _define("Put Calendar Spread", _put(-1), _put(1, _AT, _expiry(">", 0)))
    SHORT_PUT_CALENDAR_SPREAD = _define("Short Put Calendar Spread", _put(1), _put(-1, _AT, _expiry(">", 0)))
    IRON_BUTTERFLY = _define(
        "Iron Butterfly",
        _put(-1),
        _put(1, _BELOW, _SAME_EXPIRY),
        _call(-1, _AT, _SAME_EXPIRY),
        _call(1, _MIRROR, _SAME_EXPIRY),
    )
    SHORT_IRON_BUTTERFLY = _define(
        "Short Iron Butterfly",
        _put(1),
        _put(-1, _BELOW, _SAME_EXPIRY),
        _call(1, _AT, _SAME_EXPIRY),
        _call(-1, _MIRROR, _SAME_EXPIRY),
    )
    IRON_CONDOR = _define(
        "Iron Condor",
        _put(1),
        _put(-1, _ABOVE, _SAME_EXPIRY),
        _call(-1, _strike(">", 1), _SAME_EXPIRY),
        _call(1, _strike(">", 2), _SAME_EXPIRY),
    )
    SHORT_IRON_CONDOR = _define(
        "Short Iron Condor",
        _put(-1),
        _put(1, _ABOVE, _SAME_EXPIRY),
        _call(1, _strike(">", 1), _SAME_EXPIRY),
        _call(-1, _strike(">", 2), _SAME_EXPIRY),
    )
    BOX_SPREAD = _define(
        "Box Spread",
        _put(1),
        _put(-1, _BELOW, _SAME_EXPIRY),
        _call(1, _strike("==", 1), _SAME_EXPIRY),
        _call(-1, _AT, _SAME_EXPIRY),
    )
    SHORT_BOX_SPREAD = _define(
        "Short Box Spread",
        _put(-1),
        _put(1, _BELOW, _SAME_EXPIRY),
        _call(-1, _strike("==", 1), _SAME_EXPIRY),
        _call(1, _AT, _SAME_EXPIRY),
    )
    JELLY_ROLL = _define(
        "Jelly Roll",
        _call(-1),
        _call(1, _AT, _expiry(">", 0)),
        _put(1, _AT, _SAME_EXPIRY),
        _put(-1, _AT, _expiry("==", 1)),
    )
    SHORT_JELLY_ROLL = _define(
        "Short Jelly Roll",
        _call(1),
        _call(-1, _AT, _expiry(">", 0)),
        _put(-1, _AT, _SAME_EXPIRY),
        _put(1, _AT, _expiry("==", 1)),
    )
    BEAR_CALL_LADDER = _define(
        "Bear Call Ladder", _call(-1), _call(1, _ABOVE, _SAME_EXPIRY), _call(1, _strike(">", 1), _SAME_EXPIRY)
    )
    BEAR_PUT_LADDER = _define(
        "Bear Put Ladder", _put(1), _put(-1, _BELOW, _SAME_EXPIRY), _put(-1, _strike("<", 1), _SAME_EXPIRY)
    )
    BULL_CALL_LADDER = _define(
        "Bull Call Ladder",
        _call(1),
        _call(-1, _ABOVE, _SAME_EXPIRY),
        _call(-1, _strike(">", 1), _SAME_EXPIRY),
    )
    BULL_PUT_LADDER = _define(
        "Bull Put Ladder", _put(-1), _put(1, _BELOW, _SAME_EXPIRY), _put(1, _strike("<", 1), _SAME_EXPIRY)
    )
    CALL_BACKSPREAD = _define("Call Backspread", _call(-1), _call(2, _ABOVE, _SAME_EXPIRY))
    PUT_BACKSPREAD = _define("Put Backspread", _put(-1), _put(2, _BELOW, _SAME_EXPIRY))
    SHORT_CALL_BACKSPREAD = _define("Short Call Backspread", _call(1), _call(-2, _ABOVE, _SAME_EXPIRY))
    SHORT_PUT_BACKSPREAD = _define("Short Put Backspread", _put(1), _put(-2, _BELOW, _SAME_EXPIRY))

    ALL_DEFINITIONS: tuple[OptionStrategyDefinition, ...]


def _with_inverses() -> tuple[OptionStrategyDefinition, ...]:
    named = [
        value
        for value in vars(OptionStrategyDefinitions).values()
        if isinstance(value, OptionStrategyDefinition)
    ]
    result: list[OptionStrategyDefinition] = []
    for definition in named:
        result.append(definition)
        inverse = definition.inverted()
        if not any(candidate.is_covered_by(inverse) for candidate in named):
            result.append(inverse)
    return tuple(result)


OptionStrategyDefinitions.ALL_DEFINITIONS = _with_inverses()
