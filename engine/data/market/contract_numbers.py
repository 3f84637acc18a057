"""Where the numbers of a chain's contract come from (LEAN: IOptionData of Common/Data/Market/OptionContract.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import TickType
from engine.data.base_data import NO_TIME
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.common.symbol import Symbol
    from engine.data.market.universe_data import BaseChainUniverseData


class ContractNumbers:
    """Zeros: a contract nobody knows anything of. Each number is asked for with the moment of the contract."""

    __slots__ = ("symbol",)

    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol

    def time(self, moment: Any) -> datetime:
        return NO_TIME

    def last_price(self, moment: Any) -> float:
        return 0.0

    def volume(self, moment: Any) -> int:
        return 0

    def open_interest(self, moment: Any) -> float:
        return 0.0

    def bid_price(self, moment: Any) -> float:
        return 0.0

    def ask_price(self, moment: Any) -> float:
        return 0.0

    def bid_size(self, moment: Any) -> int:
        return 0

    def ask_size(self, moment: Any) -> int:
        return 0


class KeptNumbers(ContractNumbers):
    """The newest data of each kind; those of a slice are fetched when a number is first read.

    Parameters
    ----------
    fetch : returns the data of the slice; called once, before the first number is read
    """

    __slots__ = (
        "_fetch",
        "_open_interest",
        "_quote",
        "_quote_tick",
        "_time",
        "_trade",
        "_trade_tick",
    )

    def __init__(
        self, symbol: Symbol, time: datetime = NO_TIME, fetch: Callable[[], Iterable[Any]] | None = None
    ) -> None:
        super().__init__(symbol)
        self._time = time
        self._fetch = fetch
        self._trade: TradeBar | None = None
        self._quote: QuoteBar | None = None
        self._trade_tick: Tick | None = None
        self._quote_tick: Tick | None = None
        self._open_interest: Tick | None = None

    def update(self, data: Any) -> None:
        """Take one datum."""
        if isinstance(data, TradeBar):
            self._trade = data
        elif isinstance(data, QuoteBar):
            self._quote = data
        elif isinstance(data, Tick):
            if data.tick_type == TickType.OPEN_INTEREST:
                self._open_interest = data
            elif data.tick_type == TickType.TRADE:
                self._trade_tick = data
            else:
                self._quote_tick = data

    def _load(self) -> None:
        if self._fetch is not None:
            fetch, self._fetch = self._fetch, None
            for data in fetch():
                self.update(data)

    def time(self, moment: Any) -> datetime:
        return self._time

    def last_price(self, moment: Any) -> float:
        self._load()
        tick = _if_newer(self._trade_tick, self._trade)
        if tick is not None:
            return tick.price
        return 0.0 if self._trade is None else self._trade.close

    def volume(self, moment: Any) -> int:
        self._load()
        tick = _if_newer(self._trade_tick, self._trade)
        if tick is not None:
            return int(tick.quantity)
        return 0 if self._trade is None else int(self._trade.volume)

    def open_interest(self, moment: Any) -> float:
        self._load()
        return 0.0 if self._open_interest is None else self._open_interest.value

    def bid_price(self, moment: Any) -> float:
        self._load()
        tick, quote = _if_newer(self._quote_tick, self._quote), self._quote
        if tick is not None:
            return tick.bid_price
        return 0.0 if quote is None or quote.bid is None else quote.bid.close

    def ask_price(self, moment: Any) -> float:
        self._load()
        tick, quote = _if_newer(self._quote_tick, self._quote), self._quote
        if tick is not None:
            return tick.ask_price
        return 0.0 if quote is None or quote.ask is None else quote.ask.close

    def bid_size(self, moment: Any) -> int:
        self._load()
        tick, quote = _if_newer(self._quote_tick, self._quote), self._quote
        if tick is not None:
            return int(tick.bid_size)
        return 0 if quote is None else int(quote.last_bid_size)

    def ask_size(self, moment: Any) -> int:
        self._load()
        tick, quote = _if_newer(self._quote_tick, self._quote), self._quote
        if tick is not None:
            return int(tick.ask_size)
        return 0 if quote is None else int(quote.last_ask_size)


def _if_newer(tick: Tick | None, bar: TradeBar | QuoteBar | None) -> Tick | None:
    return None if tick is None or (bar is not None and tick.end_time <= bar.end_time) else tick


class UniverseNumbers(ContractNumbers):
    """A row of a universe file: its close is the last price and both sides of the quote."""

    __slots__ = ("row",)

    def __init__(self, row: BaseChainUniverseData) -> None:
        self.row = row

    def __getattr__(self, name: str) -> Any:
        # The symbol of a row is made when somebody asks.
        if name == "symbol":
            self.symbol = self.row.symbol
            return self.symbol
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def last_price(self, moment: Any) -> float:
        return self.row.close

    def volume(self, moment: Any) -> int:
        return int(self.row.volume)

    def open_interest(self, moment: Any) -> float:
        return self.row.open_interest

    def bid_price(self, moment: Any) -> float:
        return self.row.close

    def ask_price(self, moment: Any) -> float:
        return self.row.close
