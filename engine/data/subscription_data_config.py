"""What a subscription asks for (LEAN: Common/Data/SubscriptionDataConfig.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataMappingMode, DataNormalizationMode, Resolution, SecurityType, TickType
from engine.common.time_zones import TimeZones

if TYPE_CHECKING:
    from datetime import timedelta

    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone

_MICROSECONDS = {
    Resolution.TICK: 0,
    Resolution.SECOND: 1_000_000,
    Resolution.MINUTE: 60_000_000,
    Resolution.HOUR: 3_600_000_000,
    Resolution.DAILY: 86_400_000_000,
}


class Consolidators(list[Any]):
    """The consolidators a subscription feeds; `count` is their number, as in .NET."""

    @property
    def count(self) -> int:  # type: ignore[override]
        return len(self)


class SubscriptionDataConfig:
    """One kind of data of one symbol at one resolution; equal configurations are one subscription."""

    __slots__ = (
        "consolidators",
        "contract_depth_offset",
        "data_mapping_mode",
        "data_normalization_mode",
        "data_time_zone",
        "exchange_time_zone",
        "extended_market_hours",
        "fill_data_forward",
        "increment_us",
        "is_custom_data",
        "is_filtered_subscription",
        "is_internal_feed",
        "key",
        "price_scale_factor",
        "resolution",
        "sum_of_dividends",
        "symbol",
        "tick_type",
        "type",
    )

    def __init__(
        self,
        data_type: Any,
        symbol: Any,
        resolution: Any,
        data_time_zone: TimeZone = TimeZones.UTC,
        exchange_time_zone: TimeZone = TimeZones.UTC,
        fill_forward: bool = True,
        extended_hours: bool = False,
        is_internal_feed: bool = False,
        is_custom: bool = False,
        tick_type: TickType = TickType.TRADE,
        is_filtered_subscription: bool = True,
        data_normalization_mode: DataNormalizationMode = DataNormalizationMode.ADJUSTED,
        data_mapping_mode: DataMappingMode = DataMappingMode.OPEN_INTEREST,
        contract_depth_offset: int = 0,
    ) -> None:
        if isinstance(data_type, SubscriptionDataConfig):
            # LEAN's copy constructor as Python calls it: (configuration, type, symbol)
            twin = data_type.with_changes(data_type=symbol, symbol=resolution)
            for name in self.__slots__:
                setattr(self, name, getattr(twin, name))
            return
        self.type = data_type
        self.symbol: Symbol = symbol
        self.resolution = resolution
        self.data_time_zone = data_time_zone
        self.exchange_time_zone = exchange_time_zone
        self.fill_data_forward = fill_forward and resolution != Resolution.TICK
        self.extended_market_hours = extended_hours
        self.is_internal_feed = is_internal_feed
        self.is_custom_data = is_custom
        self.tick_type = tick_type
        self.is_filtered_subscription = is_filtered_subscription
        self.data_normalization_mode = data_normalization_mode
        self.data_mapping_mode = data_mapping_mode
        self.contract_depth_offset = contract_depth_offset
        self.increment_us = _MICROSECONDS[resolution]
        self.price_scale_factor = Decimal(1)
        self.sum_of_dividends = Decimal(0)
        self.consolidators = Consolidators()
        # The normalization mode is not part of a subscription's identity, as in LEAN: it may change later.
        self.key = (
            symbol,
            data_type,
            tick_type,
            resolution,
            self.fill_data_forward,
            extended_hours,
            is_internal_feed,
            is_custom,
            is_filtered_subscription,
            data_mapping_mode,
            contract_depth_offset,
        )

    @property
    def security_type(self) -> SecurityType:
        return self.symbol.security_type

    @property
    def market(self) -> str:
        return self.symbol.id.market

    @property
    def increment(self) -> timedelta:
        return self.resolution.to_time_span()

    @property
    def mapped_symbol(self) -> str:
        """The ticker, or for a continuous future the contract's id, that the symbol stands for at the moment."""
        symbol = self.symbol
        if symbol.underlying is not None:
            if symbol.security_type == SecurityType.FUTURE:
                return str(symbol.underlying.id)
            if symbol.security_type.is_option():
                return symbol.underlying.value
        return symbol.value

    @mapped_symbol.setter
    def mapped_symbol(self, value: str) -> None:
        if self.contract_depth_offset or value != self.mapped_symbol:
            self.symbol = self.symbol.update_mapped_symbol(value, self.contract_depth_offset)

    @property
    def ticker(self) -> str:
        return self.mapped_symbol

    def with_changes(self, **changes: Any) -> SubscriptionDataConfig:
        """Return a copy with some arguments changed (LEAN's copy constructor)."""
        arguments: dict[str, Any] = {
            "data_type": self.type,
            "symbol": self.symbol,
            "resolution": self.resolution,
            "data_time_zone": self.data_time_zone,
            "exchange_time_zone": self.exchange_time_zone,
            "fill_forward": self.fill_data_forward,
            "extended_hours": self.extended_market_hours,
            "is_internal_feed": self.is_internal_feed,
            "is_custom": self.is_custom_data,
            "tick_type": self.tick_type,
            "is_filtered_subscription": self.is_filtered_subscription,
            "data_normalization_mode": self.data_normalization_mode,
            "data_mapping_mode": self.data_mapping_mode,
            "contract_depth_offset": self.contract_depth_offset,
        }
        arguments.update(changes)
        config = SubscriptionDataConfig(**arguments)
        config.price_scale_factor = self.price_scale_factor
        config.sum_of_dividends = self.sum_of_dividends
        config.consolidators = self.consolidators
        return config

    @property
    def prices_should_be_scaled(self) -> bool:
        """Equities (and continuous futures) have price factors unless their prices are raw."""
        if self.is_custom_data:
            return False
        if self.security_type == SecurityType.EQUITY:
            return self.data_normalization_mode != DataNormalizationMode.RAW
        return self.security_type == SecurityType.FUTURE and self.symbol.is_canonical()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SubscriptionDataConfig) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        mapping = f",{self.mapped_symbol}" if self.symbol.value != self.mapped_symbol else ""
        internal = ",Internal" if self.is_internal_feed else ""
        symbol = f"{self.symbol.value},#{self.symbol.id}{mapping}"
        return f"{symbol},{self.type.__name__},{self.resolution},{self.tick_type}{internal}"

    __repr__ = __str__
