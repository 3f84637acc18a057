"""Applies what universes choose: securities and subscriptions come and go (LEAN: Engine/DataFeeds/UniverseSelection.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution
from engine.data.universe_selection.security_changes import NO_CHANGES, SecurityChangesConstructor
from engine.data_feeds.pending_removals import PendingRemovalsManager
from engine.data_feeds.subscription_request import SubscriptionRequest
from engine.data_feeds.trade_bar_times import start_time_for_trade_bars

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.security_changes import SecurityChanges
    from engine.data.universe_selection.universe import Member, Universe
    from engine.data_feeds.data_manager import DataManager
    from engine.securities.security import Security


class UniverseSelection:
    """One selection at a time; what changed is returned as SecurityChanges."""

    def __init__(self, algorithm: QCAlgorithm, data_manager: DataManager) -> None:
        self._algorithm = algorithm
        self._data = data_manager
        self._removals = PendingRemovalsManager(algorithm.transactions)
        self._changes = SecurityChangesConstructor()
        self._pending_additions: tuple[int, dict[Symbol, Security]] = (-1, {})
        self._benchmark_added = False

    def apply(self, universe: Universe, stamp: int, data: Any) -> SecurityChanges:
        """Let a universe choose, and add and remove its members."""
        end = self._algorithm.end_stamp
        if stamp > end:
            return NO_CHANGES
        chosen = universe.perform_selection(stamp, data)
        if chosen is not universe.UNCHANGED:
            universe.selected = chosen
        self._remove(self._removals.check(universe.selected, universe), stamp, end)
        if chosen is universe.UNCHANGED:
            return NO_CHANGES
        self._remove_deselected(universe, stamp, end)
        if self._pending_additions[0] != stamp:
            self._pending_additions = (stamp, {})
        for symbol in list(universe.selected):
            if symbol not in universe.securities:
                self._add_member(universe, symbol, stamp, end)
        changes = self._changes.flush()
        if changes and self._algorithm.settings.seed_initial_prices:
            self._algorithm.seed_securities(changes.added_securities)
        return changes

    def handle_delisting(self, symbol: Symbol, is_internal: bool) -> SecurityChanges:
        """Take a delisted security out of the algorithm's list; its position is settled later in the step."""
        security = self._algorithm.securities.get(symbol)
        if security is None:
            return NO_CHANGES
        security.is_delisted = True
        security.reset()
        self._algorithm.securities.remove(symbol)
        if self._removals.is_pending(symbol, is_internal):
            return NO_CHANGES
        self._changes.remove(security, is_internal)
        return self._changes.flush()

    def add_internal_feeds(self, stamp: int) -> bool:
        """Subscribe the benchmark, once; True when something was added."""
        if self._benchmark_added:
            return False
        self._benchmark_added = True
        security = getattr(self._algorithm.benchmark, "security", None)
        if security is None:
            return False
        algorithm = self._algorithm
        config = self._data.add_configs(
            security.symbol, Resolution.HOUR, fill_forward=False, is_internal_feed=True
        )[0]
        hours = security.exchange.hours
        start = start_time_for_trade_bars(
            hours,
            stamp,
            Resolution.DAILY,
            1,
            False,
            config.data_time_zone,
            algorithm.settings.daily_precise_end_time,
        )
        request = SubscriptionRequest(False, None, security, config, start, algorithm.end_stamp)
        return self._data.add_subscription(request)

    # -- members -----------------------------------------------------------------------------------------------

    def _remove_deselected(self, universe: Universe, stamp: int, end: int) -> None:
        members = sorted(
            universe.securities.values(),
            key=lambda m: (m.security.symbol.security_type, m.security.symbol.id),
        )
        for member in members:
            security = member.security
            if security.symbol in universe.selected or not universe.can_remove_member(stamp, security):
                continue
            if not security.is_delisted and not self._removals.is_pending(
                security.symbol, member.is_internal
            ):
                self._changes.remove(security, member.is_internal)
            self._remove(self._removals.try_remove(member, universe), stamp, end)

    def _add_member(self, universe: Universe, symbol: Symbol, stamp: int, end: int) -> None:
        underlying = self._security(symbol.underlying, universe, None) if symbol.has_underlying else None
        security = self._security(symbol, universe, underlying)
        added = feed_added = False
        internal = True
        for request in universe.get_subscription_requests(security, stamp, end, self._data):
            config = request.configuration
            if config.symbol == security.symbol and config not in security.subscriptions:
                security.add_data(config)
            feed_added = self._data.add_subscription(request)
            if not request.is_universe_subscription:
                added = True
                internal = internal and config.is_internal_feed
        if added and universe.add_member(stamp, security, internal) and feed_added:
            self._changes.add(security, internal)

    def _security(self, symbol: Symbol, universe: Universe, underlying: Security | None) -> Security:
        pending = self._pending_additions[1]
        security = pending.get(symbol)
        if security is None:
            security = self._algorithm.securities.create_security(
                symbol, None, universe.universe_settings.leverage, underlying=underlying, seed_security=False
            )
            pending[symbol] = security
        return security

    def _remove(self, removed: list[tuple[Universe, Member]], stamp: int, end: int) -> None:
        for universe, member in removed:
            security = member.security
            universe.remove_member(stamp, security)
            active = any(security.symbol in u.securities for u in self._algorithm.universe_manager.values())
            for request in universe.get_subscription_requests(security, stamp, end, self._data):
                if self._data.remove_subscription(request.configuration, universe) and not active:
                    security.reset()
                    security.cache.reset()
                    self._algorithm.securities.remove(security.symbol)
