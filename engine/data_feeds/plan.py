"""A stretch of time planned at once: the stamps at which anything emits, and what each of them carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.market.delisting import Delisting
from engine.data_feeds.emissions import Emissions, Emitting
from engine.securities.volatility.volatility_model import VolatilityModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone
    from engine.data.base_data import BaseData
    from engine.data_feeds.subscription import Subscription
    from engine.data_feeds.subscription_window import SubscriptionWindow


class Plan:
    """Emissions of all subscriptions in (low, high]; never changed after it is made, so slices can keep it."""

    __slots__ = (
        "_all_emissions",
        "_auxiliary",
        "_by_symbol",
        "_consolidated",
        "_emissions",
        "_selected",
        "_with_session",
        "_with_volatility",
        "all_windows",
        "has_consumers",
        "has_data",
        "high",
        "time_zone",
        "times",
        "windows",
    )

    def __init__(
        self, subscriptions: Iterable[Subscription], low: int, high: int, time_zone: TimeZone
    ) -> None:
        self.high = high
        self.time_zone = time_zone
        self.all_windows = [s.window for s in subscriptions if not s.is_universe_selection_subscription]
        self.windows = [w for w in self.all_windows if not w.subscription.configuration.is_internal_feed]
        self._by_symbol: dict[Symbol, list[SubscriptionWindow]] | None = None
        self._auxiliary: dict[int, list[tuple[Subscription, BaseData]]] = {}
        self._selected: dict[int, list[tuple[Symbol, list[Symbol]]]] = {}
        for window in self.all_windows:
            for stamp, event in window.subscription.auxiliary:
                if low < stamp <= high:
                    self._auxiliary.setdefault(stamp, []).append((window.subscription, event))
        self._emissions: Emissions | None = None
        self._all_emissions: Emissions | None = None
        self._consolidated = _of([w for w in self.all_windows if w.subscription.configuration.consolidators])
        self._with_session = _of([w for w in self.windows if _keeps_session(w)])
        self._with_volatility = _of([w for w in self.all_windows if _has_volatility_model(w)])
        consumers = (self._consolidated, self._with_session, self._with_volatility)
        self.has_consumers = any(emissions is not None for emissions in consumers)
        """Whether anything takes the data of each moment as they come."""
        user = _union(self.windows, low)
        events = [
            stamp
            for stamp, carried in self._auxiliary.items()
            if any(not subscription.configuration.is_internal_feed for subscription, _ in carried)
        ]
        if events:
            user = np.union1d(user, np.array(events, dtype=np.int64))
        others = np.array(list(self._auxiliary), dtype=np.int64)
        times = np.unique(np.concatenate([user, others, _union(self.all_windows, low, internal_only=True)]))
        self.times: list[int] = times.tolist()
        self.has_data: list[bool] = np.isin(times, user, assume_unique=True).tolist()

    def has_data_at(self, stamp: int) -> bool:
        """Tell whether anything the user subscribed emits at a stamp."""
        return stamp in self._auxiliary or any(w.emits_at(stamp) for w in self.windows)

    def emitting(self, stamp: int) -> Emitting:
        """Return the user's windows that emit at a stamp."""
        emissions = self._emissions
        if emissions is None:
            emissions = self._emissions = Emissions(self.windows)
        return emissions.at(stamp)

    def emitting_with_internal(self, stamp: int) -> Emitting:
        """Return all windows that emit at a stamp."""
        emissions = self._all_emissions
        if emissions is None:
            emissions = self._all_emissions = Emissions(self.all_windows)
        return emissions.at(stamp)

    def windows_of(self, symbol: Symbol) -> Sequence[SubscriptionWindow]:
        """Return the user's windows of one symbol, in LEAN's order."""
        known = self._by_symbol
        if known is None:
            known = self._by_symbol = {}
            for window in self.windows:
                known.setdefault(window.subscription.configuration.symbol, []).append(window)
        return known.get(symbol, ())

    def consolidated(self, stamp: int) -> list[SubscriptionWindow]:
        """Return the windows that emit at a stamp and feed consolidators."""
        return [] if self._consolidated is None else self._consolidated.at(stamp).windows

    def with_session(self, stamp: int) -> list[SubscriptionWindow]:
        """Return the windows that emit at a stamp and whose security keeps sessions."""
        return [] if self._with_session is None else self._with_session.at(stamp).windows

    def with_volatility(self, stamp: int) -> list[SubscriptionWindow]:
        """Return the windows that emit at a stamp and whose security has a volatility model."""
        return [] if self._with_volatility is None else self._with_volatility.at(stamp).windows

    def carries_events(self, stamp: int) -> bool:
        return stamp in self._auxiliary

    def event_stamps(self) -> Iterable[int]:
        """Return the stamps that carry splits, dividends, delistings or renames."""
        return self._auxiliary

    def events_at(self, stamp: int) -> list[tuple[Subscription, BaseData]]:
        return self._auxiliary.get(stamp, [])

    def auxiliary_at(self, stamp: int) -> list[Any]:
        """Return splits, dividends, delistings and renames of a stamp.

        Of what the algorithm did not subscribe to there are delistings only (LEAN: TimeSliceFactory.cs).
        """
        return [
            event
            for subscription, event in self._auxiliary.get(stamp, ())
            if isinstance(event, Delisting) or not subscription.configuration.is_internal_feed
        ]

    def user_auxiliary_at(self, stamp: int) -> list[Any]:
        """Return the events of a stamp that came with data the algorithm subscribed to."""
        return [
            event
            for subscription, event in self._auxiliary.get(stamp, ())
            if not subscription.configuration.is_internal_feed
        ]

    def note_selection(self, stamp: int, canonical: Symbol, selected: list[Symbol]) -> None:
        """Remember what a chain's filter chose, for the chain of that moment."""
        self._selected.setdefault(stamp, []).append((canonical, selected))

    def filtered_contracts(self, stamp: int) -> list[tuple[Symbol, list[Symbol]]]:
        return self._selected.get(stamp, [])

    @staticmethod
    def time_zone_of(security: Any) -> TimeZone:
        return security.exchange.time_zone


def _keeps_session(window: SubscriptionWindow) -> bool:
    cache = getattr(window.subscription.security, "cache", None)  # history has none
    session = None if cache is None else cache.session
    return session is not None and session.is_kept and not window.subscription.configuration.is_custom_data


def _has_volatility_model(window: SubscriptionWindow) -> bool:
    security = window.subscription.security
    return getattr(security, "volatility_model", VolatilityModel.NULL) is not VolatilityModel.NULL


def _of(windows: list[SubscriptionWindow]) -> Emissions | None:
    return Emissions(windows) if windows else None


def _union(windows: list[SubscriptionWindow], low: int, internal_only: bool = False) -> np.ndarray:
    firsts: dict[int, tuple[np.ndarray, int]] = {}
    for window in windows:
        if window.first is None or (internal_only and not window.subscription.configuration.is_internal_feed):
            continue
        known = firsts.get(id(window.grid))
        if known is None or window.first < known[1]:
            firsts[id(window.grid)] = (window.grid, window.first)
    parts = []
    for grid, first in firsts.values():
        parts.append(grid[int(grid.searchsorted(max(first, low + 1))) :])
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)
