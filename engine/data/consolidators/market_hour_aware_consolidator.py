"""Bars that follow market hours: daily bars from open to close, odd periods counted from the open.

LEAN: Common/Data/Consolidators/MarketHourAwareConsolidator.cs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import ArgumentNullException
from engine.data.base_data import BaseData
from engine.data.consolidators.calendar import (
    ONE_DAY,
    CalendarInfo,
    daily_calendar,
    intraday_calendar,
    round_down,
)
from engine.data.consolidators.consolidator_base import ConsolidatorBase
from engine.data.consolidators.quote_bar_consolidators import (
    QuoteBarConsolidator,
    TickQuoteBarConsolidator,
)
from engine.data.consolidators.trade_bar_consolidators import TickConsolidator, TradeBarConsolidator
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.securities.market_hours_database import MarketHoursDatabase

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security_exchange_hours import SecurityExchangeHours

_ONE_HOUR = timedelta(hours=1)
_RESOLUTIONS = {r.to_time_span(): r for r in Resolution if r != Resolution.TICK}


class MarketHourAwareConsolidator(ConsolidatorBase):
    """Wraps a consolidator of the data's type; leaves data outside market hours out unless they count."""

    def __init__(
        self,
        daily_strict_end_time_enabled: bool,
        resolution: Resolution | timedelta,
        data_type: type,
        tick_type: TickType,
        extended_market_hours: bool,
    ) -> None:
        super().__init__()
        self._strict_enabled = daily_strict_end_time_enabled
        self._extended = extended_market_hours
        self._use_strict = False
        self.exchange_hours: SecurityExchangeHours | None = None
        is_span = isinstance(resolution, timedelta)
        self.period = resolution if is_span else resolution.to_time_span()
        standard = _RESOLUTIONS.get(self.period)
        specification: Any = self.period
        if standard == Resolution.DAILY:
            specification = self.daily_strict_end_time
        elif standard is None:
            intraday = self.period < ONE_DAY
            specification = self.intraday_calendar if intraday else self.daily_strict_end_time
        self.consolidator = self.create_consolidator(specification, data_type, tick_type)
        self.consolidator.consolidated_first += self.forward_consolidated_bar

    def create_consolidator(
        self, specification: Any, data_type: type, tick_type: TickType
    ) -> ConsolidatorBase:
        """Return the consolidator that does the work, for a period or a calendar."""
        if data_type is Tick:
            trades = tick_type == TickType.TRADE
            return TickConsolidator(specification) if trades else TickQuoteBarConsolidator(specification)
        if data_type is TradeBar:
            return TradeBarConsolidator(specification)
        if data_type is QuoteBar:
            return QuoteBarConsolidator(specification)
        raise ArgumentNullException(f"{data_type.__name__} not supported", "dataType")

    @property
    def input_type(self) -> type:
        return self.consolidator.input_type

    @property
    def output_type(self) -> type:
        return self.consolidator.output_type

    @property
    def working_data(self) -> BaseData | None:
        return self.consolidator.working_data

    def update(self, data: BaseData) -> None:
        self.initialize(data)
        if self._extended or self._is_in_hours(data):
            self.consolidator.update(data)

    def _is_in_hours(self, data: BaseData) -> bool:
        hours = self.exchange_hours
        assert hours is not None
        if hours.is_open(data.time, False):
            return True
        # Hour bars of US equities begin at 9:00, before the open.
        is_long = self.period == ONE_DAY and data.end_time - data.time >= _ONE_HOUR
        return is_long and hours.is_open(data.time, data.end_time, False)

    def scan(self, current_local_time: datetime) -> None:
        self.consolidator.scan(current_local_time)

    def dispose(self) -> None:
        self.consolidator.consolidated_first -= self.forward_consolidated_bar
        self.consolidator.dispose()
        super().dispose()

    def reset(self) -> None:
        self._use_strict = False
        self.exchange_hours = None
        self.consolidator.reset()
        super().reset()

    def initialize(self, data: BaseData) -> None:
        """Look up the market hours of the first data's symbol."""
        if self.exchange_hours is None:
            symbol = data.symbol
            assert symbol is not None
            self.exchange_hours = MarketHoursDatabase.from_data_folder().get_exchange_hours(
                symbol.id.market, symbol, symbol.security_type
            )
            self._use_strict = self.use_strict_end_time(symbol)

    def daily_strict_end_time(self, moment: datetime) -> CalendarInfo:
        """Return the session a time lies in; where end times are not strict, the period it lies in."""
        if self._use_strict and self.period <= ONE_DAY:
            assert self.exchange_hours is not None
            return daily_calendar(moment, self.exchange_hours, self._extended)
        return CalendarInfo(moment if self.period > ONE_DAY else round_down(moment, self.period), self.period)

    def intraday_calendar(self, moment: datetime) -> CalendarInfo:
        """Return the bar of a time, counted from the market's open."""
        hours = self.exchange_hours
        if hours is None or hours.is_market_always_open:
            return CalendarInfo(round_down(moment, self.period), self.period)
        return intraday_calendar(moment, self.period, hours, self._extended)

    def use_strict_end_time(self, symbol: Symbol) -> bool:
        """Tell whether daily bars of a symbol end at its market's close."""
        assert self.exchange_hours is not None
        return use_strict_end_time(self._strict_enabled, symbol, self.period, self.exchange_hours)

    def forward_consolidated_bar(self, sender: object, consolidated: Any) -> None:
        self.on_data_consolidated(consolidated)


def use_strict_end_time(
    enabled: bool, symbol: Symbol, increment: timedelta, hours: SecurityExchangeHours
) -> bool:
    """Tell whether bars of a symbol end at its market's close (LEAN: LeanData.UseStrictEndTime)."""
    if hours.is_market_always_open or increment <= _ONE_HOUR:
        return False
    return enabled and symbol.security_type not in (SecurityType.FOREX, SecurityType.BASE)
