"""Fills become trades, three ways."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from engine.common.enums import (
    DataNormalizationMode,
    FillGroupingMethod,
    FillMatchingMethod,
    OrderDirection,
    OrderStatus,
    OrderType,
    SecurityType,
    TradeDirection,
)
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.time import HOUR, MINUTE
from engine.orders.fees.order_fee import OrderFee
from engine.orders.order_event import OrderEvent
from engine.statistics.is_win import is_win
from engine.statistics.trade_builder import TradeBuilder
from engine.statistics.trade_statistics import TradeStatistics

SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
FIFO, LIFO = FillMatchingMethod.FIFO, FillMatchingMethod.LIFO
FILL_TO_FILL = FillGroupingMethod.FILL_TO_FILL
FLAT_TO_FLAT = FillGroupingMethod.FLAT_TO_FLAT
FLAT_TO_REDUCED = FillGroupingMethod.FLAT_TO_REDUCED


class Desk:
    """Sends fills to a trade builder, one a minute, each with an order of its own and a dollar of fee."""

    def __init__(self, grouping: FillGroupingMethod, matching: FillMatchingMethod = FIFO) -> None:
        self.builder = TradeBuilder(grouping, matching)
        self.orders = 0

    def fill(self, quantity: int, price: float, order: int | None = None) -> None:
        self.orders += 1
        direction = OrderDirection.BUY if quantity > 0 else OrderDirection.SELL
        id, time, fee = order or self.orders, self.orders * MINUTE, OrderFee.ZERO
        event = OrderEvent(id, SPY, time, OrderStatus.FILLED, direction, price, quantity, fee)
        self.builder.process_fill(event, Decimal(1), Decimal(1))

    def trades(self) -> list[tuple]:
        return [
            (
                int(trade.quantity) * trade.sign,
                trade.entry_price,
                trade.exit_price,
                trade.profit_loss,
                trade.total_fees,
                sorted(trade.order_ids),
            )
            for trade in self.builder.closed_trades
        ]


SCALING_OUT = [(100, 10.0), (100, 11.0), (-150, 12.0), (-50, 13.0)]
REVERSAL = [(100, 10.0), (-150, 12.0), (50, 11.0)]

EXPECTED = {
    (FILL_TO_FILL, FIFO, "scaling out"): [
        (100, 10.0, 12.0, 200.0, 2.0, [1, 3]),
        (50, 11.0, 12.0, 50.0, 1.0, [2, 3]),
        (50, 11.0, 13.0, 100.0, 1.0, [2, 4]),
    ],
    (FILL_TO_FILL, LIFO, "scaling out"): [
        (100, 11.0, 12.0, 100.0, 2.0, [2, 3]),
        (50, 10.0, 12.0, 100.0, 1.0, [1, 3]),
        (50, 10.0, 13.0, 150.0, 1.0, [1, 4]),
    ],
    (FLAT_TO_FLAT, FIFO, "scaling out"): [(200, 10.5, 12.25, 350.0, 4.0, [1, 2, 3, 4])],
    (FLAT_TO_FLAT, LIFO, "scaling out"): [(200, 10.5, 12.25, 350.0, 4.0, [1, 2, 3, 4])],
    (FLAT_TO_REDUCED, FIFO, "scaling out"): [
        (150, pytest.approx(31 / 3), 12.0, 250.0, 3.0, [1, 2, 3]),
        (50, 11.0, 13.0, 100.0, 1.0, [2, 4]),
    ],
    (FLAT_TO_REDUCED, LIFO, "scaling out"): [
        (150, pytest.approx(32 / 3), 12.0, 200.0, 3.0, [1, 2, 3]),
        (50, 10.0, 13.0, 150.0, 1.0, [1, 4]),
    ],
    (FILL_TO_FILL, FIFO, "reversal"): [
        (100, 10.0, 12.0, 200.0, 2.0, [1, 2]),
        (-50, 12.0, 11.0, 50.0, 1.0, [2, 3]),
    ],
    (FILL_TO_FILL, LIFO, "reversal"): [
        (100, 10.0, 12.0, 200.0, 2.0, [1, 2]),
        (-50, 12.0, 11.0, 50.0, 1.0, [2, 3]),
    ],
    (FLAT_TO_REDUCED, FIFO, "reversal"): [
        (100, 10.0, 12.0, 200.0, 2.0, [1, 2]),
        (-50, 12.0, 11.0, 50.0, 1.0, [2, 3]),
    ],
}


@pytest.mark.parametrize(("grouping", "matching", "story"), EXPECTED)
def test_fills_become_the_trades_of_the_method(grouping, matching, story: str) -> None:
    """Quantity, prices, profit, fees and orders of each trade, in the order in which they close."""
    desk = Desk(grouping, matching)
    for fill in {"scaling out": SCALING_OUT, "reversal": REVERSAL}[story]:
        desk.fill(*fill)
    assert desk.trades() == EXPECTED[grouping, matching, story]
    assert not desk.builder.has_open_position(SPY)


@pytest.mark.parametrize("grouping", FillGroupingMethod)
def test_position_is_open_between_entry_and_exit(grouping: FillGroupingMethod) -> None:
    """An entry alone is an open position and no trade."""
    desk = Desk(grouping)
    desk.fill(-10, 5.0)
    assert desk.builder.has_open_position(SPY)
    assert desk.builder.closed_trades == []


def test_excursions_are_measured_between_the_fills() -> None:
    """MAE and MFE come from the worst and best price seen; the drawdown from the best profit so far."""
    desk = Desk(FILL_TO_FILL)
    desk.fill(10, 100.0)
    for price in (110, 95, 105):
        desk.builder.set_market_price(SPY, Decimal(price))
    desk.fill(-10, 104.0)
    (trade,) = desk.builder.closed_trades
    assert (trade.mae, trade.mfe, trade.end_trade_drawdown) == (-50.0, 100.0, 150.0)
    assert trade.direction == TradeDirection.LONG
    assert trade.duration.total_seconds() == 60


def test_prices_are_looked_at_while_something_is_open() -> None:
    """From the step after the entry on, no oftener than the interval, and not after the exit."""
    desk = Desk(FILL_TO_FILL)
    desk.builder.set_security_manager({SPY: SimpleNamespace(price_decimal=Decimal(120))})
    desk.builder.price_interval = HOUR
    assert desk.builder.next_price_stamp > 10**9 * HOUR
    desk.fill(10, 100.0)
    assert desk.builder.next_price_stamp == MINUTE
    desk.builder.update_prices(2 * MINUTE)
    assert desk.builder.next_price_stamp == 2 * MINUTE + HOUR
    desk.builder.set_security_manager({})
    desk.fill(-10, 104.0)
    assert desk.builder.closed_trades[0].mfe == 200.0
    desk.builder.update_prices(2 * HOUR)
    assert desk.builder.next_price_stamp > 10**9 * HOUR


def test_fee_of_an_order_filled_in_parts_is_counted_once() -> None:
    """The fee belongs to the first part."""
    desk = Desk(FILL_TO_FILL)
    desk.fill(5, 10.0, order=1)
    desk.fill(5, 10.0, order=1)
    desk.fill(-10, 11.0, order=2)
    assert [trade.total_fees for trade in desk.builder.closed_trades] == [2.0, 0.0]


@pytest.mark.parametrize(
    ("mode", "entry"), [(DataNormalizationMode.RAW, 50.0), (DataNormalizationMode.ADJUSTED, 100.0)]
)
def test_split_changes_open_entries_of_raw_equities_only(mode: DataNormalizationMode, entry: float) -> None:
    """Adjusted prices have the split in them already."""
    desk = Desk(FILL_TO_FILL)
    desk.fill(10, 100.0)
    split = SimpleNamespace(symbol=SPY, split_factor_decimal=Decimal("0.5"))
    desk.builder.apply_split(split, False, mode)
    desk.fill(-10, 60.0)
    assert desk.builder.closed_trades[0].entry_price == entry


def test_trade_ids_are_the_same_in_every_run() -> None:
    """A result file does not change because it is made again."""
    first, second = Desk(FILL_TO_FILL), Desk(FILL_TO_FILL)
    for desk in (first, second):
        desk.fill(1, 10.0)
        desk.fill(-1, 11.0)
    assert first.builder.closed_trades[0].id == second.builder.closed_trades[0].id


@pytest.mark.parametrize(
    ("direction", "in_the_money", "profit_loss", "won"),
    [
        (OrderDirection.SELL, True, -300, True),  # a long option paid 300 for 500 in the money
        (OrderDirection.SELL, True, -700, False),
        (OrderDirection.SELL, False, -300, False),
        (OrderDirection.BUY, False, 300, True),  # a short one expired worthless
        (OrderDirection.BUY, True, 700, True),
        (OrderDirection.BUY, True, 300, False),
    ],
)
def test_exercised_option_is_judged_by_the_amount_in_the_money(
    direction: OrderDirection, in_the_money: bool, profit_loss: int, won: bool
) -> None:
    """The sign of the premium alone says nothing of an option that is exercised."""
    value = SimpleNamespace(in_account_currency_decimal=Decimal(500))
    security = SimpleNamespace(
        underlying=SimpleNamespace(price_decimal=Decimal(105)),
        get_pay_off_decimal=lambda price: price - 100,
        holdings=SimpleNamespace(get_quantity_value=lambda quantity, pay_off: value),
    )
    fill = SimpleNamespace(
        symbol=SimpleNamespace(security_type=SecurityType.OPTION),
        ticket=SimpleNamespace(order_type=OrderType.OPTION_EXERCISE),
        direction=direction,
        is_in_the_money=in_the_money,
        fill_quantity_decimal=Decimal(1),
    )
    assert is_win(fill, security, Decimal(profit_loss)) is won


def test_statistics_of_trades() -> None:
    """Sums, averages, runs and drawdowns over closed trades."""
    desk = Desk(FILL_TO_FILL)
    for entry, exit_ in ((100.0, 110.0), (100.0, 95.0), (100.0, 98.0), (100.0, 120.0)):
        desk.fill(10, entry)
        desk.fill(-10, exit_)
    figures = TradeStatistics.of(desk.builder.closed_trades)
    assert figures.total_number_of_trades == 4
    assert (figures.number_of_winning_trades, figures.number_of_losing_trades) == (2, 2)
    assert (figures.total_profit, figures.total_loss, figures.total_profit_loss) == (300, -70, 230)
    assert (figures.largest_profit, figures.largest_loss) == (200, -50)
    assert (figures.max_consecutive_winning_trades, figures.max_consecutive_losing_trades) == (1, 2)
    assert figures.maximum_closed_trade_drawdown == -70
    assert figures.maximum_drawdown_duration.total_seconds() == 6 * 60
    assert figures.median_trade_duration.total_seconds() == 60
    assert figures.profit_factor == Decimal(300) / 70
    assert figures.win_loss_ratio == 1
    assert figures.total_fees == 8


def test_statistics_of_no_trades_are_zero() -> None:
    """Nothing is divided by nothing."""
    assert TradeStatistics.of([]) == TradeStatistics()
