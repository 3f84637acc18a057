"""From samples to statistics (LEAN: Common/Statistics/StatisticsBuilder.cs)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Protocol

from engine.common.errors import ArgumentException
from engine.common.numbers import ZERO, to_decimal, to_float
from engine.common.time import DAY, date_to_stamp, stamp_to_date, to_datetime
from engine.statistics.algorithm_performance import AlgorithmPerformance, StatisticsResults
from engine.statistics.portfolio_statistics import PeriodSamples, PortfolioStatistics
from engine.statistics.summary import statistics_table
from engine.statistics.trade import Trade
from engine.statistics.trade_statistics import TradeStatistics

if TYPE_CHECKING:
    from datetime import datetime

    from engine.common.chart_points import Candlestick, ChartPoint

ROLLING_MONTHS = (1, 3, 6, 12)


class RiskFreeInterestRateModel(Protocol):
    """LEAN: Common/Data/IRiskFreeInterestRateModel.cs."""

    def get_interest_rate(self, date: datetime) -> float | Decimal: ...


@dataclass(slots=True)
class _Row:
    """Samples in time order, and where a period of days begins and ends in them."""

    stamps: list[int]
    values: list[Decimal]

    @classmethod
    def of_points(cls, points: Sequence[ChartPoint | Candlestick]) -> _Row:
        values = {point.stamp: point.value for point in points if point.value is not None}
        return cls.of(values)

    @classmethod
    def of(cls, values: Mapping[int, Decimal]) -> _Row:
        stamps = sorted(values)
        return cls(stamps, [values[stamp] for stamp in stamps])

    def bounds(self, first: date, last: date) -> tuple[int, int]:
        """Return the positions of the days `first` to `last`, both included, as a slice."""
        return (
            bisect_left(self.stamps, date_to_stamp(first)),
            bisect_left(self.stamps, date_to_stamp(last) + DAY),
        )

    def within(self, first: date, last: date) -> list[Decimal]:
        start, end = self.bounds(first, last)
        return self.values[start:end]


@dataclass(slots=True)
class RunSamples:
    """Everything a run leaves for its statistics.

    Parameters
    ----------
    equity, performance, benchmark, turnover : points of the charts Strategy Equity (candles; daily returns in
        percent), Benchmark and Portfolio Turnover
    trades : in the order in which they closed
    profit_loss : amount of each closing transaction, by its stamp
    winning, losing : stamps of the transactions that count as won and lost
    """

    equity: Sequence[Candlestick]
    performance: Sequence[ChartPoint]
    benchmark: Sequence[ChartPoint]
    turnover: Sequence[ChartPoint]
    trades: Sequence[Trade]
    profit_loss: Mapping[int, Decimal]
    winning: Sequence[int]
    losing: Sequence[int]
    starting_capital: Decimal
    risk_free_interest_rate_model: RiskFreeInterestRateModel
    trading_days_per_year: int


@dataclass(slots=True)
class TableFigures:
    """What the table shows beyond the statistics of the account."""

    total_orders: int
    total_fees: Decimal
    capacity: Decimal
    lowest_capacity_asset: str
    currency_symbol: str


def generate(samples: RunSamples, figures: TableFigures) -> StatisticsResults:
    """Return the statistics of a run and of its rolling windows.

    Raises
    ------
    ArgumentException
        If the daily returns and the benchmark do not pair up.
    """
    periods = _Periods(samples)
    if not periods.equity.stamps:
        return StatisticsResults()
    first, last = periods.first_date, periods.last_date
    total = periods.performance_of(first, last)
    rolling = {
        f"M{months}_{end:%Y%m%d}": periods.performance_of(start, end)
        for months in ROLLING_MONTHS
        for start, end in period_ranges(months, first, last)
    }
    summary = statistics_table(
        total.portfolio_statistics,
        figures.total_orders,
        figures.total_fees,
        figures.capacity,
        figures.lowest_capacity_asset,
        figures.currency_symbol,
    )
    return StatisticsResults(total, rolling, summary)


class _Periods:
    """The samples of a run, sorted once, cut into periods as often as asked."""

    def __init__(self, samples: RunSamples) -> None:
        self._samples = samples
        self.equity = _Row.of_points(samples.equity)
        self._performance = _Row.of_points(samples.performance)
        self._benchmark = _Row.of_points(samples.benchmark)
        self._turnover = _Row.of_points(samples.turnover)
        self._profit_loss = _Row.of(samples.profit_loss)
        self._won = sorted(samples.winning)
        self._lost = sorted(samples.losing)
        model = samples.risk_free_interest_rate_model
        rates = (to_decimal(model.get_interest_rate(to_datetime(stamp))) for stamp in self.equity.stamps)
        # Sums up to each sample: the mean rate of any period is then one subtraction.
        self._rate_sums = list(accumulate(rates, initial=ZERO))

    @property
    def first_date(self) -> date:
        return stamp_to_date(self.equity.stamps[0])

    @property
    def last_date(self) -> date:
        return stamp_to_date(self.equity.stamps[-1])

    def performance_of(self, first: date, last: date) -> AlgorithmPerformance:
        start, end = self.equity.bounds(first, last)
        if start == end:
            return AlgorithmPerformance()
        benchmark = self._benchmark.within(first, last)
        performance = self._performance.within(first, last)
        if len(benchmark) != len(performance):
            difference = abs(len(benchmark) - len(performance))
            raise ArgumentException(f"Benchmark and performance series has {difference} misaligned values.")
        equity = self.equity.values[start:end]
        whole = len(equity) == len(self.equity.values)
        low, high = date_to_stamp(first), date_to_stamp(last) + DAY
        trades = [trade for trade in self._samples.trades if low <= trade.exit_time_stamp < high]
        period = PeriodSamples(
            stamps=self.equity.stamps[start:end],
            equity=equity,
            profit_loss=self._profit_loss.within(first, last),
            turnover=self._turnover.within(first, last),
            performance=[to_float(value / 100) for value in performance[2:]],
            benchmark=benchmark_differences(benchmark),
            starting_capital=self._samples.starting_capital if whole else equity[0],
            risk_free_rate=(self._rate_sums[end] - self._rate_sums[start]) / (end - start),
            trading_days_per_year=self._samples.trading_days_per_year,
            win_count=_count(self._won, low, high),
            loss_count=_count(self._lost, low, high),
        )
        return AlgorithmPerformance(TradeStatistics.of(trades), PortfolioStatistics.of(period), trades)


def _count(stamps: list[int], low: int, high: int) -> int:
    return bisect_left(stamps, high) - bisect_left(stamps, low)


def benchmark_differences(values: Sequence[Decimal]) -> list[float]:
    """Return the changes from sample to sample, as fractions, without the first.

    The first is dropped because orders at the first open belong to no day of the algorithm's returns, which
    lose their first two samples for the same reason.
    """
    pairs = pairwise(values[1:])
    return [to_float((value - previous) / previous) if previous else 0.0 for previous, value in pairs]


def period_ranges(months: int, first: date, last: date) -> list[tuple[date, date]]:
    """Return the windows of so many months that end with each calendar month, and with the last day."""
    ends = [last]
    while (end := ends[-1].replace(day=1) - timedelta(days=1)) >= first:
        ends.append(end)
    ends.reverse()
    ranges = [(first, ends[0])]
    for end in ends[1:]:
        after = ranges[-1][1] + timedelta(days=1)
        year, month = divmod(after.year * 12 + after.month - months, 12)
        ranges.append((max(date(year, month + 1, after.day), first), end))
    return ranges
