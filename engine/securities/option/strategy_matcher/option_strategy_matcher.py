"""Strategies among positions (LEAN: OptionStrategyMatcher.cs, OptionStrategyMatcherOptions.cs)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.common.enums import OptionRight
from engine.securities.option.strategy_matcher.option_position import OptionPositionCollection
from engine.securities.option.strategy_matcher.option_strategy_definition import (
    MatchedStrategy,
    OptionStrategyDefinition,
)
from engine.securities.option.strategy_matcher.option_strategy_definitions import OptionStrategyDefinitions
from engine.securities.option.strategy_matcher.uncovered_shorts import uncovered_quantity

Match = tuple[list[MatchedStrategy], OptionPositionCollection]


class OptionStrategyMatcher:
    """Matches greedily, the definitions with most legs first.

    A second pass that prefers covered shorts wins if it leaves fewer shorts uncovered.
    """

    def __init__(
        self, definitions: Sequence[OptionStrategyDefinition] = OptionStrategyDefinitions.ALL_DEFINITIONS
    ) -> None:
        self._definitions = sorted(definitions, key=lambda definition: -definition.leg_count)
        self._covered_first = sorted(
            self._definitions, key=lambda definition: definition.has_uncovered_short_leg
        )

    def match_once(self, positions: OptionPositionCollection) -> list[MatchedStrategy]:
        """Return the strategies that the positions make."""
        strategies, unmatched = _match(self._definitions, positions)
        uncovered = uncovered_quantity(strategies, unmatched)
        if uncovered <= _least_uncovered(positions):
            return strategies
        others, other_unmatched = _match(self._covered_first, positions)
        return others if uncovered_quantity(others, other_unmatched) < uncovered else strategies


def _match(definitions: Sequence[OptionStrategyDefinition], positions: OptionPositionCollection) -> Match:
    strategies: list[MatchedStrategy] = []
    sides = _sides(positions)
    for definition in definitions:
        while definition.sides <= sides:
            found = definition.match_once(positions)
            if found is None:
                break
            strategy, taken = found
            strategies.append(strategy)
            positions = positions.less(taken)
            sides = _sides(positions)
        if not positions.count:
            break
    return strategies, positions


def _sides(positions: OptionPositionCollection) -> frozenset[tuple[OptionRight | None, bool]]:
    return frozenset((position.right, position.quantity > 0) for position in positions)


def _least_uncovered(positions: OptionPositionCollection) -> int:
    """Return how many shorts no grouping can cover."""
    calls = sum(position.quantity for position in positions if position.right == OptionRight.CALL)
    puts = sum(position.quantity for position in positions if position.right == OptionRight.PUT)
    lots = positions.underlying_quantity
    return max(0, -calls - max(0, lots)) + max(0, -puts - max(0, -lots))
