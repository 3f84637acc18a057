"""What `future.set_filter` filters. LEAN: Common/Securities/Future/FutureFilterUniverse.cs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from engine.common.symbol import Symbol
from engine.data.market.universe_data import FutureUniverse
from engine.data.universe_selection.contract_security_filter_universe import ContractSecurityFilterUniverse
from engine.securities.future.future_symbol import FutureSymbol


class FutureFilterUniverse(ContractSecurityFilterUniverse):
    """The futures of a chain that are left."""

    _row_type = FutureUniverse

    def _is_standard(self, symbol: Symbol) -> bool:
        return FutureSymbol.is_standard(symbol)

    def _expiry_of(self, row: Any) -> datetime:
        return row.symbol.id.date

    def expiration_cycle(self, months: Iterable[int]) -> Self:
        """Keep contracts that expire in the given months."""
        wanted = set(months)
        return self.where(lambda row: row.symbol.id.date.month in wanted)
