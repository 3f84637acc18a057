"""One option or future of a chain, as known at one time.

LEAN: Common/Data/Market/BaseContract.cs, OptionContract.cs, FuturesContract.cs.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight, OptionStyle, TickType
from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.data_dictionary import DataDictionary
from engine.data.market.greeks import Greeks
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.security_identifier import SecurityIdentifier
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe_rows import FutureUniverse
    from engine.securities.option.option_price_model_result import OptionPriceModelResult
    from engine.securities.symbol_properties import SymbolProperties


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


class OptionContract(BaseContract):
    """An option of a chain: from the slice (with a price model), or a row of a universe file."""

    __slots__ = ("_evaluate", "_result", "_strike_multiplier", "_underlying")

    def __init__(
        self, symbol: Symbol, symbol_properties: SymbolProperties | None = None, time: datetime = NO_TIME
    ) -> None:
        super().__init__(symbol, time)
        self._strike_multiplier = (
            1.0 if symbol_properties is None else float(symbol_properties.strike_multiplier)
        )
        self._underlying: BaseData | None = None
        self._evaluate: Callable[[], OptionPriceModelResult] | None = None
        self._result: OptionPriceModelResult | None = None

    @classmethod
    def create(cls, source: Any, security: Any, underlying: BaseData | None = None) -> OptionContract:
        """Return a contract of a universe row and its symbol properties, or of an end time and a security."""
        if isinstance(source, datetime):
            contract = cls(security.symbol, security.symbol_properties, source)
            contract._underlying = underlying
            return contract
        contract = cls(source.symbol, security, source.end_time)
        contract._universe = source
        contract._underlying = source.underlying
        return contract

    def set_option_price_model(self, evaluate: Callable[[], OptionPriceModelResult]) -> None:
        """Name the function that computes price, volatility and greeks when one of them is read."""
        self._evaluate, self._result = evaluate, None

    def update(self, data: BaseData) -> None:
        """Take one datum of the slice, of this contract or of its underlying."""
        if data.symbol.security_type == self.symbol.underlying.security_type:
            self._underlying = data
        else:
            super().update(data)

    def _model(self) -> OptionPriceModelResult | None:
        self._load()
        if self._result is None and self._evaluate is not None:
            self._result = self._evaluate()
        return self._result

    @property
    def strike(self) -> float:
        return float(self.symbol.id.strike_price)

    @property
    def scaled_strike(self) -> float:
        return self.strike * self._strike_multiplier

    @property
    def right(self) -> OptionRight:
        return self.symbol.id.option_right

    @property
    def style(self) -> OptionStyle:
        return self.symbol.id.option_style

    @property
    def underlying_last_price(self) -> float:
        self._load()
        return 0.0 if self._underlying is None else self._underlying.price

    @property
    def theoretical_price(self) -> float:
        result = self._model()
        return 0.0 if result is None else result.theoretical_price

    @property
    def implied_volatility(self) -> float:
        if self._universe is not None:
            return self._universe.implied_volatility
        result = self._model()
        return 0.0 if result is None else result.implied_volatility

    @property
    def greeks(self) -> Greeks:
        if self._universe is not None:
            return self._universe.greeks
        result = self._model()
        return NULL_GREEKS if result is None else result.greeks


NULL_GREEKS = Greeks()


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


class OptionContracts(DataDictionary[OptionContract]):
    """Option contracts by symbol."""

    __slots__ = ()


class FuturesContracts(DataDictionary[FuturesContract]):
    """Futures contracts by symbol."""

    __slots__ = ()
