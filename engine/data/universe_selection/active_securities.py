"""The members of all universes, to look at (LEAN: UniverseManager.ActiveSecurities)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.extended_dictionary import ReadOnlyExtendedDictionary
from engine.common.symbol import Symbol, symbol_of

if TYPE_CHECKING:
    from engine.securities.security import Security


class ActiveSecurities(ReadOnlyExtendedDictionary[Symbol, "Security"]):
    """Takes whatever names a symbol as a key: the symbol, its ticker, its security."""

    __slots__ = ()

    def _find(self, key: Any) -> Security | None:
        return super()._find(symbol_of(key))

    def __getitem__(self, key: Any) -> Security:
        return super().__getitem__(symbol_of(key))
