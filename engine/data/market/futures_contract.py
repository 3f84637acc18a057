"""A future of a chain (LEAN: Common/Data/Market/FuturesContract.cs, FuturesContracts.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.common.enums import TickType
from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.base_contract import BaseContract
from engine.data.market.data_dictionary import DataDictionary
from engine.data.market.tick import Tick

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data.market.quote_bar import QuoteBar
    from engine.data.market.trade_bar import TradeBar
    from engine.data.market.universe_data import FutureUniverse


class FuturesContract(BaseContract):
    """A future of a chain: from the slice, or a row of a universe file."""

    __slots__ = ("_quote_tick", "_trade_tick")

    def __init__(self, source: Symbol | FutureUniverse, time: datetime = NO_TIME) -> None:
        is_row = isinstance(source, BaseData)
        super().__init__(source.symbol if is_row else source, time)
        self._trade_tick: Tick | None = None
        self._quote_tick: Tick | None = None
        if is_row:
            self._universe = source

    def update(self, data: BaseData) -> None:
        """Take one datum of the slice."""
        if isinstance(data, Tick) and data.tick_type == TickType.TRADE:
            self._trade_tick = data
        elif isinstance(data, Tick) and data.tick_type == TickType.QUOTE:
            self._quote_tick = data
        else:
            super().update(data)

    @property
    def last_price(self) -> float:
        self._load()
        tick = _if_newer(self._trade_tick, self._trade)
        return super().last_price if self._universe is not None or tick is None else tick.price

    @property
    def volume(self) -> int:
        self._load()
        tick = _if_newer(self._trade_tick, self._trade)
        return super().volume if self._universe is not None or tick is None else int(tick.quantity)

    @property
    def bid_price(self) -> float:
        self._load()
        tick = _if_newer(self._quote_tick, self._quote)
        return super().bid_price if self._universe is not None or tick is None else tick.bid_price

    @property
    def ask_price(self) -> float:
        self._load()
        tick = _if_newer(self._quote_tick, self._quote)
        return super().ask_price if self._universe is not None or tick is None else tick.ask_price

    @property
    def bid_size(self) -> int:
        self._load()
        tick = _if_newer(self._quote_tick, self._quote)
        return super().bid_size if tick is None else int(tick.bid_size)

    @property
    def ask_size(self) -> int:
        self._load()
        tick = _if_newer(self._quote_tick, self._quote)
        return super().ask_size if tick is None else int(tick.ask_size)


def _if_newer(tick: Tick | None, bar: TradeBar | QuoteBar | None) -> Tick | None:
    if tick is None or (bar is not None and tick.end_time <= bar.end_time):
        return None
    return tick


class FuturesContracts(DataDictionary[FuturesContract]):
    """Futures contracts by symbol."""

    __slots__ = ()
