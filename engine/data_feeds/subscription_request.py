"""A wish for data: who wants it, what, from when to when (LEAN: Common/Data/UniverseSelection/SubscriptionRequest.cs)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data.universe_selection.universe import Universe
    from engine.securities.security import Security


@dataclass(slots=True, frozen=True)
class SubscriptionRequest:
    """Start and end are UTC stamps (microseconds)."""

    is_universe_subscription: bool
    universe: Universe | None
    security: Security
    configuration: SubscriptionDataConfig
    start: int
    end: int

    def with_changes(self, **changes: Any) -> SubscriptionRequest:
        return replace(self, **changes)
