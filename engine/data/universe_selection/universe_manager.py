"""The universes of an algorithm (LEAN: Common/Securities/UniverseManager.cs)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from engine.common.errors import KeyNotFoundException
from engine.data.universe_selection.active_securities import ActiveSecurities

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe import Universe
    from engine.securities.security import Security


class UniverseManager(dict):
    """Universes by symbol; changes wait until the end of a time step."""

    def __init__(self) -> None:
        super().__init__()
        self._pending: deque[tuple[str, Universe]] = deque()
        self.on_changed: Callable[[str, Universe], None] | None = None
        """Called with "add", "replace" or "remove" and the universe."""

    @property
    def count(self) -> int:
        return len(self)

    def contains_key(self, symbol: Symbol) -> bool:
        return symbol in self

    @property
    def active_securities(self) -> ActiveSecurities:
        """Return every member of any universe."""
        found: dict[Symbol, Security] = {}
        for universe in self.values():
            for symbol, member in universe.securities.items():
                found.setdefault(symbol, member.security)
        return ActiveSecurities(found)

    def add(self, symbol: Symbol, universe: Universe) -> None:
        if symbol not in self:
            super().__setitem__(symbol, universe)
            self._pending.append(("add", universe))

    def update_universe(self, symbol: Symbol, universe: Universe, action: str) -> None:
        if symbol in self and not any(waiting is universe for _, waiting in self._pending):
            self._pending.append((action, universe))

    def process_changes(self) -> None:
        while self._pending:
            self._notify(*self._pending.popleft())

    def remove(self, symbol: Symbol) -> bool:
        universe = self.pop(symbol, None)
        if universe is None:
            return False
        universe.dispose()
        self._notify("remove", universe)
        return True

    def _notify(self, action: str, universe: Universe) -> None:
        if self.on_changed is not None:
            self.on_changed(action, universe)

    def __missing__(self, symbol: Symbol) -> Any:
        raise KeyNotFoundException(f"This universe symbol ({symbol}) was not found in your universe list.")
