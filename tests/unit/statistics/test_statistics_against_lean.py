"""LEAN's records hold a run's equity samples and the table LEAN made of them: ours must be the same text."""

from __future__ import annotations

import json
import zipfile
from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from engine.common.chart_points import Candlestick, ChartPoint
from engine.common.numbers import round_decimal, smart_rounding, to_decimal
from engine.common.time import DAY, TimeZone, to_stamp
from engine.statistics.statistics_builder import RunSamples, TableFigures, generate

NEW_YORK = TimeZone.of("America/New_York")
FROM_EQUITY = ("Compounding Annual Return", "Drawdown", "Drawdown Recovery", "End Equity", "Net Profit")
FROM_RETURNS = ("Sharpe Ratio", "Probabilistic Sharpe Ratio", "Annual Standard Deviation", "Annual Variance")
FROM_BENCHMARK = ("Alpha", "Beta", "Information Ratio", "Tracking Error", "Treynor Ratio")
OTHER_BENCHMARK = {
    "BasicTemplateOptionsDailyAlgorithm",
    "BasicTemplateOptionsFilterUniverseAlgorithm",
    "BasicTemplateOptionsHourlyAlgorithm",
    "CustomBenchmarkAlgorithm",
    "VolumeShareSlippageModelAlgorithm",
    "data_cash_account",
}
# The records show equity to four decimals: too coarse for ratios that divide by next to nothing.
TOO_COARSE = {
    ("ExtendedMarketTradingRegressionAlgorithm", "Sortino Ratio"),
    ("LimitIfTouchedRegressionAlgorithm", "Sortino Ratio"),
    ("OrderTicketDemoAlgorithm", "Sortino Ratio"),
    ("SecuritySeederRegressionAlgorithm", "Information Ratio"),
}


class InterestRates:
    """LEAN's file of interest rates."""

    def __init__(self, data: Path) -> None:
        file = data / "alternative" / "interest-rate" / "usa" / "interest-rate.csv"
        rows = [line.split(",") for line in file.read_text().splitlines()[1:]]
        self.days = [datetime.fromisoformat(row[0]) for row in rows]
        self.rates = [Decimal(row[1]) / 100 for row in rows]

    def get_interest_rate(self, date: datetime) -> Decimal:
        return self.rates[max(bisect_right(self.days, date) - 1, 0)]


@cache
def spy_hours(data: Path) -> tuple[list[int], list[Decimal]]:
    """Return the ends and adjusted closes of SPY's hours, which are LEAN's default benchmark."""
    factor_days, factors = [], []
    for line in (data / "equity" / "usa" / "factor_files" / "spy.csv").read_text().splitlines():
        day, price_factor, split_factor, *_ = line.split(",")
        factor_days.append(day)
        factors.append(Decimal(price_factor) * Decimal(split_factor))
    ends, closes = [], []
    with zipfile.ZipFile(data / "equity" / "usa" / "hour" / "spy.zip") as archive:
        lines = archive.read("spy.csv").decode().splitlines()
    for line in lines:
        start, *prices, _ = line.split(",")
        position = bisect_left(factor_days, start[:8])
        factor = factors[position] if position < len(factors) else Decimal(1)
        ends.append(NEW_YORK.utc_stamp(datetime.fromisoformat(start) + timedelta(hours=1)))
        closes.append(Decimal(prices[3]) * Decimal("0.0001") * factor)
    return ends, closes


def samples_of(record: dict, data: Path) -> RunSamples | None:
    """Return what LEAN sampled at each midnight of New York and at the end, or None for another time zone."""
    equity = [
        Candlestick(to_stamp(datetime.fromisoformat(time[:-1])), *prices)
        for time, *prices in record["equity"]
    ]
    daily = [candle for candle in equity if NEW_YORK.to_local(candle.stamp) % DAY == 0]
    if not daily:
        return None
    if daily[-1] is not equity[-1]:
        daily.append(equity[-1])
    start = previous = to_decimal(record["statistics"]["Start Equity"])
    ends, closes = spy_hours(data)
    performance, benchmark = [], []
    for candle in daily:
        value = candle.close_decimal
        performance.append(ChartPoint(candle.stamp, round_decimal((value - previous) * 100 / previous, 10)))
        price = closes[bisect_right(ends, candle.stamp) - 1]
        benchmark.append(ChartPoint(candle.stamp, smart_rounding(price)))
        previous = value
    return RunSamples(equity, performance, benchmark, [], [], {}, [], [], start, InterestRates(data), 252)


def test_table_of_every_record_is_leans_to_the_last_character(shared: Path) -> None:
    """Growth, drawdown, ratios and everything that compares with the benchmark follow from LEAN's samples."""
    figures = TableFigures(0, Decimal(0), Decimal(0), "", "$")
    compared, differences = 0, {}
    for file in sorted((shared / "lean-golden").glob("*/*.json")):
        record = json.loads(file.read_text())
        name, expected = file.stem, record["statistics"]
        computed = "Drawdown" in expected and (
            expected["Annual Variance"] != "0" or expected["Tracking Error"] != "0"
        )
        samples = samples_of(record, shared / "lean-data") if computed and len(record["equity"]) > 2 else None
        if samples is None:
            continue
        table = generate(samples, figures).summary
        keys = [*FROM_EQUITY, *FROM_RETURNS, "Sortino Ratio"]
        keys += [] if name in OTHER_BENCHMARK else FROM_BENCHMARK
        for key in keys:
            if (name, key) not in TOO_COARSE:
                compared += 1
                if table[key] != expected[key]:
                    differences[name, key] = (expected[key], table[key])
    assert differences == {}
    assert compared > 1000
