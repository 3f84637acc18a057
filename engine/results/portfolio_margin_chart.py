"""Margin used by each group of positions (LEAN: PortfolioMarginChart.cs, PortfolioState.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.chart import Chart
from engine.common.chart_points import ChartPoint
from engine.common.chart_series import Series
from engine.common.enums import SeriesType
from engine.common.errors import DotNetException
from engine.common.numbers import ZERO, round_to_significant_digits
from engine.results.chart_store import PORTFOLIO_MARGIN

if TYPE_CHECKING:
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_SERIES_COUNT = 40
_OTHERS = "OTHERS"
_TOOLTIP = "{SERIES_NAME}: {VALUE}%"
_INDEX_NAME = "Margin Used (%)"


class PortfolioMarginChart:
    """Adds one point a day and group; groups beyond the forty largest are summed up as OTHERS."""

    def sample(
        self, charts: dict[str, Chart], portfolio: SecurityPortfolioManager, stamp: int, value: Decimal
    ) -> None:
        chart = charts.get(PORTFOLIO_MARGIN)
        if chart is None:
            chart = charts[PORTFOLIO_MARGIN] = Chart(PORTFOLIO_MARGIN)
            chart.legend_disabled = True
        try:
            shares = _shares(portfolio, value)
        except (DotNetException, ArithmeticError):
            return  # LEAN leaves the sample out where a margin model refuses a position
        if not shares:
            return
        for name, share in _by_series(shares).items():
            self._series(chart, name).add_point(ChartPoint(stamp, share * 100))
        for series in chart.series.values():
            last = series.values[-1]
            if last.stamp != stamp and last.y_decimal is not None:
                series.add_point(ChartPoint(stamp, None))

    @staticmethod
    def _series(chart: Chart, name: str) -> Series:
        series = chart.series.get(name)
        if series is None:
            color = "#808080" if name == _OTHERS else None
            series = chart.series[name] = Series(name, SeriesType.BAR, 0, "%", color)
            series.tooltip = _TOOLTIP
            series.index_name = _INDEX_NAME
        return series

    @staticmethod
    def without_single_points(chart: Chart) -> Chart:
        """Return the chart without series of one point, which can not be drawn as an area."""
        copy = chart.clone_empty()
        for name, series in chart.series.items():
            if sum(point.y_decimal is not None for point in series.values) > 1:
                copy.series[name] = series
        return copy


def _shares(portfolio: SecurityPortfolioManager, value: Decimal) -> list[tuple[str, Decimal]]:
    # Name of each group of positions, and its margin as a fraction of the account.
    shares = []
    for group in portfolio.positions.groups:
        margin = group.buying_power_model.get_reserved_buying_power_for_position_group_decimal(
            portfolio, group
        )
        share = round_to_significant_digits(margin / value, 4) if value else ZERO
        shares.append((", ".join(position.symbol.value for position in group.positions), share))
    return shares


def _by_series(shares: list[tuple[str, Decimal]]) -> dict[str, Decimal]:
    # Two groups of the same name are one series, and the later one is the point.
    ordered = sorted(shares, key=lambda pair: pair[1], reverse=True)
    shown = set(list(dict.fromkeys(name for name, _ in ordered))[:_SERIES_COUNT])
    points: dict[str, Decimal] = {}
    for name, share in shares:
        if name in shown:
            points[name] = share
        else:
            points[_OTHERS] = points.get(_OTHERS, ZERO) + share
    return points
