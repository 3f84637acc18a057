"""Securities the algorithm added by name, and universes whose rule is a function of time (LEAN: UserDefinedUniverse.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.symbol import Symbol
from engine.common.time import span_to_stamp
from engine.data.universe_selection.universe import Universe
from engine.data_feeds.subscription_request import SubscriptionRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.common.enums import SecurityType
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data.universe_selection.universe_settings import UniverseSettings
    from engine.data_feeds.data_manager import DataManager
    from engine.securities.security import Security
    from engine.securities.security_exchange_hours import SecurityExchangeHours


class UserDefinedUniverse(Universe):
    """Holds the configurations that were added one by one; selects once, when something was added or removed."""

    time_triggered = True

    def __init__(self, configuration: SubscriptionDataConfig, universe_settings: UniverseSettings) -> None:
        super().__init__(configuration, universe_settings)
        self._configs: dict[SubscriptionDataConfig, None] = {}
        self._removed: dict[SubscriptionDataConfig, None] = {}

    @staticmethod
    def create_symbol(security_type: SecurityType, market: str) -> Symbol:
        return Symbol.create(
            f"qc-universe-userdefined-{market.lower()}-{security_type.to_string()}", security_type, market
        )

    def trigger_times(self, start: int, end: int) -> Iterable[int]:
        return (start,)

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        return [config.symbol for config in self._configs]

    def add(self, config: SubscriptionDataConfig) -> bool:
        if config in self._configs:
            return False
        self._configs[config] = None
        return True

    def remove(self, symbol: Symbol) -> bool:
        symbol = getattr(symbol, "symbol", symbol)
        gone = [config for config in self._configs if config.symbol == symbol]
        for config in gone:
            del self._configs[config]
            self._removed[config] = None
        return bool(gone)

    def get_subscription_requests(
        self, security: Security, now: int, end: int, service: DataManager
    ) -> list[SubscriptionRequest]:
        configs = [config for config in self._configs if config.symbol == security.symbol]
        if not configs:
            configs = [config for config in self._removed if config.symbol == security.symbol]
            for config in configs:
                del self._removed[config]
        if not configs:
            requests = super().get_subscription_requests(security, now, end, service)
            self._configs.update(dict.fromkeys(request.configuration for request in requests))
            return requests
        return [SubscriptionRequest(False, self, security, config, now, end) for config in configs]

    def remove_member(self, stamp: int, security: Security) -> bool:
        if super().remove_member(stamp, security):
            self.remove(security.symbol)
            return True
        return False


class OptionContractUniverse(UserDefinedUniverse):
    """Single option contracts added by hand, with their underlyings (LEAN: OptionContractUniverse.cs)."""

    def remove(self, symbol: Any) -> bool:
        symbol = getattr(symbol, "symbol", symbol)
        removed = super().remove(symbol)
        if removed and symbol.has_underlying:
            others = (config.symbol for config in self._configs)
            if not any(other.has_underlying and other.underlying == symbol.underlying for other in others):
                super().remove(symbol.underlying)
        return removed

    @staticmethod
    def create_symbol(security_type: SecurityType, market: str) -> Symbol:
        return Symbol.create(
            f"qc-universe-optioncontract-{security_type.to_string().lower()}-{market.lower()}",
            security_type,
            market,
        )


class TimedUniverse(UserDefinedUniverse):
    """A universe whose selector is a function of the local time, asked at every interval the market is open."""

    def __init__(
        self,
        configuration: SubscriptionDataConfig,
        universe_settings: UniverseSettings,
        interval: timedelta,
        selector: Callable[[Any], Any],
        hours: SecurityExchangeHours,
    ) -> None:
        super().__init__(configuration, universe_settings)
        self._interval = span_to_stamp(interval)
        self._selector = selector
        self._hours = hours

    def trigger_times(self, start: int, end: int) -> Iterable[int]:
        zone = self._hours.time_zone
        local, last = zone.to_local(start), zone.to_local(end)
        first = True
        while local <= last:
            extended = self.configuration.extended_market_hours
            if first or self._hours.is_open_between(local, local + self._interval, extended):
                yield zone.to_utc(local)
            first = False
            local += self._interval

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        result = self._selector(self.configuration.exchange_time_zone.local_datetime(stamp))
        if result is self.UNCHANGED or result is None:
            return result
        kind, market = self.configuration.security_type, self.configuration.market
        return [item if isinstance(item, Symbol) else Symbol.create(item, kind, market) for item in result]
