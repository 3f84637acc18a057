"""How positions become groups (LEAN: OptionStrategyPositionGroupResolver.cs, ...)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.common.errors import InvalidOperationException
from engine.common.symbol import Symbol
from engine.securities.option.option_strategy_position_group_buying_power_model import (
    OptionStrategyPositionGroupBuyingPowerModel,
)
from engine.securities.option.strategy_matcher.option_position import OptionPosition, OptionPositionCollection
from engine.securities.option.strategy_matcher.option_strategy_definition import MatchedStrategy
from engine.securities.option.strategy_matcher.option_strategy_matcher import OptionStrategyMatcher
from engine.securities.positions.position import Position
from engine.securities.positions.position_group import (
    PositionGroup,
    PositionGroupCollection,
    PositionGroupKey,
)

if TYPE_CHECKING:
    from engine.securities.security_manager import SecurityManager

Positions = dict[Symbol, Position]

_HAS_OPTIONS = frozenset({SecurityType.EQUITY, SecurityType.FUTURE, SecurityType.INDEX})
_CACHED_MATCHES = 256


def _empty_group() -> PositionGroup:
    return PositionGroup.of_model(OptionStrategyPositionGroupBuyingPowerModel(), Decimal(0), [])


def _concerns_options(symbol: Symbol) -> bool:
    return symbol.security_type.is_option() or symbol.security_type in _HAS_OPTIONS


class OptionStrategyPositionGroupResolver:
    """Finds option strategies among the options of each underlying and its lots."""

    def __init__(self, securities: SecurityManager, matcher: OptionStrategyMatcher | None = None) -> None:
        self._securities = securities
        self._matcher = matcher or OptionStrategyMatcher()
        self._matches: dict[tuple[tuple[Symbol, int], ...], list[MatchedStrategy]] = {}

    def resolve(self, positions: Positions) -> PositionGroupCollection:
        """Return the strategies, and take their positions out of `positions`."""
        groups = PositionGroupCollection(self._groups(list(positions.values())))
        for group in groups:
            for position in group:
                left = positions[position.symbol].deduct(position.quantity_decimal)
                if left.quantity_decimal:
                    positions[position.symbol] = left
                else:
                    del positions[position.symbol]
        return groups

    def try_group(
        self, new_positions: Sequence[Position], current: PositionGroupCollection
    ) -> PositionGroup | None:
        """Return the strategy that new positions make with what is held, None where they make none."""
        positions = list(new_positions)
        if current.count:
            for group in self.get_impacted_groups(current, new_positions):
                positions += group
        elif len(positions) == 1:
            return None
        for group in self._groups(positions):
            if group.is_empty or any(group.find(position.symbol) for position in new_positions):
                return group
            # the new positions close what they touch; the strategy found is another one of the underlying
            return _empty_group()
        return None

    def get_impacted_groups(
        self, groups: PositionGroupCollection, positions: Sequence[Position]
    ) -> list[PositionGroup]:
        """Return the groups on the underlyings that the positions concern."""
        symbols: set[Symbol] = set()
        for position in positions:
            symbol = position.symbol
            if _concerns_options(symbol):
                symbols.add(symbol)
                if symbol.underlying is not None:
                    symbols.add(symbol.underlying)
        if not symbols:
            return []
        return [
            group
            for group in groups
            if group.quantity_decimal and any(_is_in(position.symbol, symbols) for position in group)
        ]

    def _groups(self, positions: Sequence[Position]) -> Iterator[PositionGroup]:
        by_underlying: dict[Symbol, list[Position]] = {}
        for position in positions:
            symbol = position.symbol
            if _concerns_options(symbol):
                key = symbol if symbol.underlying is None else symbol.underlying
                by_underlying.setdefault(key, []).append(position)
        for same_underlying in by_underlying.values():
            options = [item for item in same_underlying if item.symbol.security_type.is_option()]
            if not options:
                continue
            unit = self._securities[options[0].symbol].symbol_properties.contract_unit_of_trade  # type: ignore[attr-defined]
            collection = OptionPositionCollection(_lots(item, unit) for item in same_underlying)
            if not collection.count:
                # everything is liquidated; LEAN looks at no other underlying then
                yield _empty_group()
                return
            for strategy in self._match(collection):
                yield _group_of(strategy, unit)

    def _match(self, collection: OptionPositionCollection) -> list[MatchedStrategy]:
        key = tuple((position.symbol, position.quantity) for position in collection)
        found = self._matches.get(key)
        if found is None:
            if len(self._matches) >= _CACHED_MATCHES:
                self._matches.clear()
            found = self._matches[key] = self._matcher.match_once(collection)
        return found


def _is_in(symbol: Symbol, symbols: set[Symbol]) -> bool:
    if symbol in symbols:
        return True
    return symbol.security_type.is_option() and symbol.underlying in symbols


def _lots(position: Position, unit: int) -> OptionPosition:
    quantity = int(position.quantity_decimal)
    if position.symbol.security_type in _HAS_OPTIONS:
        quantity = int(Decimal(quantity) / unit)
    return OptionPosition(position.symbol, quantity)


def _group_of(strategy: MatchedStrategy, unit: int) -> PositionGroup:
    quantities = [quantity for _, quantity in strategy.legs]
    if strategy.underlying_lots:
        quantities.append(strategy.underlying_lots)
    times = math.gcd(*quantities)
    positions = [
        Position(symbol, quantity, Decimal(abs(quantity)) / times) for symbol, quantity in strategy.legs
    ]
    if strategy.underlying_lots:
        shares = strategy.underlying_lots * unit
        positions.append(Position(strategy.underlying, shares, Decimal(abs(shares)) / times))
    model = OptionStrategyPositionGroupBuyingPowerModel(strategy)
    return PositionGroup.of_model(model, Decimal(times), positions)


class SecurityPositionGroupResolver:
    """Makes every position a group of its own."""

    def __init__(self, buying_power_model: Any) -> None:
        self._model = buying_power_model

    def resolve(self, positions: Positions) -> PositionGroupCollection:
        """Return a group for every position, and take them all."""
        groups = PositionGroupCollection(
            PositionGroup.of_model(self._model, position.get_group_quantity(), [position])
            for position in positions.values()
        )
        positions.clear()
        return groups

    def try_group(
        self, new_positions: Sequence[Position], current: PositionGroupCollection
    ) -> PositionGroup | None:
        """Return the group of a single position, None for several."""
        if len(new_positions) != 1:
            return None
        position = new_positions[0]
        return PositionGroup.of_model(self._model, position.get_group_quantity(), [position])

    def get_impacted_groups(
        self, groups: PositionGroupCollection, positions: Sequence[Position]
    ) -> list[PositionGroup]:
        """Return the groups that hold one of the symbols."""
        return [group for position in positions for group in groups.groups_of(position.symbol)]


class CompositePositionGroupResolver:
    """Asks resolvers one after the other; each takes what it can group."""

    def __init__(self, *resolvers: Any) -> None:
        self._resolvers = list(resolvers)

    def resolve(self, positions: Positions) -> PositionGroupCollection:
        """Return all groups."""
        found = [group for resolver in self._resolvers for group in resolver.resolve(positions)]
        if positions:
            raise InvalidOperationException("All positions must be resolved into groups.")
        return PositionGroupCollection(found)

    def try_group(
        self, new_positions: Sequence[Position], current: PositionGroupCollection
    ) -> PositionGroup | None:
        """Return the first group a resolver makes of new positions."""
        for resolver in self._resolvers:
            group = resolver.try_group(new_positions, current)
            if group is not None:
                return group
        return None

    def get_impacted_groups(
        self, groups: PositionGroupCollection, positions: Sequence[Position]
    ) -> list[PositionGroup]:
        """Return the groups that a change of the positions may touch, each once."""
        impacted: dict[PositionGroupKey, PositionGroup] = {}
        for resolver in self._resolvers:
            for group in resolver.get_impacted_groups(groups, positions):
                impacted.setdefault(group.key, group)
        return list(impacted.values())
