"""Results of a live account over all of its runs (LEAN: Engine/Results/LiveTradingResultHandler.cs).

LEAN begins its statistics anew with each start. Here the samples of the account are kept in a file, a line each, and
its orders, fills and closed trades are in the broker's ledger: a run that goes on shows what the account has done
since it was opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.common.chart_points import Candlestick, ChartPoint
from engine.common.enums import SeriesType
from engine.common.time import DAY
from engine.orders.order_event import OrderEvent
from engine.results import chart_store as names
from engine.results.backtesting_result_handler import BacktestingResultHandler
from engine.statistics.statistics_builder import TableFigures

_DAILY = (
    (names.STRATEGY_EQUITY, names.RETURN, SeriesType.BAR, "%"),
    (names.BENCHMARK, names.BENCHMARK, SeriesType.LINE, "$"),
    (names.PORTFOLIO_TURNOVER, names.PORTFOLIO_TURNOVER, SeriesType.LINE, "%"),
)
"""What a daily sample is made of, and what the statistics are made of beside the equity."""


class LiveResultHandler(BacktestingResultHandler):
    """Goes on where an earlier run of the account ended.

    Parameters
    ----------
    samples : file of the account's samples
    """

    def __init__(self, folder: Path, algorithm_id: str, data_label: str, samples: Path) -> None:
        super().__init__(folder, algorithm_id, data_label)
        self._samples = samples
        self._orders_before = 0
        self._fees_before = Decimal(0)

    def go_on(self, orders: int, fees: Decimal, fills: list[tuple[OrderEvent, Decimal]], now: int) -> None:
        """Take over what the account did before this run, once the algorithm is set.

        Parameters
        ----------
        orders : how many there were
        fills : each with the multiplier of its contract
        now : samples later than this moment do not count
        """
        self._orders_before, self._fees_before = orders, fees
        for fill, multiplier in fills:
            fee = fill.order_fee.value.amount_decimal
            self.algorithm.trade_builder.process_fill(fill, Decimal(1), fee, multiplier)
        lines = list(self._read())
        if not lines:
            self._write({"start": str(self.starting_portfolio_value), "stamp": now})
        for line in lines:
            if line["stamp"] <= now:
                self._take_over(line)

    def _take_over(self, line: dict[str, Any]) -> None:
        stamp = int(line["stamp"])
        if "start" in line:
            self.starting_portfolio_value = Decimal(line["start"])
            self._highest_value = self._daily_value = self.starting_portfolio_value
        elif "equity" in line:
            candle = Candlestick(stamp, *(Decimal(value) for value in line["equity"]))
            equity, kind = names.STRATEGY_EQUITY, SeriesType.CANDLE
            self.chart_store.sample(equity, names.EQUITY, 0, kind, candle, self.currency_symbol)
        else:
            self._daily_value = Decimal(line["value"])
            self._highest_value = max(self._highest_value, self._daily_value)
            for (chart, series, kind, unit), value in zip(_DAILY, line["day"]):
                if value is not None:
                    point = ChartPoint(stamp, Decimal(value))
                    self.chart_store.sample(chart, series, 0, kind, point, unit)

    # samples

    def sample(self, stamp: int) -> None:
        super().sample(stamp)
        at_midnight = self.algorithm.time_zone.to_local(stamp) % DAY == 0
        if at_midnight and not self.algorithm.is_warming_up:
            day = [self._value_at(stamp, chart, series) for chart, series, _, _ in _DAILY]
            self._write({"stamp": stamp, "day": day, "value": str(self._daily_value)})

    def _value_at(self, stamp: int, chart: str, series: str) -> str | None:
        points = self.chart_store.points(chart, series)
        return str(points[-1].y_decimal) if points and points[-1].stamp == stamp else None

    def _sample_equity(self, stamp: int) -> None:
        super()._sample_equity(stamp)
        points = self.chart_store.points(names.STRATEGY_EQUITY, names.EQUITY)
        if points and points[-1].stamp == stamp:
            candle = points[-1]
            values = (candle.open_decimal, candle.high_decimal, candle.low_decimal, candle.close_decimal)
            self._write({"stamp": stamp, "equity": [str(value) for value in values]})

    def _write(self, line: dict[str, Any]) -> None:
        with self._samples.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _read(self) -> Iterator[dict[str, Any]]:
        """Yield the lines that are whole: a kill may have cut one short."""
        if not self._samples.is_file():
            return
        for text in self._samples.read_text(encoding="utf-8").splitlines():
            try:
                line = json.loads(text)
            except ValueError:
                continue
            yield line

    # statistics

    def _table_figures(self) -> TableFigures:
        figures = super()._table_figures()
        return replace(
            figures,
            total_orders=figures.total_orders + self._orders_before,
            total_fees=figures.total_fees + self._fees_before,
        )
