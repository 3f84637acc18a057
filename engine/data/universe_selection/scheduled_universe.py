"""A universe that selects at scheduled moments (LEAN: Common/Data/UniverseSelection/ScheduledUniverse.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution, SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.time import TimeZone, to_datetime, to_stamp
from engine.data.market.tick import Tick
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data.universe_selection.universe import Universe

if TYPE_CHECKING:
    from engine.data.universe_selection.universe_settings import UniverseSettings


class ScheduledUniverse(Universe):
    """Takes a date rule, a time rule, a function from the UTC time to symbols, and settings; a time zone may come first."""

    time_triggered = True

    def __init__(self, *arguments: Any, settings: UniverseSettings | None = None) -> None:
        zone = TimeZone.of("UTC")
        if isinstance(arguments[0], TimeZone):
            zone, arguments = arguments[0], arguments[1:]
        self._date_rule, self._time_rule = arguments[:2]
        self._selector: Callable[[Any], Iterable[Symbol]] = arguments[2]
        configuration = _configuration(zone, f"{self._date_rule.name}_{self._time_rule.name}")
        super().__init__(configuration, arguments[3] if len(arguments) > 3 else settings)

    def trigger_times(self, start: int, end: int) -> Iterable[int]:
        zone = self.configuration.exchange_time_zone
        dates = self._date_rule.get_dates(zone.local_datetime(start), zone.local_datetime(end))
        for moment in self._time_rule.create_utc_event_times(dates):
            stamp = moment if isinstance(moment, int) else to_stamp(moment)
            if stamp > end:
                return
            if stamp >= start:
                yield stamp

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        return self._selector(to_datetime(stamp))


def _configuration(zone: TimeZone, name: str) -> SubscriptionDataConfig:
    symbol = Symbol.create(
        name.replace("|", "_").replace(" ", "_"), SecurityType.BASE, Market.USA, base_data_type=Tick
    )
    return SubscriptionDataConfig(
        Tick,
        symbol,
        Resolution.DAILY,
        zone,
        zone,
        fill_forward=False,
        is_internal_feed=True,
        is_filtered_subscription=False,
    )
