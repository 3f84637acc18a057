"""Shares to borrow from files of the data folder.

LEAN: Common/Data/Shortable/LocalDiskShortableProvider.cs, InteractiveBrokersShortableProvider.cs.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from engine.securities.shortable_provider import NullShortableProvider

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data_source.source import DataSource


class ShortableData(NamedTuple):
    """What a file says of a day: a quantity (None: no limit) and yearly rates as fractions."""

    quantity: int | None
    rebate_rate: Decimal
    fee_rate: Decimal


class LocalDiskShortableProvider(NullShortableProvider):
    """Reads the file of a brokerage for a ticker; a day without a row sets no limit and costs nothing."""

    source: ClassVar[DataSource | None] = None
    """Where files come from; a run sets it."""

    def __init__(self, brokerage: str) -> None:
        self.brokerage = brokerage.lower()
        self._ticker: str | None = None
        self._days: dict[date, ShortableData] = {}

    def fee_rate(self, symbol: Symbol, local_time: datetime) -> Decimal:
        found = self._find(symbol, local_time)
        return Decimal(0) if found is None else found.fee_rate

    def rebate_rate(self, symbol: Symbol, local_time: datetime) -> Decimal:
        found = self._find(symbol, local_time)
        return Decimal(0) if found is None else found.rebate_rate

    def shortable_quantity(self, symbol: Symbol, local_time: datetime) -> int | None:
        found = self._find(symbol, local_time)
        return None if found is None else found.quantity

    def _find(self, symbol: Symbol | None, local_time: datetime) -> ShortableData | None:
        if symbol is None or self.source is None:
            return None
        if self._ticker != symbol.value:
            self._ticker = symbol.value
            rows = self.source.shortable_rows(self.brokerage, symbol)
            self._days = {day: ShortableData(*values) for day, *values in rows}
        return self._days.get(local_time.date())


class InteractiveBrokersShortableProvider(LocalDiskShortableProvider):
    """Interactive Brokers' files."""

    def __init__(self) -> None:
        super().__init__("interactivebrokers")
