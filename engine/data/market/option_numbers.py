"""Where the numbers of an option's contract come from: what it was given, a universe file, or the rows of a slice."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.contract_numbers import ContractNumbers, KeptNumbers, UniverseNumbers
from engine.data.market.greeks import Greeks
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from engine.common.enums import OptionRight
    from engine.common.symbol import Symbol
    from engine.data.market.option_contract import OptionContract
    from engine.data_feeds.plan import Plan
    from engine.data_feeds.subscription_window import SubscriptionWindow
    from engine.securities.option.option import Option
    from engine.securities.option.option_price_model_result import OptionPriceModelResult

NULL_GREEKS = Greeks()


class KeptOptionNumbers(KeptNumbers):
    """The data that a contract was given."""

    __slots__ = ("_strike_multiplier", "_underlying")

    def __init__(self, symbol: Symbol, strike_multiplier: float = 1.0, time: datetime = NO_TIME) -> None:
        super().__init__(symbol, time)
        self._strike_multiplier = strike_multiplier
        self._underlying: BaseData | None = None

    @property
    def expiry(self) -> datetime:
        return self.symbol.id.date

    @property
    def strike(self) -> float:
        return float(self.symbol.id.strike_price)

    @property
    def right(self) -> OptionRight:
        return self.symbol.id.option_right

    @property
    def strike_multiplier(self) -> float:
        return self._strike_multiplier

    def update(self, data: BaseData) -> None:
        """Take one datum of the contract or of its underlying; an option has no ticks."""
        if data.symbol.security_type == self.symbol.underlying.security_type:
            self._underlying = data
        elif isinstance(data, OpenInterest) or not isinstance(data, Tick):
            super().update(data)

    def underlying_price(self, moment: Any) -> float:
        return 0.0 if self._underlying is None else self._underlying.price

    def theoretical_price(self, contract: OptionContract) -> float:
        return 0.0

    def implied_volatility(self, contract: OptionContract) -> float:
        return 0.0

    def greeks(self, contract: OptionContract) -> Greeks:
        return NULL_GREEKS


class UniverseOptionNumbers(UniverseNumbers):
    """A row of a universe file, with its greeks; terms are read without making the symbol."""

    __slots__ = ("strike_multiplier",)

    def __init__(self, row: Any, strike_multiplier: float) -> None:
        super().__init__(row)
        self.strike_multiplier = strike_multiplier

    @property
    def expiry(self) -> datetime:
        return self.row.expiry

    @property
    def strike(self) -> float:
        return float(self.row.strike)

    @property
    def right(self) -> OptionRight:
        return self.row.right

    def time(self, moment: Any) -> datetime:
        return self.row.end_time

    def underlying_price(self, moment: Any) -> float:
        underlying = self.row.underlying
        return 0.0 if underlying is None else underlying.price

    def theoretical_price(self, contract: OptionContract) -> float:
        return 0.0

    def implied_volatility(self, contract: OptionContract) -> float:
        return self.row.implied_volatility

    def greeks(self, contract: OptionContract) -> Greeks:
        return self.row.greeks


class ChainMoment:
    """A moment of a plan at which a chain has data; all contracts of the chain share it."""

    __slots__ = ("plan", "results", "stamp", "underlying")

    def __init__(self, plan: Plan, stamp: int, underlying: BaseData) -> None:
        self.plan = plan
        self.stamp = stamp
        self.underlying = underlying
        self.results: dict[SliceOptionNumbers, OptionPriceModelResult] = {}


class SliceOptionNumbers(ContractNumbers):
    """The rows of one option in a plan, read at the moment of the contract that asks.

    There is one for all moments at which the same subscriptions emit; contracts are views of it.
    """

    __slots__ = ("_open_interest", "_quote", "_trade", "expiry", "right", "security", "strike")

    def __init__(self, security: Option, windows: list[SubscriptionWindow]) -> None:
        symbol = security.symbol
        super().__init__(symbol)
        self.security = security
        self.expiry: datetime = symbol.id.date
        self.strike = float(symbol.id.strike_price)
        self.right = symbol.id.option_right
        self._trade = _last_of(windows, TradeBar)
        self._quote = _last_of(windows, QuoteBar)
        self._open_interest = _last_of(windows, OpenInterest)

    @property
    def strike_multiplier(self) -> float:
        return float(self.security.symbol_properties.strike_multiplier)

    def time(self, moment: ChainMoment) -> datetime:
        return self.security.exchange.time_zone.local_datetime(moment.stamp)

    def underlying_price(self, moment: ChainMoment) -> float:
        return moment.underlying.price

    def last_price(self, moment: ChainMoment) -> float:
        return _price(self._trade, moment, "close")

    def volume(self, moment: ChainMoment) -> int:
        # a trade bar that is filled forward has none
        return 0 if self._trade is None else int(self._trade.data_at(moment.stamp).volume)

    def open_interest(self, moment: ChainMoment) -> float:
        return _size(self._open_interest, moment, "value")

    def bid_price(self, moment: ChainMoment) -> float:
        return _price(self._quote, moment, "bid_close")

    def ask_price(self, moment: ChainMoment) -> float:
        return _price(self._quote, moment, "ask_close")

    def bid_size(self, moment: ChainMoment) -> int:
        return int(_size(self._quote, moment, "bid_size"))

    def ask_size(self, moment: ChainMoment) -> int:
        return int(_size(self._quote, moment, "ask_size"))

    def theoretical_price(self, contract: OptionContract) -> float:
        return self._result(contract).theoretical_price

    def implied_volatility(self, contract: OptionContract) -> float:
        return self._result(contract).implied_volatility

    def greeks(self, contract: OptionContract) -> Greeks:
        return self._result(contract).greeks

    def _result(self, contract: OptionContract) -> OptionPriceModelResult:
        moment = contract._moment
        result = moment.results.get(self)
        if result is None:
            from engine.data.market.slice import Slice

            slice_ = Slice(moment.plan, moment.stamp)
            result = moment.results[self] = self.security.evaluate_price_model(slice_, contract)
        return result


def _last_of(windows: list[SubscriptionWindow], kind: type) -> SubscriptionWindow | None:
    # of two resolutions the one that comes last counts, as if each were handed over in turn
    found = None
    for window in windows:
        if issubclass(window.subscription.configuration.type, kind):
            found = window
    return found


def _price(window: SubscriptionWindow | None, moment: ChainMoment, field: str) -> float:
    found = None if window is None else window.last_read(moment.stamp)
    if found is None:
        return 0.0
    price = found[0].price(found[1], field)
    return price if price == price else 0.0  # NaN: the side was not quoted


def _size(window: SubscriptionWindow | None, moment: ChainMoment, field: str) -> float:
    found = None if window is None else window.last_read(moment.stamp)
    return 0.0 if found is None else found[0].size(found[1], field)
