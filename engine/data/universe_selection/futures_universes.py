"""Futures of a chain, and the contract a continuous future maps to (LEAN: ContinuousContractUniverse.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import TickType
from engine.common.symbol import Symbol
from engine.common.time import date_to_stamp, stamp_to_date
from engine.data.universe_selection.future_filter_universe import FutureFilterUniverse
from engine.data.universe_selection.option_chain_universe import raw_settings
from engine.data.universe_selection.universe import Universe
from engine.data_feeds.subscription_request import SubscriptionRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.data.auxiliary.map_file import MapFile
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data.universe_selection.universe_settings import UniverseSettings
    from engine.data_feeds.data_manager import DataManager
    from engine.securities.future.future import Future
    from engine.securities.security import Security
    from engine.securities.security_exchange_hours import SecurityExchangeHours


class FuturesChainUniverse(Universe):
    """The contracts a canonical future's filter keeps."""

    def __init__(self, future: Future, universe_settings: UniverseSettings) -> None:
        super().__init__(future.subscription_data_config, raw_settings(universe_settings))
        self.future = future

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        local = self.future.exchange.time_zone.local_datetime(stamp)
        results = self.future.contract_filter.filter(FutureFilterUniverse(data.data, local))
        return [row.symbol for row in results]


class ContinuousContractUniverse(Universe):
    """The continuous future itself and the contract it stands for today, which is subscribed internally."""

    time_triggered = True

    def __init__(
        self,
        security: Security,
        universe_settings: UniverseSettings,
        configuration: SubscriptionDataConfig,
        map_file: MapFile | None,
    ) -> None:
        super().__init__(configuration, universe_settings)
        self._security = security
        self._map_file = map_file
        self._mapped: str | None = None
        self._current: Symbol | None = None

    @property
    def hours(self) -> SecurityExchangeHours:
        return self._security.exchange.hours

    @staticmethod
    def create_symbol(symbol: Symbol) -> Symbol:
        kind = symbol.security_type
        return Symbol.create(
            f"qc-universe-continuous-{symbol.id.market.lower()}-{kind.to_string()}-{symbol.id.symbol}",
            kind,
            symbol.id.market,
        )

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        canonical = self._security.symbol.canonical
        chosen = [canonical]
        mode = self.universe_settings.data_mapping_mode
        mapped = ""
        if self._map_file is not None:
            local = self._security.exchange.time_zone.local_datetime(stamp)
            mapped = self._map_file.get_mapped_symbol(local.date(), "", mode)
        if mapped and mapped != self._mapped:
            if self._current is not None:
                chosen.append(self._current)
            self._mapped = mapped
            depth = abs(self.universe_settings.contract_depth_offset)
            self._current = canonical.update_mapped_symbol(mapped, depth).underlying
        if self._current is not None:
            self._security.mapped = self._current  # type: ignore[attr-defined]
            chosen.append(self._current)
        return chosen

    def get_subscription_requests(
        self, security: Security, now: int, end: int, service: DataManager
    ) -> list[SubscriptionRequest]:
        configs = add_continuous_configs(service, self.universe_settings, security.symbol)
        return [SubscriptionRequest(False, self, security, config, now, end) for config in configs]

    def trigger_times(self, start: int, end: int) -> Iterable[int]:
        zone, hours = self._security.exchange.time_zone, self._security.exchange.hours
        day = stamp_to_date(zone.to_local(start))
        while True:
            midnight = zone.to_utc(date_to_stamp(day))
            if midnight > end:
                return
            if midnight >= start and hours.is_date_open(day, self.configuration.extended_market_hours):
                yield midnight
            day += timedelta(1)


def add_continuous_configs(
    service: DataManager, settings: UniverseSettings, symbol: Symbol
) -> list[SubscriptionDataConfig]:
    """Return the configurations of a continuous future or of its mapped contract (these are internal)."""
    configs: list[SubscriptionDataConfig] = []
    for pair in settings.subscription_data_types or []:
        configs += service.add_configs(
            symbol,
            settings.resolution,
            settings.fill_forward,
            settings.extended_market_hours,
            data_normalization_mode=settings.data_normalization_mode,
            subscription_data_types=[pair],
            data_mapping_mode=settings.data_mapping_mode,
            contract_depth_offset=abs(settings.contract_depth_offset),
            is_internal_feed=not symbol.is_canonical() or pair[1] == TickType.OPEN_INTEREST,
        )
    return configs
