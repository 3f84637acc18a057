"""Strategies by name: legs, their names, and LEAN's complaints about arguments."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol
from engine.orders.leg import Leg
from engine.securities.option.option_strategies import OptionStrategies
from engine.securities.option.option_strategy import OptionStrategy

NEAR, FAR = datetime(2023, 5, 17), datetime(2023, 5, 19)
SPY = Symbol.create("SPY", SecurityType.EQUITY, "usa")
CANONICAL = Symbol.create_canonical_option(SPY)

WRONG = [
    (
        "protective_collar",
        (400, 410, NEAR),
        "callStrike must be greater than putStrike",
        "callStrike, putStrike",
    ),
    (
        "bear_call_spread",
        (410, 400, NEAR),
        "leg1Strike must be less than leg2Strike",
        "leg1Strike, leg2Strike",
    ),
    (
        "bear_put_spread",
        (400, 410, NEAR),
        "leg1Strike must be greater than leg2Strike",
        "leg1Strike, leg2Strike",
    ),
    (
        "bull_call_spread",
        (410, 400, NEAR),
        "leg1Strike must be less than leg2Strike",
        "leg1Strike, leg2Strike",
    ),
    (
        "bull_put_spread",
        (400, 410, NEAR),
        "leg1Strike must be greater than leg2Strike",
        "leg1Strike, leg2Strike",
    ),
    (
        "strangle",
        (400, 410, NEAR),
        "callLegStrike must be greater than putLegStrike",
        "callLegStrike, putLegStrike",
    ),
    ("butterfly_call", (420, 411, 400, NEAR), "must both be equidistant from the middle strike", None),
    ("short_butterfly_put", (400, 410, 420, NEAR), "must both be equidistant from the middle strike", None),
    ("call_calendar_spread", (410, FAR, NEAR), "near expiration must be less than far expiration", None),
    (
        "short_put_calendar_spread",
        (410, NEAR, NEAR),
        "near expiration must be less than far expiration",
        None,
    ),
    ("iron_butterfly", (400, 411, 420, NEAR), "intervals between exercise prices must be equal", None),
    ("iron_condor", (400, 390, 410, 420, NEAR), "strike prices must be in ascending order", None),
    ("short_iron_condor", (400, 410, 420, 420, NEAR), "strike prices must be in ascending order", None),
    (
        "box_spread",
        (400, 410, NEAR),
        "strike prices must be in descending order, higherStrike, lowerStrike",
        None,
    ),
    (
        "bear_call_ladder",
        (400, 420, 410, NEAR),
        "must be in ascending order",
        "lowerStrike, middleStrike, higherStrike",
    ),
    (
        "bull_put_ladder",
        (400, 410, 420, NEAR),
        "must be in descending order",
        "higherStrike, middleStrike, lowerStrike",
    ),
    ("call_backspread", (410, 400, NEAR), "must be in ascending order, lowerStrike, higherStrike", None),
    ("put_backspread", (400, 410, NEAR), "must be in descending order, higherStrike, lowerStrike", None),
]


@pytest.mark.parametrize(("name", "arguments", "text", "parameters"), WRONG)
def test_strikes_and_expiries_have_an_order(name, arguments, text, parameters) -> None:
    """The exception says what is wrong, and with which of C#'s parameters."""
    with pytest.raises(ArgumentException) as caught:
        getattr(OptionStrategies, name)(CANONICAL, *arguments)
    assert text in str(caught.value)
    if parameters is not None:
        assert str(caught.value).endswith(f"(Parameter '{parameters}')")


def test_the_first_argument_is_the_canonical_symbol() -> None:
    """A contract, or the underlying itself, is refused."""
    contract = Symbol.create_option(SPY, "usa", OptionStyle.AMERICAN, OptionRight.CALL, 400, NEAR)
    for symbol in (contract, SPY):
        with pytest.raises(
            ArgumentException, match=r"NakedCall: canonicalOption must contain canonical option symbol"
        ):
            OptionStrategies.naked_call(symbol, 400, NEAR)


@pytest.mark.parametrize("never", [datetime(1, 1, 1), datetime(9999, 12, 31)])
def test_an_expiry_is_a_date(never) -> None:
    """.NET's smallest and greatest dates stand for none."""
    with pytest.raises(ArgumentException, match=r"Straddle: expiration must contain expiration date"):
        OptionStrategies.straddle(CANONICAL, 400, never)


def test_legs_carry_their_contracts_and_the_underlying_its_shares() -> None:
    """Symbols are made of the canonical one; a covered call has one contract's shares per strategy."""
    strategy = OptionStrategies.covered_call(CANONICAL, 420.5, NEAR)
    assert (strategy.name, strategy.canonical_option, strategy.underlying) == ("Covered Call", CANONICAL, SPY)
    option, share = strategy.option_legs[0], strategy.underlying_legs[0]
    assert (option.right, option.strike, option.expiration, option.quantity) == (
        OptionRight.CALL,
        420.5,
        NEAR,
        -1,
    )
    assert option.symbol == Symbol.create_option(
        SPY, "usa", OptionStyle.AMERICAN, OptionRight.CALL, 420.5, NEAR
    )
    assert (share.symbol, share.quantity) == (SPY, 100)


def test_short_strategies_are_long_ones_on_the_other_side() -> None:
    """Every quantity changes its sign, the rest stays."""
    long = OptionStrategies.jelly_roll(CANONICAL, 410, NEAR, FAR)
    short = OptionStrategies.short_jelly_roll(CANONICAL, 410, NEAR, FAR)
    assert [(leg.symbol, -leg.quantity) for leg in long.option_legs] == [
        (leg.symbol, leg.quantity) for leg in short.option_legs
    ]
    assert (long.name, short.name) == ("Jelly Roll", "Short Jelly Roll")


def test_strategies_are_made_of_legs_with_symbols() -> None:
    """The first option's chain is the strategy's; a leg of another kind is refused."""
    contract = Symbol.create_option(SPY, "usa", OptionStyle.AMERICAN, OptionRight.PUT, 400, NEAR)
    option = OptionStrategy.OptionLegData.create(-2, contract, 1.5)
    shares = OptionStrategy.UnderlyingLegData.create(-200, SPY)
    strategy = OptionStrategy.create("mine", [shares, option])
    assert (strategy.name, strategy.canonical_option, strategy.underlying) == ("mine", CANONICAL, SPY)
    assert (strategy.option_legs, strategy.underlying_legs) == ([option], [shares])
    assert str(option) == "Leg: -2. Right: Put. Strike: 400. Expiration: 20230517"
    assert OptionStrategy.UnderlyingLegData.create(100, 9.5).order_price == 9.5
    with pytest.raises(ArgumentException, match=r"Invalid leg type: QuantConnect\.Orders\.Leg"):
        OptionStrategy.create("mine", [option, Leg.create(contract, 1)])


def test_a_strategy_filled_in_later_finds_its_symbols() -> None:
    """With an underlying leg alone the canonical option is the standard one."""
    strategy = OptionStrategy()
    strategy.underlying_legs.append(OptionStrategy.UnderlyingLegData.create(100, SPY))
    strategy.option_legs.append(OptionStrategy.OptionLegData(OptionRight.CALL, 420, -1, NEAR))
    strategy.set_symbols()
    assert strategy.canonical_option == CANONICAL
    assert strategy.option_legs[0].symbol.id.strike_price == 420
