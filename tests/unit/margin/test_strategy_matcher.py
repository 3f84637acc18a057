"""Which strategies positions make (figures: LEAN's OptionStrategyMatcherTests and its definitions)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.symbol import Symbol
from engine.securities.option.option_strategies import OptionStrategies
from engine.securities.option.option_strategy_margins import RULES
from engine.securities.option.strategy_matcher.option_position import OptionPosition, OptionPositionCollection
from engine.securities.option.strategy_matcher.option_strategy_definition import OptionStrategyDefinition
from engine.securities.option.strategy_matcher.option_strategy_definitions import OptionStrategyDefinitions
from engine.securities.option.strategy_matcher.option_strategy_matcher import OptionStrategyMatcher

NEAR, FAR = datetime(2023, 5, 19), datetime(2023, 6, 16)
UNIT = 100


@pytest.fixture(scope="module")
def stock() -> Symbol:
    """Return the underlying."""
    return Symbol.create("SPY", SecurityType.EQUITY, "usa")


def positions(stock: Symbol, text: str) -> OptionPositionCollection:
    """Read positions such as "+1 C600, -2 P595 far, +1 lots"."""
    found = []
    for item in text.split(", "):
        quantity, what, *far = item.split()
        if what == "lots":
            found.append(OptionPosition(stock, int(quantity)))
            continue
        right = OptionRight.CALL if what[0] == "C" else OptionRight.PUT
        expiry = FAR if far else NEAR
        symbol = Symbol.create_option(stock, "usa", OptionStyle.AMERICAN, right, float(what[1:]), expiry)
        found.append(OptionPosition(symbol, int(quantity)))
    return OptionPositionCollection(found)


def names(stock: Symbol, text: str) -> list[str]:
    """Return the strategies of positions, by name."""
    return sorted(strategy.name for strategy in OptionStrategyMatcher().match_once(positions(stock, text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+1 lots, -1 C600", "Covered Call"),
        ("-1 lots, +1 C600", "Protective Call"),
        ("-1 lots, -1 P600", "Covered Put"),
        ("+1 lots, +1 P600", "Protective Put"),
        ("+1 lots, -1 C605, +1 P600", "Protective Collar"),
        ("-1 lots, +1 C605, -1 P600", "Protective Collar"),
        ("+1 lots, -1 C600, +1 P600", "Conversion"),
        ("-1 lots, +1 C600, -1 P600", "Reverse Conversion"),
        ("-1 C600", "Naked Call"),
        ("+1 C600", "Naked Call"),
        ("-1 P600", "Naked Put"),
        ("+1 P600", "Naked Put"),
        ("-1 C600, +1 C605", "Bear Call Spread"),
        ("+1 C600, -1 C605", "Bull Call Spread"),
        ("+1 P605, -1 P600", "Bear Put Spread"),
        ("-1 P605, +1 P600", "Bull Put Spread"),
        ("+1 C600, +1 P600", "Straddle"),
        ("-1 C600, -1 P600", "Short Straddle"),
        ("+1 C605, +1 P600", "Strangle"),
        ("-1 C605, -1 P600", "Short Strangle"),
        ("+1 C595, -2 C600, +1 C605", "Butterfly Call"),
        ("-1 C595, +2 C600, -1 C605", "Short Butterfly Call"),
        ("+1 P595, -2 P600, +1 P605", "Butterfly Put"),
        ("-1 P595, +2 P600, -1 P605", "Short Butterfly Put"),
        ("-1 C600, +1 C600 far", "Call Calendar Spread"),
        ("+1 C600, -1 C600 far", "Short Call Calendar Spread"),
        ("-1 P600, +1 P600 far", "Put Calendar Spread"),
        ("+1 P600, -1 P600 far", "Short Put Calendar Spread"),
        ("-1 P600, +1 P595, -1 C600, +1 C605", "Iron Butterfly"),
        ("+1 P600, -1 P595, +1 C600, -1 C605", "Short Iron Butterfly"),
        ("+1 P590, -1 P595, -1 C605, +1 C610", "Iron Condor"),
        ("-1 P590, +1 P595, +1 C605, -1 C610", "Short Iron Condor"),
        ("+1 P605, -1 P595, +1 C595, -1 C605", "Box Spread"),
        ("-1 P605, +1 P595, -1 C595, +1 C605", "Short Box Spread"),
        ("-1 C600, +1 C600 far, +1 P600, -1 P600 far", "Jelly Roll"),
        ("+1 C600, -1 C600 far, -1 P600, +1 P600 far", "Short Jelly Roll"),
        ("-1 C595, +1 C600, +1 C605", "Bear Call Ladder"),
        ("+1 C595, -1 C600, -1 C605", "Bull Call Ladder"),
        ("+1 P605, -1 P600, -1 P595", "Bear Put Ladder"),
        ("-1 P605, +1 P600, +1 P595", "Bull Put Ladder"),
    ],
)
def test_every_definition_matches_its_own_positions(stock, text, expected) -> None:
    """Each strategy is found as one group, whichever side of it has a name."""
    assert names(stock, text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-1 P605, +2 P600", ["Bull Put Spread", "Naked Put"]),
        ("-1 C600, +2 C605", ["Bear Call Spread", "Naked Call"]),
        ("+1 C600, -2 C605", ["Bull Call Spread", "Naked Call"]),
        ("+1 P605, -2 P600", ["Bear Put Spread", "Naked Put"]),
    ],
)
def test_backspreads_become_a_spread_and_a_single_option(stock, text, expected) -> None:
    """The spread comes before the backspread among LEAN's definitions, whose margin is missing."""
    assert names(stock, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+1 C598, +1 C600, -1 C603, -1 C605", ["Bull Call Spread", "Bull Call Spread"]),
        ("+1 C595, -2 C600, +1 C605", ["Butterfly Call"]),
        ("+1 C595, -1 C600, -1 C605", ["Bull Call Ladder"]),
        ("+1 C500, -1 C550, -1 C600, +1 C700", ["Bull Call Ladder", "Naked Call"]),
        ("+1 P650, -1 P600, -1 P550, +1 P100", ["Bear Put Ladder", "Naked Put"]),
        ("+1 C600 far, -1 C765", ["Naked Call", "Naked Call"]),
    ],
)
def test_covered_shorts_win_over_more_legs_unless_the_cover_is_too_wide(stock, text, expected) -> None:
    """Books whose greedy match leaves shorts naked are matched again; wide covers stay naked."""
    assert names(stock, text) == expected


def test_no_short_stays_uncovered_where_longs_can_cover_all(stock) -> None:
    """Every short call of an interleaved book lies in a strategy without net short calls."""
    book = "+3 C598, +2 C600, +3 C604, +2 C608, -3 C603, -2 C605, -2 C609, -1 C613"
    strategies = OptionStrategyMatcher().match_once(positions(stock, book))
    matched = Counter()
    for strategy in strategies:
        quantities = [quantity for _, quantity in strategy.legs]
        assert sum(quantities) >= 0, strategy
        matched["short"] += -sum(quantity for quantity in quantities if quantity < 0)
    assert matched["short"] == 8


def test_one_definition_matches_as_often_as_the_positions_allow(stock) -> None:
    """Two bear call spreads are found in four contracts, none of them counted twice."""
    matcher = OptionStrategyMatcher([OptionStrategyDefinitions.BEAR_CALL_SPREAD])
    strategies = matcher.match_once(positions(stock, "-1 C100, -1 C105, +1 C110, +1 C115"))
    assert len(strategies) == 2
    assert len({symbol for strategy in strategies for symbol, _ in strategy.legs}) == 4


def test_a_match_takes_whole_multiples_and_leaves_the_rest(stock) -> None:
    """Three condors are found in uneven legs; what is left over is matched on its own."""
    strategies = OptionStrategyMatcher().match_once(positions(stock, "+5 P590, -3 P595, -3 C605, +3 C610"))
    assert [(s.name, [abs(q) for _, q in s.legs]) for s in strategies] == [
        ("Iron Condor", [3, 3, 3, 3]),
        ("Naked Put", [2]),
    ]


def test_definitions_and_rules_and_factory_agree() -> None:
    """All named strategies can be made, all but backspreads have a rule, three inverses have no name."""
    named = [
        value
        for value in vars(OptionStrategyDefinitions).values()
        if isinstance(value, OptionStrategyDefinition)
    ]
    backspreads = {definition.name for definition in named if "Backspread" in definition.name}
    assert {definition.name for definition in named} - backspreads == set(RULES)
    counts = Counter(definition.name for definition in OptionStrategyDefinitions.ALL_DEFINITIONS)
    assert {name for name, count in counts.items() if count == 2} == {
        "Protective Collar",
        "Naked Call",
        "Naked Put",
    }
    for definition in named:
        assert callable(getattr(OptionStrategies, definition.name.lower().replace(" ", "_")))
