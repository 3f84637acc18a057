"""Series of a chart (LEAN: Common/BaseSeries.cs, Series.cs, CandlestickSeries.cs)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Generic, Self, TypeVar

from engine.common.chart_points import Candlestick, ChartPoint, ScatterChartPoint
from engine.common.enums import ScatterMarkerSymbol, SeriesType
from engine.common.errors import ArgumentException

P = TypeVar("P", ChartPoint, Candlestick)


class BaseSeries(Generic[P]):
    """A named row of points; `index` is the pane of the chart it is drawn in."""

    def __init__(
        self, name: str = "", series_type: SeriesType = SeriesType.LINE, index: int = 0, unit: str = "$"
    ) -> None:
        self.name = name
        self.series_type = series_type
        self.index = index
        self.unit = unit
        self.index_name: str | None = None
        self.z_index: int | None = None
        self.tooltip: str | None = None
        self.values: list[P] = []
        self._update_position = 0

    def _add(self, point: P) -> None:
        if self.values and self.values[-1].stamp == point.stamp:
            self.values[-1] = point
        else:
            self.values.append(point)

    def add_point(self, *point: Any) -> None:
        raise NotImplementedError

    def consolidate_chart_points(self) -> P | None:
        """Return one point at the time of the last, holding the sums of all."""
        raise NotImplementedError

    def get_updates(self) -> Self:
        """Return a copy with the points added since the last call."""
        copy = self.clone(empty=True)
        copy.values = self.values[self._update_position :]
        self._update_position = len(self.values)
        return copy

    def purge(self) -> None:
        """Forget all points."""
        self.values.clear()
        self._update_position = 0

    def get_values(self) -> list[P]:
        return self.values

    def clone(self, empty: bool = False) -> Self:
        copy = type(self)(name=self.name, index=self.index, unit=self.unit)
        copy.series_type = self.series_type
        copy.index_name, copy.z_index, copy.tooltip = self.index_name, self.z_index, self.tooltip
        if not empty:
            copy.values = [point.clone() for point in self.values]
        return copy

    @staticmethod
    def create(
        series_type: SeriesType, name: str, index: int = 0, unit: str = "$"
    ) -> Series | CandlestickSeries:
        """Return the series that draws `series_type`."""
        if series_type == SeriesType.CANDLE:
            return CandlestickSeries(name, index, unit)
        return Series(name, SeriesType(series_type), index, unit)

    def to_json(self) -> dict[str, object]:
        """Return what result files hold (LEAN: Common/Util/SeriesJsonConverter.cs)."""
        data: dict[str, object] = {
            "name": self.name,
            "unit": self.unit,
            "index": self.index,
            "seriesType": int(self.series_type),
        }
        optional = {"zIndex": self.z_index, "indexName": self.index_name, "tooltip": self.tooltip}
        data.update({key: value for key, value in optional.items() if value is not None})
        data["values"] = [point.to_json() for point in self._values_to_write()]
        return data

    def _values_to_write(self) -> Sequence[P]:
        return self.values


class Series(BaseSeries[ChartPoint]):
    """A series of single values.

    Parameters
    ----------
    name, series_type : what and how to draw
    index, unit : the pane and the unit, in either order (LEAN has both overloads)
    color : text "#rrggbb", a colour object with red, green and blue, or None for the chart's own choice
    """

    def __init__(
        self,
        name: str = "",
        series_type: SeriesType = SeriesType.LINE,
        index: int | str = 0,
        unit: Any = "$",
        color: Any = None,
        scatter_marker_symbol: ScatterMarkerSymbol = ScatterMarkerSymbol.NONE,
    ) -> None:
        if isinstance(index, str):  # Series(name, type, unit, color, symbol): the overload without an index
            if isinstance(color, ScatterMarkerSymbol):
                scatter_marker_symbol = color
            index, unit, color = 0, index, None if unit == "$" else unit
        super().__init__(name, series_type, index, unit)
        self.color = color
        self.scatter_marker_symbol = scatter_marker_symbol

    def add_point(self, *point: Any) -> None:
        """Add (time, value) or a ChartPoint; a second point of one moment replaces the first."""
        if len(point) == 1:
            if not isinstance(point[0], ChartPoint):
                raise ArgumentException("Series.AddPoint requires a ChartPoint object")
            self._add(point[0])
            return
        time, value = point
        if isinstance(value, (list, tuple)):
            if len(value) > 1:
                raise ArgumentException("Series.AddPoint requires a single value")
            value = value[0] if value else 0
        kind = ScatterChartPoint if self.series_type == SeriesType.SCATTER else ChartPoint
        self._add(kind(time, value))

    def consolidate_chart_points(self) -> ChartPoint | None:
        if not self.values:
            return None
        return ChartPoint(
            self.values[-1].stamp, sum((p.y_decimal or Decimal(0) for p in self.values), Decimal(0))
        )

    def clone(self, empty: bool = False) -> Self:
        copy = super().clone(empty)
        copy.color, copy.scatter_marker_symbol = self.color, self.scatter_marker_symbol
        return copy

    def to_json(self) -> dict[str, object]:
        marker = self.scatter_marker_symbol.name.lower().replace("_", "-")
        return super().to_json() | {"color": _color_text(self.color), "scatterMarkerSymbol": marker}

    def _values_to_write(self) -> Sequence[ChartPoint]:
        if self.series_type != SeriesType.PIE:
            return self.values
        total = self.consolidate_chart_points()
        return [] if total is None else [total]


class CandlestickSeries(BaseSeries[Candlestick]):
    """A series of candles; (name, index, unit) or (name, unit)."""

    def __init__(self, name: str = "", index: int | str = 0, unit: str = "$") -> None:
        if isinstance(index, str):
            index, unit = 0, index
        super().__init__(name, SeriesType.CANDLE, index, unit)

    def add_point(self, *point: Any) -> None:
        """Add (time, open, high, low, close), (time, [four values]), a bar or a Candlestick."""
        if len(point) == 5:
            self._add(Candlestick(*point))
        elif len(point) == 2:
            time, values = point
            if len(values) != 4:
                raise ArgumentException(
                    "CandlestickSeries.AddPoint requires 4 values (open, high, low, close)"
                )
            self._add(Candlestick(time, *values))
        elif isinstance(point[0], Candlestick):
            self._add(point[0])
        elif hasattr(point[0], "end_time"):
            bar = point[0]
            self._add(Candlestick(bar.end_time, bar.open, bar.high, bar.low, bar.close))
        else:
            raise ArgumentException("CandlestickSeries.AddPoint requires a Candlestick object")

    def consolidate_chart_points(self) -> Candlestick | None:
        if not self.values:
            return None

        def total(name: str) -> Decimal | None:
            known = [value for point in self.values if (value := getattr(point, name)) is not None]
            return sum(known, Decimal(0)) if known else None

        sums = [total(name) for name in ("open_decimal", "high_decimal", "low_decimal", "close_decimal")]
        return Candlestick(self.values[-1].stamp, *sums)


def _color_text(color: Any) -> str:
    if color is None or isinstance(color, str):
        return color or ""
    red, green, blue = (getattr(color, channel, None) for channel in "rgb")
    return f"#{red:02X}{green:02X}{blue:02X}"
