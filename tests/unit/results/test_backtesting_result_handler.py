"""What is sampled while a run goes on, and the files it leaves."""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.benchmarks.func_benchmark import FuncBenchmark
from engine.brokerages.default_brokerage_model import DefaultBrokerageModel
from engine.common.chart import Chart
from engine.common.chart_series import Series
from engine.common.enums import AlgorithmStatus, OrderDirection, OrderStatus, OrderType, SecurityType
from engine.common.errors import ArgumentException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.time import DAY, HOUR, MINUTE, TimeZone, to_datetime, to_stamp
from engine.common.time_keeper import TimeKeeper
from engine.orders.fees.order_fee import OrderFee
from engine.orders.market_order import MarketOrder
from engine.orders.order_event import OrderEvent
from engine.results.backtesting_result_handler import BacktestingResultHandler
from engine.statistics.trade_builder import TradeBuilder

SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
START = to_stamp(datetime(2021, 1, 4, 5))  # midnight in New York


class Holding(SimpleNamespace):
    __hash__ = object.__hash__


class Account:
    """An algorithm and its account, as far as results look at them."""

    def __init__(self, days: int = 5) -> None:
        self.start_date = datetime(2021, 1, 4)
        self.end_date = self.start_date + timedelta(days=days) - timedelta(microseconds=1)
        self.time_zone = TimeZone.of("America/New_York")
        self.time_keeper = TimeKeeper(START)
        self.account_currency = "USD"
        self.name = "Test"
        self.tags: list[str] = []
        self.is_warming_up = False
        self._status = AlgorithmStatus.COMPLETED
        self.brokerage_model = DefaultBrokerageModel()
        self.settings = SimpleNamespace(trading_days_per_year=252)
        self.benchmark = FuncBenchmark(lambda time: 100 + time.day)
        self.debug_messages: deque[str] = deque()
        self.error_messages: deque[str] = deque()
        self.log_messages: deque[str] = deque()
        self.runtime_statistics = {"Own": "1"}
        self.charts: list[Chart] = []
        self.trade_builder = TradeBuilder()
        self.risk_free_interest_rate_model = SimpleNamespace(get_interest_rate=lambda date: 0.01)
        self.transactions = SimpleNamespace(transaction_record_decimal={}, winning_stamps=set())
        self.holding = Holding(
            symbol=SPY,
            type=SecurityType.EQUITY,
            quantity_decimal=Decimal(0),
            holdings_value_decimal=Decimal(0),
            total_sale_volume_decimal=Decimal(0),
        )
        security = SimpleNamespace(
            holdings=self.holding,
            symbol=SPY,
            invested=False,
            quote_currency=SimpleNamespace(conversion_rate_decimal=Decimal(1)),
            symbol_properties=SimpleNamespace(contract_multiplier_decimal=Decimal(1)),
        )
        self.securities = {SPY: security}
        configs = [SimpleNamespace(is_internal_feed=False)]
        service = SimpleNamespace(get_configs=lambda symbol, include_internal: configs)
        self.subscription_manager = SimpleNamespace(subscription_data_config_service=service)
        self.current_slice = SimpleNamespace(bars={}, quote_bars={})
        self.portfolio = SimpleNamespace(
            total_portfolio_value_decimal=Decimal("100000.00"),
            total_fees_decimal=Decimal("1.00"),
            total_unrealized_profit_decimal=Decimal(0),
            total_net_profit_decimal=Decimal("-1234.5"),
            total_holdings_value_decimal=Decimal(0),
            total_sale_volume_decimal=Decimal(5000),
            values=lambda: [self.holding],
            positions=SimpleNamespace(groups=[]),
        )

    @property
    def time(self) -> datetime:
        return self.time_zone.local_datetime(self.time_keeper.utc_stamp)

    def worth(self, value: str) -> None:
        self.portfolio.total_portfolio_value_decimal = Decimal(value)

    def set_statistics_service(self, service: Any) -> None:
        self.service = service

    def get_chart_updates(self) -> list[Chart]:
        return [chart.get_updates() for chart in self.charts]

    def get_parameters(self) -> dict[str, str]:
        return {"ema-fast": "10"}


class Run:
    """A handler with an account and no orders."""

    def __init__(self, folder: Path, days: int = 5) -> None:
        self.account = Account(days)
        self.transactions = SimpleNamespace(orders={}, order_events=[])
        self.handler = BacktestingResultHandler(folder, "Test", "modelled quotes")
        self.handler.initialize(self.account, self.transactions)
        self.folder = folder

    def begin(self) -> Run:
        self.handler.set_algorithm(self.account, Decimal("100000.00"))
        return self

    def step(self, stamp: int, value: str | None = None, force: bool = False) -> None:
        self.account.time_keeper.set_utc(stamp)
        if value is not None:
            self.account.worth(value)
        self.handler.process_synchronous_events(force)

    def day(self, stamp: int, value: str | None = None) -> None:
        self.account.time_keeper.set_utc(stamp)
        if value is not None:
            self.account.worth(value)
        self.handler.sample(stamp)

    def points(self, chart: str, series: str) -> list[tuple[int, float]]:
        found = self.handler.chart_store.points(chart, series)
        return [((point.stamp - START) // HOUR, float(point.value)) for point in found]

    def file(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "results").begin()


def test_daily_samples_are_returns_benchmark_and_drawdown(run: Run) -> None:
    """Each midnight: the change in percent, the benchmark, and the fall from the highest midnight."""
    for day, value in enumerate(("100000", "101000", "100495")):
        run.day(START + day * DAY, value)
    assert run.points("Strategy Equity", "Return") == [(0, 0.0), (24, 1.0), (48, -0.5)]
    assert run.points("Benchmark", "Benchmark") == [(0, 104.0), (24, 105.0), (48, 106.0)]
    assert run.points("Drawdown", "Equity Drawdown") == [(0, 0.0), (24, 0.0), (48, -0.5)]
    assert run.points("Strategy Equity", "Equity") == [(0, 100000.0), (24, 101000.0), (48, 100495.0)]
    assert run.points("Capacity", "Strategy Capacity") == [(0, 0.0), (24, 0.0), (48, 0.0)]


def test_equity_candle_holds_what_was_seen_since_the_last_sample(run: Run) -> None:
    """Every step of a short run is seen; a candle is closed when four minutes have passed."""
    for minute, value in enumerate((100, 103, 97, 101, 102, 99, 98, 100, 101, 105)):
        run.step(START + minute * MINUTE, str(value * 1000))
    candles = run.handler.chart_store.points("Strategy Equity", "Equity")
    shown = [((c.stamp - START) // MINUTE, c.open, c.high, c.low, c.close) for c in candles]
    assert shown == [(0, 1e5, 1e5, 1e5, 1e5), (5, 103000.0, 103000.0, 97000.0, 99000.0)]
    run.step(START + 10 * MINUTE, "104000")
    assert run.handler.chart_store.points("Strategy Equity", "Equity")[-1].high == 105000.0


def test_short_runs_want_every_step_and_long_ones_their_samples(tmp_path: Path) -> None:
    """Five years have four thousand samples; nothing is asked for in between."""
    assert Run(tmp_path, 10).begin().handler.next_sample_stamp < START
    run = Run(tmp_path, 1826).begin()
    run.step(START)
    period = 1826 * DAY // 4000
    assert abs(run.handler.next_sample_stamp - (START + period)) <= 2
    assert run.account.trade_builder.price_interval == HOUR


def test_warm_up_leaves_no_samples_and_the_value_after_it_counts(run: Run) -> None:
    """Statistics start from the account as it is when warm-up is over."""
    run.account.is_warming_up = True
    run.day(START - DAY, "100000.00")
    run.step(START - HOUR)
    assert run.points("Strategy Equity", "Equity") == []
    run.account.is_warming_up = False
    run.account.worth("90000")
    run.handler.on_warmup_finished()
    run.day(START, "90900")
    assert run.handler.starting_portfolio_value == 90000
    assert run.points("Strategy Equity", "Return") == [(0, 1.0)]


def test_turnover_is_the_days_sales_over_the_account(run: Run) -> None:
    """Not at the very start; a final sample at the moment of the last one replaces it."""
    run.day(START)
    run.account.holding.total_sale_volume_decimal = Decimal(20000)
    fill(run)
    run.day(START + DAY)
    run.account.holding.total_sale_volume_decimal = Decimal(25000)
    fill(run)
    run.day(START + 2 * DAY)
    assert run.points("Portfolio Turnover", "Portfolio Turnover") == [(24, 0.2), (48, 0.05)]
    run.account.holding.total_sale_volume_decimal = Decimal(35000)
    fill(run)
    run.day(START + 2 * DAY)
    assert run.points("Portfolio Turnover", "Portfolio Turnover") == [(24, 0.2), (48, 0.15)]
    assert run.points("Assets Sales Volume", "SPY") == [(24, 20000.0), (48, 25000.0)]


def fill(run: Run) -> None:
    stamp, fee = run.account.time_keeper.utc_stamp, OrderFee.ZERO
    run.handler.order_event(OrderEvent(1, SPY, stamp, OrderStatus.FILLED, OrderDirection.BUY, 100, 1, fee))


def test_exposure_is_shown_per_kind_and_side(run: Run) -> None:
    """Long and short of every kind of security there is, as fractions of the account."""
    run.account.holding.quantity_decimal = Decimal(-10)
    run.account.holding.holdings_value_decimal = Decimal(-25000)
    run.day(START)
    assert run.points("Exposure", "Equity - Long Ratio") == [(0, 0.0)]
    assert run.points("Exposure", "Equity - Short Ratio") == [(0, -0.25)]


def test_own_plots_and_runtime_statistics_reach_the_result(run: Run) -> None:
    """They are taken over with each sample."""
    chart = Chart("Own")
    series = Series("Line")
    series.add_point(to_datetime(START), 7)
    chart.add_series(series)
    run.account.charts.append(chart)
    run.step(START)
    run.handler.exit()
    result = run.file("Test.json")
    assert result["charts"]["Own"]["series"]["Line"]["values"] == [[START // 1_000_000, 7.0]]
    assert result["runtimeStatistics"]["Own"] == "1"
    assert result["runtimeStatistics"]["Net Profit"] == "$-1,234.50"
    assert result["runtimeStatistics"]["Fees"] == "-$1.00"


def test_log_file_has_what_was_flushed(run: Run) -> None:
    """Lines after the last flush are lost, unless the run ended well and flushed by force."""
    run.account.log_messages.append("first")
    run.step(START)
    run.account.log_messages.append("too late")
    run.handler.exit()
    assert (run.folder / "Test-log.txt").read_text() == "first\n"


def test_runtime_error_is_logged_and_kept(run: Run) -> None:
    """The state says how the run ended, the log when."""
    run.handler.runtime_error("Runtime Error: boom", "trace")
    run.handler.exit()
    assert (run.folder / "Test-log.txt").read_text() == "2021-01-04 00:00:00 Runtime Error: boom\n"
    state = run.file("Test-summary.json")["state"]
    assert state["Status"] == "RuntimeError"
    assert state["RuntimeError"] == "2021-01-04 00:00:00 Runtime Error: boom"
    assert state["StackTrace"] == "trace"


def test_run_that_failed_to_initialize_leaves_the_hash_only(tmp_path: Path) -> None:
    """No log, no charts, no claim about performance."""
    run = Run(tmp_path / "results")
    run.handler.runtime_error(
        "During the algorithm initialization, the following exception has occurred: boom"
    )
    statistics = run.handler.exit()
    assert statistics == {"OrderListHash": "d41d8cd98f00b204e9800998ecf8427e"}
    assert (run.folder / "Test-log.txt").read_text() == ""
    assert run.file("Test.json")["state"]["Status"] == "RuntimeError"
    assert not (run.folder / "Test-order-events.json").exists()


def test_result_files_hold_what_leans_do(run: Run) -> None:
    """The same parts under the same names, and the label of the data."""
    for day, value in enumerate(("100000", "101000", "100495", "100600")):
        run.day(START + day * DAY, value)
    statistics = run.handler.exit()
    result, summary = run.file("Test.json"), run.file("Test-summary.json")
    assert result["statistics"] == statistics == summary["statistics"]
    assert list(statistics)[-1] == "OrderListHash"
    assert set(result) == {
        "rollingWindow", "charts", "orders", "profitLoss", "statistics", "runtimeStatistics", "state",
        "algorithmConfiguration", "totalPerformance",
    }  # fmt: skip
    assert result["rollingWindow"].keys() == {f"M{n}_20210107" for n in (1, 3, 6, 12)}
    assert set(summary["charts"]) == {"Strategy Equity"}
    assert result["state"]["Data"] == "modelled quotes"
    assert result["algorithmConfiguration"]["parameters"] == {"ema-fast": "10"}
    assert result["algorithmConfiguration"]["endDate"] == "2021-01-08T23:59:59Z"
    figures = result["totalPerformance"]["portfolioStatistics"]
    assert figures["drawdown"] == "0.005"
    assert "valueAtRisk99" in figures
    assert "averageMAE" in result["totalPerformance"]["tradeStatistics"]


def test_orders_and_their_events_are_written(run: Run) -> None:
    """Orders by id in the result, events in a file of their own."""
    order = MarketOrder(SPY, 10, START)
    order.id = 1
    order.status = OrderStatus.FILLED
    event = OrderEvent(order, START, OrderFee.ZERO, "done")
    event.fill_price_decimal, event.fill_quantity_decimal = Decimal("371.5"), Decimal(10)
    run.transactions.orders[1] = order
    run.transactions.order_events.append(event)
    run.handler.exit()
    assert run.file("Test.json")["orders"]["1"]["type"] == int(OrderType.MARKET)
    (written,) = run.file("Test-order-events.json")
    assert written["status"] == "filled"
    assert written["direction"] == "buy"
    assert (written["fillPrice"], written["fillQuantity"], written["quantity"]) == (371.5, 10.0, 10.0)
    assert written["time"] == START / 1_000_000
    assert written["message"] == "done"
    assert written["isAssignment"] is False


def test_files_appear_whole(run: Run) -> None:
    """Nothing unfinished stays behind, and an old file is replaced in one step."""
    run.folder.mkdir()
    (run.folder / "Test.json").write_text("old")
    run.handler.exit()
    assert run.file("Test.json")["statistics"]
    assert {file.name for file in run.folder.iterdir()} == {"Test.json", "Test-summary.json", "Test-log.txt"}


def test_statistics_before_the_first_day_use_a_sample_of_now(run: Run) -> None:
    """A run that earns something within its first hours has statistics nevertheless."""
    run.step(START + HOUR, "100000.00")
    assert run.handler.statistics_results().summary == {}
    run.step(START + 2 * HOUR, "100100")
    assert run.handler.statistics_results().summary["End Equity"] == "100100"


def test_own_summary_rows_are_added(run: Run) -> None:
    """set_summary_statistic reaches the table."""
    run.day(START)
    run.account.service.set_summary_statistic("Mine", "7")
    assert run.handler.exit()["Mine"] == "7"


def test_margin_chart_sums_what_is_small(run: Run) -> None:
    """Groups are named by their positions; a margin model that refuses leaves the day out."""
    model = SimpleNamespace(
        get_reserved_buying_power_for_position_group_decimal=lambda portfolio, group: Decimal(2500)
    )
    group = SimpleNamespace(buying_power_model=model, positions=[SimpleNamespace(symbol=SPY)])
    run.account.portfolio.positions.groups = [group]
    run.day(START)
    run.account.portfolio.positions.groups = []
    run.day(START + DAY)
    run.account.portfolio.positions.groups = [group]
    run.day(START + 2 * DAY)

    def refuse(portfolio: Any, group: Any) -> Decimal:
        raise ArgumentException("no margin for this")

    model.get_reserved_buying_power_for_position_group_decimal = refuse
    run.day(START + 3 * DAY)
    values = run.handler.chart_store.charts["Portfolio Margin"].series["SPY"].values
    assert [((p.stamp - START) // DAY, p.y) for p in values] == [(0, 2.5), (2, 2.5)]
