"""Past dividends, splits, delistings and renames.

LEAN: history requests of these types, Engine/DataFeeds/Enumerators/Factories/CorporateEventEnumeratorFactory.cs.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution
from engine.common.time import DAY
from engine.data.market.data_dictionary import DataDictionary
from engine.data.market.delisting import Delisting
from engine.data.market.dividend import Dividend
from engine.data.market.split import Split
from engine.data.market.symbol_changed_event import SymbolChangedEvent
from engine.data_feeds.history_provider import HistoryRequest, history_security
from engine.data_feeds.subscription import Subscription
from engine.data_feeds.subscription_request import SubscriptionRequest

if TYPE_CHECKING:
    from engine.data_feeds.data_feed import DataFeed

AUXILIARY_TYPES = (Dividend, Split, Delisting, SymbolChangedEvent)


def auxiliary_events(feed: DataFeed, request: HistoryRequest, kind: type) -> list[Any]:
    """Return the events of a type that a subscription of trades would have had, oldest first."""
    config = request.configuration.with_changes(
        resolution=Resolution.DAILY, fill_forward=False, is_internal_feed=False
    )
    config.sum_of_dividends = Decimal(0)
    security: Any = history_security(request)
    wanted = SubscriptionRequest(False, None, security, config, request.start, request.end)
    subscription = Subscription(wanted, feed, None)
    found: list[Any] = []
    stamp = request.start
    # a day at a time: an event tells of the last price before it
    while stamp < request.end and not subscription.end_of_stream:
        stamp = min(stamp + DAY, request.end)
        subscription.load(stamp)
        found += [event for at, event in subscription.auxiliary if isinstance(event, kind)]
    subscription.let_go()
    return found


def by_time(events: Iterable[Any]) -> list[DataDictionary[Any]]:
    """Return one dictionary by symbol for each time at which there is an event."""
    found: dict[Any, DataDictionary[Any]] = {}
    for event in sorted(events, key=lambda event: event.time):
        found.setdefault(event.time, DataDictionary(event.time))[event.symbol] = event
    return list(found.values())
