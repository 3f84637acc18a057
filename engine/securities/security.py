"""A security the algorithm knows (LEAN: Common/Securities/Security.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataNormalizationMode, MarketDataType, Resolution, SecurityType
from engine.common.errors import ArgumentException, InvalidOperationException, KeyNotFoundException
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of
from engine.securities.cash import Cash
from engine.securities.cash_book import CashBook
from engine.securities.dynamic_security_data import DynamicSecurityData
from engine.securities.generic_method import generic_method
from engine.securities.security_cache import SecurityCache
from engine.securities.security_holding import SecurityHolding
from engine.securities.security_models import SecurityModels

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.common.time_keeper import TimeKeeper
    from engine.data.base_data import BaseData
    from engine.data.market.session import Session
    from engine.data.market.split import Split
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.securities.security_exchange_hours import SecurityExchangeHours
    from engine.securities.symbol_properties import SymbolProperties


def _price_or_last(name: str) -> tuple[property, property]:
    """Return both faces of a price that falls back to the last price while the cache has none."""

    def shown(self: Security) -> float:
        cache = self.cache
        return getattr(cache, name) or cache.price

    def exact(self: Security) -> Decimal:
        cache = self.cache
        return getattr(cache, name + "_decimal") or cache.price_decimal

    return property(shown), property(exact)


class Security(SecurityModels):
    """Prices, holdings, hours and models of one symbol.

    Attributes that LEAN does not define are the algorithm's own: `security.x = 1` is `security["x"] = 1`.
    """

    __slots__ = (
        "__weakref__",
        "_exchange",
        "_is_tradable",
        "_local_time_keeper",
        "_subscriptions",
        "cache",
        "data",
        "data_normalization_mode",
        "holdings",
        "is_delisted",
        "is_initialized",
        "quote_currency",
        "symbol",
        "symbol_properties",
    )

    NULL_LEVERAGE = 0

    def __init__(
        self,
        symbol: Symbol,
        exchange_hours: SecurityExchangeHours,
        quote_currency: Cash,
        symbol_properties: SymbolProperties,
        currency_converter: CashBook,
        cache: SecurityCache | None = None,
    ) -> None:
        if symbol_properties is None:
            raise ArgumentException(
                "Security requires a valid SymbolProperties instance.", "symbolProperties"
            )
        if symbol_properties.quote_currency != quote_currency.symbol:
            raise ArgumentException("symbolProperties.QuoteCurrency must match the quoteCurrency.Symbol")
        self.symbol = symbol
        self.quote_currency = quote_currency
        self.symbol_properties = symbol_properties
        self.cache = cache or self._new_cache()
        self.data = DynamicSecurityData(self.cache)
        self._subscriptions: dict[SubscriptionDataConfig, None] = {}
        self.data_normalization_mode = DataNormalizationMode.ADJUSTED
        self._local_time_keeper: Any = None
        self._is_tradable = symbol.security_type != SecurityType.INDEX
        self.is_delisted = False
        self.is_initialized = False
        self._exchange = self._new_exchange(exchange_hours)
        self._set_default_models()
        self.holdings = self._new_holding(currency_converter)

    # what the kinds of securities replace

    def _new_cache(self) -> SecurityCache:
        return SecurityCache()

    def _new_holding(self, currency_converter: CashBook) -> SecurityHolding:
        return SecurityHolding(self, currency_converter)

    # prices

    @property
    def price(self) -> float:
        return self.cache.price

    @property
    def price_decimal(self) -> Decimal:
        return self.cache.price_decimal

    open, open_decimal = _price_or_last("open")
    high, high_decimal = _price_or_last("high")
    low, low_decimal = _price_or_last("low")
    close, close_decimal = _price_or_last("close")
    bid_price, bid_price_decimal = _price_or_last("bid_price")
    ask_price, ask_price_decimal = _price_or_last("ask_price")

    @property
    def bid_size(self) -> float:
        return self.cache.bid_size

    @property
    def ask_size(self) -> float:
        return self.cache.ask_size

    @property
    def volume(self) -> float:
        return self.cache.volume

    @property
    def open_interest(self) -> int:
        return self.cache.open_interest

    @property
    def session(self) -> Session | None:
        """Open, high, low, close and volume of the current trading day."""
        return self.cache.session

    @property
    def has_data(self) -> bool:
        return self.cache.get_last_data() is not None

    def get_last_data(self) -> BaseData | None:
        """Return the last real data; filled bars do not count."""
        return self.cache.get_last_data()

    def set_market_price(self, data: BaseData | None) -> None:
        """Push a piece of data (seeding, tests, live feeds)."""
        if data is None:
            return
        self.cache.add_data(data)
        self._update_market_price(data)

    def update(
        self,
        data: list[BaseData],
        data_type: type,
        contains_fill_forward_data: bool | None = None,
        is_internal_config: bool = False,
    ) -> None:
        """Push what one subscription has at this moment."""
        self.cache.add_data_list(data, data_type, contains_fill_forward_data, is_internal_config)
        self._update_market_price(data[-1])

    def _update_market_price(self, data: BaseData) -> None:
        if data.data_type != MarketDataType.AUXILIARY:
            self.update_consumers(data)

    def update_consumers(self, data: BaseData) -> None:
        """Hand a price to the volatility model; the holding's price follows the cache by itself."""
        if data.value and type(data).__name__ != "OpenInterest":
            self.volatility_model.update(self, data)

    def apply_split(self, split: Split) -> None:
        """Scale the known prices by a split."""
        self.cache.apply_split(split)
        last = self.cache.get_last_data()
        if last is not None:
            self._update_market_price(last)

    # state

    @property
    def type(self) -> SecurityType:
        return self.symbol.security_type

    @property
    def is_tradable(self) -> bool:
        return self._is_tradable

    @is_tradable.setter
    def is_tradable(self, value: bool) -> None:
        self._is_tradable = value

    def make_tradable(self) -> None:
        """Allow orders again (LEAN: Extensions.MakeTradable)."""
        self.is_tradable = True

    @property
    def hold_stock(self) -> bool:
        return self.holdings.invested

    @property
    def invested(self) -> bool:
        return self.holdings.invested

    leverage = float_of("leverage_decimal")

    @property
    def leverage_decimal(self) -> Decimal:
        return self.holdings.leverage_decimal

    @property
    def exchange(self) -> Any:
        return self._exchange

    @exchange.setter
    def exchange(self, exchange: Any) -> None:
        self._exchange = exchange
        if self._local_time_keeper is not None:
            exchange.set_local_date_time_frontier_provider(self._local_time_keeper)

    @property
    def local_time(self) -> datetime:
        """Now, in the zone of the exchange."""
        if self._local_time_keeper is None:
            raise InvalidOperationException(
                "Security.SetLocalTimeKeeper(LocalTimeKeeper) must be called in order to use the "
                "LocalTime property."
            )
        return self._local_time_keeper.local_time

    @property
    def utc_stamp(self) -> int:
        """Now, as the security's clock has it."""
        return self.cache.time_keeper.utc_stamp

    def set_time_keeper(self, time_keeper: TimeKeeper) -> None:
        """Take the algorithm's clock: prices are pulled and the exchange is asked at its time."""
        self.cache.time_keeper = time_keeper
        self.set_local_time_keeper(time_keeper.local_time_keeper(self._exchange.hours.time_zone))

    def set_local_time_keeper(self, local_time_keeper: Any) -> None:
        """Take the clock of the exchange's zone."""
        self._local_time_keeper = local_time_keeper
        self._exchange.set_local_date_time_frontier_provider(local_time_keeper)

    # subscriptions

    @property
    def subscriptions(self) -> list[SubscriptionDataConfig]:
        return list(self._subscriptions)

    @property
    def subscription_data_config(self) -> SubscriptionDataConfig | None:
        return next(iter(self._subscriptions), None)

    @property
    def resolution(self) -> Resolution:
        return min((config.resolution for config in self._subscriptions), default=Resolution.DAILY)

    @property
    def is_fill_data_forward(self) -> bool:
        return any(config.fill_data_forward for config in self._subscriptions)

    @property
    def is_extended_market_hours(self) -> bool:
        return any(config.extended_market_hours for config in self._subscriptions)

    def is_custom_data(self) -> bool:
        return any(config.is_custom_data for config in self._subscriptions)

    def add_data(self, subscriptions: SubscriptionDataConfig | Iterable[SubscriptionDataConfig]) -> None:
        """Remember subscriptions of this security."""
        configs = list(subscriptions) if isinstance(subscriptions, Iterable) else [subscriptions]
        for config in configs:
            if config.symbol != self.symbol:
                raise ArgumentException("Symbols must match.", "subscription.Symbol")
            if config.exchange_time_zone != self._exchange.hours.time_zone:
                raise ArgumentException("ExchangeTimeZones must match.", "subscription.ExchangeTimeZone")
            self._subscriptions.setdefault(config)
        self.refresh_data_normalization_mode_property()

    def set_data_normalization_mode(self, mode: DataNormalizationMode) -> None:
        """Set the mode of every subscription."""
        for config in self._subscriptions:
            config.data_normalization_mode = mode
        self.refresh_data_normalization_mode_property()

    def refresh_data_normalization_mode_property(self) -> None:
        """Take the mode of the first subscription."""
        first = self.subscription_data_config
        self.data_normalization_mode = (
            DataNormalizationMode.ADJUSTED if first is None else first.data_normalization_mode
        )

    def set_leverage(self, leverage: float | Decimal) -> None:
        """Set the leverage; derivatives have none of their own and ignore it."""
        if self.type == SecurityType.FUTURE or self.type.is_option():
            return
        self.buying_power_model.set_leverage(self, to_decimal(leverage))

    def update_symbol_properties(self, symbol_properties: SymbolProperties | None) -> None:
        if symbol_properties is not None:
            self.symbol_properties = symbol_properties

    def reset(self) -> None:
        """Leave the state of a security that was removed; it may be added again."""
        self.is_initialized = False
        self.is_tradable = False
        self._subscriptions.clear()
        self.refresh_data_normalization_mode_property()

    # the algorithm's own properties

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):
            try:
                return object.__getattribute__(self, "cache").properties[name]
            except (AttributeError, KeyError):
                pass
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        try:
            object.__setattr__(self, name, value)
        except AttributeError:
            if hasattr(type(self), name):
                raise
            self.cache.properties[name] = value

    def __getitem__(self, key: str) -> Any:
        try:
            return self.cache.properties[key]
        except KeyError:
            raise KeyNotFoundException(f"The given key '{key}' was not present in the dictionary.") from None

    def __setitem__(self, key: str, value: Any) -> None:
        self.cache.properties[key] = value

    def add(self, key: str, value: Any) -> None:
        """Set a property of the algorithm's own."""
        self.cache.properties[key] = value

    set = add

    @generic_method
    def get(self, of_type: type | None, key: str) -> Any:
        """Return a property of the algorithm's own."""
        return self[key]

    @generic_method
    def try_get(self, of_type: type | None, key: str, value: Any = None) -> tuple[bool, Any]:
        """Return (found, value); the second argument stands for C#'s out parameter."""
        properties = self.cache.properties
        return key in properties, properties.get(key)

    @generic_method
    def remove(self, of_type: type | None, key: str, value: Any = None) -> bool:
        """Remove a property of the algorithm's own; return whether it was there."""
        properties = self.cache.properties
        found = key in properties
        properties.pop(key, None)
        return found

    def clear(self) -> None:
        """Remove every property of the algorithm's own."""
        self.cache.properties.clear()

    def __str__(self) -> str:
        return str(self.symbol)
