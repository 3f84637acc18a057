"""All subscriptions of a run, in LEAN's order, and the fill forward resolution (LEAN: SubscriptionCollection.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import Resolution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data_feeds.subscription import Subscription

_MINUTE_US = 60_000_000


def _counts(config: SubscriptionDataConfig) -> bool:
    return not config.is_internal_feed and config.resolution != Resolution.TICK


class SubscriptionCollection:
    """Sorted by security type, tick type and symbol, so that underlyings come before their options."""

    def __init__(self, on_fill_forward_changed: Callable[[], None]) -> None:
        self._by_config: dict[SubscriptionDataConfig, Subscription] = {}
        self._sorted: list[Subscription] | None = None
        self._on_changed = on_fill_forward_changed
        self._frozen = False
        self.fill_forward_us = _MINUTE_US
        self.version = 0

    def __iter__(self) -> Iterator[Subscription]:
        if self._sorted is None:
            self._sorted = sorted(
                self._by_config.values(),
                key=lambda s: (
                    s.configuration.security_type,
                    s.configuration.tick_type,
                    s.configuration.symbol.value.casefold(),
                ),
            )
        return iter(self._sorted)

    def __len__(self) -> int:
        return len(self._by_config)

    def __contains__(self, config: SubscriptionDataConfig) -> bool:
        return config in self._by_config

    def get(self, config: SubscriptionDataConfig) -> Subscription | None:
        return self._by_config.get(config)

    def freeze_fill_forward_resolution(self, freeze: bool) -> None:
        self._frozen = freeze

    def before_add(self, config: SubscriptionDataConfig) -> None:
        """LEAN updates the resolution while it builds the enumerator, so the new subscription already sees it."""
        if not self._frozen and _counts(config) and config.increment_us != self.fill_forward_us:
            self._set([*self._by_config, config])

    def add(self, subscription: Subscription) -> bool:
        config = subscription.configuration
        if config in self._by_config:
            return False
        self._by_config[config] = subscription
        self._changed()
        if not self._frozen and _counts(config) and config.increment_us != self.fill_forward_us:
            self._set(self._by_config)
        return True

    def remove(self, config: SubscriptionDataConfig) -> Subscription | None:
        subscription = self._by_config.pop(config, None)
        if subscription is None:
            return None
        self._changed()
        if (
            not subscription.end_of_stream
            and not self._frozen
            and _counts(config)
            and config.increment_us == self.fill_forward_us
            and not any(_counts(c) and c.resolution == config.resolution for c in self._by_config)
        ):
            self._set(self._by_config)
        return subscription

    def plan_anew(self) -> None:
        """Say that what was planned no longer holds: a subscription came or went, or a universe was disposed."""
        self.version += 1

    def _changed(self) -> None:
        self._sorted = None
        self.plan_anew()

    def _set(self, configs: object) -> None:
        increments = [c.increment_us for c in configs if _counts(c)]  # type: ignore[attr-defined]
        new = min(increments, default=_MINUTE_US)
        if new != self.fill_forward_us:
            self.fill_forward_us = new
            self._on_changed()
