"""Market data of a paper account: what its orders and positions are on, and nothing else.

The account does not follow a chain or a universe, so it needs no synchronizer: prices are pulled when they are
read, and the only moments of its own are those at which something it holds emits (LEAN: none; Engine/DataFeeds).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataNormalizationMode, DelistingType, Resolution, SecurityType
from engine.common.time import DAY, TimeZone
from engine.data.market.delisting import Delisting
from engine.data.universe_selection.security_changes import NO_CHANGES
from engine.data_feeds.plan import Plan
from engine.data_feeds.subscription import Subscription
from engine.data_feeds.subscription_request import SubscriptionRequest

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.securities.security import Security

_ZONE = TimeZone.of("America/New_York")
_OVERLAP = 5 * DAY
"""How far back a price may lie that is still the last one: a long weekend has four days."""


class PaperFeed:
    """Securities of the account with their data; also what `AlgorithmManager` asks of a synchronizer."""

    def __init__(self, account: QCAlgorithm) -> None:
        self._account = account
        self._high = 0
        self._fresh = False
        self.has_data = False
        self.changes: Any = NO_CHANGES
        self.chains: dict[Symbol, Any] = {}
        self.universe_data: list[Any] = []
        self.plan = Plan((), 0, 0, account.time_zone)

    def security(self, symbol: Symbol, resolution: Resolution, extended_hours: bool) -> Security:
        """Return the security of a symbol, with its data from now on if it is new here."""
        account = self._account
        known = account.securities.get(symbol)
        if known is not None:
            return known
        underlying = None
        if symbol.underlying is not None:
            underlying = self.security(symbol.underlying, resolution, extended_hours)
        configs = account.data_manager.add_configs(
            symbol,
            resolution,
            True,
            extended_hours,
            data_normalization_mode=DataNormalizationMode.RAW,
        )
        security = account.securities.create_security(symbol, configs, 0, False, underlying)
        if security.type == SecurityType.INDEX:
            security.is_tradable = False
        account.securities.add(security)
        for config in configs:
            self._subscribe(security, config)
        return security

    def _subscribe(self, security: Security, config: Any) -> None:
        account = self._account
        now = account.utc_stamp
        local = _ZONE.to_local(now)
        start = _ZONE.to_utc(local - local % DAY)
        request = SubscriptionRequest(False, None, security, config, start, account.end_stamp)
        collection = account.data_manager.subscriptions
        subscription = Subscription(request, account.data_feed, collection)
        if subscription.end_of_stream:
            return
        subscription.read_ahead(start - _OVERLAP)
        if self._high <= now:
            self._high = self._window_end(now)
        subscription.load(self._high)
        collection.add(subscription)
        self._fresh = False

    @staticmethod
    def _window_end(stamp: int) -> int:
        local = _ZONE.to_local(stamp)
        return _ZONE.to_utc(local - local % DAY + DAY)

    # moments

    def next_after(self, now: int, limit: int) -> int | None:
        """Return the first moment after `now`, not after `limit`, at which something of the account emits."""
        if not len(self._account.data_manager.subscriptions):
            return None
        while True:
            if self._high <= now:
                self._load(self._window_end(now))
            self._plan_anew()
            times = self.plan.times
            position = bisect_right(times, now)
            if position < len(times):
                return times[position] if times[position] <= limit else None
            if self._high >= limit:
                return None
            self._load(self._window_end(self._high))

    def _load(self, high: int) -> None:
        collection = self._account.data_manager.subscriptions
        low = self._high
        for subscription in list(collection):
            if subscription.end <= low:
                subscription.dispose()
                collection.remove(subscription.configuration)
            else:
                subscription.load(high)
        self._high = high
        self._fresh = False

    def _plan_anew(self) -> None:
        if self._fresh:
            return
        self._fresh = True
        self.plan = Plan(
            list(self._account.data_manager.subscriptions),
            self._high - 2 * DAY,
            self._high,
            self._account.time_zone,
        )

    def prepare(self, stamp: int) -> None:
        """Have the data of a moment readable, whether something emits then or not."""
        while self._high < stamp and len(self._account.data_manager.subscriptions):
            self._load(self._window_end(self._high))

    def final_delistings(self, stamp: int) -> list[Symbol]:
        """Return what ceases to exist at a moment."""
        return [
            subscription.configuration.symbol
            for subscription, event in self.plan.events_at(stamp)
            if isinstance(event, Delisting) and event.type == DelistingType.DELISTED
        ]
