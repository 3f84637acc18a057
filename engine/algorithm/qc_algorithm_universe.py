"""Universes of an algorithm (LEAN: QCAlgorithm.Universe.cs, and the data manager's part of starting one)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from engine.algorithm.universe_definitions import UniverseDefinitions
from engine.common.enums import DataNormalizationMode, Resolution, SecurityType
from engine.common.errors import ArgumentException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.time import AFTER_NOW_US, TimeZone
from engine.data.fundamental.fundamental import CoarseFundamental
from engine.data.fundamental.fundamental_universe import (
    CoarseFundamentalUniverse,
    FineFundamentalFilteredUniverse,
    FundamentalFilteredUniverse,
    FundamentalUniverse,
    FundamentalUniverseFactory,
)
from engine.data.market.tick import Tick
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data.universe_selection.etf_constituents_universe_factory import ETFConstituentsUniverseFactory
from engine.data.universe_selection.func_universe import FuncUniverse, symbols_of_names
from engine.data.universe_selection.scheduled_universe import ScheduledUniverse
from engine.data.universe_selection.universe import Universe
from engine.data.universe_selection.universe_settings import UniverseSettings
from engine.data.universe_selection.user_defined_universe import (
    TimedUniverse,
    UserDefinedUniverse,
)
from engine.data_feeds.subscription_request import SubscriptionRequest
from engine.data_feeds.trade_bar_times import start_time_for_trade_bars
from engine.securities.security_exchange_hours import SecurityExchangeHours

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.securities.security import Security

_UTC = TimeZone.of("UTC")
_SCHEDULE_LOOKBACK = 365
_numbers = count(1)
# the hours of these are those of their symbol's market
_LISTED_BY_MARKET = (
    TimedUniverse,
    ETFConstituentsUniverseFactory,
    FundamentalUniverseFactory,
    FundamentalFilteredUniverse,
    FuncUniverse,
)


def _kind_of(value: Any) -> str:
    """Return which argument of `add_universe` a value is."""
    if isinstance(value, SecurityType):
        return "security type"
    if isinstance(value, Resolution):
        return "resolution"
    if isinstance(value, UniverseSettings):
        return "settings"
    if isinstance(value, str):
        return "name"
    if callable(value):
        return "selector"
    raise ArgumentException(f"QCAlgorithm.AddUniverse: {value!r} is not a valid argument.")


@dataclass(slots=True)
class UserUniverseChange:
    """A security that was added (with configurations) or removed (None) by hand."""

    universe: UserDefinedUniverse
    configs: list[SubscriptionDataConfig] | None
    security: Security


class QCAlgorithmUniverse:
    """Adding universes, and the end of a time step at which they take effect."""

    _told_coarse_and_fine = False
    _told_no_scheduled_start = False

    @property
    def universe(self: QCAlgorithm) -> UniverseDefinitions:
        return UniverseDefinitions(self)

    def add_universe(self: QCAlgorithm, *args: Any) -> Universe:
        """Add a universe.

        A universe object, also with a selector of fundamentals; a selector of fundamentals, also with a date rule or
        a second selector; (name[, resolution], selector) or (security type, name, resolution, market, settings,
        selector) of a function of time; (date rule, time rule, selector); a type of data with what `_of_data` takes.
        """
        first, last = args[0], args[-1]
        if isinstance(first, type):
            return self._add_universe_of_data(*args)
        if len(args) == 6:
            return self._add_timed_universe(*args)
        if isinstance(first, str) and len(args) in (2, 3):
            resolution = args[1] if len(args) == 3 else Resolution.DAILY
            return self._add_timed_universe(
                SecurityType.EQUITY, first, resolution, Market.USA, self.universe_settings, last
            )
        if len(args) == 3:
            return self._add_scheduled_universe(*args)
        if isinstance(first, Universe):
            return self._add_universe(first if len(args) == 1 else FundamentalFilteredUniverse(first, last))
        if len(args) == 1 and callable(first):
            return self._add_universe(FundamentalUniverse.usa(first))
        if len(args) == 2 and hasattr(first, "get_dates"):
            settings = UniverseSettings(self.universe_settings)
            settings.schedule.on(first)
            return self._add_universe(FundamentalUniverse.usa(last, settings))
        if len(args) == 2 and callable(first) and callable(last):
            return self._add_coarse_and_fine(first, last)
        raise ArgumentException(
            f"QCAlgorithm.AddUniverse: {', '.join(map(repr, args))} is not a valid argument."
        )

    def _add_coarse_and_fine(self: QCAlgorithm, coarse: Any, fine: Any) -> Universe:
        if not self._told_coarse_and_fine:
            self._told_coarse_and_fine = True
            self.debug(
                "Warning: AddUniverse(coarseSelector, fineSelector) is obsolete, please use "
                "AddUniverse(Func<IEnumerable<Fundamental>, IEnumerable<Symbol>> selector) instead."
            )
        universe = CoarseFundamentalUniverse(self.universe_settings, coarse)
        return self._add_universe(FineFundamentalFilteredUniverse(universe, fine))

    def _add_universe_of_data(self: QCAlgorithm, kind: type, *rest: Any) -> Universe:
        """Add a universe of data: (security type, name, resolution, market, settings, selector), what is there."""
        given = {_kind_of(value): value for value in rest if value is not None}
        names = [value for value in rest if isinstance(value, str)]
        market = names[1] if len(names) > 1 else Market.USA
        selector = symbols_of_names(
            given.get("selector"), given.get("security type", SecurityType.EQUITY), market
        )
        if issubclass(kind, (CoarseFundamental, FundamentalUniverse)):
            config = FundamentalUniverse.configuration(FundamentalUniverse.universe_symbol(market))
        else:
            config = self._custom_universe_configuration(
                kind, names[0] if names else None, market, given.get("resolution", Resolution.DAILY)
            )
        return self._add_universe(FuncUniverse(config, given.get("settings"), selector))

    def _custom_universe_configuration(
        self: QCAlgorithm, kind: type, name: str | None, market: str, resolution: Resolution
    ) -> SubscriptionDataConfig:
        if name is None:
            name = f"{kind.__name__}-{market}-{next(_numbers):010d}"
        symbol = Symbol.create(name, SecurityType.BASE, market, base_data_type=kind)
        database = self.market_hours_database
        if database.try_get_entry(market, symbol, SecurityType.BASE) is None:
            instance = kind()
            instance.symbol = symbol
            key = database.get_database_symbol_key(symbol)
            database.set_entry_always_open(market, key, SecurityType.BASE, instance.data_time_zone())
        entry = database.get_entry(market, symbol, SecurityType.BASE)
        return SubscriptionDataConfig(
            kind,
            symbol,
            resolution,
            entry.data_time_zone,
            entry.exchange_hours.time_zone,
            fill_forward=False,
            is_internal_feed=True,
            is_custom=True,
            is_filtered_subscription=False,
        )

    def _add_timed_universe(
        self: QCAlgorithm,
        kind: SecurityType,
        name: str,
        resolution: Resolution,
        market: str,
        settings: UniverseSettings,
        selector: Any,
    ) -> Universe:
        entry = self.market_hours_database.get_entry(market, name, kind)
        config = SubscriptionDataConfig(
            Tick,
            Symbol.create(name, kind, market),
            resolution,
            entry.data_time_zone,
            entry.exchange_hours.time_zone,
            fill_forward=False,
            is_internal_feed=True,
            is_filtered_subscription=False,
        )
        return self._add_universe(
            TimedUniverse(config, settings, resolution.to_time_span(), selector, entry.exchange_hours)
        )

    def _add_scheduled_universe(self: QCAlgorithm, date_rule: Any, time_rule: Any, selector: Any) -> Universe:
        return self._add_universe(
            ScheduledUniverse(self.time_zone, date_rule, time_rule, selector, self.universe_settings)
        )

    def _add_universe(self: QCAlgorithm, universe: Universe) -> Universe:
        if universe.universe_settings is None:
            universe.universe_settings = self.universe_settings
        self._pending_universe_additions = True
        self.universe_manager.add(universe.configuration.symbol, universe)
        return universe

    def _add_to_user_defined_universe(
        self: QCAlgorithm, security: Security, configs: list[SubscriptionDataConfig]
    ) -> Security:
        config = configs[0]
        known = self.securities.get(security.symbol)
        if known is None:
            self.securities.add(security)
        elif not config.is_internal_feed and all(c.is_internal_feed for c in known.subscriptions):
            for universe in self.universe_manager.values():
                if isinstance(universe, UserDefinedUniverse) and universe.contains_member(security.symbol):
                    universe.remove(security.symbol)
            self.securities.remove(security.symbol)
            self.securities.add(security)
        symbol = UserDefinedUniverse.create_symbol(security.type, security.symbol.id.market)
        universe = self.universe_manager.get(symbol)
        if universe is None:
            universe = UserDefinedUniverse(
                config.with_changes(
                    data_type=Tick,
                    symbol=symbol,
                    is_internal_feed=True,
                    fill_forward=False,
                    data_time_zone=_UTC,
                    exchange_time_zone=_UTC,
                ),
                UniverseSettings(
                    config.resolution,
                    security.leverage,
                    config.fill_data_forward,
                    config.extended_market_hours,
                    minimum_time_in_universe=timedelta(0),
                ),
            )
            self._add_universe(universe)
        self._pending_user_universe_changes.append(UserUniverseChange(universe, configs, security))
        return security

    # -- end of a time step ------------------------------------------------------------------------------------

    def process_pending_universe_changes(self: QCAlgorithm) -> None:
        """Let universes and securities that were added or removed in this step take effect (LEAN: OnEndOfTimeStep)."""
        changes = self._pending_user_universe_changes
        if not self._pending_universe_additions and not changes:
            return
        securities = list(self.securities.values())
        securities += [c.security for c in changes if c.configs is not None and c.security not in securities]
        for security in securities:
            self._configure(security)
        for change in changes:
            universe = change.universe
            if change.configs is not None:
                changed = sum(universe.add(config) for config in change.configs) > 0
                action = "add"
            else:
                changed, action = universe.remove(change.security.symbol), "replace"
            if changed:
                self.universe_manager.update_universe(universe.symbol, universe, action)
        self.universe_manager.process_changes()
        self._pending_universe_additions = False
        changes.clear()

    def _configure(self: QCAlgorithm, security: Security) -> None:
        if security.type == SecurityType.EQUITY and any(
            symbol.security_type != SecurityType.BASE and symbol.has_underlying_symbol(security.symbol)
            for symbol in list(self.securities.keys())
        ):
            self._set_raw(security)
        if not security.symbol.has_underlying or security.type == SecurityType.BASE:
            return
        underlying = self.securities.get(security.symbol.underlying)
        if underlying is None:
            underlying = self._add_underlying(security)
        if underlying.type == SecurityType.EQUITY:
            self._set_raw(underlying)
        security.underlying = underlying  # type: ignore[attr-defined]

    def _add_underlying(self: QCAlgorithm, security: Security) -> Security:
        configs = self.data_manager.get_configs(security.symbol)
        universe = self.universe_manager.get(security.symbol)
        resolution = min((c.resolution for c in configs), default=None)
        fill_forward = all(c.fill_data_forward for c in configs)
        if universe is not None:
            resolution = universe.universe_settings.resolution
            fill_forward = universe.universe_settings.fill_forward
        return self.add_security(
            security.symbol.underlying,
            resolution,
            fill_forward,
            extended_market_hours=any(c.extended_market_hours for c in configs),
            data_normalization_mode=DataNormalizationMode.RAW,
        )

    def _set_raw(self: QCAlgorithm, security: Security) -> None:
        configs = self.data_manager.get_configs(security.symbol)
        if any(config.data_normalization_mode != DataNormalizationMode.RAW for config in configs):
            security.set_data_normalization_mode(DataNormalizationMode.RAW)

    # -- starting and ending universes -------------------------------------------------------------------------

    def on_universe_changed(self: QCAlgorithm, action: str, universe: Universe) -> None:
        """Subscribe a universe that came (LEAN: the DataManager's handler of CollectionChanged)."""
        if action == "remove":
            universe.dispose()
            self.data_manager.subscriptions.plan_anew()
            return
        config = universe.configuration
        start = self.utc_stamp
        if self._locked and action == "add" and isinstance(universe, UserDefinedUniverse):
            start += AFTER_NOW_US
        security = self.securities.get(
            config.symbol
        ) or self.securities.security_service.create_universe_security(config, self._universe_hours(universe))
        if not isinstance(universe, (UserDefinedUniverse, ScheduledUniverse)):
            start = start_time_for_trade_bars(
                security.exchange.hours,
                self._scheduled_start(universe, start, security.exchange.time_zone),
                Resolution.DAILY,
                1,
                False,
                config.data_time_zone,
                False,
            )
        self.data_manager.add_subscription(
            SubscriptionRequest(True, universe, security, config, start, self.end_stamp)
        )

    def _scheduled_start(self: QCAlgorithm, universe: Universe, start: int, zone: TimeZone) -> int:
        """Return the time of day of `start` on the last scheduled date of a universe, so that it selects at once."""
        schedule = universe.universe_settings.schedule
        if not schedule.initialized:
            return start
        local = zone.local_datetime(start)
        for back in range(_SCHEDULE_LOOKBACK):
            moment = local - timedelta(days=back)
            day = datetime(moment.year, moment.month, moment.day)
            if schedule.get(day, day):
                return zone.utc_stamp(moment)
        if not self._told_no_scheduled_start:
            self._told_no_scheduled_start = True
            self.debug("Warning: Found no valid start time for scheduled universe, will use default")
        return start

    def _universe_hours(self: QCAlgorithm, universe: Universe) -> SecurityExchangeHours:
        config = universe.configuration
        if isinstance(universe, _LISTED_BY_MARKET):
            return self.market_hours_database.get_entry(
                config.market, config.symbol, config.security_type
            ).exchange_hours
        if isinstance(universe, (UserDefinedUniverse, ScheduledUniverse)):
            return SecurityExchangeHours.always_open(config.exchange_time_zone)
        hours = getattr(universe, "hours", None)
        if hours is None:
            raise ArgumentException(f"no market hours for the universe {config.symbol}")
        return hours
