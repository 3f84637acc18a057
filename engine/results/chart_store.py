"""The charts of a run and what may be added to them (LEAN: BacktestingResultHandler.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from engine.common.chart import Chart
from engine.common.chart_points import Candlestick, ChartPoint
from engine.common.chart_series import BaseSeries, CandlestickSeries, Series
from engine.common.enums import SeriesType

STRATEGY_EQUITY = "Strategy Equity"
EQUITY = "Equity"
RETURN = "Return"
BENCHMARK = "Benchmark"
DRAWDOWN = "Drawdown"
PORTFOLIO_TURNOVER = "Portfolio Turnover"
PORTFOLIO_MARGIN = "Portfolio Margin"
ASSETS_SALES_VOLUME = "Assets Sales Volume"
EXPOSURE = "Exposure"
CAPACITY = "Capacity"

# LEAN's configured limits for a local run.
MAXIMUM_CHART_SERIES = 30
MAXIMUM_DATA_POINTS_PER_CHART_SERIES = 1_000_000


class ChartStore:
    """Charts by name.

    Parameters
    ----------
    warn : told in LEAN's words, once, when an algorithm plots more than a local run keeps
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        equity = Chart(STRATEGY_EQUITY)
        equity.add_series(CandlestickSeries(EQUITY, 0, "$"))
        equity.add_series(Series(RETURN, SeriesType.BAR, 1, "%"))
        self.charts: dict[str, Chart] = {STRATEGY_EQUITY: equity}
        self._warn = warn
        self._custom_series: set[str] = set()
        self._full_series: set[tuple[str, str]] = set()
        self._warned_of_series = False

    def points(self, chart: str, series: str) -> list[Any]:
        """Return the points of a series; none where it does not exist."""
        found = self.charts.get(chart)
        if found is None or series not in found.series:
            return []
        return found.series[series].values

    def chart(self, name: str) -> Chart:
        if name not in self.charts:
            self.charts[name] = Chart(name)
        return self.charts[name]

    def sample(
        self,
        chart: str,
        series: str,
        index: int,
        series_type: SeriesType,
        point: ChartPoint | Candlestick,
        unit: str,
    ) -> None:
        """Add one of LEAN's own samples; a second one of the same moment counts for the turnover only."""
        rows = self.chart(chart).series
        row = rows.get(series)
        if row is None:
            row = rows[series] = BaseSeries.create(series_type, series, index, unit)
        if not row.values or point.stamp > row.values[-1].stamp or chart == PORTFOLIO_TURNOVER:
            row.add_point(point)

    def add_updates(self, updates: Iterable[Chart]) -> None:
        """Add what the algorithm has plotted since the last time."""
        for update in updates:
            chart = self.chart(update.name)
            for series in update.series.values():
                if series.values and self._may_add(chart, series):
                    self._add_points(chart, series)

    def _may_add(self, chart: Chart, series: BaseSeries[Any]) -> bool:
        if len(self._custom_series) < MAXIMUM_CHART_SERIES:
            self._custom_series.add(series.name)
        elif series.name not in self._custom_series:
            if not self._warned_of_series:
                self._warned_of_series = True
                self._warn(
                    "Exceeded maximum chart series count for organization tier, new series will be ignored. "
                    f"Limit is currently set at {MAXIMUM_CHART_SERIES}. https://qnt.co/docs-charting-quotas"
                )
            return False
        kept = chart.series.get(series.name)
        if kept is None or len(kept.values) + len(series.values) <= MAXIMUM_DATA_POINTS_PER_CHART_SERIES:
            return True
        if (chart.name, series.name) not in self._full_series:
            self._full_series.add((chart.name, series.name))
            self._warn(
                "Exceeded maximum data points per series for organization tier, chart update skipped. "
                f"Chart Name {chart.name}. Series name {series.name}. https://qnt.co/docs-charting-quotas"
                f"Limit is currently set at {MAXIMUM_DATA_POINTS_PER_CHART_SERIES}"
            )
        return False

    @staticmethod
    def _add_points(chart: Chart, series: BaseSeries[Any]) -> None:
        kept = chart.try_add_and_get_series(series.name, series)
        if series.series_type == SeriesType.PIE:
            kept.add_point(series.consolidate_chart_points())
        else:
            kept.values.extend(series.values)
