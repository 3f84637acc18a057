"""A new ticker behind a symbol (LEAN: Common/Data/Market/SymbolChangedEvent.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.data.base_data import NO_TIME
from engine.data.market.auxiliary_data import AuxiliaryData, general_date

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class SymbolChangedEvent(AuxiliaryData):
    """The ticker behind a symbol changed: a rename, or a continuous future that maps to its next contract."""

    __slots__ = ("new_symbol", "old_symbol")

    def __init__(
        self,
        requested_symbol: Symbol | None = None,
        date: datetime = NO_TIME,
        old_symbol: str | None = None,
        new_symbol: str | None = None,
    ) -> None:
        super().__init__()
        self.symbol, self.time = requested_symbol, date
        self.old_symbol, self.new_symbol = old_symbol, new_symbol

    def __str__(self) -> str:
        return f"{general_date(self.time)} {self.old_symbol}->{self.new_symbol}"
