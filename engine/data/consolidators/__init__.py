"""Consolidators: larger bars from smaller data."""

from engine.data.consolidators.calendar import Calendar, CalendarInfo, Expiry
from engine.data.consolidators.consolidator_base import ConsolidatorBase
from engine.data.consolidators.market_hour_aware_consolidator import MarketHourAwareConsolidator
from engine.data.consolidators.other_consolidators import (
    FilteredIdentityDataConsolidator,
    IdentityDataConsolidator,
    SequentialConsolidator,
)
from engine.data.consolidators.period_count_consolidator_base import PeriodCountConsolidatorBase
from engine.data.consolidators.quote_bar_consolidators import (
    OpenInterestConsolidator,
    QuoteBarConsolidator,
    TickQuoteBarConsolidator,
)
from engine.data.consolidators.trade_bar_consolidators import (
    BaseDataConsolidator,
    DynamicDataConsolidator,
    TickConsolidator,
    TradeBarConsolidator,
)

__all__ = [
    "BaseDataConsolidator",
    "Calendar",
    "CalendarInfo",
    "ConsolidatorBase",
    "DynamicDataConsolidator",
    "Expiry",
    "FilteredIdentityDataConsolidator",
    "IdentityDataConsolidator",
    "MarketHourAwareConsolidator",
    "OpenInterestConsolidator",
    "PeriodCountConsolidatorBase",
    "QuoteBarConsolidator",
    "SequentialConsolidator",
    "TickConsolidator",
    "TickQuoteBarConsolidator",
    "TradeBarConsolidator",
]
