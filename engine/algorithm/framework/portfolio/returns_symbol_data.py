"""The past returns of a symbol (LEAN: Algorithm.Framework/Portfolio/ReturnsSymbolData.cs)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.data.market.trade_bar import TradeBar
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.rolling_window import RollingWindow
from engine.indicators.simple_indicators import RateOfChange

if TYPE_CHECKING:
    from pandas import DataFrame

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.enums import Resolution
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.security_changes import SecurityChanges


class ReturnsSymbolData:
    """The last `period` returns over `lookback` prices, and expected ones that a model adds."""

    def __init__(self, symbol: Symbol, lookback: int, period: int) -> None:
        self.symbol = symbol
        self.roc = RateOfChange(f"{symbol}.ROC({lookback})", lookback)
        self.roc.updated += self._on_rate_of_change_updated
        self.window: RollingWindow[IndicatorDataPoint] = RollingWindow(period)

    def update(self, time: datetime, price: Any) -> None:
        self.roc.update(time, price)

    def add(self, time: datetime, value: float) -> None:
        """Add a return that was not made of prices."""
        self.window.add(IndicatorDataPoint(self.symbol, time, value))

    def reset(self) -> None:
        self.roc.updated -= self._on_rate_of_change_updated
        self.roc.reset()
        self.window.reset()

    def _on_rate_of_change_updated(self, _: object, point: IndicatorDataPoint) -> None:
        if self.roc.is_ready:
            self.window.add(point)


class ReturnsBySymbol:
    """The past returns of every security that a model knows."""

    def __init__(self, lookback: int, period: int, resolution: Resolution) -> None:
        self.lookback = lookback
        self.period = period
        self.resolution = resolution
        self._data: dict[Symbol, ReturnsSymbolData] = {}

    def get(self, symbol: Symbol) -> ReturnsSymbolData | None:
        return self._data.get(symbol)

    def on_securities_changed(
        self, algorithm: QCAlgorithm, changes: SecurityChanges
    ) -> list[ReturnsSymbolData]:
        """Forget what went, fill what came from history; return the data of the new symbols."""
        for removed in changes.removed_securities:
            gone = self._data.pop(removed.symbol, None)
            if gone is not None:
                gone.reset()
        symbols = [security.symbol for security in changes.added_securities]
        new = [symbol for symbol in dict.fromkeys(symbols) if symbol not in self._data]
        for symbol in new:
            self._data[symbol] = ReturnsSymbolData(symbol, self.lookback, self.period)
        if symbols:
            self._replay(algorithm.history[TradeBar](symbols, self.lookback * self.period, self.resolution))
        return [self._data[symbol] for symbol in new]

    def _replay(self, history: Iterable[Mapping[Symbol, Any]]) -> None:
        for bars in history:
            for bar in bars.values():
                self._data[bar.symbol].update(bar.end_time, bar.close)

    def frame(self, symbols: Iterable[Symbol]) -> DataFrame:
        """Return a table of returns, oldest first: a column a symbol, a row a time."""
        import pandas as pd

        wanted = set(symbols)
        columns = {
            symbol: pd.Series(
                [p.value for p in data.window], index=[p.end_time for p in data.window], dtype=float
            )
            for symbol, data in self._data.items()
            if symbol in wanted
        }
        return pd.DataFrame(columns)
