"""Trades and account of one period (LEAN: AlgorithmPerformance.cs, StatisticsResults.cs)."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.statistics.portfolio_statistics import PortfolioStatistics
from engine.statistics.trade import Trade
from engine.statistics.trade_statistics import TradeStatistics


@dataclass(slots=True)
class AlgorithmPerformance:
    """The figures of a period, with the trades that closed in it."""

    trade_statistics: TradeStatistics = field(default_factory=TradeStatistics)
    portfolio_statistics: PortfolioStatistics = field(default_factory=PortfolioStatistics)
    closed_trades: list[Trade] = field(default_factory=list)


@dataclass(slots=True)
class StatisticsResults:
    """The whole run, its windows (`M3_20210131`: the three months to that day), and the table as text."""

    total_performance: AlgorithmPerformance = field(default_factory=AlgorithmPerformance)
    rolling_performances: dict[str, AlgorithmPerformance] = field(default_factory=dict)
    summary: dict[str, str] = field(default_factory=dict)

    def add_custom_summary_statistics(self, custom: dict[str, str]) -> None:
        """Add the algorithm's own rows; LEAN's own rows can not be replaced."""
        for name, value in custom.items():
            self.summary.setdefault(name, value)
