"""A whole number of contracts, or of lots of the underlying (LEAN: StrategyMatcher/OptionPosition.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OptionRight

if TYPE_CHECKING:
    from datetime import datetime

    from engine.common.symbol import Symbol


class OptionPosition:
    """Immutable; the members an option has are None for the underlying."""

    __slots__ = ("expiration", "is_underlying", "quantity", "right", "strike", "symbol")

    def __init__(self, symbol: Symbol, quantity: int) -> None:
        self.symbol = symbol
        self.quantity = quantity
        self.is_underlying = not symbol.has_underlying
        self.right: OptionRight | None = None
        self.strike: Decimal | None = None
        self.expiration: datetime | None = None
        if not self.is_underlying:
            self.right = symbol.id.option_right
            self.strike = symbol.id.strike_price_decimal
            self.expiration = symbol.id.date

    def with_quantity(self, quantity: int) -> OptionPosition:
        """Return the same symbol in another quantity."""
        return OptionPosition(self.symbol, quantity)

    def __repr__(self) -> str:
        return f"OptionPosition({self.symbol.value}, {self.quantity})"


class OptionPositionCollection:
    """Net quantities by symbol, none of them zero, the last symbol first.

    LEAN enumerates by hash codes that differ from process to process, so where several legs could be
    matched its choice is chance. Ours is always the same; this order is the one the scenario
    opt_covered_diagonal_expiry was recorded with (of two short calls the shares cover the higher strike).
    """

    __slots__ = ("_positions",)

    def __init__(self, positions: Iterable[OptionPosition] = ()) -> None:
        net: dict[Symbol, OptionPosition] = {}
        for position in positions:
            known = net.get(position.symbol)
            net[position.symbol] = (
                position if known is None else position.with_quantity(known.quantity + position.quantity)
            )
        self._positions = tuple(
            sorted(
                (position for position in net.values() if position.quantity),
                key=lambda item: item.symbol.value,
                reverse=True,
            )
        )

    @property
    def count(self) -> int:
        return len(self._positions)

    @property
    def underlying_quantity(self) -> int:
        """Lots of the underlying."""
        return next((position.quantity for position in self._positions if position.is_underlying), 0)

    def less(self, removed: Iterable[OptionPosition]) -> OptionPositionCollection:
        """Return what is left without the given positions."""
        back = [position.with_quantity(-position.quantity) for position in removed]
        return OptionPositionCollection((*self._positions, *back))

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)
