"""Shorts that a grouping leaves uncovered (LEAN: UncoveredShortQuantity...ObjectiveFunction.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OptionRight
from engine.securities.option.strategy_matcher.option_position import OptionPosition, OptionPositionCollection

if TYPE_CHECKING:
    from engine.securities.option.strategy_matcher.option_strategy_definition import MatchedStrategy

_WIDEST_COVER = Decimal("0.1")  # of the short strike: how far out of the money a long may be and still cover


def uncovered_quantity(strategies: Iterable[MatchedStrategy], unmatched: OptionPositionCollection) -> int:
    """Return the shorts that neither longs nor the underlying of their strategy cover."""
    uncovered = 0
    for strategy in strategies:
        legs = [OptionPosition(symbol, quantity) for symbol, quantity in strategy.legs]
        lots = strategy.underlying_lots
        uncovered += _uncovered(legs, OptionRight.CALL, max(0, lots))
        uncovered += _uncovered(legs, OptionRight.PUT, max(0, -lots))
    return uncovered - sum(
        position.quantity for position in unmatched if position.quantity < 0 and not position.is_underlying
    )


def _uncovered(legs: list[OptionPosition], right: OptionRight, lots: int) -> int:
    # the lowest short calls (highest short puts) can be covered by fewest longs, so they choose first
    sign = 1 if right == OptionRight.CALL else -1
    shorts = [leg for leg in legs if leg.right == right and leg.quantity < 0]
    shorts.sort(key=lambda leg: sign * leg.strike)  # type: ignore[operator]
    longs = [(leg, [leg.quantity]) for leg in legs if leg.right == right and leg.quantity > 0]
    uncovered = 0
    for short in shorts:
        remaining = -short.quantity
        for long, left in longs:
            if left[0] and remaining and _covers(sign, short, long):
                used = min(remaining, left[0])
                remaining -= used
                left[0] -= used
        used = min(remaining, lots)
        lots -= used
        uncovered += remaining - used
    return uncovered


def _covers(sign: int, short: OptionPosition, long: OptionPosition) -> bool:
    width = sign * (long.strike - short.strike)  # type: ignore[operator]
    return long.expiration >= short.expiration and width <= _WIDEST_COVER * short.strike  # type: ignore[operator]
