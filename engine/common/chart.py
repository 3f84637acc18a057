"""A chart: named series drawn together (LEAN: Common/Chart.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.chart_points import ChartPoint
from engine.common.chart_series import BaseSeries, Series
from engine.common.enums import ChartType, ScatterMarkerSymbol, SeriesType
from engine.common.errors import ArgumentException

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class Chart:
    """A named set of series.

    Parameters
    ----------
    name : str
    symbol : the security the chart is about, or LEAN's obsolete ChartType, which is kept and ignored
    """

    def __init__(self, name: str = "", symbol: Symbol | ChartType | None = None) -> None:
        self.name = name
        self.chart_type = symbol if isinstance(symbol, ChartType) else ChartType.OVERLAY
        self.symbol: Symbol | None = None if isinstance(symbol, ChartType) else symbol
        self.legend_disabled = False
        self.series: dict[str, Any] = {}

    def add_series(self, series: BaseSeries[Any]) -> None:
        """Add a series; its name must be new to the chart."""
        if series.name in self.series:
            raise ArgumentException("Chart.AddSeries(): $Chart series name already exists")
        self.series[series.name] = series

    def try_add_and_get_series(
        self,
        name: str,
        template: BaseSeries[Any] | SeriesType,
        index: int = 0,
        unit: str = "$",
        color: Any = None,
        symbol: ScatterMarkerSymbol = ScatterMarkerSymbol.NONE,
        force_add_new: bool = False,
    ) -> Any:
        """Return the series `name`, made like the template (a series or a type) where there is none yet."""
        if force_add_new or name not in self.series:
            if isinstance(template, BaseSeries):
                self.series[name] = template.clone(empty=True)
            else:
                self.series[name] = Series(name, template, index, unit, color, symbol)
        return self.series[name]

    def get_updates(self) -> Chart:
        """Return a copy holding the points added since the last call."""
        copy = self.clone_empty()
        for series in self.series.values():
            copy.add_series(series.get_updates())
        return copy

    def clone(self) -> Chart:
        copy = self.clone_empty()
        copy.series = {name: series.clone() for name, series in self.series.items()}
        return copy

    def clone_empty(self) -> Chart:
        copy = Chart(self.name, self.symbol)
        copy.legend_disabled = self.legend_disabled
        return copy

    def is_empty(self) -> bool:
        return not any(series.values for series in self.series.values())

    def to_json(self) -> dict[str, object]:
        """Return what result files hold, series in drawing order (LEAN: ChartSeriesJsonConverter.cs)."""

        def drawing_order(item: tuple[str, Any]) -> tuple[int, int, Decimal]:
            values = item[1].values
            total = sum((p.y_decimal or 0 for p in values if isinstance(p, ChartPoint)), Decimal(0))
            return item[1].index, len(values), total

        data: dict[str, object] = {
            "name": self.name,
            "chartType": int(self.chart_type),
            "series": {
                name: series.to_json() for name, series in sorted(self.series.items(), key=drawing_order)
            },
        }
        if self.symbol is not None:
            data["symbol"] = str(self.symbol.id)
        if self.legend_disabled:
            data["legendDisabled"] = True
        return data
