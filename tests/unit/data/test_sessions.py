"""The bar of the day so far, and those of the days before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.common.enums import SecurityType, TickType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.market.bar import Bar
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.session import SessionConsolidator
from engine.data.market.trade_bar import TradeBar
from engine.data_source.modelled.source import ModelledSource

OPEN = datetime(2015, 6, 1, 9, 30)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)


@pytest.fixture(scope="module")
def hours():
    """Return the hours of US equities."""
    return ModelledSource().market_hours.get_entry(Market.USA, "SPY", SecurityType.EQUITY).exchange_hours


def _bar(at: datetime, price: float) -> TradeBar:
    return TradeBar(at, SPY, price, price + 1, price - 1, price, 10, MINUTE)


def test_trades_of_a_day_make_its_bar(hours) -> None:
    """Open of the first, close of the last, extremes and volume of all in regular hours."""
    session = SessionConsolidator(hours, TickType.TRADE, SPY)
    session.update(_bar(OPEN - timedelta(hours=1), 50))
    for minute, price in enumerate((10, 14, 8, 12)):
        session.update(_bar(OPEN + minute * MINUTE, price))
    bar = session.working_instance
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == (10, 15, 7, 12, 40)
    assert bar.time == datetime(2015, 6, 1)


def test_a_new_date_ends_the_session(hours) -> None:
    """The finished day is handed over, and the next one has no prices yet."""
    session = SessionConsolidator(hours, TickType.TRADE, SPY)
    seen = []
    session.data_consolidated += lambda sender, bar: seen.append(bar)
    session.update(_bar(OPEN, 10))
    session.validate_and_scan(OPEN + timedelta(hours=8))
    assert seen == []
    session.validate_and_scan(datetime(2015, 6, 2))
    assert [(bar.time, bar.close) for bar in seen] == [(datetime(2015, 6, 1), 10)]
    assert (session.working_instance.close, session.working_instance.time) == (0, datetime(2015, 6, 2))


def test_the_day_after_a_friday_is_monday(hours) -> None:
    """The session that has not begun is dated the next trading day."""
    session = SessionConsolidator(hours, TickType.TRADE, SPY)
    session.update(_bar(datetime(2015, 6, 5, 9, 30), 10))
    session.validate_and_scan(datetime(2015, 6, 6))
    assert session.working_instance.time == datetime(2015, 6, 8)


def test_quotes_make_the_session_of_what_is_not_traded(hours) -> None:
    """Prices are middles of the quotes; trades only add to the volume."""
    session = SessionConsolidator(hours, TickType.QUOTE, SPY)
    for minute, price in enumerate((10, 14)):
        at = OPEN + minute * MINUTE
        session.update(_bar(at, 99))
        session.update(QuoteBar(at, SPY, Bar(*[price] * 4), 1, Bar(*[price + 2] * 4), 1, MINUTE))
    bar = session.working_instance
    assert (bar.open, bar.close, bar.volume) == (11, 15, 20)


def test_open_interest_is_kept_beside_the_prices(hours) -> None:
    """Its last number of the day."""
    session = SessionConsolidator(hours, TickType.TRADE, SPY)
    session.update(OpenInterest(OPEN - timedelta(hours=3), SPY, 5))
    session.update(_bar(OPEN, 10))
    assert (session.working_instance.open_interest, session.working_instance.close) == (5, 10)
