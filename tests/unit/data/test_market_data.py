"""Bars, quotes, ticks and events of the market: their members behave as LEAN's."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from engine.common.enums import DelistingType, MarketDataType, SecurityType, SplitType, TickType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.market.bar import Bar
from engine.data.market.delisting import Delisting
from engine.data.market.dividend import Dividend
from engine.data.market.field import Field
from engine.data.market.greeks import Greeks, ModeledGreeks
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.split import Split
from engine.data.market.symbol_changed_event import SymbolChangedEvent
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

AT = datetime(2015, 6, 1, 9, 30)
SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
MINUTE = timedelta(minutes=1)


def _quote(bid: Bar | None, ask: Bar | None) -> QuoteBar:
    return QuoteBar(AT, SPY, bid, 3, ask, 5)


def test_a_trade_bar_ends_a_period_after_its_time() -> None:
    """A bar without a period is one minute long; setting the end changes the period."""
    bar = TradeBar(AT, SPY, 1, 4, 1, 3, 100)
    assert (bar.end_time, bar.period, bar.price, bar.value) == (AT + MINUTE, MINUTE, 3, 3)
    bar.end_time = AT + timedelta(hours=1)
    assert bar.period == timedelta(hours=1)


def test_the_first_price_of_a_blank_bar_is_its_open_high_and_low() -> None:
    """LEAN's TradeBar() takes the first price that is set as all of them."""
    bar = TradeBar()
    bar.close = 10
    assert (bar.open, bar.high, bar.low, bar.close) == (10, 10, 10, 10)
    bar.high = 12
    assert (bar.open, bar.high, bar.low) == (10, 12, 10)


def test_a_trade_extends_a_bar() -> None:
    """High, low, close and volume follow the trade; the open stays."""
    bar = TradeBar(AT, SPY, 10, 11, 9, 10, 100)
    bar.update(12, 0, 0, 50, 0, 0)
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == (10, 12, 9, 12, 150)


def test_a_forwarded_clone_repeats_prices_but_not_the_volume() -> None:
    """A bar that stands for missing data has traded nothing."""
    bar = TradeBar(AT, SPY, 10, 11, 9, 10, 100)
    twin = bar.clone(fill_forward=True)
    assert (twin.close, twin.volume, twin.is_fill_forward) == (10, 0, True)
    assert (bar.volume, bar.is_fill_forward) == (100, False)


def test_the_text_of_a_trade_bar_is_lean_s() -> None:
    """Symbol, prices and volume."""
    assert str(TradeBar(AT, SPY, 1.5, 4, 1, 3, 100)) == f"{SPY}: O: 1.5 H: 4 L: 1 C: 3 V: 100"


@pytest.mark.parametrize(
    ("bid", "ask", "close"),
    [
        (Bar(1, 2, 1, 2), Bar(3, 4, 3, 4), 3.0),
        (None, Bar(3, 4, 3, 4), 4.0),
        (Bar(1, 2, 1, 2), None, 2.0),
        (None, None, 0.0),
        (Bar(0, 0, 0, 0), Bar(3, 4, 3, 4), 4.0),
    ],
)
def test_the_price_of_a_quote_bar_is_its_middle_or_its_only_side(bid, ask, close: float) -> None:
    """A side that is missing or zero does not pull the price down."""
    bar = _quote(bid, ask)
    assert (bar.close, bar.value) == (close, close)
    assert (bar.last_bid_size, bar.last_ask_size) == (0 if bid is None else 3, 0 if ask is None else 5)


def test_a_quote_extends_a_quote_bar() -> None:
    """Zero is no price and no size; the value is the last trade, else the ask, else the bid."""
    bar = _quote(Bar(1, 2, 1, 2), None)
    bar.update_quote(3, 7, 4, 9)
    assert (bar.bid.high, bar.bid.close, bar.ask.open, bar.last_bid_size, bar.value) == (3, 3, 4, 7, 4)
    bar.update_bid(0, 0)
    assert (bar.bid.close, bar.last_bid_size, bar.value) == (3, 7, 4)


def test_a_quote_bar_collapses_to_a_trade_bar_of_middles() -> None:
    """Open, high, low and close are each the middle; there is no volume."""
    bar = _quote(Bar(1, 2, 1, 2), Bar(3, 4, 3, 4)).collapse()
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == (2, 3, 2, 3, 0)


def test_a_clone_of_a_quote_bar_has_sides_of_its_own() -> None:
    """Changing the copy leaves the original."""
    bar = _quote(Bar(1, 2, 1, 2), Bar(3, 4, 3, 4))
    bar.clone().bid.close = 9
    assert bar.bid.close == 2


@pytest.mark.parametrize(
    ("values", "kind", "value"),
    [
        ((100,), TickType.OPEN_INTEREST, 100),
        ((10, 12), TickType.QUOTE, 11),
        ((9, 10, 12), TickType.QUOTE, 9),
        ((1, 10, 2, 12), TickType.QUOTE, 11),
        (("0", "P", 100, 10.5), TickType.TRADE, 10.5),
        (("0", "P", 1, 10, 2, 0), TickType.QUOTE, 10),
    ],
)
def test_a_tick_is_what_its_arguments_say(values, kind: TickType, value: float) -> None:
    """LEAN's constructors are told apart by the number and the kind of their arguments."""
    tick = Tick(AT, SPY, *values)
    assert (tick.tick_type, tick.value, tick.end_time) == (kind, value, AT)


@pytest.mark.parametrize(
    ("tick", "valid"),
    [
        (Tick(AT, SPY, "", "P", 1, 10), True),
        (Tick(AT, SPY, "", "P", 0, 10), False),
        (Tick(AT, SPY, "", "P", 1, 0), False),
        (Tick(AT, SPY, 1, 10, 0, 0), True),
        (Tick(AT, SPY, 0, 10, 0, 12), False),
        (OpenInterest(AT, SPY, 5), True),
        (OpenInterest(AT, SPY, 0), False),
    ],
)
def test_a_tick_is_valid_when_something_was_traded_or_quoted(tick: Tick, valid: bool) -> None:
    """LEAN leaves invalid ticks out."""
    assert tick.is_valid() is valid


def test_a_modelled_greek_is_computed_when_it_is_first_read_and_once() -> None:
    """A chain of hundreds of contracts pays only for what is looked at."""
    asked = []
    greeks = ModeledGreeks(delta=lambda: asked.append("delta") or 0.5, theta=lambda: -365.0)
    assert asked == []
    assert (greeks.delta, greeks.delta, greeks.theta_per_day, asked) == (0.5, 0.5, -1.0, ["delta"])
    with pytest.raises(AttributeError, match="omega"):
        _ = greeks.omega


def test_theta_of_a_day_is_a_365th_of_theta() -> None:
    """LEAN's theta is that of a year; setting the day's sets the year's."""
    greeks = Greeks(theta=-73.0)
    assert greeks.theta_per_day == -0.2
    greeks.theta_per_day = -1
    assert greeks.theta == -365


@pytest.mark.parametrize(
    ("event", "text", "kind"),
    [
        (
            Split(SPY, AT, Decimal("100.5"), Decimal("0.5"), SplitType.WARNING),
            f"Split Warning: {SPY}: 0.5 | 100.5",
            SplitType.WARNING,
        ),
        (Split(SPY, AT, Decimal(100), Decimal(2)), f"Split: {SPY}: 2 | 100", SplitType.SPLIT_OCCURRED),
        (
            Delisting(SPY, AT, 1, DelistingType.WARNING),
            f"Delisting Warning: {SPY} 06/01/2015 09:30:00",
            DelistingType.WARNING,
        ),
        (Delisting(SPY, AT, 1), f"Delisted: {SPY} 06/01/2015 09:30:00", DelistingType.DELISTED),
    ],
)
def test_an_event_says_what_it_is(event, text: str, kind) -> None:
    """Type and text of splits and delistings."""
    assert (str(event), event.type, event.data_type) == (text, kind, MarketDataType.AUXILIARY)


def test_a_dividend_is_the_fall_of_the_price_factor() -> None:
    """A factor ratio of 0.99 on a close of 200 is a dividend of 2."""
    dividend = Dividend.create(SPY, AT, Decimal(200), Decimal("0.99"))
    assert (dividend.distribution, dividend.distribution_decimal) == (2.0, Decimal("2.00"))
    assert str(dividend) == f"Dividend: {SPY}: 2.00 | 200"


def test_a_rename_names_both_tickers() -> None:
    """Old and new, with the time."""
    assert str(SymbolChangedEvent(SPY, AT, "OLD", "NEW")) == "06/01/2015 09:30:00 OLD->NEW"


BAR = TradeBar(AT, SPY, 10, 14, 8, 12, 100)
QUOTE = _quote(Bar(1, 2, 1, 2), Bar(3, 6, 3, 4))


@pytest.mark.parametrize(
    ("selector", "data", "number"),
    [
        (Field.OPEN, BAR, 10),
        (Field.HIGH, BAR, 14),
        (Field.LOW, BAR, 8),
        (Field.CLOSE, BAR, 12),
        (Field.AVERAGE, BAR, 11),
        (Field.MEDIAN, BAR, 11),
        (Field.TYPICAL, BAR, 34 / 3),
        (Field.WEIGHTED, BAR, 11.5),
        (Field.SEVEN_BAR, BAR, 78 / 7),
        (Field.VOLUME, BAR, 100),
        (Field.BID_CLOSE, QUOTE, 2),
        (Field.ASK_HIGH, QUOTE, 6),
        (Field.BID_PRICE, QUOTE, 2),
        (Field.ASK_PRICE, Tick(AT, SPY, 10, 12), 12),
        (Field.HIGH, QUOTE, 4),
        (Field.VOLUME, Tick(AT, SPY, "", "P", 7, 10), 7),
        (Field.BID_CLOSE, BAR, 12),
        (Field.OPEN, Tick(AT, SPY, "", "P", 7, 10), 10),
    ],
)
def test_a_field_selects_a_number_or_the_value(selector, data, number: float) -> None:
    """Data that lacks the number give their value, as in LEAN."""
    assert selector(data) == pytest.approx(number)


def test_fields_are_known_in_every_spelling() -> None:
    """LEAN's Python has constants; algorithms of old have .NET names."""
    assert Field.BID_CLOSE is Field.BidClose is Field.bid_close
    assert (Field.BID_CLOSE.needs, Field.VOLUME.needs, Field.HIGH.needs) == (QuoteBar, TradeBar, None)
