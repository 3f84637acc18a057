"""Positions that are margined together (LEAN: PositionGroup.cs, PositionGroupKey.cs, ...)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.numbers import normalize
from engine.orders.exact import float_of
from engine.securities.positions.position import Position

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.positions.security_position_group_model import SecurityPositionGroupModel
    from engine.securities.security import Security

_ZERO = Decimal(0)


class PositionGroupKey:
    """Kind of margin model and unit quantities without sides: a group and its inverse share the key."""

    __slots__ = ("_hash", "buying_power_model", "is_default_group", "unit_quantities")

    def __init__(self, buying_power_model: Any, positions: Iterable[Position]) -> None:
        self.buying_power_model = buying_power_model
        units = [(position.symbol, position.unit_quantity_decimal) for position in positions]
        if len(units) > 1:
            units.sort(key=lambda unit: unit[0])
        self.unit_quantities = tuple(units)
        self.is_default_group = len(units) == 1 and buying_power_model.is_default
        self._hash = hash((type(buying_power_model), self.unit_quantities))

    @classmethod
    def of_security(cls, buying_power_model: Any, security: Security) -> PositionGroupKey:
        """Return the key of a security that stands alone."""
        return cls(buying_power_model, [Position(security, _ZERO)])

    def create_empty_positions(self) -> list[Position]:
        """Return the positions of a group that holds nothing."""
        return [Position(symbol, _ZERO, unit) for symbol, unit in self.unit_quantities]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PositionGroupKey):
            return NotImplemented
        return (
            type(self.buying_power_model) is type(other.buying_power_model)
            and self.unit_quantities == other.unit_quantities
        )

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        return "|".join(f"{symbol}:{normalize(unit):f}" for symbol, unit in self.unit_quantities)


class PositionGroup:
    """Positions of one strategy, or of one security."""

    __slots__ = ("_positions", "key", "quantity_decimal")

    def __init__(self, key: PositionGroupKey, quantity: Decimal, positions: Iterable[Position]) -> None:
        self.key = key
        self.quantity_decimal = quantity
        self._positions = {position.symbol: position for position in positions}

    @classmethod
    def of_model(cls, buying_power_model: Any, quantity: Decimal, positions: list[Position]) -> PositionGroup:
        """Return the group of the positions under a margin model."""
        return cls(PositionGroupKey(buying_power_model, positions), quantity, positions)

    quantity = float_of("quantity_decimal")

    @property
    def positions(self) -> list[Position]:
        return list(self._positions.values())

    @property
    def buying_power_model(self) -> Any:
        return self.key.buying_power_model

    @property
    def count(self) -> int:
        return len(self._positions)

    @property
    def is_empty(self) -> bool:
        return not self._positions

    def find(self, symbol: Symbol) -> Position | None:
        """Return the position of a symbol, None where there is none."""
        return self._positions.get(symbol)

    def try_get_position(self, symbol: Symbol, position: Any = None) -> tuple[bool, Position | None]:
        """Return (found, position); the second argument stands for C#'s out parameter."""
        found = self._positions.get(symbol)
        return found is not None, found

    def with_quantity(
        self, group_quantity: Decimal, position_manager: SecurityPositionGroupModel
    ) -> PositionGroup:
        """Return the same group so many times; a negative quantity is the inverse strategy."""
        positions = [position.with_lots(group_quantity) for position in self._positions.values()]
        if group_quantity < 0:
            (inverse,) = position_manager.resolve_position_groups(
                {position.symbol: position for position in positions}
            )
            return inverse
        return PositionGroup(self.key, group_quantity, positions)

    def create_unit_group(self, position_manager: SecurityPositionGroupModel) -> PositionGroup:
        """Return the group once."""
        return self.with_quantity(Decimal(1), position_manager)

    def is_inverted_of(self, other: PositionGroup) -> bool:
        """Return whether every position has the other side in `other`."""
        if self.count != other.count:
            return False
        for position in self:
            opposite = other._positions[position.symbol].quantity_decimal
            if _sign(position.quantity_decimal) != -_sign(opposite):
                return False
        return True

    def get_user_friendly_name(self) -> str:
        return "|".join(str(position.symbol) for position in self)

    def __iter__(self) -> Iterator[Position]:
        return iter(self._positions.values())

    def __len__(self) -> int:
        return len(self._positions)

    def __str__(self) -> str:
        return f"{self.key}: {self.quantity_decimal:f}"


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


class PositionGroupCollection:
    """Groups by key and by symbol (LEAN: PositionGroupCollection.cs)."""

    __slots__ = ("_by_symbol", "_groups", "is_only_default_groups")

    def __init__(self, groups: Iterable[PositionGroup] = ()) -> None:
        self._groups: dict[PositionGroupKey, PositionGroup] = {}
        self._by_symbol: dict[Symbol, list[PositionGroup]] = {}
        for group in groups:
            for position in group:
                self._by_symbol.setdefault(position.symbol, []).append(group)
            self._groups[group.key] = group
        self.is_only_default_groups = all(key.is_default_group for key in self._groups)

    @property
    def count(self) -> int:
        return len(self._groups)

    def get(self, key: PositionGroupKey) -> PositionGroup | None:
        return self._groups.get(key)

    def contains(self, key: PositionGroupKey) -> bool:
        return key in self._groups

    def groups_of(self, symbol: Symbol) -> list[PositionGroup]:
        """Return the groups that hold a symbol."""
        return self._by_symbol.get(symbol, [])

    def keys(self) -> list[PositionGroupKey]:
        return list(self._groups)

    def values(self) -> list[PositionGroup]:
        return list(self._groups.values())

    def __getitem__(self, key: PositionGroupKey) -> PositionGroup:
        """Return the group of a key, an empty one where nothing is held."""
        group = self._groups.get(key)
        return PositionGroup(key, _ZERO, key.create_empty_positions()) if group is None else group

    def __iter__(self) -> Iterator[PositionGroup]:
        return iter(list(self._groups.values()))

    def __len__(self) -> int:
        return len(self._groups)
