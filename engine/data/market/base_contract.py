"""One contract of a chain, as known at one time (LEAN: Common/Data/Market/BaseContract.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import TickType
from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.security_identifier import SecurityIdentifier
    from engine.common.symbol import Symbol


class BaseContract:
    """Prices of a contract; with `pull` they are fetched when first read.

    `pull` is called once, before the first price is read; it hands over the data of the slice to `update`.
    """

    __slots__ = ("_open_interest", "_pull", "_quote", "_trade", "_universe", "symbol", "time")

    def __init__(self, symbol: Symbol, time: datetime = NO_TIME) -> None:
        self.symbol = symbol
        self.time = time
        self._pull: Callable[[], None] | None = None
        self._trade: TradeBar | None = None
        self._quote: QuoteBar | None = None
        self._open_interest: Tick | None = None
        self._universe: Any = None

    def set_pull(self, pull: Callable[[], None]) -> None:
        """Name the function that hands over the data of this contract when it is first needed."""
        self._pull = pull

    def _load(self) -> None:
        if self._pull is not None:
            pull, self._pull = self._pull, None
            pull()

    def update(self, data: BaseData) -> None:
        """Take one datum of the slice."""
        if isinstance(data, TradeBar):
            self._trade = data
        elif isinstance(data, QuoteBar):
            self._quote = data
        elif isinstance(data, Tick) and data.tick_type == TickType.OPEN_INTEREST:
            self._open_interest = data

    @property
    def id(self) -> SecurityIdentifier:
        return self.symbol.id

    @property
    def underlying_symbol(self) -> Symbol:
        return self.symbol.underlying

    @property
    def expiry(self) -> datetime:
        return self.symbol.id.date

    @property
    def last_price(self) -> float:
        self._load()
        if self._universe is not None:
            return self._universe.close
        return 0.0 if self._trade is None else self._trade.close

    @property
    def value(self) -> float:
        return self.last_price

    @property
    def price(self) -> float:
        return self.last_price

    @property
    def close(self) -> float:
        return self.last_price

    @property
    def volume(self) -> int:
        self._load()
        if self._universe is not None:
            return int(self._universe.volume)
        return 0 if self._trade is None else int(self._trade.volume)

    @property
    def open_interest(self) -> float:
        self._load()
        if self._universe is not None:
            return self._universe.open_interest
        return 0.0 if self._open_interest is None else self._open_interest.value

    @property
    def bid_price(self) -> float:
        self._load()
        if self._universe is not None:
            return self._universe.close
        quote = self._quote
        return 0.0 if quote is None or quote.bid is None else quote.bid.close

    @property
    def ask_price(self) -> float:
        self._load()
        if self._universe is not None:
            return self._universe.close
        quote = self._quote
        return 0.0 if quote is None or quote.ask is None else quote.ask.close

    @property
    def bid_size(self) -> int:
        self._load()
        return 0 if self._quote is None else int(self._quote.last_bid_size)

    @property
    def ask_size(self) -> int:
        self._load()
        return 0 if self._quote is None else int(self._quote.last_ask_size)

    def __str__(self) -> str:
        return self.symbol.value
