"""The content of a backtest's result files (LEAN: Common/Result.cs, Packets/BacktestResultPacket.cs)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.brokerages.brokerage_model_factory import get_brokerage_name
from engine.common.chart import Chart
from engine.common.time import to_datetime
from engine.orders.order_json import order_json, order_list_hash
from engine.results.chart_store import EQUITY, PORTFOLIO_MARGIN, STRATEGY_EQUITY
from engine.results.order_event_json import order_event_json
from engine.results.performance_json import iso_time, performance_json
from engine.results.portfolio_margin_chart import PortfolioMarginChart
from engine.results.series_sampler import thin_out

if TYPE_CHECKING:
    from engine.statistics.algorithm_performance import StatisticsResults
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler


class BacktestResult:
    """What came of a run.

    Parameters
    ----------
    statistics : of the whole run and its rolling windows
    state : how the run ended, as texts
    """

    def __init__(self, statistics: StatisticsResults, state: dict[str, str]) -> None:
        self._performance = statistics.total_performance
        self._rolling = statistics.rolling_performances
        self.statistics = statistics.summary
        self.state = state
        self.charts: dict[str, Chart] = {}
        self.profit_loss: Mapping[int, Decimal] = {}
        self.runtime_statistics: dict[str, str] = {}
        self.orders: dict[str, Any] = {}
        self.order_events: list[dict[str, Any]] = []
        self._configuration: dict[str, Any] = {}

    def set_configuration(self, algorithm: Any) -> None:
        """Keep what the run was asked to do (LEAN: Common/AlgorithmConfiguration.cs)."""
        self._configuration = {
            "name": algorithm.name,
            "tags": list(algorithm.tags),
            "accountCurrency": algorithm.account_currency,
            "brokerage": int(get_brokerage_name(algorithm.brokerage_model)),
            "accountType": int(algorithm.brokerage_model.account_type),
            "parameters": dict(algorithm.get_parameters()),
            "outOfSampleMaxEndDate": None,
            "outOfSampleDays": 0,
            "startDate": f"{algorithm.start_date:%Y-%m-%dT%H:%M:%SZ}",
            "endDate": f"{algorithm.end_date:%Y-%m-%dT%H:%M:%SZ}",
            "tradingDaysPerYear": algorithm.settings.trading_days_per_year,
        }

    def set_orders(self, handler: BrokerageTransactionHandler, algorithm_id: str) -> None:
        """Keep the orders and their events, and the hash that LEAN's messaging adds to the statistics."""
        orders = handler.orders
        self.orders = {str(id): json.loads(order_json(orders[id])) for id in sorted(orders)}
        self.order_events = [order_event_json(event, algorithm_id) for event in handler.order_events]
        self.statistics["OrderListHash"] = order_list_hash(orders.values())

    def to_json(self) -> dict[str, Any]:
        """Return the whole result file."""
        return {
            "rollingWindow": {
                key: performance_json(performance, with_trades=False)
                for key, performance in self._rolling.items()
            },
            "charts": {name: self._chart(name).to_json() for name in self.charts},
            "orders": self.orders,
            "profitLoss": {
                iso_time(to_datetime(stamp)): amount for stamp, amount in sorted(self.profit_loss.items())
            },
            "statistics": self.statistics,
            "runtimeStatistics": self.runtime_statistics,
            "state": self.state,
            "algorithmConfiguration": self._configuration,
            "totalPerformance": performance_json(self._performance, with_trades=True),
        }

    def summary_json(self) -> dict[str, Any]:
        """Return the short result file: no orders, and of the charts a thinned out equity only."""
        charts = {}
        equity = self.charts.get(STRATEGY_EQUITY)
        if equity is not None and EQUITY in equity.series:
            chart = equity.clone_empty()
            chart.add_series(thin_out(equity.series[EQUITY]))
            charts[STRATEGY_EQUITY] = chart.to_json()
        return {
            "rollingWindow": {},
            "charts": charts,
            "statistics": self.statistics,
            "runtimeStatistics": self.runtime_statistics,
            "state": self.state,
            "algorithmConfiguration": self._configuration,
            "totalPerformance": performance_json(self._performance, with_trades=False),
        }

    def _chart(self, name: str) -> Chart:
        chart = self.charts[name]
        return PortfolioMarginChart.without_single_points(chart) if name == PORTFOLIO_MARGIN else chart
