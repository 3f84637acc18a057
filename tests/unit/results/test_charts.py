"""Charts, held against what LEAN's did (lean-golden/scenarios/data_charts)."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from engine.algorithm.qc_algorithm_plotting import QCAlgorithmPlotting
from engine.common.chart import Chart
from engine.common.chart_points import Candlestick, ChartPoint
from engine.common.chart_series import CandlestickSeries, Series
from engine.common.enums import ChartType, ScatterMarkerSymbol, SeriesType
from engine.common.errors import ArgumentException, InvalidCastException, NullReferenceException
from engine.common.time import to_stamp
from engine.data.market.trade_bar import TradeBar
from engine.results.chart_store import MAXIMUM_CHART_SERIES, ChartStore

NOW = datetime(2013, 10, 9, 14)


class Algorithm(QCAlgorithmPlotting):
    """The part of QCAlgorithm that is tested here, at a fixed time."""

    time = NOW
    live_mode = False
    is_warming_up = False

    def __init__(self) -> None:
        self.time_keeper = SimpleNamespace(utc_stamp=to_stamp(NOW))
        super().__init__()

    def at(self, hour: int) -> Algorithm:
        self.time_keeper.utc_stamp = to_stamp(datetime(2013, 10, 9, hour))
        return self

    def points(self, chart: str, series: str) -> list[tuple[int, float | None]]:
        found = next(c for c in self.get_chart_updates() if c.name == chart).series[series]
        return [(point.time.hour, point.y) for point in found.values]


@pytest.fixture
def algorithm() -> Algorithm:
    return Algorithm()


def test_plot_makes_charts_and_series(algorithm: Algorithm) -> None:
    """Without a chart the equity's is meant; record is the same."""
    algorithm.plot("Alone", 2)
    algorithm.record("Recorded", 3)
    algorithm.plot("Own", "Line", 1.5)
    charts = {chart.name: chart for chart in algorithm.get_chart_updates()}
    assert set(charts["Strategy Equity"].series) == {"Alone", "Recorded"}
    assert charts["Own"].series["Line"].values[0].y == 1.5


def test_values_are_rounded_when_they_are_plotted(algorithm: Algorithm) -> None:
    """Four digits above 1000, seven significant ones below."""
    series = Series("Dots", SeriesType.SCATTER, "%")
    chart = Chart("Spread")
    chart.add_series(series)
    algorithm.add_chart(chart)
    for hour, value in ((14, 123465.123456789), (15, 0.000000123456789), (16, -144.12345678)):
        algorithm.at(hour).plot("Spread", "Dots", value)
    assert [point.y for point in series.values] == [123465.1235, 1.234568e-07, -144.1235]
    assert (series.unit, series.index) == ("%", 0)


def test_second_point_of_a_moment_replaces_the_first(algorithm: Algorithm) -> None:
    """One point per series and moment."""
    algorithm.plot("Own", "Line", 1)
    algorithm.plot("Own", "Line", 2)
    assert algorithm.points("Own", "Line") == [(14, 2.0)]


def test_candles_from_four_values_and_from_bars(algorithm: Algorithm) -> None:
    """plot takes open, high, low and close, or a bar."""
    algorithm.plot("Own", "Bars", 1, 3, 0.5, 2)
    bar = TradeBar(NOW, None, 143.37241, 143.37241, 142.819, 143.1995)
    algorithm.at(15).plot("Own", "Bars", bar)
    (chart,) = algorithm.get_chart_updates()
    assert [(c.open, c.high, c.low, c.close) for c in chart.series["Bars"].values] == [
        (1.0, 3.0, 0.5, 2.0),
        (143.3724, 143.3724, 142.819, 143.1995),
    ]


@pytest.mark.parametrize(
    ("chart", "series", "message"),
    [
        ("Strategy Equity", "Equity", "'Equity' is a reserved series name for chart 'Strategy Equity'."),
        ("Strategy Equity", "Return", "'Return' is a reserved series name for chart 'Strategy Equity'."),
        ("Benchmark", "Benchmark", "'Benchmark' is a reserved series name for chart 'Benchmark'."),
        ("Exposure", "Own", "'Exposure' is a reserved chart name."),
        ("Assets Sales Volume", "Own", "'Assets Sales Volume' is a reserved chart name."),
        ("Portfolio Margin", "Own", "'Portfolio Margin' is a reserved chart name."),
        ("Benchmark", "Own", None),
        ("Portfolio Turnover", "Own", None),
        ("Capacity", "Equity", None),
    ],
)
def test_leans_own_names_are_reserved(algorithm, chart: str, series: str, message: str | None) -> None:
    """LEAN's own series, and some charts as a whole, are not the algorithm's to plot on."""
    if message is None:
        algorithm.plot(chart, series, 1)
        return
    with pytest.raises(ArgumentException) as error:
        algorithm.plot(chart, series, 1)
    assert str(error.value) == message


@pytest.mark.parametrize(("value", "shown"), [(float("nan"), "NaN"), (float("inf"), "Infinity")])
def test_values_that_are_not_finite_are_refused(algorithm: Algorithm, value: float, shown: str) -> None:
    """A decimal can not hold them."""
    with pytest.raises(ArgumentException) as error:
        algorithm.plot("Own", "Line", value)
    assert str(error.value) == (
        f"It is not possible to cast a non-finite floating-point value ({shown}) as decimal. "
        "Please review math operations and verify the result is valid. (Parameter 'input')"
    )


def test_a_series_keeps_its_kind(algorithm: Algorithm) -> None:
    """A candle series takes no single values, and the other way round."""
    algorithm.plot("Own", "Bars", 1, 2, 0, 1)
    algorithm.plot("Own", "Line", 1)
    with pytest.raises(
        InvalidCastException, match=r"'QuantConnect.CandlestickSeries' to type 'QuantConnect.Series'"
    ):
        algorithm.plot("Own", "Bars", 5)
    with pytest.raises(
        InvalidCastException, match=r"'QuantConnect.Series' to type 'QuantConnect.CandlestickSeries'"
    ):
        algorithm.plot("Own", "Line", 1, 2, 0, 1)


def test_texts_cannot_be_plotted(algorithm: Algorithm) -> None:
    """The message is the one that LEAN's Python shows."""
    with pytest.raises(TypeError) as error:
        algorithm.plot("Spread", "Line", "x")
    assert str(error.value) == (
        "No method matches given arguments for plot: (<class 'str'>, <class 'str'>, <class 'str'>). "
        "The following overloads are available:"
    )


class Indicator:
    """What plot needs of an indicator."""

    def __init__(self, name: str, value: float, is_ready: bool = True) -> None:
        self.name = name
        self.current = SimpleNamespace(value=value)
        self.is_ready = is_ready
        self.updated: Any = Event()


class Event:
    def __init__(self) -> None:
        self.handlers: list[Any] = []

    def __iadd__(self, handler: Any) -> Event:
        self.handlers.append(handler)
        return self


def test_indicators_are_plotted_under_their_names(algorithm: Algorithm) -> None:
    """plot takes any number of them."""
    algorithm.plot("Averages", Indicator("fast", 1.5), Indicator("slow", 2.5))
    (chart,) = algorithm.get_chart_updates()
    assert {name: series.values[0].y for name, series in chart.series.items()} == {"fast": 1.5, "slow": 2.5}


@pytest.mark.parametrize(("arguments", "points"), [((), 1), ((True,), 0), ((False,), 1)])
def test_plot_indicator_follows_updates(algorithm: Algorithm, arguments: tuple, points: int) -> None:
    """With wait_for_ready nothing is plotted before the indicator is ready."""
    indicator = Indicator("fast", 1.5, is_ready=False)
    algorithm.plot_indicator("Averages", *arguments, indicator)
    (handler,) = indicator.updated.handlers
    handler(indicator, None)
    assert (
        sum(len(s.values) for chart in algorithm.get_chart_updates() for s in chart.series.values()) == points
    )


def test_updates_are_given_once(algorithm: Algorithm) -> None:
    """The series itself keeps all points, the update has the new ones."""
    algorithm.plot("Own", "Line", 1)
    assert algorithm.points("Own", "Line") == [(14, 1.0)]
    algorithm.at(15).plot("Own", "Line", 2)
    assert algorithm.points("Own", "Line") == [(15, 2.0)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a", "a"),
        (3, "3"),
        (2.50, "2.5"),
        (1e-7, "1E-07"),
        (True, "1"),
        (None, None),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_runtime_statistics_are_texts(algorithm: Algorithm, value: Any, shown: str | None) -> None:
    """Numbers are written as .NET writes them; iterating gives pairs."""
    algorithm.set_runtime_statistic("Name", value)
    assert [(pair.key, pair.value) for pair in algorithm.runtime_statistics] == [("Name", shown)]


def test_summary_statistics_need_a_run_and_a_name(algorithm: Algorithm) -> None:
    """Before the run there is no table; the numbers 0 to 100 are LEAN's own names."""
    with pytest.raises(NullReferenceException):
        algorithm.set_summary_statistic("Mine", 1)
    table: dict[str, str] = {}
    algorithm.set_statistics_service(SimpleNamespace(set_summary_statistic=table.__setitem__))
    algorithm.set_summary_statistic("Mine", 1.5)
    algorithm.set_summary_statistic("101", 1)
    assert table == {"Mine": "1.5", "101": "1"}
    with pytest.raises(ArgumentException, match="'7' is a reserved statistic name"):
        algorithm.set_summary_statistic("7", 1)


def test_live_warm_up_plots_nothing_and_says_so_once(algorithm: Algorithm) -> None:
    """In a backtest warm-up points count, in live mode they do not."""
    algorithm.live_mode = algorithm.is_warming_up = True
    algorithm.plot("Own", "Line", 1)
    algorithm.plot("Own", "Line", 2)
    assert algorithm.debug_messages == deque(
        ["2013-10-09 14:00:00 Plotting is disabled during algorithm warmup in live trading."]
    )
    assert algorithm.points("Own", "Line") == []


def test_series_overloads() -> None:
    """LEAN has Series(name, type, index, unit) and Series(name, type, unit, color, symbol)."""
    first = Series("Line", SeriesType.LINE, 1, "%")
    assert (first.index, first.unit, first.color) == (1, "%", None)
    second = Series("Dots", SeriesType.SCATTER, "$", "#FF0000", ScatterMarkerSymbol.TRIANGLE_DOWN)
    assert (second.index, second.unit, second.color) == (0, "$", "#FF0000")
    assert second.to_json()["scatterMarkerSymbol"] == "triangle-down"
    candles = CandlestickSeries("Bars", "%")
    assert (candles.series_type, candles.unit) == (SeriesType.CANDLE, "%")


def test_points_of_the_wrong_form_are_refused() -> None:
    """Each series takes its own kind of point."""
    with pytest.raises(ArgumentException):
        Series("Line").add_point(Candlestick(NOW, 1, 1, 1, 1))
    with pytest.raises(ArgumentException):
        Series("Line").add_point(NOW, [1, 2])
    with pytest.raises(ArgumentException):
        CandlestickSeries("Bars").add_point(ChartPoint(NOW, 1))
    with pytest.raises(ArgumentException):
        CandlestickSeries("Bars").add_point(NOW, [1, 2])


def test_chart_refuses_a_second_series_of_a_name() -> None:
    """add_series is for new names; try_add_and_get_series finds the old."""
    chart = Chart("Own", ChartType.STACKED)
    series = Series("Line")
    chart.add_series(series)
    with pytest.raises(ArgumentException):
        chart.add_series(Series("Line"))
    assert chart.try_add_and_get_series("Line", SeriesType.LINE) is series


def test_charts_in_result_files() -> None:
    """Series in drawing order; a pie is one point; times are seconds; a gap is null."""
    chart = Chart("Own")
    later, first = Series("Later", SeriesType.LINE, 1), Series("Pie", SeriesType.PIE, 0)
    chart.add_series(later)
    chart.add_series(first)
    later.add_point(NOW, 1.25)
    first.add_point(datetime(2013, 10, 9, 13), 1)
    first.add_point(NOW, 2)
    later.add_point(ChartPoint(datetime(2013, 10, 9, 15), None))
    data = chart.to_json()
    assert list(data["series"]) == ["Pie", "Later"]
    assert data["series"]["Pie"]["values"] == [[1381327200, 3]]
    assert data["series"]["Later"]["values"] == [[1381327200, Decimal("1.25")], [1381330800, None]]


def test_too_many_series_are_ignored_with_one_warning() -> None:
    """A local run keeps thirty series of the algorithm's own."""
    warnings: list[str] = []
    store = ChartStore(warnings.append)
    update = Chart("Own")
    for number in range(MAXIMUM_CHART_SERIES + 2):
        series = Series(f"s{number}")
        series.add_point(NOW, number)
        update.add_series(series)
    store.add_updates([update])
    assert len(store.charts["Own"].series) == MAXIMUM_CHART_SERIES
    assert len(warnings) == 1
    assert warnings[0].startswith("Exceeded maximum chart series count")


def test_own_samples_of_a_moment_are_taken_once_but_the_turnover() -> None:
    """The final sample may repeat a midnight; only the turnover is replaced then."""
    store = ChartStore(print)
    for chart, kept in (("Drawdown", 1.0), ("Portfolio Turnover", 2.0)):
        for value in (1, 2):
            store.sample(chart, "S", 0, SeriesType.LINE, ChartPoint(NOW, value), "%")
        assert [point.y for point in store.points(chart, "S")] == [kept]
    assert store.points("Nothing", "S") == []
