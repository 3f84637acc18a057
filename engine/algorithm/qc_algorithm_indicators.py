"""Indicators of an algorithm: creating, registering, warming up (LEAN: QCAlgorithm.Indicators.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.algorithm.indicator_history import (
    QCAlgorithmIndicatorHistory,
    feed_of,
    normalization_of,
    wanted_bars,
)
from engine.algorithm.qc_algorithm_consolidation import QCAlgorithmConsolidation, consolidator_for
from engine.common.enums import Resolution
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol, symbol_of
from engine.indicators.composite_indicator import FilteredIdentity
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.python_indicator import as_indicator

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm

_SUFFIX = {
    Resolution.TICK: "tick",
    Resolution.SECOND: "sec",
    Resolution.MINUTE: "min",
    Resolution.HOUR: "hr",
    Resolution.DAILY: "day",
}


class QCAlgorithmIndicators(QCAlgorithmIndicatorHistory, QCAlgorithmConsolidation):
    """Shortcuts (`sma`, `ema`, ...) are made when they are first asked for, see `indicator_shortcuts`."""

    def __init__(self: QCAlgorithm) -> None:
        self._told_daily_consolidation = False
        self._told_no_warm_up = False
        self.enable_automatic_indicator_warm_up = False

    def create_indicator_name(
        self: QCAlgorithm, symbol: Symbol | None, kind: str, resolution: Resolution | None
    ) -> str:
        """Return LEAN's name of an indicator, e.g. "SMA(14,SPY_min)"."""
        if resolution is None and symbol is not None:
            resolution = self.get_subscription(symbol).resolution
        parts = [str(symbol)] if symbol is not None else []
        if resolution is not None:
            parts.append(_SUFFIX[resolution])
        return f"{kind}({'_'.join(parts)})".replace(")(", ",")

    def filtered_identity(self: QCAlgorithm, symbol: Any, *args: Any, **named: Any) -> FilteredIdentity:
        """Return the last value a filter accepted: (symbol[, resolution or span], selector, filter, field name)."""
        symbol = symbol_of(symbol)
        names = ["selector", "filter", "field_name"]
        if args and isinstance(args[0], (Resolution, timedelta)):
            names.insert(0, "resolution")
        values = dict(zip(names, args)) | named
        resolution, field = values.get("resolution"), values.get("field_name") or "close"
        if resolution is None:
            resolution = self.get_subscription(symbol).resolution
        if isinstance(resolution, Resolution):
            name = self.create_indicator_name(symbol, field, resolution)
        else:
            name = f"{symbol}({field}_{resolution})"
        indicator = FilteredIdentity(name, values.get("filter"))
        return self.initialize_indicator(indicator, resolution, values.get("selector"), symbol)

    # -- registering -------------------------------------------------------------------------------------------

    def register_indicator(
        self: QCAlgorithm, symbol: Any, indicator: Any, resolution: Any = None, selector: Any = None
    ) -> None:
        """Feed an indicator: with data as it comes, of a resolution or span, or from a consolidator."""
        symbol = symbol_of(symbol)
        if resolution is None or isinstance(resolution, (Resolution, timedelta)):
            consolidator = self.resolve_consolidator(symbol, resolution, wanted_bars(indicator, selector))
        else:
            consolidator = resolution
        self.subscription_manager.add_consolidator(symbol, consolidator)
        known = getattr(indicator, "consolidators", None)
        if known is not None:
            known.add(consolidator)
        feed = _feeder(indicator, consolidator, selector, symbol)
        # before the handlers of the algorithm, which may read the indicator
        consolidator.consolidated_first += lambda sender, bar: feed(bar)

    def unregister_indicator(self: QCAlgorithm, indicator: Any) -> None:
        for consolidator in list(indicator.consolidators):
            self.subscription_manager.remove_consolidator(None, consolidator)
        indicator.consolidators.clear()

    deregister_indicator = unregister_indicator

    def initialize_indicator(
        self: QCAlgorithm, indicator: Any, resolution: Any, selector: Any, *symbols: Symbol
    ) -> Any:
        """Register an indicator with symbols and warm it up where the settings say so; return it."""
        for symbol in symbols:
            self.register_indicator(symbol, indicator, resolution, selector)
        if self.settings.automatic_indicator_warm_up or self.enable_automatic_indicator_warm_up:
            self.warm_up_indicator(list(symbols), indicator, resolution, selector)
        return indicator

    # -- warming up --------------------------------------------------------------------------------------------

    def warm_up_indicator(
        self: QCAlgorithm, symbols: Any, indicator: Any, resolution: Any = None, selector: Any = None
    ) -> None:
        """Feed an indicator with history, as many bars as it needs."""
        symbols = (
            [symbol_of(symbols)] if isinstance(symbols, (Symbol, str)) else [symbol_of(s) for s in symbols]
        )
        period = getattr(indicator, "warm_up_period", None)
        if period is None:
            self._tell_no_warm_up(indicator)
            return
        if isinstance(resolution, Resolution):
            span = resolution.to_time_span()
        else:
            span = resolution if resolution is not None else self.get_subscription(symbols[0]).increment
        if not period:
            return
        finer = next(
            (r for r in (Resolution.DAILY, Resolution.HOUR, Resolution.MINUTE) if r.to_time_span() <= span),
            Resolution.SECOND,
        )
        periods = period * (span // finer.to_time_span())
        wanted = wanted_bars(indicator, selector)
        consolidators = {}
        for symbol in symbols:
            kind = wanted or self.get_subscription(symbol).type
            consolidator = consolidator_for(timedelta(0) if finer.to_time_span() == span else span, kind)
            feed = _feeder(indicator, consolidator, selector, symbol)
            consolidator.consolidated_first += lambda sender, bar, feed=feed: feed(bar)
            consolidators[symbol] = (consolidator, kind)
        options: dict[str, Any] = {"periods": periods, "resolution": finer}
        mode = normalization_of(indicator)
        if mode is not None:
            options["data_normalization_mode"] = mode
        for slice_ in self.history_of(symbols, options):
            for symbol, (consolidator, kind) in consolidators.items():
                bar = slice_.get(kind).get(symbol)
                if bar is not None:
                    consolidator.update(bar)
        for symbol, (consolidator, _) in consolidators.items():
            if consolidator.working_data is not None:
                consolidator.scan(self.securities[symbol].local_time)

    def _tell_no_warm_up(self: QCAlgorithm, indicator: Any) -> None:
        if not self._told_no_warm_up:
            self._told_no_warm_up = True
            self.debug(
                "Warning: the 'WarmUpIndicator' feature only works with indicators which inherit from "
                "'IIndicatorWarmUpPeriodProvider' and define a warm up period, "
                "setting property 'WarmUpPeriod' with a value > 0. "
                f"The provided indicator of type '{type(indicator).__name__}' will not be warmed up."
            )


def _feeder(indicator: Any, consolidator: Any, selector: Any, symbol: Symbol) -> Any:
    """Return what hands a consolidated bar to an indicator (LEAN: RegisterIndicator)."""
    wanted = as_indicator(indicator).input_types
    unfit = selector is None and not issubclass(consolidator.output_type, wanted)
    if unfit and IndicatorDataPoint not in wanted:
        raise ArgumentException(
            f"Type mismatch found between consolidator and indicator for symbol: {symbol}.Consolidator outputs type "
            f"{consolidator.output_type.__name__} but indicator expects input type {wanted[0].__name__}"
        )
    return feed_of(indicator, selector)
