"""Which data a security type has at which resolution (LEAN: DataManager.LookupSubscriptionConfigDataTypes, LeanData)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import UnsupportedMemberError
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data.market.universe_data import FutureUniverse, OptionUniverse

if TYPE_CHECKING:
    from engine.common.symbol import Symbol

_QUOTE_FIRST = (TickType.QUOTE, TickType.TRADE, TickType.OPEN_INTEREST)
AVAILABLE_DATA_TYPES: dict[SecurityType, tuple[TickType, ...]] = {
    SecurityType.BASE: (TickType.TRADE,),
    SecurityType.INDEX: (TickType.TRADE,),
    SecurityType.EQUITY: (TickType.TRADE, TickType.QUOTE),
    SecurityType.OPTION: _QUOTE_FIRST,
    SecurityType.FUTURE_OPTION: _QUOTE_FIRST,
    SecurityType.INDEX_OPTION: _QUOTE_FIRST,
    SecurityType.FUTURE: _QUOTE_FIRST,
}
OPTION_TYPES = frozenset({SecurityType.OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION})
_ALL = (Resolution.TICK, Resolution.SECOND, Resolution.MINUTE, Resolution.HOUR, Resolution.DAILY)
_MINUTE_UP = (Resolution.MINUTE, Resolution.HOUR, Resolution.DAILY)
_BARS = {TickType.TRADE: TradeBar, TickType.QUOTE: QuoteBar, TickType.OPEN_INTEREST: OpenInterest}


def data_type_of(resolution: Resolution, tick_type: TickType) -> type:
    """Return the class of data (LEAN: LeanData.GetDataType)."""
    if resolution == Resolution.TICK and tick_type != TickType.OPEN_INTEREST:
        return Tick
    return _BARS[tick_type]


def config_data_types(
    security_type: SecurityType, resolution: Resolution, is_canonical: bool
) -> list[tuple[type, TickType]]:
    """Return (class, tick type) of every subscription a security of this type gets by default."""
    if is_canonical:
        return [(OptionUniverse if security_type in OPTION_TYPES else FutureUniverse, TickType.QUOTE)]
    if security_type not in AVAILABLE_DATA_TYPES:
        raise UnsupportedMemberError(f"securities of type {security_type.to_string()}")
    low = security_type == SecurityType.EQUITY and resolution in (Resolution.HOUR, Resolution.DAILY)
    return [
        (data_type_of(resolution, tick_type), tick_type)
        for tick_type in AVAILABLE_DATA_TYPES[security_type]
        if not (low and tick_type == TickType.QUOTE)
    ]


def supported_resolutions(data_type: type, symbol: Symbol) -> tuple[Resolution, ...]:
    """Return what LEAN's SupportedResolutions says: options have minutes and up, chain files days."""
    if data_type in (OptionUniverse, FutureUniverse):
        return (Resolution.DAILY,)
    if symbol.security_type in OPTION_TYPES:
        return _MINUTE_UP
    return _ALL
