"""What has been bought and sold, kept per holding (LEAN: BaseResultsHandler.SampleSalesVolume)."""

from __future__ import annotations

import heapq
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import ZERO

if TYPE_CHECKING:
    from engine.securities.security_holding import SecurityHolding

_SHOWN = 30


class SalesVolume:
    """Sums only what a fill has touched since the last look: a run trades far less than it subscribes."""

    def __init__(self) -> None:
        self._known: dict[SecurityHolding, Decimal] = {}
        self._touched: dict[SecurityHolding, None] = {}
        self._total = ZERO
        self._largest: list[tuple[str, Decimal]] = []

    def touch(self, holding: SecurityHolding) -> None:
        """Note that a fill may have changed a holding."""
        self._touched[holding] = None

    def _catch_up(self) -> None:
        if not self._touched:
            return
        for holding in self._touched:
            volume = holding.total_sale_volume_decimal
            self._total += volume - self._known.get(holding, ZERO)
            self._known[holding] = volume
        self._touched.clear()
        traded = ((volume, holding) for holding, volume in self._known.items() if volume)
        largest = heapq.nlargest(_SHOWN, traded, key=lambda pair: pair[0])
        self._largest = [(holding.symbol.value, volume) for volume, holding in largest]

    @property
    def total(self) -> Decimal:
        self._catch_up()
        return self._total

    @property
    def largest(self) -> list[tuple[str, Decimal]]:
        """Names and volumes of the most traded holdings, the largest first."""
        self._catch_up()
        return self._largest
