"""Members that were deselected but cannot go yet (LEAN: PendingRemovalsManager.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container

    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe import Member, Universe


class PendingRemovalsManager:
    """A member stays while it is held, has open orders or a target, or while an option on it stays."""

    def __init__(self, orders: Any) -> None:
        self._orders = orders
        self._pending: dict[Universe, list[Member]] = {}

    def try_remove(self, member: Member, universe: Universe) -> list[tuple[Universe, Member]]:
        """Return the member if it can go now; else remember it."""
        if self._is_safe(member, universe):
            return [(universe, member)]
        waiting = self._pending.setdefault(universe, [])
        if member not in waiting:
            waiting.append(member)
        return []

    def is_pending(self, symbol: Symbol, is_internal: bool) -> bool:
        return any(
            m.is_internal == is_internal and m.security.symbol == symbol
            for waiting in self._pending.values()
            for m in waiting
        )

    def check(self, selected: Container[Symbol], current: Universe) -> list[tuple[Universe, Member]]:
        """Return the waiting members that can go now; forget those that were chosen again."""
        result = []
        for universe, waiting in list(self._pending.items()):
            for member in list(waiting):
                safe = self._is_safe(member, universe)
                if not safe and not (universe is current and member.security.symbol in selected):
                    continue
                if safe:
                    result.append((universe, member))
                waiting.remove(member)
                if not waiting:
                    del self._pending[universe]
        return result

    def _is_safe(self, member: Member, universe: Universe) -> bool:
        security = member.security
        if security.hold_stock or self._orders.get_open_orders(security.symbol):
            return False
        target = security.holdings.target
        if target is not None and target.quantity != 0:
            return False
        may_underlie = not security.type.is_option()
        for symbol, other in universe.securities.items() if may_underlie else ():
            if (
                symbol.has_underlying
                and symbol.underlying == security.symbol
                and not self._is_safe(other, universe)
            ):
                return False
        unsettled = security.settlement_model.get_unsettled_cash()
        return unsettled is None or unsettled.amount <= 0
