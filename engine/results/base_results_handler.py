"""What is sampled of the account, day by day (LEAN: Engine/Results/BaseResultsHandler.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.benchmarks.benchmark import evaluate_benchmark
from engine.common.chart_points import Candlestick, ChartPoint
from engine.common.enums import PositionSide, SecurityType, SeriesType
from engine.common.numbers import ZERO, round_decimal, smart_rounding
from engine.common.time import to_stamp
from engine.results import chart_store as names
from engine.results.chart_store import ChartStore
from engine.results.equity_bar import EquityBar
from engine.results.log_store import LogStore, prefix_with_time
from engine.results.portfolio_margin_chart import PortfolioMarginChart
from engine.results.sales_volume import SalesVolume
from engine.securities.currencies import Currencies
from engine.statistics.drawdown_metrics import drawdown_percent

if TYPE_CHECKING:
    from engine.orders.order_event import OrderEvent


class BaseResultsHandler:
    """Charts, messages and the account's values; what becomes of them is the subclass's affair."""

    algorithm: Any = None

    def __init__(self) -> None:
        self.log_store = LogStore()
        self.chart_store = ChartStore(self.debug_message)
        self.runtime_statistics: dict[str, str] = {}
        self._equity_bar = EquityBar()
        self._sales_volume = SalesVolume()
        self._margin_chart = PortfolioMarginChart()
        self._portfolio_value = ZERO
        self._daily_value = ZERO
        self._highest_value = ZERO
        self._turnover_before = (ZERO, ZERO)  # sales volume at the last sample, and at the one before it
        self._turnover_stamp: int | None = None
        self.starting_portfolio_value = ZERO
        self.currency_symbol = "$"

    def set_algorithm(self, algorithm: Any, starting_portfolio_value: Decimal) -> None:
        """Take the algorithm after it has initialized."""
        self.algorithm = algorithm
        self.currency_symbol = Currencies.get_currency_symbol(algorithm.account_currency)
        self.starting_portfolio_value = starting_portfolio_value
        self._portfolio_value = self._highest_value = self._daily_value = starting_portfolio_value

    # messages

    def debug_message(self, message: str) -> None:
        self.log_store.add(self._format(message))

    system_debug_message = debug_message
    log_message = debug_message

    def _format(self, message: str) -> str:
        if self.algorithm is None:
            return f"Algorithm Initialization: {message}"
        return prefix_with_time(message, self.algorithm.time)

    def runtime_statistic(self, key: str, value: str) -> None:
        self.runtime_statistics[key] = value

    # samples

    def on_warmup_finished(self) -> None:
        """Start the statistics from the account as it is now."""
        self._update_portfolio_value()
        value = self._portfolio_value
        # Values that are equal stay as they are: their scale shows in the statistics ("100000.00").
        if self._highest_value != value:
            self._highest_value = value
        if self._daily_value != value:
            self._daily_value = value
        if self.starting_portfolio_value != value:
            self.starting_portfolio_value = value
            self._equity_bar.forget()

    def order_event(self, event: OrderEvent) -> None:
        """Take notice of an order's event, after the portfolio has."""
        if event.fill_quantity_decimal:
            self._sales_volume.touch(self.algorithm.securities[event.symbol].holdings)

    def sample(self, stamp: int) -> None:
        """Take the daily sample of everything."""
        self._update_portfolio_value()
        value = self._portfolio_value
        benchmark = smart_rounding(evaluate_benchmark(self.algorithm.benchmark, stamp))
        performance = self._performance_of(value)
        self._highest_value = max(value, self._highest_value)
        self._equity_bar.update(value)
        if not self.algorithm.is_warming_up:  # those days would skew the statistics
            self._sample_equity(stamp)
            line, store = SeriesType.LINE, self.chart_store
            store.sample(names.BENCHMARK, names.BENCHMARK, 0, line, ChartPoint(stamp, benchmark), "$")
            point = ChartPoint(stamp, performance)
            store.sample(names.STRATEGY_EQUITY, names.RETURN, 1, SeriesType.BAR, point, "%")
            if self._highest_value:
                point = ChartPoint(stamp, drawdown_percent(value, self._highest_value))
                store.sample(names.DRAWDOWN, "Equity Drawdown", 0, line, point, "%")
            self._sample_sales_volume(stamp)
            if value:
                self._sample_exposure(stamp, value)
            self._sample_capacity(stamp)
        else:
            self._equity_bar.forget()
        if value:
            self._sample_turnover(stamp, value)
        self._margin_chart.sample(self.chart_store.charts, self.algorithm.portfolio, stamp, value)
        self._daily_value = value

    def _update_portfolio_value(self) -> None:
        self._portfolio_value = self.algorithm.portfolio.total_portfolio_value_decimal

    def _performance_of(self, value: Decimal) -> Decimal:
        if not self._daily_value:
            return ZERO
        return round_decimal((value - self._daily_value) * 100 / self._daily_value, 10)

    def _sample_equity(self, stamp: int) -> None:
        candle: Candlestick = self._equity_bar.take(stamp, self._portfolio_value)
        if not self.algorithm.is_warming_up:
            equity, kind = names.STRATEGY_EQUITY, SeriesType.CANDLE
            self.chart_store.sample(equity, names.EQUITY, 0, kind, candle, self.currency_symbol)

    def _sample_sales_volume(self, stamp: int) -> None:
        chart, kind = names.ASSETS_SALES_VOLUME, SeriesType.TREEMAP
        for name, volume in self._sales_volume.largest:
            point = ChartPoint(stamp, volume)
            self.chart_store.sample(chart, name, 0, kind, point, self.currency_symbol)

    def _sample_exposure(self, stamp: int, value: Decimal) -> None:
        long: dict[SecurityType, Decimal] = {}
        short: dict[SecurityType, Decimal] = {}
        for holding in self.algorithm.portfolio.values():
            kind = holding.type
            long.setdefault(kind, ZERO)
            short.setdefault(kind, ZERO)
            if holding.quantity_decimal:
                side = long if (worth := holding.holdings_value_decimal) > 0 else short
                side[kind] += worth
        for position, holdings in ((PositionSide.LONG, long), (PositionSide.SHORT, short)):
            for kind, worth in holdings.items():
                name = f"{kind.to_string()} - {position.to_string()} Ratio"
                point = ChartPoint(stamp, round_decimal(worth / value, 4))
                self.chart_store.sample(names.EXPOSURE, name, 0, SeriesType.LINE, point, "")

    def _sample_capacity(self, stamp: int) -> None:
        """Only a backtest estimates its capacity."""

    def _sample_turnover(self, stamp: int, value: Decimal) -> None:
        algorithm = self.algorithm
        if to_stamp(algorithm.start_date) == algorithm.time_zone.to_local(stamp):
            return  # a day must have passed before its turnover is known
        volume = self._sales_volume.total
        last, before_last = self._turnover_before
        # The final sample may repeat the moment of the last daily one and then replaces it.
        turnover = (volume - (before_last if self._turnover_stamp == stamp else last)) / value
        self._turnover_before = (volume, last)
        self._turnover_stamp = stamp
        if not algorithm.is_warming_up:
            name, point = names.PORTFOLIO_TURNOVER, ChartPoint(stamp, turnover)
            self.chart_store.sample(name, name, 0, SeriesType.LINE, point, "%")
