"""Adds and removes subscriptions and knows every configuration (LEAN: Engine/DataFeeds/DataManager.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import DataMappingMode, DataNormalizationMode, Resolution, SecurityType, TickType
from engine.common.symbol import symbol_of
from engine.common.time import AFTER_NOW_US, DAY
from engine.common.time_zones import TimeZones
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data_feeds.data_types import config_data_types, supported_resolutions
from engine.data_feeds.subscription import Subscription
from engine.data_feeds.subscription_collection import SubscriptionCollection

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe import Universe
    from engine.data_feeds.data_feed import DataFeed
    from engine.data_feeds.subscription_request import SubscriptionRequest
    from engine.securities.market_hours_database import MarketHoursEntry

# Rows of the day before the start that are read to be filled forward (a long weekend has four).
_OVERLAP_US = 5 * DAY

_RAW_ONLY = frozenset(
    {SecurityType.OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION, SecurityType.INDEX}
)


class DataManager:
    """The one place where subscriptions come and go; also LEAN's ISubscriptionDataConfigService."""

    def __init__(self, algorithm: QCAlgorithm, feed: DataFeed) -> None:
        self._algorithm = algorithm
        self._feed = feed
        self._configs: dict[SubscriptionDataConfig, SubscriptionDataConfig] = {}
        self._by_symbol: dict[Symbol, list[SubscriptionDataConfig]] = {}
        self.subscriptions = SubscriptionCollection(self._restart_filled)
        self._pending_universe: dict[SubscriptionDataConfig, SubscriptionRequest] = {}

    # -- subscriptions -----------------------------------------------------------------------------------------

    def add_subscription(self, request: SubscriptionRequest) -> bool:
        """Start a subscription; True when the user gained data by it."""
        self._remember(request.configuration)
        existing = self.subscriptions.get(request.configuration)
        if existing is not None:
            if not existing.end_of_stream:
                if request.is_universe_subscription and all(u.dispose_requested for u in existing.universes):
                    self._pending_universe[request.configuration] = request
                    return True
                existing.add_request(request)
                return existing.configuration.is_internal_feed
            self.subscriptions.remove(request.configuration)
        if request.configuration.fill_data_forward and not request.is_universe_subscription:
            self.subscriptions.before_add(request.configuration)
        warms_up_apart = self._warms_up_apart(request)
        if warms_up_apart:
            warm_up = self._warm_up(request)
            if warm_up is not None:
                self.subscriptions.add(warm_up)
            request = request.with_changes(start=self._algorithm.start_stamp)
        subscription = Subscription(request, self._feed, self.subscriptions)
        if subscription.end_of_stream:
            return False
        if warms_up_apart:
            subscription.read_ahead(request.start - _OVERLAP_US)
        return self.subscriptions.add(subscription)

    def _warms_up_apart(self, request: SubscriptionRequest) -> bool:
        """Whether warm-up feeds this request at a resolution of its own."""
        algorithm, config = self._algorithm, request.configuration
        resolution = algorithm.settings.warmup_resolution
        return (
            algorithm.is_warming_up
            and resolution is not None
            and resolution != config.resolution
            and not request.is_universe_subscription
            and not config.is_internal_feed
            and request.start < algorithm.start_stamp
            and resolution in supported_resolutions(config.type, config.symbol)
        )

    def _warm_up(self, request: SubscriptionRequest) -> Subscription | None:
        """Return what feeds a request until the start date; nothing does where there are no such data."""
        algorithm, config = self._algorithm, request.configuration
        resolution = algorithm.settings.warmup_resolution
        if (
            config.security_type == SecurityType.EQUITY
            and config.tick_type == TickType.QUOTE
            and resolution in (Resolution.DAILY, Resolution.HOUR)
        ):
            return None
        other = config.with_changes(resolution=resolution)
        end = algorithm.start_stamp
        # without the collection it is filled at its own resolution, not at the finest one of all
        return Subscription(
            request.with_changes(configuration=other, end=end), self._feed, None, with_events=False
        )

    def remove_subscription(
        self, config: SubscriptionDataConfig, universe: Universe | None = None, force: bool = False
    ) -> bool:
        """End a subscription unless another universe still wants it; True when it ended."""
        subscription = self.subscriptions.get(config)
        if subscription is None:
            # its data ended before; the configuration stays until the universe lets go of it
            if universe is None:
                return False
            self._forget(config)
            return True
        if not subscription.remove_request(universe) and not force:
            return False
        self.subscriptions.remove(config)
        subscription.dispose()
        if subscription.removed_from_universe and not force:
            self._forget(config)
        pending = self._pending_universe.pop(config, None)
        if pending is not None:
            self.add_subscription(pending)
        return True

    def _restart_filled(self) -> None:
        # LEAN restarts every filled subscription when the fill forward resolution changes: nothing is filled
        # again before the next real bar.
        filled = [s for s in self.subscriptions if s.configuration.fill_data_forward]
        requests = [r for s in filled if not s.fills_on_its_own for r in s.requests]
        if not requests:
            return
        self.subscriptions.freeze_fill_forward_resolution(True)
        for warm_up in [s for s in filled if s.fills_on_its_own]:
            # comes again with the subscription that it warms up
            self.subscriptions.remove(warm_up.configuration)
            warm_up.dispose()
        for request in requests:
            self.remove_subscription(request.configuration, request.universe, force=True)
        now = self._algorithm.utc_stamp
        for request in requests:
            start = now
            if not self._algorithm.get_locked() and request.start < now:
                start = request.start
            self.add_subscription(request.with_changes(start=start + AFTER_NOW_US))
        self.subscriptions.freeze_fill_forward_resolution(False)

    # -- configurations (LEAN: ISubscriptionDataConfigService) -------------------------------------------------

    def add_configs(
        self,
        symbol: Symbol,
        resolution: Resolution | None = None,
        fill_forward: bool = True,
        extended_market_hours: bool = False,
        is_filtered_subscription: bool = True,
        is_internal_feed: bool = False,
        is_custom_data: bool = False,
        subscription_data_types: list[tuple[type, TickType]] | None = None,
        data_normalization_mode: DataNormalizationMode = DataNormalizationMode.ADJUSTED,
        data_mapping_mode: DataMappingMode = DataMappingMode.OPEN_INTEREST,
        contract_depth_offset: int = 0,
    ) -> list[SubscriptionDataConfig]:
        """Return the configurations of a symbol, existing ones where they are the same."""
        if resolution is None:
            resolution = self._default_resolution(symbol)
        data_types = subscription_data_types or config_data_types(
            symbol.security_type, resolution, symbol.is_canonical()
        )
        for data_type, _ in data_types:
            allowed = supported_resolutions(data_type, symbol)
            if resolution not in allowed:
                names = ", ".join(r.name.capitalize() for r in allowed)
                kind = symbol.security_type.to_string()
                raise ValueError(
                    f"Sorry {resolution.name.capitalize()} is not a supported resolution for {data_type.__name__} and "
                    f"SecurityType.{kind}. Please change your AddData to use one of the supported resolutions ({names})."
                )
        entry = self._market_hours_of(symbol)
        if symbol.security_type in _RAW_ONLY:
            data_normalization_mode = DataNormalizationMode.RAW
        result = []
        for data_type, tick_type in data_types:
            open_interest = subscription_data_types is None and tick_type == TickType.OPEN_INTEREST
            config = SubscriptionDataConfig(
                data_type,
                symbol,
                resolution,
                entry.data_time_zone,
                entry.exchange_hours.time_zone,
                fill_forward,
                extended_market_hours,
                open_interest or is_internal_feed,
                is_custom_data,
                tick_type,
                is_filtered_subscription,
                data_normalization_mode,
                data_mapping_mode,
                contract_depth_offset,
            )
            result.append(self._remember(config))
        return result

    def get_configs(
        self, symbol: Symbol | None = None, include_internal: bool = False
    ) -> list[SubscriptionDataConfig]:
        """Return the configurations of a symbol, internal ones last."""
        configs = self._configs if symbol is None else self._by_symbol.get(symbol, [])
        chosen = [c for c in configs if include_internal or not c.is_internal_feed]
        return sorted(chosen, key=lambda c: c.is_internal_feed)

    def get_subscription_data_configs(
        self, symbol: Any = None, include_internal_configs: bool = False
    ) -> list[SubscriptionDataConfig]:
        """Do the same for an algorithm, which may name the symbol in any way LEAN takes one."""
        return self.get_configs(None if symbol is None else symbol_of(symbol), include_internal_configs)

    @property
    def configs(self) -> list[SubscriptionDataConfig]:
        return list(self._configs)

    def _market_hours_of(self, symbol: Symbol) -> MarketHoursEntry:
        hours, market, kind = self._feed.source.market_hours, symbol.id.market, symbol.security_type
        if kind == SecurityType.BASE and hours.try_get_entry(market, symbol, kind) is None:
            # A text nobody knows is custom data of a market that never closes.
            hours.set_entry_always_open(market, None, kind, TimeZones.NEW_YORK)
        return hours.get_entry(market, symbol, kind)

    def _default_resolution(self, symbol: Symbol) -> Resolution:
        if symbol.is_canonical():
            return Resolution.DAILY
        return self._algorithm.universe_settings.resolution

    def _remember(self, config: SubscriptionDataConfig) -> SubscriptionDataConfig:
        known = self._configs.get(config)
        if known is None:
            self._configs[config] = known = config
            self._by_symbol.setdefault(config.symbol, []).append(config)
        return known

    def _forget(self, config: SubscriptionDataConfig) -> None:
        known: Any = self._configs.pop(config, None)
        if known is not None:
            others = self._by_symbol[config.symbol]
            others.remove(known)
            if not others:
                del self._by_symbol[config.symbol]
