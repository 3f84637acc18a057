"""Statistics of the account over a period (LEAN: Common/Statistics/PortfolioStatistics.cs)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.common.numbers import ONE, ZERO, double_to_decimal, round_decimal, to_float
from engine.common.time import DAY
from engine.statistics import sampling_math
from engine.statistics.drawdown_metrics import DrawdownMetrics

_DAYS_PER_YEAR = 365


@dataclass(slots=True)
class PeriodSamples:
    """What is known of a period.

    `equity` and `profit_loss` are oldest first; `performance` and `benchmark` are daily returns as fractions,
    in pairs.
    """

    stamps: Sequence[int]
    equity: Sequence[Decimal]
    profit_loss: Sequence[Decimal]
    turnover: Sequence[Decimal]
    performance: Sequence[float]
    benchmark: Sequence[float]
    starting_capital: Decimal
    risk_free_rate: Decimal
    trading_days_per_year: int
    win_count: int
    loss_count: int


@dataclass(slots=True)
class PortfolioStatistics:
    """LEAN's figures, under LEAN's names; all stay 0 where a period has fewer than two returns."""

    average_win_rate: Decimal = ZERO
    average_loss_rate: Decimal = ZERO
    profit_loss_ratio: Decimal = ZERO
    win_rate: Decimal = ZERO
    loss_rate: Decimal = ZERO
    expectancy: Decimal = ZERO
    start_equity: Decimal = ZERO
    end_equity: Decimal = ZERO
    compounding_annual_return: Decimal = ZERO
    drawdown: Decimal = ZERO
    total_net_profit: Decimal = ZERO
    sharpe_ratio: Decimal = ZERO
    probabilistic_sharpe_ratio: Decimal = ZERO
    sortino_ratio: Decimal = ZERO
    alpha: Decimal = ZERO
    beta: Decimal = ZERO
    annual_standard_deviation: Decimal = ZERO
    annual_variance: Decimal = ZERO
    information_ratio: Decimal = ZERO
    tracking_error: Decimal = ZERO
    treynor_ratio: Decimal = ZERO
    portfolio_turnover: Decimal = ZERO
    value_at_risk_99: Decimal = ZERO
    value_at_risk_95: Decimal = ZERO
    drawdown_recovery: int = 0

    @classmethod
    def of(cls, period: PeriodSamples) -> PortfolioStatistics:
        """Compute the figures of a period that has at least one equity sample."""
        result = cls(start_equity=period.starting_capital, end_equity=period.equity[-1])
        if period.turnover:
            result.portfolio_turnover = sum(period.turnover, ZERO) / len(period.turnover)
        if period.starting_capital and len(period.benchmark) >= 2 and len(period.performance) >= 2:
            result._set_trading(period)
            result._set_growth(period)
            result._set_ratios(period)
        return result

    def _set_trading(self, period: PeriodSamples) -> None:
        running = period.starting_capital
        profit = loss = ZERO
        wins = losses = 0
        for amount in period.profit_loss:
            if amount > 0:
                profit += amount / running
                wins += 1
            else:
                loss += amount / running
                losses += 1
            running += amount
        self.average_win_rate = profit / wins if wins else ZERO
        self.average_loss_rate = loss / losses if losses else ZERO
        if self.average_loss_rate:
            self.profit_loss_ratio = self.average_win_rate / abs(self.average_loss_rate)
        # The counts come from elsewhere: an option exercised in the money can be won with a negative amount.
        trades = period.win_count + period.loss_count
        if trades:
            self.win_rate = Decimal(period.win_count) / trades
            self.loss_rate = Decimal(period.loss_count) / trades
        # .NET's product with zero has no decimals where the other factor fills its 96 bits
        gain = self.win_rate * self.profit_loss_ratio if self.win_rate else ZERO
        self.expectancy = gain - self.loss_rate

    def _set_growth(self, period: PeriodSamples) -> None:
        self.total_net_profit = self.end_equity / period.starting_capital - ONE
        days = (period.stamps[-1] - period.stamps[0]) / DAY
        years = double_to_decimal(days) / _DAYS_PER_YEAR
        self.compounding_annual_return = compounding_annual_performance(
            period.starting_capital, self.end_equity, years
        )
        metrics = DrawdownMetrics.of(period.stamps, period.equity, 3)
        self.drawdown, self.drawdown_recovery = metrics

    def _set_ratios(self, period: PeriodSamples) -> None:
        returns, benchmark, days = period.performance, period.benchmark, period.trading_days_per_year
        rate = period.risk_free_rate
        annual = double_to_decimal(sampling_math.annual_performance(returns, days))
        benchmark_annual = double_to_decimal(sampling_math.annual_performance(benchmark, days))

        self.annual_variance = double_to_decimal(sampling_math.annual_variance(returns, days))
        self.annual_standard_deviation = double_to_decimal(math.sqrt(to_float(self.annual_variance)))
        self.sharpe_ratio = _sharpe(annual, self.annual_standard_deviation, rate)
        downside = double_to_decimal(sampling_math.annual_downside_deviation(returns, days))
        self.sortino_ratio = _sharpe(annual, downside, rate)

        benchmark_variance = sampling_math.variance(benchmark)
        if benchmark_variance:
            self.beta = double_to_decimal(sampling_math.covariance(returns, benchmark) / benchmark_variance)
        if self.beta:
            self.alpha = annual - (rate + self.beta * (benchmark_annual - rate))
            self.treynor_ratio = double_to_decimal(to_float(annual) - to_float(rate)) / self.beta
        self.tracking_error = double_to_decimal(sampling_math.tracking_error(returns, benchmark, days))
        if self.tracking_error:
            ahead = double_to_decimal(to_float(annual) - to_float(benchmark_annual))
            self.information_ratio = ahead / self.tracking_error

        self.probabilistic_sharpe_ratio = double_to_decimal(
            sampling_math.probabilistic_sharpe_ratio(returns, 1 / math.sqrt(days), to_float(rate) / days)
        )
        self.value_at_risk_99 = _value_at_risk(returns, days, 0.99)
        self.value_at_risk_95 = _value_at_risk(returns, days, 0.95)


def compounding_annual_performance(start: Decimal, end: Decimal, years: Decimal) -> Decimal:
    """Return the yearly growth that makes `end` of `start`; 0 where it has no finite value."""
    if not years or not start:
        return ZERO
    growth = to_float(end) / to_float(start)
    try:
        return double_to_decimal(math.pow(growth, 1 / to_float(years)) - 1)
    except (OverflowError, ValueError):  # an infinite power, or a root of a negative number
        return ZERO


def _sharpe(performance: Decimal, deviation: Decimal, rate: Decimal) -> Decimal:
    ratio = sampling_math.sharpe_ratio(to_float(performance), to_float(deviation), to_float(rate))
    return double_to_decimal(ratio)


def _value_at_risk(returns: Sequence[float], lookback: int, confidence: float) -> Decimal:
    return round_decimal(double_to_decimal(sampling_math.value_at_risk(returns, lookback, confidence)), 3)
