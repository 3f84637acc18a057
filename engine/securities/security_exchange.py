"""An exchange as a security sees it: its hours, and now. LEAN: Common/Securities/SecurityExchange.cs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.common.enums import DayOfWeek
from engine.common.errors import InvalidOperationException
from engine.common.time import TimeZone
from engine.common.time_keeper import LocalTimeKeeper
from engine.securities.local_market_hours import LocalMarketHours
from engine.securities.market_hours_segment import MarketHoursSegment
from engine.securities.security_exchange_hours import SecurityExchangeHours

_MINUTE_US = 60_000_000


class SecurityExchange:
    """Hours together with the clock in the exchange's zone."""

    __slots__ = ("_time_provider", "hours", "trading_days_per_year")

    def __init__(self, exchange_hours: SecurityExchangeHours, trading_days_per_year: int = 365) -> None:
        self.hours = exchange_hours
        self.trading_days_per_year = trading_days_per_year
        """252 where the exchange closes over weekends (LEAN: EquityExchange and its sisters)."""
        self._time_provider: LocalTimeKeeper | None = None

    def set_local_date_time_frontier_provider(self, time_provider: LocalTimeKeeper) -> None:
        """Take the clock of the exchange's zone."""
        self._time_provider = time_provider

    @property
    def time_zone(self) -> TimeZone:
        """Zone of the exchange."""
        return self.hours.time_zone

    @property
    def local_time(self) -> datetime:
        """Now, in the zone of the exchange."""
        return self._clock.local_time

    @property
    def exchange_open(self) -> bool:
        """True during regular hours."""
        return self.hours.is_open_stamp(self._clock.local_stamp, False)

    @property
    def closing_soon(self) -> bool:
        """True when it will be closed in ten minutes; also when it is closed already."""
        return self.is_closing_soon(10)

    def is_closing_soon(self, minutes_to_close: int) -> bool:
        """Return whether it will be closed so many minutes from now."""
        return not self.hours.is_open_stamp(self._clock.local_stamp + minutes_to_close * _MINUTE_US, False)

    def date_is_open(self, date_to_check: datetime, extended_market_hours: bool = False) -> bool:
        """Return whether the date has hours."""
        return self.hours.is_date_open(date_to_check, extended_market_hours)

    def date_time_is_open(self, date_time: datetime) -> bool:
        """Return whether the exchange-local time is in regular hours."""
        return self.hours.is_open(date_time, False)

    def is_open_during_bar(
        self, bar_start_time: datetime, bar_end_time: datetime, is_extended_market_hours: bool
    ) -> bool:
        """Return whether a bar touches open hours."""
        return self.hours.is_open(bar_start_time, bar_end_time, is_extended_market_hours)

    def set_market_hours(self, market_hours_segments: Iterable[MarketHoursSegment], *days: DayOfWeek) -> None:
        """Replace the hours of some days of the week, or of all; bank holidays are lost, as in LEAN."""
        segments = list(market_hours_segments)
        week = self.hours.market_hours | {day: LocalMarketHours(day, segments) for day in days or DayOfWeek}
        hours = self.hours
        self.hours = SecurityExchangeHours(
            hours.time_zone, hours.holidays, week, hours.early_closes, hours.late_opens
        )

    @property
    def _clock(self) -> LocalTimeKeeper:
        if self._time_provider is None:
            raise InvalidOperationException(
                "The exchange has no clock yet: its security was not added to an algorithm."
            )
        return self._time_provider
