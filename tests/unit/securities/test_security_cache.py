"""What a security's cache keeps of the data it gets (LEAN: SecurityCache.cs, SecurityCacheTests)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from sys import getrefcount
from types import SimpleNamespace

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType, TickType
from engine.common.symbol import Symbol
from engine.data.market.bar import Bar
from engine.data.market.delisting import Delisting
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.split import Split
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.securities.derivative_cache import DerivativeCache
from engine.securities.security_cache import SecurityCache

MINUTE = timedelta(minutes=1)
TEN = datetime(2024, 1, 2, 10)
SPY = Symbol.create("SPY", SecurityType.EQUITY, "usa")
SPX = Symbol.create("SPX", SecurityType.INDEX, "usa")


def trade(symbol=SPX, end=TEN, close=10.0, volume=5.0, opens=9.0) -> TradeBar:
    """Return a trade bar."""
    return TradeBar(end - MINUTE, symbol, opens, 11.0, 8.0, close, volume, MINUTE)


def quote(symbol=SPX, end=TEN, bid=20.0, ask=22.0) -> QuoteBar:
    """Return a quote bar; a side of 0 is missing."""
    sides = [Bar(price, price, price, price) if price else None for price in (bid, ask)]
    return QuoteBar(end - MINUTE, symbol, sides[0], 3, sides[1], 4, MINUTE)


class Source:
    """A source that has rows in store, and counts how often it is asked."""

    is_read = True

    def __init__(self, *rows) -> None:
        self.rows = list(rows)
        self.asked = 0

    def pull(self, cache) -> None:
        self.asked += 1
        while self.rows:
            cache.add_data(self.rows.pop(0))


# pulling


def test_reading_asks_the_sources_once_per_step() -> None:
    """Members that are read while the clock stands cost one question to each source."""
    cache, source = SecurityCache(), Source(trade())
    clock = cache.time_keeper = SimpleNamespace(step=1)
    cache.sources.append(source)
    assert [cache.price, cache.open, cache.volume, cache.get_last_data().close] == [10.0, 9.0, 5.0, 10.0]
    assert source.asked == 1
    clock.step = 2
    assert cache.high == 11.0
    assert source.asked == 2


def test_rows_of_several_sources_are_taken_in_the_order_of_their_ends() -> None:
    """A newer trade moves the price although the quotes are asked after the trades."""
    cache = SecurityCache()
    cache.time_keeper = SimpleNamespace(step=1)
    cache.sources += [Source(trade(end=TEN + MINUTE)), Source(quote())]
    assert cache.price == 10.0
    assert (cache.bid_price, cache.ask_price) == (20.0, 22.0)


def test_quotes_win_over_trades_that_end_with_them() -> None:
    """At one moment price and bar come from the quote bar, whichever is asked first."""
    for order in (1, -1):
        cache = SecurityCache()
        cache.time_keeper = SimpleNamespace(step=1)
        cache.sources += [Source(trade()), Source(quote())][::order]
        assert (cache.price, cache.open, cache.volume) == (21.0, 21.0, 5.0)


# LEAN's rules


def test_quotes_do_not_move_the_price_of_an_equity() -> None:
    """They set bid and ask only."""
    cache = SecurityCache()
    cache.add_data(trade(SPY))
    cache.add_data(quote(SPY, end=TEN + MINUTE))
    assert (cache.price, cache.bid_price, cache.ask_price) == (10.0, 20.0, 22.0)
    assert isinstance(cache.get_last_data(), TradeBar)


def test_a_lone_trade_after_the_quote_moves_price_and_last_data() -> None:
    """The quote keeps bid and ask."""
    cache = SecurityCache()
    cache.add_data(quote())
    cache.add_data(trade(end=TEN + MINUTE, close=19.0))
    assert (cache.price, cache.close, cache.bid_price) == (19.0, 19.0, 20.0)
    assert isinstance(cache.get_last_data(), TradeBar)


def test_missing_sides_and_zeros_keep_the_last_value() -> None:
    """A bar without a bid keeps the old bid; zero volume keeps the old volume."""
    cache = SecurityCache()
    cache.add_data(quote())
    cache.add_data(quote(end=TEN + MINUTE, bid=0, ask=30.0))
    assert (cache.bid_price, cache.ask_price, cache.price) == (20.0, 30.0, 30.0)
    cache.add_data(trade(end=TEN + 2 * MINUTE))
    cache.add_data(trade(end=TEN + 3 * MINUTE, volume=0.0))
    assert cache.volume == 5.0


def test_filled_bars_are_never_kept() -> None:
    """Fill forward changes neither price nor last data."""
    cache = SecurityCache()
    cache.add_data(trade())
    filled = trade(end=TEN + MINUTE, close=99.0).clone(True)
    cache.add_data(filled)
    cache.add_data_list([filled], TradeBar)
    assert cache.price == 10.0
    assert cache.get_last_data().end_time == TEN


def test_auxiliary_data_is_stored_but_is_not_the_price() -> None:
    """Splits and delistings can be asked for by type."""
    cache = SecurityCache()
    cache.add_data(Delisting(SPY, TEN, 12.0, 0))
    assert cache.price == 0
    assert cache.get_last_data() is None
    assert cache.get_data(Delisting).price == 12.0


def test_data_is_found_by_type_in_every_spelling() -> None:
    """`get_data[T]()`, `get_data(T)` and `get_all[T]()` give the last data of a type."""
    cache = SecurityCache()
    bar = trade()
    cache.add_data(bar)
    assert cache.get_data[TradeBar]() is bar
    assert cache.get_data(TradeBar) is bar
    assert cache.get_data() is bar
    assert list(cache.get_all[TradeBar]()) == [bar]
    assert cache.get_data(QuoteBar) is None
    assert list(cache.get_all[QuoteBar]()) == []
    assert (cache.has_data(TradeBar), cache.has_data(QuoteBar)) == (True, False)


def test_ticks_set_their_sides_and_a_list_is_kept_whole() -> None:
    """A quote tick sets bid and ask, a trade tick price and volume; `get_all` gives the moment's ticks."""
    cache = SecurityCache()
    ticks = [Tick(TEN, SPX, 5.0, 6.0), Tick(TEN, SPX, 7.0, 8.0)]
    cache.add_data_list(ticks, Tick)
    assert (cache.bid_price, cache.ask_price, cache.price) == (7.0, 8.0, 7.5)
    assert list(cache.get_all(Tick)) == ticks


def test_open_interest_comes_from_ticks_or_from_newer_chain_rows() -> None:
    """A row of the chain counts only while it is newer than the last open interest."""
    cache = DerivativeCache()
    tick = Tick()
    tick.symbol, tick.time, tick.tick_type, tick.value = SPX, TEN, TickType.OPEN_INTEREST, 100.0
    cache.add_data(tick)
    assert cache.open_interest == 100
    cache.store_data([SimpleNamespace(open_interest=7, end_time=TEN - MINUTE)], object)
    assert cache.open_interest == 100
    cache.store_data([SimpleNamespace(open_interest=7, end_time=TEN + MINUTE)], object)
    assert cache.open_interest == 7
    assert cache.price == 0


def test_reset_forgets_everything_but_the_price_for_holdings() -> None:
    """Prices, data and sources go; the last price stays for settlements."""
    cache = SecurityCache()
    cache.sources.append(Source())
    cache.add_data(trade())
    cache.reset()
    assert [cache.price, cache.volume, cache.open_interest, cache.bid_price] == [0, 0, 0, 0]
    assert cache.get_last_data() is None
    assert cache.sources == []
    assert cache.price_before_reset_decimal == 10


def test_a_split_scales_prices_sizes_and_stored_bars() -> None:
    """Prices are multiplied, sizes divided, and the bar in store is the scaled one."""
    cache = SecurityCache()
    cache.add_data(trade(SPY, close=100.0, volume=10.0))
    cache.add_data(quote(SPY))
    cache.apply_split(Split(SPY, TEN, 100.0, 0.25, 1))
    assert (cache.price, cache.open, cache.volume) == (25.0, 2.25, 40.0)
    assert (cache.bid_price, cache.ask_price, cache.bid_size) == (5.0, 5.5, 12.0)
    bar = cache.get_data(TradeBar)
    assert (bar.close, bar.open, bar.volume) == (25.0, 2.25, 40.0)
    stored = cache.get_data(QuoteBar)
    assert (stored.bid.close, stored.ask.close, stored.last_bid_size) == (5.0, 5.5, 12.0)


def test_numbers_nobody_reads_are_kept_right_all_the_same() -> None:
    """Twenty bars without a bid, none of them read, leave the bid of the bar before them."""
    cache = SecurityCache()
    cache.add_data(quote())
    for minute in range(1, 21):
        cache.add_data(quote(end=TEN + minute * MINUTE, bid=0, ask=30.0 + minute))
    assert (cache.bid_price, cache.ask_price) == (20.0, 50.0)


# numbers


@pytest.mark.parametrize(("local", "bid", "ask"), [(datetime(2015, 12, 24, 10), "0.8500", "1.0500")])
def test_prices_of_files_keep_leans_scale(new_account, local, bid, ask) -> None:
    """A price read from a file has four decimals exactly, and shows as the double LEAN shows."""
    account = new_account()
    stock = account.add(Symbol.create("GOOG", SecurityType.EQUITY, "usa"))
    option = account.add(
        Symbol.create_option(
            stock.symbol, "usa", OptionStyle.AMERICAN, OptionRight.PUT, 720, datetime(2015, 12, 31)
        )
    )
    account.feed(option, local)
    account.at(local)
    assert (str(option.bid_price_decimal), str(option.ask_price_decimal)) == (bid, ask)
    assert (option.bid_price, option.ask_price) == (float(bid), float(ask))
    assert option.price_decimal == (Decimal(bid) + Decimal(ask)) / 2


def test_rows_that_were_read_are_let_go_by_a_reset() -> None:
    """The price is kept, the source is not: its rows of hundreds of removed contracts would fill the memory."""
    cache = SecurityCache()
    clock = cache.time_keeper = SimpleNamespace(step=1, pushes=0, utc_stamp=0)
    source = Source(trade(close=12.5))
    cache.sources.append(source)
    cache.reset()
    clock.step = 2
    assert source.asked == 1
    assert getrefcount(source) == 2  # this name, and the argument
    assert cache.price_before_reset_decimal == Decimal("12.5")


def test_rows_that_nobody_read_are_read_after_a_reset_when_the_price_is_asked_for() -> None:
    """A file is not opened for a price that nobody wants."""
    cache = SecurityCache()
    cache.time_keeper = SimpleNamespace(step=1, pushes=0, utc_stamp=0)
    source = Source(trade(close=12.5))
    source.is_read = False
    cache.sources.append(source)
    cache.reset()
    assert source.asked == 0
    assert cache.price_before_reset_decimal == Decimal("12.5")
    assert source.asked == 1


def test_a_second_reset_reads_nothing_either() -> None:
    """A removed contract is reset once for each of its subscriptions."""
    cache = SecurityCache()
    cache.time_keeper = SimpleNamespace(step=1, pushes=0, utc_stamp=0)
    source = Source(trade(close=12.5))
    source.is_read = False
    cache.sources.append(source)
    for _ in range(3):
        cache.reset()
    assert source.asked == 0
    assert (cache.price, cache.price_before_reset_decimal) == (0, Decimal("12.5"))
