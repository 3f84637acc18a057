"""Charts, statistics and messages of an algorithm (LEAN: Algorithm/QCAlgorithm.Plotting.cs)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.algorithm.message_text import message_text, number_text
from engine.common.chart import Chart
from engine.common.chart_series import BaseSeries, CandlestickSeries, Series
from engine.common.enums import SeriesType
from engine.common.errors import ArgumentException, InvalidCastException, NullReferenceException
from engine.common.extended_dictionary import KeyValuePair, ReadOnlyExtendedDictionary
from engine.common.numbers import double_to_decimal, double_to_string
from engine.common.symbol import Symbol
from engine.data.market.trade_bar import TradeBar
from engine.results.log_store import prefix_with_time
from engine.statistics.algorithm_performance import StatisticsResults

if TYPE_CHECKING:
    from engine.common.time_keeper import TimeKeeper
    from engine.results.backtesting_result_handler import BacktestingResultHandler

_PRIMARY_CHART = "Strategy Equity"
# Names LEAN keeps for its own charts; without series, the whole chart is LEAN's.
_RESERVED: dict[str, tuple[str, ...]] = {
    "Strategy Equity": ("Equity", "Return"),
    "Capacity": ("Strategy Capacity",),
    "Drawdown": ("Equity Drawdown",),
    "Benchmark": ("Benchmark",),
    "Assets Sales Volume": (),
    "Exposure": (),
    "Portfolio Margin": (),
    "Portfolio Turnover": ("Portfolio Turnover",),
}
_LARGEST_RESERVED_STATISTIC = 100
_BAR_FIELDS = ("open", "high", "low", "close")


class RuntimeStatistics(dict[str, "str | None"]):
    """The figures shown while a run goes on; iterating yields pairs, as .NET's dictionary does."""

    def __iter__(self) -> Iterator[KeyValuePair]:  # type: ignore[override]
        return (KeyValuePair(key, value) for key, value in self.items())


class QCAlgorithmPlotting:
    """Part of QCAlgorithm: what an algorithm draws, counts and says."""

    time: datetime
    time_keeper: TimeKeeper
    live_mode: bool
    is_warming_up: bool

    def __init__(self) -> None:
        self.runtime_statistics = RuntimeStatistics()
        self.debug_messages: deque[str] = deque()
        self.error_messages: deque[str] = deque()
        self.log_messages: deque[str] = deque()
        self._charts: dict[str, Chart] = {}
        self._statistics_service: BacktestingResultHandler | None = None
        self._previous_debug_message = ""
        self._previous_error_message = ""
        self._warned_of_warm_up_plot = False

    # messages

    def debug(self, message: Any) -> None:
        """Send a message to the console and the log; in a backtest a repeated one is left out."""
        text = message_text(message)
        if not self.live_mode and text in ("", self._previous_debug_message):
            return
        self.debug_messages.append(prefix_with_time(text, self.time))
        self._previous_debug_message = text

    def log(self, message: Any) -> None:
        """Write a line to the log."""
        text = message_text(message)
        if text or self.live_mode:
            self.log_messages.append(prefix_with_time(text, self.time))

    def error(self, message: Any) -> None:
        """Report an error and go on; in a backtest a repeated one is left out."""
        text = message_text(message)
        if not self.live_mode and text in ("", self._previous_error_message):
            return
        self.error_messages.append(prefix_with_time(text, self.time))
        self._previous_error_message = text

    # charts

    def add_chart(self, chart: Chart) -> None:
        """Add a chart; one of a name already there is ignored."""
        self._charts.setdefault(chart.name, chart)

    def add_series(self, chart: str, series: str, series_type: SeriesType, unit: str = "$") -> None:
        """Add an empty series, replacing one of its name."""
        self._chart(chart).series[series] = BaseSeries.create(series_type, series, unit=unit)

    def plot(self, *arguments: Any) -> None:
        """Plot a value, a bar (four values or a TradeBar) or indicators.

        `plot([chart,] series, value)`, `plot([chart,] series, open, high, low, close)`,
        `plot([chart,] series, bar)`, `plot(chart, indicator, ...)`. Without a chart: Strategy Equity.
        """
        if len(arguments) >= 2 and all(_is_indicator(argument) for argument in arguments[1:]):
            for indicator in arguments[1:]:
                self._plot_value(arguments[0], indicator.name, indicator.current.value)
            return
        texts = 2 if len(arguments) in (3, 6) else 1
        names = arguments[:texts] if texts == 2 else (_PRIMARY_CHART, *arguments[:1])
        names = tuple(str(name) if isinstance(name, Symbol) else name for name in names)
        values = arguments[texts:]
        if len(values) == 1 and isinstance(values[0], TradeBar):
            values = tuple(getattr(values[0], field) for field in _BAR_FIELDS)
        known = all(isinstance(value, int | float | Decimal) for value in values)
        if len(values) not in (1, 4) or not known or not all(isinstance(name, str) for name in names):
            self._refuse_plot(arguments)
        elif len(values) == 1:
            self._plot_value(*names, values[0])
        else:
            series = self._series(*names, CandlestickSeries)
            if series is not None:
                series.add_point(self.time_keeper.utc_stamp, *(_plotted(value) for value in values))

    def record(self, series: str, value: float) -> None:
        self.plot(series, value)

    def plot_indicator(self, chart: str, *indicators: Any) -> None:
        """Plot indicators whenever they are updated; `plot_indicator(chart, True, ...)` only once ready."""
        wait_for_ready = False
        if indicators and isinstance(indicators[0], bool):
            wait_for_ready, *rest = indicators
            indicators = tuple(rest)

        def on_updated(sender: Any, _: Any) -> None:
            if sender.is_ready or not wait_for_ready:
                self.plot(chart, sender)

        for indicator in indicators:
            if indicator is not None:
                indicator.updated += on_updated

    def get_chart_updates(self, clear_chart_data: bool = False) -> Iterator[Chart]:
        """Yield what has been plotted since the last call."""
        for chart in list(self._charts.values()):
            yield chart.get_updates()
            if clear_chart_data:
                for series in chart.series.values():
                    series.purge()

    def _plot_value(self, chart: str, name: str, value: float | Decimal) -> None:
        plotted = _plotted(value)
        series = self._series(chart, name, Series)
        if series is not None:
            series.add_point(self.time_keeper.utc_stamp, plotted)

    def _refuse_plot(self, arguments: tuple[Any, ...]) -> None:
        if len(arguments) == 2 and not isinstance(arguments[1], str):
            raise ArgumentException(
                "QCAlgorithm.Plot(): The last argument should be a QuantConnect Indicator object, "
                f"{type(arguments[1])!r} was provided."
            )
        raise TypeError(
            f"No method matches given arguments for plot: {tuple(type(argument) for argument in arguments)}. "
            "The following overloads are available:"
        )

    def _chart(self, name: str) -> Chart:
        return self._charts.setdefault(name, Chart(name))

    def _series(self, chart: str, name: str, kind: type[Any]) -> Any:
        reserved = _RESERVED.get(chart)
        if reserved is not None and not reserved:
            raise ArgumentException(f"'{chart}' is a reserved chart name.")
        if reserved is not None and name in reserved:
            raise ArgumentException(f"'{name}' is a reserved series name for chart '{chart}'.")
        rows = self._chart(chart).series
        if name not in rows:
            rows[name] = kind(name)
        if self.live_mode and self.is_warming_up:
            if not self._warned_of_warm_up_plot:
                self._warned_of_warm_up_plot = True
                self.debug("Plotting is disabled during algorithm warmup in live trading.")
            return None
        if not isinstance(rows[name], kind):
            raise InvalidCastException(
                f"Unable to cast object of type 'QuantConnect.{type(rows[name]).__name__}' "
                f"to type 'QuantConnect.{kind.__name__}'."
            )
        return rows[name]

    # statistics

    @property
    def statistics(self) -> StatisticsResults:
        """The statistics of the run so far; their summary is a dictionary of .NET's kind."""
        service = self._statistics_service
        results = StatisticsResults() if service is None else service.statistics_results()
        summary: Any = ReadOnlyExtendedDictionary(results.summary)
        return replace(results, summary=summary)

    def set_statistics_service(self, service: BacktestingResultHandler) -> None:
        if self._statistics_service is None:
            self._statistics_service = service

    def set_runtime_statistic(self, name: str, value: str | float | Decimal | None) -> None:
        """Show a figure of one's own while the run goes on and in its result."""
        self.runtime_statistics[name] = (
            value if value is None or isinstance(value, str) else number_text(value)
        )

    def set_summary_statistic(self, name: str, value: str | float | Decimal) -> None:
        """Add a row to the statistics table once the run has begun; rows of LEAN's own stay as they are."""
        stripped = name.strip()
        if stripped.lstrip("+-").isdigit() and 0 <= int(stripped) <= _LARGEST_RESERVED_STATISTIC:
            raise ArgumentException(f"'{name}' is a reserved statistic name.")
        if self._statistics_service is None:
            raise NullReferenceException("Object reference not set to an instance of an object.")
        text = value if isinstance(value, str) else number_text(value)
        self._statistics_service.set_summary_statistic(name, text)


def _is_indicator(value: Any) -> bool:
    return hasattr(value, "current") and hasattr(value, "is_ready")


def _plotted(value: float | Decimal) -> Decimal:
    # .NET's cast from double to decimal, which keeps 15 digits.
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(int(value))
    if not math.isfinite(value):
        raise ArgumentException(
            f"It is not possible to cast a non-finite floating-point value ({double_to_string(value)}) as "
            "decimal. Please review math operations and verify the result is valid.",
            "input",
        )
    return double_to_decimal(value)
