"""An account on LEAN's sample data without the rest of the engine: securities, portfolio, clock and fills."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from engine.brokerages.default_brokerage_model import DefaultBrokerageModel
from engine.common.enums import OrderDirection, OrderStatus, OrderType, Resolution, TickType
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.common.time import TimeZone
from engine.common.time_keeper import TimeKeeper
from engine.data.market.bar import Bar
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data_feeds.data_types import AVAILABLE_DATA_TYPES, data_type_of
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.orders.fees.order_fee import OrderFee
from engine.orders.market_order import MarketOrder
from engine.orders.order_event import OrderEvent
from engine.securities.cash_amount import CashAmount
from engine.securities.security import Security
from engine.securities.security_initializer import BrokerageModelSecurityInitializer
from engine.securities.security_manager import SecurityManager
from engine.securities.security_portfolio_manager import SecurityPortfolioManager
from engine.securities.security_service import SecurityService

NEW_YORK = TimeZone.of("America/New_York")

lean_folder = cache(LeanFolder)
"""Databases are read once for all accounts."""


class RowsOfADay:
    """A cache source: the rows of one day's file, up to now."""

    is_read = True

    def __init__(self, columns: Any) -> None:
        self._columns = columns
        self._handed = -1

    def pull(self, cache: Any) -> None:
        row = int(self._columns.end.searchsorted(cache.time_keeper.utc_stamp, "right")) - 1
        if row > self._handed:
            self._handed = row
            cache.add_data(self._columns.bar(row))


class Transactions:
    """Keeps closed trades; every order has an unfilled ticket."""

    def __init__(self) -> None:
        self.records: list[tuple[int, Decimal, bool]] = []
        self.sent: list[Any] = []
        self.on_order: Any = None
        self._group_id = 0

    def add_transaction_record(self, time: int, profit: Decimal, is_win: bool) -> None:
        self.records.append((time, profit, is_win))

    def get_order_ticket(self, order_id: int) -> Any:
        return SimpleNamespace(quantity_filled_decimal=Decimal(0))

    def get_increment_group_order_manager_id(self) -> int:
        self._group_id += 1
        return self._group_id

    def add_order(self, request: Any) -> Any:
        self.sent.append(request)
        if self.on_order is not None:
            self.on_order(request)
        return SimpleNamespace(status=OrderStatus.FILLED, order_id=len(self.sent))


class Account:
    """Securities made by the service, a portfolio, and fills at given prices."""

    def __init__(self, folder: Path, cash: float = 100_000, brokerage_model: Any = None) -> None:
        SymbolCache.clear()
        self.source = lean_folder(folder)
        SecurityIdentifier.first_ticker = self.source.first_ticker
        self.time_keeper = TimeKeeper()
        self.securities = SecurityManager(self.time_keeper)
        self.transactions = Transactions()
        self.settings = SimpleNamespace(
            free_portfolio_value=None, free_portfolio_value_percentage=0.0025, seed_initial_prices=False
        )
        self.portfolio = SecurityPortfolioManager(self.securities, self.transactions, self.settings)
        self.portfolio.set_cash(cash)
        self.messages: list[str] = []
        algorithm = SimpleNamespace(
            portfolio=self.portfolio,
            securities=self.securities,
            data_feed=SimpleNamespace(source=self.source),
            data_manager=SimpleNamespace(subscriptions=SimpleNamespace(plan_anew=lambda: None)),
            market_hours_database=self.source.market_hours,
            symbol_properties_database=self.source.symbol_properties,
            security_initializer=BrokerageModelSecurityInitializer(
                brokerage_model or DefaultBrokerageModel()
            ),
            settings=self.settings,
            subscription_manager=SimpleNamespace(available_data_types=AVAILABLE_DATA_TYPES),
            debug=self.messages.append,
        )
        self.algorithm = algorithm
        self.service = SecurityService(algorithm)
        self.securities.set_security_service(self.service)
        self._order_id = 0

    def at(self, local: datetime, zone: TimeZone = NEW_YORK) -> None:
        """Move the clock."""
        self.time_keeper.set_utc(zone.utc_stamp(local))
        self.portfolio.invalidate_total_portfolio_value()

    def config(
        self, symbol: Symbol, tick_type: TickType = TickType.TRADE, **named: Any
    ) -> SubscriptionDataConfig:
        """Return a minute subscription."""
        entry = self.source.market_hours.get_entry(symbol.id.market, symbol, symbol.security_type)
        return SubscriptionDataConfig(
            data_type_of(Resolution.MINUTE, tick_type),
            symbol,
            Resolution.MINUTE,
            entry.data_time_zone,
            entry.exchange_hours.time_zone,
            tick_type=tick_type,
            **named,
        )

    def add(self, symbol: Symbol, **named: Any) -> Any:
        """Add a security without data; an option gets its underlying if that was added before."""
        underlying = self.securities.get(symbol.underlying) if symbol.has_underlying else None
        security = self.service.create_security(symbol, self.config(symbol), underlying=underlying, **named)
        self.securities.add(security)
        return security

    def feed(self, security: Security, day: datetime) -> Any:
        """Let a security's cache pull from the minute files of a day."""
        for tick_type in (TickType.TRADE, TickType.QUOTE):
            columns = self.source.bars(security.symbol, Resolution.MINUTE, tick_type, day.date())
            if columns is not None and len(columns):
                security.cache.sources.append(RowsOfADay(columns.with_forwarded_sides(lambda: None)))
        return security

    def quote(self, security: Security, bid: float, ask: float) -> Any:
        """Push a quote bar that ends now."""
        side = lambda price: Bar(price, price, price, price) if price else None  # noqa: E731
        minute = timedelta(minutes=1)
        bar = QuoteBar(security.local_time - minute, security.symbol, side(bid), 1, side(ask), 1, minute)
        security.set_market_price(bar)
        self.prices_came()
        return security

    def trade(self, security: Security, price: float) -> Any:
        """Push a trade bar that ends now."""
        minute = timedelta(minutes=1)
        begin = security.local_time - minute
        security.set_market_price(TradeBar(begin, security.symbol, price, price, price, price, 100, minute))
        self.prices_came()
        return security

    def prices_came(self) -> None:
        """Do what the loop does when a slice's prices have come."""
        self.time_keeper.step += 1
        self.portfolio.invalidate_total_portfolio_value()

    def market_order(self, security: Security, quantity: float) -> MarketOrder:
        """Return an order with an id."""
        self._order_id += 1
        order = MarketOrder(security.symbol, quantity, self.time_keeper.utc_stamp)
        order.id = self._order_id
        return order

    def fill(
        self,
        security: Security,
        quantity: float,
        price: float,
        fee: float = 0.0,
        order_type: Any = None,
        is_in_the_money: bool = False,
    ) -> OrderEvent:
        """Book a fill."""
        self._order_id += 1
        event = OrderEvent(
            self._order_id,
            security.symbol,
            self.time_keeper.utc_stamp,
            OrderStatus.FILLED,
            OrderDirection.BUY if quantity > 0 else OrderDirection.SELL,
            price,
            quantity,
            OrderFee(CashAmount(fee, "USD")),
        )
        event.ticket = SimpleNamespace(
            order_type=OrderType.MARKET if order_type is None else order_type,
            quantity_decimal=Decimal(str(quantity)),
        )
        event.is_in_the_money = is_in_the_money
        self.portfolio.process_fills([event])
        return event
