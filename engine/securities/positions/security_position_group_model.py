"""The groups of what is held (LEAN: Common/Securities/Positions/SecurityPositionGroupModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from engine.common.errors import NotImplementedException
from engine.common.extended_dictionary import ExtendedDictionary
from engine.securities.positions.position import Position
from engine.securities.positions.position_group import (
    PositionGroup,
    PositionGroupCollection,
    PositionGroupKey,
)
from engine.securities.positions.position_group_resolvers import (
    CompositePositionGroupResolver,
    OptionStrategyPositionGroupResolver,
    SecurityPositionGroupResolver,
)
from engine.securities.positions.security_position_group_buying_power_model import (
    SecurityPositionGroupBuyingPowerModel,
)

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.order import Order
    from engine.securities.security import Security
    from engine.securities.security_holding import SecurityHolding
    from engine.securities.security_manager import SecurityManager


class SecurityPositionGroupModel(ExtendedDictionary[PositionGroupKey, PositionGroup]):
    """Groups by key; they are resolved anew only after a quantity changed."""

    NULL: ClassVar[SecurityPositionGroupModel]

    def __init__(self) -> None:
        self._securities: SecurityManager | None = None
        self._groups = PositionGroupCollection()
        self._is_stale = False
        self._model = SecurityPositionGroupBuyingPowerModel()
        self._resolver: Any = None

    def initialize(self, securities: SecurityManager) -> None:
        """Follow the holdings of the securities from now on."""
        self._securities = securities
        self._groups = PositionGroupCollection()
        self._resolver = self._new_resolver(securities)
        for security in securities.values():
            security.holdings.quantity_listeners.append(self._on_quantity_changed)
        self._is_stale = any(security.holdings.invested for security in securities.values())
        securities.listeners.append(self._on_securities_changed)

    def _new_resolver(self, securities: SecurityManager) -> Any:
        return CompositePositionGroupResolver(
            OptionStrategyPositionGroupResolver(securities), SecurityPositionGroupResolver(self._model)
        )

    def _on_securities_changed(self, added: bool, security: Security) -> None:
        listeners = security.holdings.quantity_listeners
        if added:
            listeners.append(self._on_quantity_changed)
        elif self._on_quantity_changed in listeners:
            listeners.remove(self._on_quantity_changed)
        if security.holdings.invested:
            self._is_stale = True

    def _on_quantity_changed(self, holding: SecurityHolding, price: Decimal, quantity: Decimal) -> None:
        self._is_stale = True

    @property
    def groups(self) -> PositionGroupCollection:
        """Groups of everything that is held."""
        if self._is_stale and self._securities is not None:
            self._is_stale = False
            invested = [security for security in self._securities.active() if security.holdings.invested]
            self._groups = self.resolve_position_groups(
                {security.symbol: Position(security) for security in invested}
            )
        return self._groups

    @property
    def is_only_default_groups(self) -> bool:
        return self.groups.is_only_default_groups

    def resolve_position_groups(self, positions: dict[Symbol, Position]) -> PositionGroupCollection:
        """Return the groups that positions make; `positions` is used up."""
        return self._resolver.resolve(positions)

    def try_create_position_group(self, orders: Sequence[Order]) -> PositionGroup | None:
        """Return the group that orders make together with what is held, None where they make none."""
        assert self._securities is not None
        positions = [position for order in orders for position in order.create_positions(self._securities)]
        return self._resolver.try_group(positions, self.groups)

    def get_impacted_groups(self, positions: Sequence[Position]) -> list[PositionGroup]:
        """Return the groups that a change of the positions may touch."""
        return self._resolver.get_impacted_groups(self.groups, positions)

    def create_default_key(self, security: Security) -> PositionGroupKey:
        """Return the key of a security that stands alone."""
        return PositionGroupKey.of_security(self._model, security)

    def get_or_create_default_group(self, security: Security) -> PositionGroup:
        """Return the group of a security that stands alone, empty where it is not held so."""
        return self.groups[self.create_default_key(security)]

    # the dictionary

    def __getitem__(self, key: PositionGroupKey) -> PositionGroup:
        return self.groups[key]

    def __setitem__(self, key: PositionGroupKey, value: PositionGroup) -> None:
        raise NotImplementedException("Read-only collection. Cannot set value.")

    def _find(self, key: PositionGroupKey) -> PositionGroup | None:
        return self.groups.get(key)

    def _pairs(self) -> Iterable[tuple[PositionGroupKey, PositionGroup]]:
        return [(group.key, group) for group in self.groups]


class NullSecurityPositionGroupModel(SecurityPositionGroupModel):
    """Every security stands alone (LEAN: NullSecurityPositionGroupModel.cs)."""

    def _new_resolver(self, securities: SecurityManager) -> Any:
        return CompositePositionGroupResolver(SecurityPositionGroupResolver(self._model))


SecurityPositionGroupModel.NULL = NullSecurityPositionGroupModel()
