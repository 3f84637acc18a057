"""A real algorithm with the real transaction handler and brokerage, without a feed: tests push the data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.algorithm import environment
from engine.algorithm.environment import AlgorithmEnvironment
from engine.algorithm.qc_algorithm import QCAlgorithm
from engine.brokerages.backtesting_brokerage import BacktestingBrokerage
from engine.common.enums import DataNormalizationMode, OptionRight, OptionStyle, OrderStatus, Resolution
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.common.time import TimeZone
from engine.data.market.bar import Bar
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar
from engine.data_source.modelled.source import ModelledSource
from engine.orders.order_event import OrderEvent
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase
from engine.transaction_handlers.backtesting_transaction_handler import BacktestingTransactionHandler

NEW_YORK = TimeZone.of("America/New_York")
MINUTE = timedelta(minutes=1)
EXPIRY = datetime(2021, 1, 15)


class RecordingAlgorithm(QCAlgorithm):
    """Remembers what it was told, and lets a test act inside on_order_event."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[OrderEvent] = []
        self.assigned: list[OrderEvent] = []
        self.react: Any = None

    def on_order_event(self, order_event: OrderEvent) -> None:
        self.told.append(order_event.clone())
        if self.react is not None:
            self.react(order_event)

    def on_assignment_order_event(self, assignment_event: OrderEvent) -> None:
        self.assigned.append(assignment_event)


class _Results:
    def order_event(self, order_event: OrderEvent) -> None:
        pass


class Desk:
    """An algorithm on Tuesday, January 5th 2021, 10:00 New York, with 100,000 dollars."""

    def __init__(self, locked: bool = True) -> None:
        SymbolCache.clear()
        source = ModelledSource()
        MarketHoursDatabase.current = source.market_hours
        SymbolPropertiesDatabase.current = source.symbol_properties
        environment.enter(AlgorithmEnvironment(source, None, today=2 * 10**15))
        self.algorithm = RecordingAlgorithm()
        environment.leave()
        self.brokerage = BacktestingBrokerage(self.algorithm)
        self.handler = BacktestingTransactionHandler(self.algorithm, self.brokerage, _Results())
        self.algorithm.transactions.set_order_processor(self.handler)
        self.algorithm.set_start_date(2021, 1, 4)
        self.algorithm.set_finished_warming_up()
        if locked:
            self.algorithm.set_locked()
        self.at(10, 0)

    def at(self, hour: int, minute: int, day: int = 5) -> datetime:
        """Set the clock to a New York time in January 2021."""
        now = datetime(2021, 1, day, hour, minute)
        self.algorithm.set_date_time(NEW_YORK.utc_stamp(now))
        return now

    def step(self) -> None:
        """End the step: queued updates and cancels are processed, resting orders tested."""
        self.handler.process_synchronous_events()

    def equity(self, ticker: str = "SPY", resolution: Resolution = Resolution.MINUTE) -> Any:
        return self._added(self.algorithm.add_equity(ticker, resolution))

    def option(self, strike: int, right: OptionRight = OptionRight.PUT, expiry: datetime = EXPIRY) -> Any:
        """Return an option on SPY, which is there with a price of 370."""
        if not self.algorithm.securities.contains_key("SPY"):
            self.trade(self.equity(), 370)
        self.algorithm.securities["SPY"].set_data_normalization_mode(DataNormalizationMode.RAW)
        underlying = self.algorithm.securities["SPY"].symbol
        symbol = Symbol.create_option(underlying, Market.USA, OptionStyle.AMERICAN, right, strike, expiry)
        return self._added(self.algorithm.add_option_contract(symbol))

    def index_option(self, strike: int, right: OptionRight = OptionRight.PUT) -> Any:
        """Return an option on SPX, which is there with a price of 3700."""
        if not self.algorithm.securities.contains_key("SPX"):
            self.trade(self._added(self.algorithm.add_index("SPX")), 3700)
        index = self.algorithm.securities["SPX"].symbol
        symbol = Symbol.create_option(index, "SPXW", Market.USA, OptionStyle.EUROPEAN, right, strike, EXPIRY)
        return self._added(self.algorithm.add_index_option_contract(symbol))

    def future(self, expiry: datetime = datetime(2021, 3, 19)) -> Any:
        symbol = Symbol.create_future("ES", Market.CME, expiry)
        return self._added(self.algorithm.add_future_contract(symbol))

    def _added(self, security: Any) -> Any:
        self.algorithm.securities.add(security)
        return security

    def trade(
        self,
        security: Any,
        close: float,
        open: float | None = None,
        high: float | None = None,
        low: float | None = None,
        span: timedelta = MINUTE,
    ) -> None:
        """Push a trade bar that ends now."""
        start = security.local_time - span
        opened = close if open is None else open
        top = max(opened, close) if high is None else high
        bottom = min(opened, close) if low is None else low
        security.set_market_price(TradeBar(start, security.symbol, opened, top, bottom, close, 1000, span))

    def quote(
        self, security: Any, bid: float | Bar | None, ask: float | Bar | None, span: timedelta = MINUTE
    ) -> None:
        """Push a quote bar that ends now; a side is a price, a bar, or missing."""
        start = security.local_time - span
        security.set_market_price(QuoteBar(start, security.symbol, _side(bid), 10, _side(ask), 10, span))

    def told(self, *statuses: OrderStatus) -> list[tuple[int, str]]:
        """Return (order id, status) of what the algorithm was told, or of some statuses only."""
        events = self.algorithm.told
        return [(e.order_id, str(e.status)) for e in events if not statuses or e.status in statuses]


def _side(price: float | Bar | None) -> Bar | None:
    return price if price is None or isinstance(price, Bar) else Bar(price, price, price, price)
