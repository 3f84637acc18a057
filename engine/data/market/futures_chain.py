"""The futures of one canonical symbol (LEAN: Common/Data/Market/FuturesChain.cs, FuturesChains.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.common.enums import MarketDataType
from engine.common.symbol import Symbol
from engine.data.market.base_chain import BaseChain, BaseChains
from engine.data.market.data_dictionary import SharedKeys
from engine.data.market.futures_contract import FuturesContract, FuturesContracts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.data.market.universe_data import FutureUniverse


class FuturesChain(BaseChain[FuturesContract]):
    """The contracts of one canonical future."""

    __slots__ = ()

    _KIND = MarketDataType.FUTURES_CHAIN
    _contracts_type = FuturesContracts

    @classmethod
    def of_universe(
        cls, canonical: Symbol, time: datetime, rows: Iterable[FutureUniverse], flatten: bool = True
    ) -> FuturesChain:
        """Return the chain of a universe file: what `futures_chain()` gives."""
        chain = cls(canonical, time, flatten)
        day = time.date()
        rows_of = {row.symbol: row for row in rows if row.symbol.id.date.date() >= day}
        chain.contracts.share(SharedKeys(rows_of), lambda some: [FuturesContract(row) for row in some])
        return chain


class FuturesChains(BaseChains[FuturesChain]):
    """Futures chains by canonical symbol."""

    __slots__ = ()
