"""The figures above a running backtest (LEAN: BaseResultsHandler.GetAlgorithmRuntimeStatistics)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import round_decimal
from engine.statistics.performance_metrics import PerformanceMetrics

if TYPE_CHECKING:
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager


def runtime_statistics(
    own: Mapping[str, str],
    summary: Mapping[str, str],
    portfolio: SecurityPortfolioManager,
    portfolio_value: Decimal,
    starting_value: Decimal,
    currency: str,
) -> dict[str, str]:
    """Return the figures by name; LEAN's own take the place of an algorithm's of the same name."""
    gain = (portfolio_value - starting_value) / starting_value if starting_value > 0 else Decimal(0)
    probability = PerformanceMetrics.PROBABILISTIC_SHARPE_RATIO
    figures = dict(own) | {
        probability: summary.get(probability, "0%"),
        "Unrealized": currency + _thousands(portfolio.total_unrealized_profit_decimal),
        "Fees": f"-{currency}{_thousands(portfolio.total_fees_decimal)}",
        "Net Profit": currency + _thousands(portfolio.total_net_profit_decimal),
        "Return": f"{_thousands(gain * 100)} %",
        "Equity": currency + _thousands(portfolio_value),
        "Holdings": currency + _thousands(portfolio.total_holdings_value_decimal),
        "Volume": currency + _thousands(portfolio.total_sale_volume_decimal),
    }
    return dict(sorted(figures.items()))


def _thousands(value: Decimal) -> str:
    rounded = round_decimal(value, 2, away_from_zero=True)
    return f"{rounded if rounded else abs(rounded):,.2f}"
