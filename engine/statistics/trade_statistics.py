"""Statistics over closed trades (LEAN: Common/Statistics/TradeStatistics.cs)."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.common.numbers import ZERO, double_to_decimal, to_float
from engine.common.time import to_datetime
from engine.statistics.trade import Trade

_WITHOUT_LOSSES = Decimal(10)  # LEAN's figure for a ratio whose denominator is missing
_NO_TIME = timedelta(0)


@dataclass(slots=True)
class TradeStatistics:
    """LEAN's figures, under LEAN's names."""

    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    total_number_of_trades: int = 0
    number_of_winning_trades: int = 0
    number_of_losing_trades: int = 0
    total_profit_loss: Decimal = ZERO
    total_profit: Decimal = ZERO
    total_loss: Decimal = ZERO
    largest_profit: Decimal = ZERO
    largest_loss: Decimal = ZERO
    average_profit_loss: Decimal = ZERO
    average_profit: Decimal = ZERO
    average_loss: Decimal = ZERO
    average_trade_duration: timedelta = _NO_TIME
    average_winning_trade_duration: timedelta = _NO_TIME
    average_losing_trade_duration: timedelta = _NO_TIME
    median_trade_duration: timedelta = _NO_TIME
    median_winning_trade_duration: timedelta = _NO_TIME
    median_losing_trade_duration: timedelta = _NO_TIME
    max_consecutive_winning_trades: int = 0
    max_consecutive_losing_trades: int = 0
    profit_loss_ratio: Decimal = ZERO
    win_loss_ratio: Decimal = ZERO
    win_rate: Decimal = ZERO
    loss_rate: Decimal = ZERO
    average_mae: Decimal = ZERO
    average_mfe: Decimal = ZERO
    largest_mae: Decimal = ZERO
    largest_mfe: Decimal = ZERO
    maximum_closed_trade_drawdown: Decimal = ZERO
    maximum_intra_trade_drawdown: Decimal = ZERO
    profit_loss_standard_deviation: Decimal = ZERO
    profit_loss_downside_deviation: Decimal = ZERO
    profit_factor: Decimal = ZERO
    sharpe_ratio: Decimal = ZERO
    sortino_ratio: Decimal = ZERO
    profit_to_max_drawdown_ratio: Decimal = ZERO
    maximum_end_trade_drawdown: Decimal = ZERO
    average_end_trade_drawdown: Decimal = ZERO
    maximum_drawdown_duration: timedelta = _NO_TIME
    total_fees: Decimal = ZERO

    @classmethod
    def of(cls, trades: Iterable[Trade]) -> TradeStatistics:
        """Compute the figures of trades in the order in which they closed."""
        trades = list(trades)
        result = cls()
        if not trades:
            return result
        result._set_sums(trades)
        result._set_extremes(trades)
        result._set_runs(trades)
        result._set_drawdowns(trades)
        result._set_ratios()
        return result

    def _set_sums(self, trades: list[Trade]) -> None:
        amounts = [trade.profit_loss_decimal for trade in trades]
        wins = [trade for trade in trades if trade.profit_loss_decimal > 0]
        losses = [trade for trade in trades if trade.profit_loss_decimal <= 0]
        self.start_date_time = to_datetime(min(trade.entry_time_stamp for trade in trades))
        self.end_date_time = to_datetime(max(trade.exit_time_stamp for trade in trades))
        self.total_number_of_trades = len(trades)
        # An option exercised in the money is won although its premium is a loss.
        won = len(wins) + sum(trade.is_win for trade in losses)
        self.number_of_winning_trades = won
        self.number_of_losing_trades = len(trades) - won
        self.total_profit = sum((trade.profit_loss_decimal for trade in wins), ZERO)
        self.total_loss = sum((trade.profit_loss_decimal for trade in losses), ZERO)
        self.total_profit_loss = self.total_profit + self.total_loss
        self.average_profit_loss = self.total_profit_loss / len(trades)
        self.average_profit = self.total_profit / len(wins) if wins else ZERO
        self.average_loss = self.total_loss / len(losses) if losses else ZERO
        self.total_fees = sum((trade.total_fees_decimal for trade in trades), ZERO)
        self.profit_loss_standard_deviation = _deviation(amounts)
        self.profit_loss_downside_deviation = _deviation([trade.profit_loss_decimal for trade in losses])
        self.average_trade_duration, self.median_trade_duration = _durations(trades)
        self.average_winning_trade_duration, self.median_winning_trade_duration = _durations(wins)
        self.average_losing_trade_duration, self.median_losing_trade_duration = _durations(losses)

    def _set_extremes(self, trades: list[Trade]) -> None:
        amounts = [trade.profit_loss_decimal for trade in trades]
        self.largest_profit = max(ZERO, *amounts)
        self.largest_loss = min(ZERO, *amounts)
        self.largest_mae = min(ZERO, *(trade.mae_decimal for trade in trades))
        self.largest_mfe = max(ZERO, *(trade.mfe_decimal for trade in trades))
        self.average_mae = sum((trade.mae_decimal for trade in trades), ZERO) / len(trades)
        self.average_mfe = sum((trade.mfe_decimal for trade in trades), ZERO) / len(trades)
        self.maximum_end_trade_drawdown = max(ZERO, *(t.end_trade_drawdown_decimal for t in trades))
        self.average_end_trade_drawdown = self.average_profit_loss - self.average_mfe

    def _set_runs(self, trades: list[Trade]) -> None:
        winning = losing = 0
        for trade in trades:
            if trade.profit_loss_decimal > 0 or trade.is_win:
                winning, losing = winning + 1, 0
                self.max_consecutive_winning_trades = max(self.max_consecutive_winning_trades, winning)
            else:
                winning, losing = 0, losing + 1
                self.max_consecutive_losing_trades = max(self.max_consecutive_losing_trades, losing)

    def _set_drawdowns(self, trades: list[Trade]) -> None:
        total = peak = peak_with_excursion = ZERO
        peak_stamp = trades[0].entry_time_stamp
        longest = 0
        in_drawdown = False
        for trade in trades:
            peak_with_excursion = max(peak_with_excursion, total + trade.mfe_decimal)
            self.maximum_intra_trade_drawdown = min(
                self.maximum_intra_trade_drawdown, total + trade.mae_decimal - peak_with_excursion
            )
            total += trade.profit_loss_decimal
            if trade.profit_loss_decimal <= 0:
                self.maximum_closed_trade_drawdown = min(self.maximum_closed_trade_drawdown, total - peak)
                in_drawdown = True
            elif total > peak:
                if in_drawdown:
                    longest = max(longest, trade.exit_time_stamp - peak_stamp)
                peak, peak_stamp, in_drawdown = total, trade.exit_time_stamp, False
        self.maximum_drawdown_duration = timedelta(microseconds=longest)

    def _set_ratios(self) -> None:
        wins, losses = self.number_of_winning_trades, self.number_of_losing_trades
        if self.average_loss:
            self.profit_loss_ratio = self.average_profit / abs(self.average_loss)
        self.win_loss_ratio = Decimal(wins) / losses if losses else _WITHOUT_LOSSES
        self.win_rate = Decimal(wins) / self.total_number_of_trades
        self.loss_rate = 1 - self.win_rate
        if self.total_profit:
            self.profit_factor = (
                self.total_profit / abs(self.total_loss) if self.total_loss else _WITHOUT_LOSSES
            )
        if self.profit_loss_standard_deviation:
            self.sharpe_ratio = self.average_profit_loss / self.profit_loss_standard_deviation
        if self.profit_loss_downside_deviation:
            self.sortino_ratio = self.average_profit_loss / self.profit_loss_downside_deviation
        if self.total_profit_loss:
            fall = self.maximum_closed_trade_drawdown
            self.profit_to_max_drawdown_ratio = (
                self.total_profit_loss / abs(fall) if fall else _WITHOUT_LOSSES
            )


def _deviation(amounts: list[Decimal]) -> Decimal:
    if len(amounts) < 2:
        return ZERO
    average = sum(amounts, ZERO) / len(amounts)
    variance = sum(((amount - average) ** 2 for amount in amounts), ZERO) / (len(amounts) - 1)
    return double_to_decimal(math.sqrt(to_float(variance)))


def _durations(trades: list[Trade]) -> tuple[timedelta, timedelta]:
    # Mean and median.
    if not trades:
        return _NO_TIME, _NO_TIME
    lengths = [trade.exit_time_stamp - trade.entry_time_stamp for trade in trades]
    mean, median = sum(lengths) / len(lengths), statistics.median(lengths)
    return timedelta(microseconds=round(mean)), timedelta(microseconds=int(median))
