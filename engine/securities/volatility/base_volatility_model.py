"""What volatility models have in common (LEAN: Common/Securities/Volatility/BaseVolatilityModel.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.common.enums import Resolution, TickType
from engine.common.errors import InvalidOperationException
from engine.common.time import to_stamp
from engine.securities.volatility.volatility_model import VolatilityModel

if TYPE_CHECKING:
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data_feeds.history_provider import HistoryRequest
    from engine.securities.security import Security


class BaseVolatilityModel(VolatilityModel):
    """A model that wants history; algorithms derive their own models from it."""

    def get_history_requirements(
        self,
        security: Security,
        utc_time: datetime,
        resolution: Resolution | None = None,
        bar_count: int | None = None,
    ) -> list[HistoryRequest]:
        """Return the request for `bar_count` bars before a moment; without a count there is none."""
        if bar_count is None:
            return []
        from engine.data_feeds.data_types import data_type_of
        from engine.data_feeds.history_provider import HistoryRequest
        from engine.data_feeds.trade_bar_times import SPANS, start_time_for_trade_bars

        config = configurations(security)[0]
        wanted = Resolution.DAILY if resolution is None else resolution
        # files of hours know no extended hours
        extended = wanted != Resolution.HOUR and config.extended_market_hours
        hours, end = security.exchange.hours, to_stamp(utc_time)
        start = start_time_for_trade_bars(
            hours, end, SPANS.get(wanted, 0), bar_count, extended, config.data_time_zone, False
        )
        changed = config.with_changes(
            data_type=data_type_of(wanted, config.tick_type), resolution=wanted, extended_hours=extended
        )
        return [HistoryRequest(changed, hours, start, end)]


def configurations(security: Security) -> list[SubscriptionDataConfig]:
    """Return the subscriptions of a security, trades first."""
    found = sorted(security.subscriptions, key=lambda config: TickType(config.tick_type))
    if not found:
        raise InvalidOperationException(f"{security.symbol} has no subscription to take history from.")
    return found
