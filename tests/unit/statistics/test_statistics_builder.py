"""Periods, windows and the table."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.common.chart_points import Candlestick, ChartPoint
from engine.common.errors import ArgumentException
from engine.common.numbers import DECIMAL_MAX
from engine.common.time import DAY, to_stamp
from engine.statistics.portfolio_statistics import PortfolioStatistics
from engine.statistics.statistics_builder import (
    RunSamples,
    TableFigures,
    benchmark_differences,
    generate,
    period_ranges,
)
from engine.statistics.summary import statistics_table

FIGURES = TableFigures(3, Decimal("12.5"), Decimal("56000000.00"), "SPY R735QTJ8XC9X", "$")
START = to_stamp(datetime(2014, 1, 2, 5))


class NoInterest:
    def get_interest_rate(self, date: datetime) -> float:
        return 0.0


def samples(values: list[int | str], benchmark: list[int] | None = None, **changes: object) -> RunSamples:
    stamps = [START + day * DAY for day in range(len(values))]
    money = [Decimal(value) for value in values]
    before = [money[0], *money[:-1]]
    returns = [(now - then) * 100 / then for then, now in zip(before, money)]
    given = {
        "equity": [Candlestick(stamp, value, value, value, value) for stamp, value in zip(stamps, money)],
        "performance": [ChartPoint(stamp, value) for stamp, value in zip(stamps, returns)],
        "benchmark": [ChartPoint(s, v) for s, v in zip(stamps, benchmark or range(100, 100 + len(values)))],
        "turnover": [],
        "trades": [],
        "profit_loss": {},
        "winning": [],
        "losing": [],
        "starting_capital": money[0],
        "risk_free_interest_rate_model": NoInterest(),
        "trading_days_per_year": 252,
    }
    return RunSamples(**(given | changes))


def test_a_run_of_one_day_has_no_ratios() -> None:
    """With fewer than two returns everything but the start, the end, fees and orders stays zero."""
    table = generate(samples([100000, 100500, 101000]), FIGURES).summary
    assert table["End Equity"] == "101000"
    assert table["Net Profit"] == "0%"
    assert table["Sharpe Ratio"] == "0"
    assert table["Total Orders"] == "3"
    assert table["Total Fees"] == "$12.50"


def test_a_run_without_samples_has_no_table() -> None:
    """Nothing is claimed where nothing was sampled."""
    assert generate(samples([1], equity=[]), FIGURES).summary == {}


def test_returns_and_benchmark_must_pair_up() -> None:
    """LEAN refuses series of different length."""
    with pytest.raises(ArgumentException, match="1 misaligned"):
        generate(
            samples([100, 101, 102], performance=[ChartPoint(START, 0), ChartPoint(START + DAY, 1)]), FIGURES
        )


def test_win_rates_count_what_lean_calls_won() -> None:
    """Average win and loss go by sign, the rates by LEAN's own count of wins."""
    stamps = [START + day * DAY for day in range(1, 4)]
    profit_loss = dict(zip(stamps, map(Decimal, ("1000", "-500", "-500"))))
    run = samples([100000] * 5, profit_loss=profit_loss, winning=stamps[:2], losing=stamps[2:])
    figures = generate(run, FIGURES).total_performance.portfolio_statistics
    assert figures.average_win_rate == Decimal("0.01")
    assert figures.average_loss_rate == (Decimal(-500) / 101000 + Decimal(-500) / 100500) / 2
    assert figures.win_rate == Decimal(2) / 3
    assert figures.expectancy == figures.win_rate * figures.profit_loss_ratio - figures.loss_rate


def test_benchmark_loses_its_first_change() -> None:
    """The first change is left out, and one from zero counts as none."""
    assert benchmark_differences([Decimal(v) for v in (100, 110, 121, 0, 5)]) == [0.1, -1.0, 0.0]


@pytest.mark.parametrize(
    ("months", "first", "last", "expected"),
    [
        (1, (2021, 1, 20), (2021, 3, 5), [("20", "31.01"), ("01", "28.02"), ("01", "05.03")]),
        (3, (2020, 11, 5), (2021, 1, 9), [("05", "30.11"), ("05", "31.12"), ("05", "09.01")]),
        (12, (2021, 5, 1), (2021, 5, 31), [("01", "31.05")]),
    ],
)  # fmt: skip
def test_windows_end_with_months_and_never_begin_before_the_run(months, first, last, expected) -> None:
    """Each window covers whole months back from its end, cut at the first day."""
    ranges = period_ranges(months, date(*first), date(*last))
    assert [(f"{start:%d}", f"{end:%d.%m}") for start, end in ranges] == expected


def test_a_window_is_a_run_of_its_own() -> None:
    """A rolling window starts from the equity it begins with, the whole run from the starting capital."""
    run = samples([100000 + 10 * day for day in range(70)], starting_capital=Decimal(99000))
    results = generate(run, FIGURES)
    assert results.total_performance.portfolio_statistics.start_equity == 99000
    february = results.rolling_performances["M1_20140228"].portfolio_statistics
    assert february.start_equity == 100300
    assert february.end_equity == 100570
    assert set(results.rolling_performances) == {
        f"M{months}_{day}" for months in (1, 3, 6, 12) for day in ("20140131", "20140228", "20140312")
    }


@pytest.mark.parametrize(
    ("field", "value", "row", "text"),
    [
        ("drawdown", "0.022", "Drawdown", "2.200%"),
        ("drawdown", "0", "Drawdown", "0%"),
        ("average_loss_rate", "-0.0000123", "Average Loss", "0.00%"),
        ("win_rate", "0.5", "Win Rate", "50%"),
        ("win_rate", "0.625", "Win Rate", "62%"),
        ("profit_loss_ratio", "0.1049", "Profit-Loss Ratio", "0.10"),
        ("sharpe_ratio", "3.2004", "Sharpe Ratio", "3.2"),
        ("alpha", "-0.0001", "Alpha", "-0"),
        ("beta", "0", "Beta", "0"),
        ("expectancy", "-1", "Expectancy", "-1"),
        ("start_equity", "100000.00", "Start Equity", "100000.00"),
        ("compounding_annual_return", str(DECIMAL_MAX), "Compounding Annual Return", f"{DECIMAL_MAX}%"),
    ],
)
def test_texts_of_the_table_show_the_scale_that_lean_shows(
    field: str, value: str, row: str, text: str
) -> None:
    """Decimals keep their zeros, doubles lose them, and the largest number is not multiplied."""
    figures = PortfolioStatistics(**{field: Decimal(value)})
    assert statistics_table(figures, 0, Decimal(0), Decimal(0), "", "$")[row] == text


@pytest.mark.parametrize(
    ("capacity", "text"),
    [
        ("0", "$0"),
        ("3000.00", "$3000.00"),
        ("56432000.00", "$56000000.00"),
        ("780123456000.00", "$780000000000.00"),
    ],
)
def test_capacity_shows_two_significant_digits(capacity: str, text: str) -> None:
    """The estimate is a rough one and says so."""
    table = statistics_table(PortfolioStatistics(), 0, Decimal(0), Decimal(capacity), "", "$")
    assert table["Estimated Strategy Capacity"] == text


def test_own_rows_do_not_replace_leans() -> None:
    """set_summary_statistic adds rows, and leaves those of LEAN alone."""
    results = generate(samples([100, 101, 102, 103]), FIGURES)
    before = results.summary["Sharpe Ratio"]
    results.add_custom_summary_statistics({"Sharpe Ratio": "9", "Mine": "1"})
    assert results.summary["Sharpe Ratio"] == before
    assert results.summary["Mine"] == "1"


def test_cost_does_not_grow_with_the_number_of_windows() -> None:
    """The interest rate is asked for once per sample, however many windows a sample is in."""
    asked = []

    class CountedInterest:
        def get_interest_rate(self, date: datetime) -> float:
            asked.append(date)
            return 0.01

    run = samples(
        [100000 + day % 37 * 100 for day in range(800)], risk_free_interest_rate_model=CountedInterest()
    )
    results = generate(run, FIGURES)
    assert len(results.rolling_performances) == 4 * 27
    assert len(asked) == 800
