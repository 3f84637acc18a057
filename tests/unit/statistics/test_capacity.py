"""How much money a strategy could run."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from engine.common.enums import OrderDirection, OrderStatus, SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.time import DAY, MINUTE, to_datetime, to_stamp
from engine.data.market.trade_bar import TradeBar
from engine.orders.fees.order_fee import OrderFee
from engine.orders.order_event import OrderEvent
from engine.statistics.capacity_estimate import CapacityEstimate

SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
START = to_stamp(datetime(2021, 1, 4))
OPEN = START + 14 * 60 * MINUTE + 31 * MINUTE


class OneBar:
    """The slice of a moment that brings a trade bar, or nothing."""

    def __init__(self, bar: TradeBar | None, is_subscribed: bool = True) -> None:
        self.bar = bar
        self.is_subscribed = is_subscribed

    def emitted(self, kind: type, symbol: Symbol) -> TradeBar | None:
        return self.bar if kind is TradeBar else None

    def carries(self, symbol: Symbol) -> bool:
        return self.is_subscribed


class Market5000:
    """A market that trades 5000 shares at 100 in every bar."""

    def __init__(self, period: timedelta = timedelta(minutes=1), days: int = 5) -> None:
        self.period = period
        self.time_keeper = SimpleNamespace(utc_stamp=START)
        self.security = SimpleNamespace(
            symbol=SPY,
            invested=True,
            quote_currency=SimpleNamespace(conversion_rate_decimal=Decimal(1)),
            symbol_properties=SimpleNamespace(contract_multiplier_decimal=Decimal(1)),
        )
        self.securities = {SPY: self.security}
        self.used = Decimal(0)
        self.current_slice = OneBar(None)
        self.estimate = CapacityEstimate(
            self,
            START,
            START + days * DAY,
            used_buying_power=lambda security: self.used,
            total_portfolio_value=lambda: Decimal(100_000),
            is_internal=lambda symbol: False,
        )

    def at(self, stamp: int, bar: bool = True) -> None:
        self.time_keeper.utc_stamp = stamp
        start = to_datetime(stamp) - self.period
        self.current_slice = OneBar(
            TradeBar(start, SPY, 100, 100, 100, 100, 5000, self.period) if bar else None
        )

    def fill(self, stamp: int, quantity: int = 100) -> None:
        direction = OrderDirection.BUY
        event = OrderEvent(1, SPY, stamp, OrderStatus.FILLED, direction, 100, quantity, OrderFee.ZERO)
        self.estimate.on_order_event(event)

    def step(self, stamp: int, bar: bool = True, force: bool = False) -> None:
        self.at(stamp, bar)
        self.estimate.update_market_capacity(force)


def test_minute_volume_after_a_fill_counts_a_fifth() -> None:
    """Of a market of 500,000 dollars a minute a fifth could be ours, for six minutes after the fill."""
    market = Market5000()
    market.fill(OPEN)
    for minute in range(30):
        market.step(OPEN + minute * MINUTE)
    market.step(OPEN + DAY, bar=False, force=True)
    # From the second bar on LEAN's average is that of two bars a minute: 6,000,000 / 1,000,000 = 6 minutes.
    assert market.estimate.capacity == Decimal("700000.00")
    assert market.estimate.lowest_capacity_asset == SPY


def test_estimate_without_fills_is_zero() -> None:
    """A strategy that never trades has no capacity to speak of, and asks for no step."""
    market = Market5000()
    market.step(OPEN, force=True)
    assert market.estimate.capacity == 0
    assert market.estimate.lowest_capacity_asset is None
    assert market.estimate.next_stamp > START + 10_000 * DAY


def test_steps_are_asked_for_only_while_volume_is_added_up() -> None:
    """After a fill every step matters until its window is over; then the next snapshot does."""
    market = Market5000()
    market.fill(OPEN)
    assert market.estimate.next_stamp == 0
    for minute in range(10):
        market.step(OPEN + minute * MINUTE)
    assert market.estimate.next_stamp == START + 4 * DAY


def test_capacity_follows_the_share_of_the_account_when_that_is_larger() -> None:
    """A position of twice the account halves what the volume would allow."""
    market = Market5000()
    market.used = Decimal(200_000)
    market.fill(OPEN)
    for minute in range(10):
        market.step(OPEN + minute * MINUTE)
    market.step(OPEN + DAY, bar=False, force=True)
    assert market.estimate.capacity == Decimal("350000.00")


def test_later_snapshots_weigh_a_third() -> None:
    """A new estimate moves the old one by a third."""
    market = Market5000()
    for day in range(2):
        market.fill(OPEN + day * DAY)
        for minute in range(10):
            market.step(OPEN + day * DAY + minute * MINUTE)
        market.step(OPEN + day * DAY + 60 * MINUTE, bar=False, force=True)
    assert market.estimate.capacity == Decimal("693000.00")  # (0.33 + 0.66) x 700,000


@pytest.mark.parametrize(
    ("period", "share"), [(timedelta(hours=1), Decimal("0.05")), (timedelta(days=1), Decimal("0.02"))]
)
def test_slow_bars_count_less(period: timedelta, share: Decimal) -> None:
    """Of an hour a twentieth, of a day a fiftieth, and only the bar that holds the fill."""
    market = Market5000(period)
    filled = OPEN if period < timedelta(days=1) else START + DAY
    ends = -(-filled // (60 * MINUTE)) * 60 * MINUTE if period < timedelta(days=1) else filled
    market.fill(filled)
    market.step(ends)
    market.step(ends + 60 * MINUTE * 24)
    market.step(ends + 2 * DAY, bar=False, force=True)
    expected = 5000 * 100 * share
    assert market.estimate.capacity == round(expected / 1000) * 1000


def test_fills_in_quick_succession_count_for_less() -> None:
    """A second fill within minutes takes a fifth of the market's volume instead of all of it."""
    market = Market5000()
    market.fill(OPEN)
    market.fill(OPEN + MINUTE)
    market.step(OPEN + MINUTE)
    market.step(OPEN + DAY, bar=False, force=True)
    assert market.estimate.capacity == Decimal("10000.00")  # 500,000 x 0.2 x 0.2, of two trades


def test_symbol_that_expired_asks_for_no_more_steps() -> None:
    """An option that no longer trades does not make every later step cost something."""
    call = Symbol.create_option("SPY", Market.USA, 0, 0, 100, datetime(2021, 1, 4))
    market = Market5000()
    market.securities[call] = market.security
    market.at(OPEN, bar=False)
    event = OrderEvent(2, call, OPEN, OrderStatus.FILLED, OrderDirection.BUY, 1, 1, OrderFee.ZERO)
    market.estimate.on_order_event(event)
    assert market.estimate.next_stamp == 0
    market.step(START + 3 * DAY, bar=False)
    assert market.estimate.next_stamp > 0


def test_symbol_that_nobody_is_subscribed_to_asks_for_no_steps() -> None:
    """After a position is closed and its contract left, steps cost nothing until somebody subscribes again."""
    market = Market5000()
    market.fill(OPEN)
    market.current_slice = OneBar(None, is_subscribed=False)
    assert market.estimate.next_stamp == START + 4 * DAY
    market.at(OPEN + DAY)
    assert market.estimate.next_stamp == 0
