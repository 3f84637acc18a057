"""Corporate events and delistings of one subscription, by date (LEAN: *EventProvider.cs of Engine/DataFeeds/Enumerators)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from engine.common.enums import DelistingType, SecurityType, SplitType, TickType
from engine.common.symbol_mapping import requires_mapping
from engine.common.time import END_OF_TIME
from engine.data.market.delisting import Delisting
from engine.data.market.dividend import Dividend
from engine.data.market.split import Split
from engine.data.market.symbol_changed_event import SymbolChangedEvent
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data_feeds.data_types import OPTION_TYPES

if TYPE_CHECKING:
    from decimal import Decimal

    from engine.common.symbol import Symbol
    from engine.data.auxiliary.map_file import MapFile
    from engine.data.base_data import BaseData
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data_feeds.subscription import Subscription
    from engine.data_source.source import DataSource


def delisting_date(symbol: Symbol, map_file: MapFile | None) -> datetime:
    """Return the last day a symbol trades (LEAN: Extensions.GetDelistingDate)."""
    if symbol.is_canonical():
        return END_OF_TIME
    kind = symbol.security_type
    if kind in OPTION_TYPES and kind != SecurityType.INDEX_OPTION:
        from engine.securities.option.option_symbol import OptionSymbol

        return OptionSymbol.get_last_day_of_trading(symbol)
    if kind in (SecurityType.FUTURE, SecurityType.INDEX_OPTION):
        return symbol.id.date
    return map_file.delisting_date if map_file is not None else END_OF_TIME


def ticker_should_be_mapped(config: SubscriptionDataConfig) -> bool:
    """Return whether its ticker (or contract) can change; own data may say (LEAN: Extensions.TickerShouldBeMapped)."""
    if not config.is_custom_data:
        return requires_mapping(config.symbol)
    instance = config.type()
    instance.symbol = config.symbol
    return bool(instance.requires_mapping())


def emits_auxiliary(config: SubscriptionDataConfig) -> bool:
    """Only trade subscriptions carry events, so that each comes once (LEAN: Extensions.ShouldEmitData)."""
    return (
        config.type is TradeBar
        or (config.type is Tick and config.tick_type == TickType.TRADE)
        or config.is_custom_data
    )


class AuxiliaryEvents:
    """The events of one subscription in order of date; asked for every tradable exchange date once."""

    __slots__ = ("_config", "_dividend", "_factors", "_map", "_split", "_state", "delisting")

    def __init__(
        self, config: SubscriptionDataConfig, source: DataSource, map_file: MapFile | None, start: date
    ) -> None:
        self._config = config
        self._map = map_file
        equity = config.security_type == SecurityType.EQUITY and not config.is_custom_data
        self._factors = source.factor_file(config.symbol) if equity and not config.is_internal_feed else None
        self._split: tuple[Decimal, Decimal] | None = None
        self._dividend: tuple[Decimal, Decimal] | None = None
        self._state = 0  # 1 after the delisting warning, 2 after the delisting
        self.delisting = delisting_date(config.symbol, map_file)
        if map_file is not None and map_file.has_data(start):
            config.mapped_symbol = map_file.get_mapped_symbol(
                start, config.mapped_symbol, config.data_mapping_mode
            )

    def on_date(self, day: date, subscription: Subscription, stamp: int) -> list[BaseData]:
        """Return the events of a tradable exchange date; `stamp` is its midnight."""
        events: list[BaseData] = []
        moment = datetime(day.year, day.month, day.day)
        names = self.map_ticker(day)
        if names is not None:
            events.append(SymbolChangedEvent(self._config.symbol, moment, *names))
        if self._factors is not None and self._map is not None and self._map.has_data(day):
            self._corporate(events, moment, day, subscription, stamp)
        if self._state == 0 and moment.date() >= self.delisting.date():
            self._state = 1
            last = datetime(self.delisting.year, self.delisting.month, self.delisting.day)
            events.append(
                Delisting(self._config.symbol, last, subscription.last_price(stamp), DelistingType.WARNING)
            )
        return events

    def map_ticker(self, day: date) -> tuple[str, str] | None:
        """Let the configuration follow a change of ticker; the old and the new one where there is a change."""
        if self._map is None or not self._map.has_data(day):
            return None
        config = self._config
        old = config.mapped_symbol
        config.mapped_symbol = self._map.get_mapped_symbol(day, old, config.data_mapping_mode)
        new = config.mapped_symbol
        return None if new == old else (old, new)

    def delisted(self, subscription: Subscription, stamp: int) -> Delisting | None:
        """Return the final delisting, once."""
        if self._state == 2:
            return None
        self._state = 2
        last = self.delisting + timedelta(1)
        return Delisting(self._config.symbol, last, subscription.last_price(stamp), DelistingType.DELISTED)

    def _corporate(
        self, events: list[BaseData], moment: datetime, day: date, subscription: Subscription, stamp: int
    ) -> None:
        symbol, factors = self._config.symbol, self._factors
        assert factors is not None
        if self._split is not None:
            factor, reference = self._split
            self._split = None
            events.append(Split(symbol, moment, reference, factor, SplitType.SPLIT_OCCURRED))
        split = factors.has_split_event_on_next_trading_day(day)
        if split is not None:
            self._split = split
            events.append(
                Split(symbol, moment, subscription.last_raw_price(stamp), split[0], SplitType.WARNING)
            )
        if self._dividend is not None:
            ratio, reference = self._dividend
            self._dividend = None
            dividend = Dividend.create(symbol, moment, reference, ratio)
            self._config.sum_of_dividends += dividend.distribution_decimal
            events.append(dividend)
        self._dividend = factors.has_dividend_event_on_next_trading_day(day)
