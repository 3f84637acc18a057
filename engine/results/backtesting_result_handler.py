"""Samples, messages and result files of a backtest (LEAN: Engine/Results/BacktestingResultHandler.cs)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.benchmarks.benchmark import evaluate_benchmark
from engine.common.chart_points import ChartPoint
from engine.common.enums import AlgorithmStatus, SeriesType
from engine.common.numbers import smart_rounding
from engine.common.time import HOUR, MINUTE, to_stamp
from engine.results import chart_store as names
from engine.results.backtest_result import BacktestResult
from engine.results.base_results_handler import BaseResultsHandler
from engine.results.result_files import write_json, write_text
from engine.results.runtime_statistics import runtime_statistics
from engine.securities.buying_power_parameters import ReservedBuyingPowerForPositionParameters
from engine.statistics.algorithm_performance import StatisticsResults
from engine.statistics.capacity_estimate import CapacityEstimate
from engine.statistics.statistics_builder import RunSamples, TableFigures, generate

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler

_SAMPLES = 4000
_MINIMUM_SAMPLE_PERIOD = 4 * MINUTE
_LONG_AGO = -(1 << 62)


class BacktestingResultHandler(BaseResultsHandler):
    """Takes notice of a run while it goes on, and writes down what came of it.

    Parameters
    ----------
    folder : where the files go, made when they are written
    algorithm_id : names the files, `<id>.json` and so on
    data_label : what is to be said of the data wherever results are shown
    """

    def __init__(self, folder: Path, algorithm_id: str, data_label: str = "") -> None:
        super().__init__()
        self.folder = folder
        self.algorithm_id = algorithm_id
        self.data_label = data_label
        self.transaction_handler: BrokerageTransactionHandler | None = None
        self._custom_statistics: dict[str, str] = {}
        self._capacity: CapacityEstimate | None = None
        self._resample_period = _MINIMUM_SAMPLE_PERIOD
        self._next_sample = _LONG_AGO
        self.next_sample_stamp = _LONG_AGO
        """The first moment at which `process_synchronous_events` has something to do.

        In a run of up to eleven days, where LEAN samples every four minutes, that is every step; in a longer
        one a candle of the equity chart is made of what is seen at its samples only (its close is exact).
        """
        self._runtime_error = ""
        self._stack_trace = ""

    def initialize(self, algorithm: Any, transaction_handler: BrokerageTransactionHandler) -> None:
        """Take the source of orders and their events; the algorithm is looked at once it has initialized."""
        self.transaction_handler = transaction_handler

    def on_securities_changed(self, changes: Any) -> None:
        """Look again at the end of this step: bars of what was traded before may come once more."""
        self.next_sample_stamp = _LONG_AGO

    def set_algorithm(self, algorithm: Any, starting_portfolio_value: Decimal) -> None:
        super().set_algorithm(algorithm, starting_portfolio_value)
        algorithm.set_statistics_service(self)
        start, end = to_stamp(algorithm.start_date), to_stamp(algorithm.end_date)
        span = end - start
        if span >= _MINIMUM_SAMPLE_PERIOD * _SAMPLES:
            self._resample_period = span // _SAMPLES
            # Hourly and daily data are seen whole; of minutes, over a long time, one an hour is.
            algorithm.trade_builder.price_interval = HOUR
        self._capacity = CapacityEstimate(
            algorithm,
            start,
            end,
            _used_buying_power,
            lambda: algorithm.portfolio.total_portfolio_value_decimal,
            self._is_internal,
        )

    def _is_internal(self, symbol: Symbol) -> bool:
        service = self.algorithm.subscription_manager.subscription_data_config_service
        return all(config.is_internal_feed for config in service.get_configs(symbol, include_internal=True))

    # while the run goes on

    def process_synchronous_events(self, force: bool = False) -> None:
        """Take notice of the end of a step; take the samples that are due."""
        if self.algorithm is None or self._capacity is None:
            return
        stamp = self.algorithm.time_keeper.utc_stamp
        self._capacity.update_market_capacity(force)
        due = stamp > self._next_sample or force
        if due or self._resample_period <= _MINIMUM_SAMPLE_PERIOD:
            self._update_portfolio_value()
            self._equity_bar.update(self._portfolio_value)
        if due:
            self._next_sample = stamp + self._resample_period
            self._take_sample(stamp)
        if self._resample_period > _MINIMUM_SAMPLE_PERIOD:
            self.next_sample_stamp = min(self._next_sample + 1, self._capacity.next_stamp)

    def _take_sample(self, stamp: int) -> None:
        self._sample_equity(stamp)
        self.chart_store.add_updates(self.algorithm.get_chart_updates())
        self._flush_messages()
        for key, value in self.algorithm.runtime_statistics.items():
            self.runtime_statistic(key, value)

    def _flush_messages(self) -> None:
        algorithm = self.algorithm
        self.log_store.flush((algorithm.debug_messages, algorithm.error_messages, algorithm.log_messages))

    def order_event(self, event: OrderEvent) -> None:
        super().order_event(event)
        if self._capacity is not None:
            self._capacity.on_order_event(event)
            self.next_sample_stamp = _LONG_AGO  # the volume of the bars after a fill is looked at

    def _sample_capacity(self, stamp: int) -> None:
        assert self._capacity is not None
        point = ChartPoint(stamp, self._capacity.capacity)
        chart, series = names.CAPACITY, "Strategy Capacity"
        self.chart_store.sample(chart, series, 0, SeriesType.LINE, point, self.currency_symbol)

    def runtime_error(self, message: str, stack_trace: str = "") -> None:
        """Note the error that ended the run; before the run itself there is no log to note it in."""
        if self.algorithm is not None:
            self.log_message(message)
        self._runtime_error = self._format(message)
        self._stack_trace = stack_trace

    # statistics

    def set_summary_statistic(self, name: str, value: str) -> None:
        self._custom_statistics[name] = value

    def statistics_results(self) -> StatisticsResults:
        """Return the statistics of the run so far; the table is empty where nothing has been sampled yet."""
        results = StatisticsResults()
        samples = None if self.algorithm is None else self._run_samples()
        if samples is not None:
            results = generate(samples, self._table_figures())
        elif self.algorithm is not None:
            results.total_performance.closed_trades = self.algorithm.trade_builder.closed_trades
        results.add_custom_summary_statistics(self._custom_statistics)
        return results

    def _run_samples(self) -> RunSamples | None:
        store, algorithm = self.chart_store, self.algorithm
        equity = store.points(names.STRATEGY_EQUITY, names.EQUITY)
        if not equity:
            return None
        performance = store.points(names.STRATEGY_EQUITY, names.RETURN)
        benchmark = store.points(names.BENCHMARK, names.BENCHMARK)
        if not benchmark:
            # Before the first daily sample, one of this moment serves; with nothing earned there is none.
            earned = self._performance_of(self._portfolio_value)
            if not earned:
                return None
            stamp = algorithm.time_keeper.utc_stamp
            performance = [ChartPoint(stamp, earned)]
            benchmark = [ChartPoint(stamp, smart_rounding(evaluate_benchmark(algorithm.benchmark, stamp)))]
        records = algorithm.transactions.transaction_record_decimal
        won = algorithm.transactions.winning_stamps
        return RunSamples(
            equity=equity,
            performance=performance,
            benchmark=benchmark,
            turnover=store.points(names.PORTFOLIO_TURNOVER, names.PORTFOLIO_TURNOVER),
            trades=algorithm.trade_builder.closed_trades,
            profit_loss=records,
            winning=list(won),
            losing=[stamp for stamp in records if stamp not in won],
            starting_capital=self.starting_portfolio_value,
            risk_free_interest_rate_model=algorithm.risk_free_interest_rate_model,
            trading_days_per_year=algorithm.settings.trading_days_per_year,
        )

    def _table_figures(self) -> TableFigures:
        capacity = self._capacity
        lowest = None if capacity is None else capacity.lowest_capacity_asset
        return TableFigures(
            total_orders=len(self.transaction_handler.orders) if self.transaction_handler else 0,
            total_fees=self.algorithm.portfolio.total_fees_decimal,
            capacity=Decimal(0) if capacity is None else capacity.capacity,
            lowest_capacity_asset="" if lowest is None else str(lowest.id),
            currency_symbol=self.currency_symbol,
        )

    # the end

    def exit(self) -> dict[str, str]:
        """Write the files and return the statistics table.

        Messages that came after the last flush of a failed run are not in the log file, as in LEAN.
        """
        lines = self.log_store.copy()
        self.process_synchronous_events(force=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self._file("log.txt"), "".join(line + "\n" for line in lines))
        result = self._result()
        write_json(self._file("summary.json"), result.summary_json())
        write_json(self.folder / f"{self.algorithm_id}.json", result.to_json())
        if result.order_events:
            write_json(self._file("order-events.json"), result.order_events)
        return result.statistics

    def _file(self, name: str) -> Path:
        return self.folder / f"{self.algorithm_id}-{name}"

    def _result(self) -> BacktestResult:
        algorithm = self.algorithm
        statistics = self.statistics_results()
        result = BacktestResult(statistics, self._state())
        if algorithm is not None:
            result.charts = self.chart_store.charts
            result.profit_loss = algorithm.transactions.transaction_record_decimal
            result.set_configuration(algorithm)
            result.runtime_statistics = runtime_statistics(
                self.runtime_statistics,
                statistics.summary,
                algorithm.portfolio,
                self._portfolio_value,
                self.starting_portfolio_value,
                self.currency_symbol,
            )
        if self.transaction_handler is not None:
            result.set_orders(self.transaction_handler, self.algorithm_id)
        return result

    def _state(self) -> dict[str, str]:
        algorithm = self.algorithm
        failed = algorithm is None or self._runtime_error
        # An algorithm may have a member `status` of its own; the engine's is the private one.
        status = AlgorithmStatus.RUNTIME_ERROR if failed else algorithm._status
        orders = self.transaction_handler.orders if self.transaction_handler else ()
        return {
            "Name": "" if algorithm is None else algorithm.name,
            "Status": status.to_string(),
            "RuntimeError": self._runtime_error,
            "StackTrace": self._stack_trace,
            "LogCount": str(len(self.log_store)),
            "OrderCount": str(len(orders)),
            "Data": self.data_label,
        }


def _used_buying_power(security: Security) -> Decimal:
    # What the position takes of the account, at full value.
    parameters = ReservedBuyingPowerForPositionParameters(security)
    reserved = security.buying_power_model.get_reserved_buying_power_for_position(parameters)
    return reserved.absolute_used_buying_power_decimal * security.leverage_decimal
