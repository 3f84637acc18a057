"""How much of a security may be sold short (LEAN: Common/Data/Shortable/NullShortableProvider.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class NullShortableProvider:
    """Sets no limit; others derive from it."""

    INSTANCE: ClassVar[NullShortableProvider]

    def fee_rate(self, symbol: Symbol, local_time: datetime) -> float | Decimal:
        """Return the yearly fee for borrowing, as a fraction."""
        return Decimal(0)

    def rebate_rate(self, symbol: Symbol, local_time: datetime) -> float | Decimal:
        """Return the yearly rebate, as a fraction."""
        return Decimal(0)

    def shortable_quantity(self, symbol: Symbol, local_time: datetime) -> int | None:
        """Return how many may be sold short, None for any number."""
        return None


NullShortableProvider.INSTANCE = NullShortableProvider()
