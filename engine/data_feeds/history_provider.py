"""Past data on request (LEAN: SubscriptionDataReaderHistoryProvider.cs, HistoryRequestFactory.cs)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataNormalizationMode, Resolution, SecurityType, TickType
from engine.data.custom.python_data import PythonData
from engine.data.market.open_interest import OpenInterest
from engine.data.market.slice import Slice
from engine.data.market.tick import Tick
from engine.data.market.universe_data import FutureUniverse, OptionUniverse
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data_feeds.data_types import AVAILABLE_DATA_TYPES, config_data_types, data_type_of
from engine.data_feeds.plan import Plan
from engine.data_feeds.subscription import Subscription
from engine.data_feeds.subscription_request import SubscriptionRequest
from engine.securities.security_exchange_hours import SecurityExchangeHours

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol


@dataclass(slots=True, frozen=True)
class HistoryRequest:
    """Data of one configuration that ends in (start, end] (UTC stamps)."""

    configuration: SubscriptionDataConfig
    hours: SecurityExchangeHours
    start: int
    end: int

    @property
    def symbol(self) -> Symbol:
        return self.configuration.symbol


class _Exchange:
    __slots__ = ("hours", "time_zone")

    def __init__(self, hours: SecurityExchangeHours) -> None:
        self.hours = hours
        self.time_zone = hours.time_zone


class _HistorySecurity:
    """What a subscription needs of a security when there is none."""

    __slots__ = ("exchange", "symbol", "type", "underlying")

    def __init__(self, symbol: Symbol, hours: SecurityExchangeHours) -> None:
        self.symbol = symbol
        self.type = symbol.security_type
        self.exchange = _Exchange(hours)
        self.underlying = None


def history_security(request: HistoryRequest) -> Any:
    """Return what stands for the security of a request."""
    return _HistorySecurity(request.symbol, request.hours)


class HistoryProvider:
    """Reads the same rows as the feed does, with the same filling, for any stretch of the past."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm

    def slices(self, requests: Iterable[HistoryRequest]) -> list[Slice]:
        """Return one slice per moment at which any request has data, oldest first."""
        valid = list(self._not_future(requests))
        if not valid:
            return []
        subscriptions = [self._load(request) for request in valid]
        high = max(request.end for request in valid)
        plan = Plan(subscriptions, min(request.start for request in valid), high, self._algorithm.time_zone)
        plan.windows = plan.all_windows
        for subscription in subscriptions:
            subscription.let_go()
        return [Slice(plan, stamp) for stamp in plan.times]

    def bars(self, request: HistoryRequest) -> list[Any]:
        """Return the data of one request, oldest first."""
        result: list[Any] = []
        for valid in self._not_future([request]):
            subscription = self._load(valid)
            window = subscription.window
            for stamp in window.emissions().tolist():
                if valid.start < stamp <= valid.end:
                    result.extend(window.all_at(stamp))
            subscription.let_go()
        return result

    def _load(self, request: HistoryRequest) -> Subscription:
        security = history_security(request)
        config = request.configuration.with_changes()
        config.sum_of_dividends = Decimal(0)
        subscription = Subscription(
            SubscriptionRequest(False, None, security, config, request.start, request.end),
            self._algorithm.data_feed,
            None,
            with_events=False,
        )
        subscription.load(request.end)
        return subscription

    def _not_future(self, requests: Iterable[HistoryRequest]) -> Iterable[HistoryRequest]:
        now, told = self._algorithm.utc_stamp, False
        for request in requests:
            if request.end > now:
                if not told:
                    told = True
                    self._algorithm.debug("Request for future history modified to end now.")
                request = replace(request, start=min(request.start, now), end=now)
            yield request


# -- which configurations a request means ----------------------------------------------------------------------


def _tick_type_order(config: SubscriptionDataConfig) -> int:
    return AVAILABLE_DATA_TYPES[config.security_type].index(config.tick_type)


def _is_wanted(wanted: type | None, kind: type, skip_open_interest: bool) -> bool:
    if wanted is None:
        return not (skip_open_interest and kind is OpenInterest)
    return issubclass(kind, wanted)


def matching_configs(
    algorithm: QCAlgorithm,
    symbol: Symbol,
    kind: type | None,
    resolution: Resolution | None,
    use_all: bool = False,
) -> list[SubscriptionDataConfig]:
    """Return the configurations a history request of a symbol reads (LEAN: GetMatchingSubscriptions)."""
    known = sorted(
        algorithm.data_manager.get_configs(symbol, include_internal=True),
        key=lambda c: (c.resolution, _tick_type_order(c)),
        reverse=True,
    )
    if kind is Tick:
        chosen = [
            c if c.type is Tick else c.with_changes(data_type=Tick, resolution=Resolution.TICK) for c in known
        ]
    else:
        chosen = [c for c in known if _is_wanted(kind, c.type, not use_all)]
    mine = [c for c in chosen if not c.is_internal_feed]
    internal = [c for c in chosen if c.is_internal_feed]
    configs = [*mine, *(internal if use_all or not mine else [])]
    if not configs:
        return _default_configs(algorithm, symbol, kind, resolution, known, use_all)
    if resolution is not None and symbol.security_type == SecurityType.EQUITY:
        if resolution in (Resolution.DAILY, Resolution.HOUR):
            return [c for c in configs if c.tick_type != TickType.QUOTE]
        if kind in (None, Tick) and all(c.tick_type != TickType.QUOTE for c in configs):
            first = configs[0]
            configs.append(
                first.with_changes(
                    data_type=data_type_of(resolution, TickType.QUOTE),
                    resolution=resolution,
                    tick_type=TickType.QUOTE,
                )
            )
            return sorted(configs, key=_tick_type_order, reverse=True)
    if symbol.is_canonical() and len(configs) > 1:
        # what a chain is selected from is no history of the canonical itself
        return [c for c in configs if not issubclass(c.type, (OptionUniverse, FutureUniverse))]
    return configs


def _default_configs(
    algorithm: QCAlgorithm,
    symbol: Symbol,
    kind: type | None,
    resolution: Resolution | None,
    known: list[SubscriptionDataConfig],
    use_all: bool,
) -> list[SubscriptionDataConfig]:
    settings = algorithm.universe_settings
    mine = next((c for c in known if not c.is_internal_feed), None)
    chosen = (
        resolution
        if resolution is not None
        else (mine.resolution if mine is not None else settings.resolution)
    )
    entry = algorithm.market_hours_database.get_entry(symbol.id.market, symbol, symbol.security_type)
    canonical = symbol.is_canonical() and symbol.security_type != SecurityType.FUTURE
    mode = mine.data_normalization_mode if mine else settings.normalization_or_default(symbol.security_type)
    if symbol.security_type.is_option() or symbol.security_type == SecurityType.INDEX:
        mode = DataNormalizationMode.RAW
    custom = kind is not None and issubclass(kind, PythonData)
    types = [(kind, TickType.TRADE)] if custom else config_data_types(symbol.security_type, chosen, canonical)
    result = [
        SubscriptionDataConfig(
            data_type,
            symbol,
            chosen,
            entry.data_time_zone,
            entry.exchange_hours.time_zone,
            settings.fill_forward,
            mine.extended_market_hours if mine else settings.extended_market_hours,
            True,
            custom,
            tick_type,
            True,
            mode,
            mine.data_mapping_mode
            if mine
            else settings.mapping_or_default(symbol.security_type, symbol.id.market),
            mine.contract_depth_offset if mine else abs(settings.contract_depth_offset),
        )
        for data_type, tick_type in types
        if _is_wanted(kind, data_type, not use_all)
    ]
    return sorted(result, key=_tick_type_order, reverse=True)
