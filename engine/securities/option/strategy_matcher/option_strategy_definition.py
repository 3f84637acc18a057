"""What positions make a strategy (LEAN: OptionStrategyDefinition.cs, OptionStrategyLegDefinition.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.common.enums import OptionRight
from engine.securities.option.strategy_matcher.option_position import OptionPosition, OptionPositionCollection

if TYPE_CHECKING:
    from engine.common.symbol import Symbol

Matched = Sequence[OptionPosition]


class Condition(NamedTuple):
    """A condition on a leg, given the legs before it; two conditions are the same when their texts are."""

    text: str
    holds: Callable[[Matched, OptionPosition], bool]


class OptionStrategyLegDefinition(NamedTuple):
    """Right and signed ratio of a leg, and what its contract must satisfy."""

    right: OptionRight
    quantity: int
    conditions: tuple[Condition, ...] = ()

    def inverted(self) -> OptionStrategyLegDefinition:
        return self._replace(quantity=-self.quantity)

    def covers(self, other: OptionStrategyLegDefinition) -> bool:
        """Return whether this leg asks everything that `other` asks."""
        mine = {condition.text for condition in self.conditions}
        return (
            self.right == other.right
            and self.quantity == other.quantity
            and all(condition.text in mine for condition in other.conditions)
        )


class MatchedStrategy(NamedTuple):
    """A strategy found among positions: option legs with contracts, and lots of the underlying."""

    name: str
    legs: tuple[tuple[Symbol, int], ...]
    underlying_lots: int
    underlying: Symbol


class OptionStrategyDefinition:
    """A name, lots of the underlying and the option legs."""

    __slots__ = ("legs", "name", "sides", "underlying_lots")

    def __init__(self, name: str, underlying_lots: int, legs: Sequence[OptionStrategyLegDefinition]) -> None:
        self.name = name
        self.underlying_lots = underlying_lots
        self.legs = tuple(legs)
        self.sides = frozenset((leg.right, leg.quantity > 0) for leg in self.legs)

    @property
    def leg_count(self) -> int:
        """Legs, the underlying included."""
        return len(self.legs) + (1 if self.underlying_lots else 0)

    def inverted(self) -> OptionStrategyDefinition:
        """Return the definition of the same strategy sold."""
        return OptionStrategyDefinition(
            self.name, -self.underlying_lots, [leg.inverted() for leg in self.legs]
        )

    def is_covered_by(self, other: OptionStrategyDefinition) -> bool:
        """Return whether every leg of `self` is one of `other`, as LEAN looks for a strategy's inverse."""
        return (
            self.underlying_lots == other.underlying_lots
            and len(self.legs) == len(other.legs)
            and all(any(theirs.covers(mine) for theirs in other.legs) for mine in self.legs)
        )

    @property
    def has_uncovered_short_leg(self) -> bool:
        """Whether shorts remain that neither longs nor the underlying cover."""
        calls = sum(leg.quantity for leg in self.legs if leg.right == OptionRight.CALL)
        puts = sum(leg.quantity for leg in self.legs if leg.right == OptionRight.PUT)
        return -calls > max(0, self.underlying_lots) or -puts > max(0, -self.underlying_lots)

    def match_once(
        self, positions: OptionPositionCollection
    ) -> tuple[MatchedStrategy, list[OptionPosition]] | None:
        """Return the first match, as often as it fits, and the positions it takes."""
        if positions.count < self.leg_count:
            return None
        multiplier: int | None = None
        lots = positions.underlying_quantity
        if self.underlying_lots:
            if (self.underlying_lots > 0) != (lots > 0) or not lots or abs(lots) < abs(self.underlying_lots):
                return None
            multiplier = lots // self.underlying_lots
        for legs, times in self._match((), (), positions, multiplier):
            return self._result(legs, times)
        return None

    def _match(
        self,
        legs: tuple[OptionPosition, ...],
        counts: tuple[int, ...],
        positions: OptionPositionCollection,
        multiplier: int | None,
    ) -> Iterator[tuple[tuple[OptionPosition, ...], int]]:
        if len(legs) == len(self.legs):
            if legs and multiplier is not None:
                yield legs, multiplier
            return
        if positions.count < self.leg_count - len(legs):
            return
        leg = self.legs[len(legs)]
        for position in positions:
            # the same side and at least the ratio of the leg
            if position.right != leg.right or (position.quantity > 0) != (leg.quantity > 0):
                continue
            times = position.quantity // leg.quantity
            if not times or not all(condition.holds(legs, position) for condition in leg.conditions):
                continue
            taken = position.with_quantity(times * leg.quantity)
            yield from self._match(
                (*legs, taken),
                (*counts, times),
                positions.less([taken]),
                times if multiplier is None else min(multiplier, times),
            )

    def _result(
        self, legs: tuple[OptionPosition, ...], times: int
    ) -> tuple[MatchedStrategy, list[OptionPosition]]:
        taken = [position.with_quantity(leg.quantity * times) for position, leg in zip(legs, self.legs)]
        underlying = legs[0].symbol.underlying
        lots = self.underlying_lots * times
        named = tuple((position.symbol, position.quantity) for position in taken)
        if lots:
            taken.append(OptionPosition(underlying, lots))
        return MatchedStrategy(self.name, named, lots, underlying), taken

    def __repr__(self) -> str:
        return self.name
