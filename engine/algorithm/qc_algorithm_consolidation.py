"""Consolidators of an algorithm (LEAN: QCAlgorithm.Indicators.cs, Consolidate and ResolveConsolidator)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import ArgumentException
from engine.common.lean_data import LeanData
from engine.common.symbol import symbol_of
from engine.data.consolidators.market_hour_aware_consolidator import MarketHourAwareConsolidator
from engine.data.consolidators.other_consolidators import IdentityDataConsolidator
from engine.data.consolidators.quote_bar_consolidators import (
    OpenInterestConsolidator,
    QuoteBarConsolidator,
    TickQuoteBarConsolidator,
)
from engine.data.consolidators.range_consolidators import RangeConsolidator
from engine.data.consolidators.renko_consolidators import RenkoConsolidator, VolumeRenkoConsolidator
from engine.data.consolidators.trade_bar_consolidators import (
    BaseDataConsolidator,
    DynamicDataConsolidator,
    TickConsolidator,
    TradeBarConsolidator,
)
from engine.data.custom.python_data import DynamicData
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.range_bar import RangeBar
from engine.data.market.renko_bars import RenkoBar, VolumeRenkoBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.subscription_data_config import SubscriptionDataConfig

_TICK_TYPES = {TradeBar: TickType.TRADE, QuoteBar: TickType.QUOTE}


_BY_SIZE: dict[type, Any] = {
    RenkoBar: RenkoConsolidator,
    VolumeRenkoBar: VolumeRenkoConsolidator,
    RangeBar: RangeConsolidator,
}
_BY_TICK_TYPE = {TickType.OPEN_INTEREST: OpenInterestConsolidator, TickType.QUOTE: TickQuoteBarConsolidator}


def _by_count(kind: type, tick_type: TickType | None, resolution: Resolution) -> Any:
    if resolution == Resolution.TICK:
        return TickConsolidator if tick_type is None else _BY_TICK_TYPE.get(tick_type, TickConsolidator)
    if kind is TradeBar:
        return TradeBarConsolidator
    return QuoteBarConsolidator if kind is QuoteBar else BaseDataConsolidator


def consolidator_for(period: Any, input_type: type, tick_type: TickType | None = None) -> Any:
    """Return the consolidator of a period (span, number of data or calendar function) for data of a type."""
    if issubclass(input_type, DynamicData):
        return DynamicDataConsolidator(1 if period == timedelta(0) else period)
    if period == timedelta(0):
        return IdentityDataConsolidator[input_type]()
    if issubclass(input_type, TradeBar):
        return TradeBarConsolidator(period)
    if issubclass(input_type, QuoteBar):
        return QuoteBarConsolidator(period)
    if issubclass(input_type, Tick):
        if tick_type == TickType.OPEN_INTEREST:
            return OpenInterestConsolidator(period)
        return TickQuoteBarConsolidator(period) if tick_type == TickType.QUOTE else TickConsolidator(period)
    return BaseDataConsolidator(period)


class QCAlgorithmConsolidation:
    """`consolidate` and what indicators need of it."""

    def get_subscription(
        self: QCAlgorithm, symbol: Symbol, tick_type: TickType | None = None
    ) -> SubscriptionDataConfig:
        """Return the subscription that data of a symbol is consolidated from; a symbol nobody added is added now.

        One of another tick type is better than none: whether it fits is said when the consolidator is fed.
        """
        configs = self._subscriptions_of(symbol)
        if not configs and symbol.security_type != SecurityType.BASE and self._can_auto_add(symbol):
            self.add_security(symbol)
            configs = self._subscriptions_of(symbol)
        if not configs:
            raise ArgumentException(
                f"Please register to receive data for symbol '{symbol}' using the AddSecurity() function."
            )
        return next((c for c in configs if tick_type is None or c.tick_type == tick_type), configs[0])

    def _subscriptions_of(self: QCAlgorithm, symbol: Symbol) -> list[SubscriptionDataConfig]:
        # LEAN's own kinds of data before others, trades before quotes
        return sorted(
            self.data_manager.get_configs(symbol),
            key=lambda c: (not LeanData.is_common_lean_data_type(c.type), c.tick_type, c.resolution),
        )

    def consolidate(self: QCAlgorithm, symbol: Symbol | type, period: Any, *rest: Any, **named: Any) -> Any:
        """Consolidate a symbol's data: (symbol, period[, tick type], handler), (type, symbol, size, tick type, handler).

        A period is a resolution, a span or a calendar; a size is a brick, a range or a number of data.
        """
        if isinstance(symbol, type):
            return self._consolidate_by_size(symbol, period, *rest, **named)
        symbol = symbol_of(symbol)
        handler = named.get("handler", rest[-1] if rest else None)
        tick_type = named.get(
            "tick_type", rest[0] if len(rest) > 1 and isinstance(rest[0], TickType) else None
        )
        kind = rest[0] if len(rest) > 1 and isinstance(rest[0], type) else None
        if kind in _TICK_TYPES:
            tick_type = _TICK_TYPES[kind]
        return self._listen(symbol, self._new_consolidator(symbol, period, tick_type), tick_type, handler)

    def _consolidate_by_size(
        self: QCAlgorithm, kind: type, symbol: Any, size: Any, tick_type: TickType | None, handler: Any
    ) -> Any:
        symbol = symbol_of(symbol)
        make = _BY_SIZE.get(kind)
        if make is None:
            make = _by_count(kind, tick_type, self.get_subscription(symbol).resolution)
            size = int(size)
        return self._listen(symbol, make(size), tick_type, handler)

    def _listen(
        self: QCAlgorithm, symbol: Symbol, consolidator: Any, tick_type: TickType | None, handler: Any
    ) -> Any:
        if handler is not None:
            consolidator.consolidated_first += lambda sender, bar: handler(bar)
            self.subscription_manager.add_consolidator(symbol, consolidator, tick_type)
        return consolidator

    def resolve_consolidator(
        self: QCAlgorithm, symbol: Symbol, resolution: Any, data_type: type | None = None
    ) -> Any:
        """Return the consolidator that turns a symbol's data into bars of a resolution or span (None: as it comes)."""
        return self._new_consolidator(symbol, resolution, _TICK_TYPES.get(data_type))  # type: ignore[arg-type]

    def _new_consolidator(self: QCAlgorithm, symbol: Symbol, period: Any, tick_type: TickType | None) -> Any:
        config = self.get_subscription(symbol, tick_type)
        if isinstance(period, Resolution):
            self._require_finer(symbol, config, period < config.resolution)
            if period == config.resolution:
                return consolidator_for(timedelta(0), config.type)
            if period == Resolution.DAILY:
                return self._daily_consolidator(symbol, config)
            return consolidator_for(period.to_time_span(), config.type, config.tick_type)
        if period is None or (isinstance(period, timedelta) and period == config.increment):
            return consolidator_for(timedelta(0), config.type)
        if isinstance(period, timedelta):
            self._require_finer(symbol, config, period < config.increment)
        return consolidator_for(period, config.type, config.tick_type)

    @staticmethod
    def _require_finer(symbol: Symbol, config: SubscriptionDataConfig, too_coarse: bool) -> None:
        if too_coarse:
            raise ArgumentException(
                f"Unable to create {symbol} consolidator because {symbol} is registered for {config.resolution.to_string()} "
                "data. Consolidators require higher resolution data to produce lower resolution data."
            )

    def _daily_consolidator(self: QCAlgorithm, symbol: Symbol, config: SubscriptionDataConfig) -> Any:
        extended = self.settings.daily_consolidation_use_extended_market_hours
        if config.extended_market_hours and not extended and not self._told_daily_consolidation:
            self._told_daily_consolidation = True
            self.debug(
                f"Warning: The subscription for {symbol} has ExtendedMarketHours=true, but "
                "Settings.DailyConsolidationUseExtendedMarketHours=false. Daily consolidations will exclude extended market "
                "hours. Enable algorithm.Settings.DailyConsolidationUseExtendedMarketHours to include them."
            )
        return MarketHourAwareConsolidator(
            self.settings.daily_precise_end_time,
            Resolution.DAILY,
            config.type,
            config.tick_type,
            extended and config.extended_market_hours,
        )
