"""The statistics table as LEAN prints it (LEAN: Common/Statistics/StatisticsBuilder.cs, GetSummary).

Decimals keep their scale ("2.200%", "0.10"), doubles do not ("1.3", "-0"): which is which is LEAN's choice.
"""

from __future__ import annotations

from decimal import Decimal

from engine.common.numbers import (
    DECIMAL_MAX,
    decimal_to_string,
    double_to_string,
    round_decimal,
    round_to_significant_digits,
    to_float,
)
from engine.statistics.performance_metrics import PerformanceMetrics as Names
from engine.statistics.portfolio_statistics import PortfolioStatistics

_LARGEST_FRACTION = DECIMAL_MAX / 100


def statistics_table(
    figures: PortfolioStatistics,
    total_orders: int,
    total_fees: Decimal,
    capacity: Decimal,
    lowest_capacity_asset: str,
    currency_symbol: str,
) -> dict[str, str]:
    """Return the rows of the table, in LEAN's order."""
    return {
        Names.TOTAL_ORDERS: str(total_orders),
        Names.AVERAGE_WIN: _percent(figures.average_win_rate, 2),
        Names.AVERAGE_LOSS: _percent(figures.average_loss_rate, 2),
        Names.COMPOUNDING_ANNUAL_RETURN: _percent(figures.compounding_annual_return, 3),
        Names.DRAWDOWN: _percent(figures.drawdown, 3),
        Names.EXPECTANCY: _exact(figures.expectancy, 3),
        Names.START_EQUITY: _exact(figures.start_equity, 2),
        Names.END_EQUITY: _exact(figures.end_equity, 2),
        Names.NET_PROFIT: _percent(figures.total_net_profit, 3),
        Names.SHARPE_RATIO: _double(figures.sharpe_ratio),
        Names.SORTINO_RATIO: _double(figures.sortino_ratio),
        Names.PROBABILISTIC_SHARPE_RATIO: _percent(figures.probabilistic_sharpe_ratio, 3),
        Names.LOSS_RATE: _percent(figures.loss_rate, 0),
        Names.WIN_RATE: _percent(figures.win_rate, 0),
        Names.PROFIT_LOSS_RATIO: _exact(figures.profit_loss_ratio, 2),
        Names.ALPHA: _double(figures.alpha),
        Names.BETA: _double(figures.beta),
        Names.ANNUAL_STANDARD_DEVIATION: _double(figures.annual_standard_deviation),
        Names.ANNUAL_VARIANCE: _double(figures.annual_variance),
        Names.INFORMATION_RATIO: _double(figures.information_ratio),
        Names.TRACKING_ERROR: _double(figures.tracking_error),
        Names.TREYNOR_RATIO: _double(figures.treynor_ratio),
        Names.TOTAL_FEES: f"{currency_symbol}{round_decimal(total_fees, 2, away_from_zero=True):.2f}",
        Names.ESTIMATED_STRATEGY_CAPACITY: currency_symbol
        + decimal_to_string(round_to_significant_digits(capacity, 2)),
        Names.LOWEST_CAPACITY_ASSET: lowest_capacity_asset,
        Names.PORTFOLIO_TURNOVER: _percent(figures.portfolio_turnover, 2),
        Names.DRAWDOWN_RECOVERY: str(figures.drawdown_recovery),
    }


def _percent(fraction: Decimal, digits: int) -> str:
    percent = DECIMAL_MAX if fraction >= _LARGEST_FRACTION else fraction * 100
    return _exact(percent, digits) + "%"


def _exact(value: Decimal, digits: int) -> str:
    return decimal_to_string(round_decimal(value, digits))


def _double(value: Decimal) -> str:
    # Math.Round(double, 3) scales, rounds to even and scales back; a negative zero keeps its sign.
    scaled = to_float(value) * 1000
    return double_to_string(float(round(scaled)) / 1000 if round(scaled) else scaled * 0.0)
