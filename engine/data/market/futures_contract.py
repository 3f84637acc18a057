"""A future of a chain (LEAN: Common/Data/Market/FuturesContract.cs, FuturesContracts.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.base_contract import BaseContract
from engine.data.market.contract_numbers import KeptNumbers, UniverseNumbers
from engine.data.market.data_dictionary import DataDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.common.symbol import Symbol
    from engine.data.market.universe_data import FutureUniverse


class FuturesContract(BaseContract):
    """A future of a chain: from the slice, or a row of a universe file."""

    __slots__ = ()

    def __init__(
        self,
        source: Symbol | FutureUniverse,
        time: datetime = NO_TIME,
        fetch: Callable[[], Iterable[Any]] | None = None,
    ) -> None:
        is_row = isinstance(source, BaseData)
        super().__init__(UniverseNumbers(source) if is_row else KeptNumbers(source, time, fetch))  # type: ignore[arg-type]

    @property
    def expiry(self) -> datetime:
        return self.symbol.id.date

    def update(self, data: BaseData) -> None:
        """Take one datum of the slice."""
        self._numbers.update(data)


class FuturesContracts(DataDictionary[FuturesContract]):
    """Futures contracts by symbol."""

    __slots__ = ()
