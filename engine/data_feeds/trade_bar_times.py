"""Where a number of bars before a moment begins (LEAN: Common/Time.cs, GetStartTimeForTradeBars)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import Resolution
from engine.common.time import DAY, HOUR, MINUTE, SECOND, stamp_to_date
from engine.data_feeds.fill_forward import daily_calendar

if TYPE_CHECKING:
    from engine.common.time import TimeZone
    from engine.securities.security_exchange_hours import SecurityExchangeHours

SPANS = {Resolution.SECOND: SECOND, Resolution.MINUTE: MINUTE, Resolution.HOUR: HOUR, Resolution.DAILY: DAY}


def round_down(stamp: int, span: int, zone: TimeZone) -> int:
    """Return the latest multiple of a span, in a zone's local time, not after a stamp."""
    local = zone.to_local(stamp)
    return zone.to_utc(local - local % span)


def start_time_for_trade_bars(
    hours: SecurityExchangeHours,
    end: int,
    resolution: Resolution | int,
    count: int,
    extended: bool,
    data_zone: TimeZone,
    daily_precise_end_time: bool,
) -> int:
    """Return the stamp at which the last `count` bars before `end` begin; `resolution` may be a span in microseconds."""
    span = SPANS[resolution] if isinstance(resolution, Resolution) else resolution
    zone = hours.time_zone
    current = end
    if daily_precise_end_time and span == DAY:
        day = stamp_to_date(zone.to_local(current))
        calendar = daily_calendar(hours, day)
        if calendar is None or calendar[1] > current:
            current = round_down(current, span, data_zone)
    else:
        current = round_down(current, span, data_zone)
    # LEAN steps in local time
    local = zone.to_local(current)
    while count > 0:
        previous, local = local, local - span
        if hours.is_open_between(local, previous, extended):
            count -= 1
    return zone.to_utc(local)
