"""Bars of a data folder are those LEAN reads from the same files."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data_source.lean_folder.lean_folder import LeanFolder

DAY = date(2015, 6, 1)
MINUTE, DAILY, TICK = Resolution.MINUTE, Resolution.DAILY, Resolution.TICK
TRADE, QUOTE, INTEREST = TickType.TRADE, TickType.QUOTE, TickType.OPEN_INTEREST
SPY_MINUTES = "equity/usa/minute/spy/20150601_trade.zip"
SPY_DAYS = "equity/usa/daily/spy.zip"
PUT_QUOTES = "indexoption/usa/minute/spx/20150601_quote_european.zip"
PUT_ENTRY = "20150601_spx_minute_quote_european_put_20500000_20150619.csv"
HALF_PAST_NINE = 34_200_000


def _closes(columns) -> list[float]:
    return [columns.bar(row).close for row in range(len(columns))]


def test_a_minute_bar_has_exchange_time_scaled_prices_and_its_volume(folder, write_zip, spy) -> None:
    """Milliseconds since midnight and prices times 10,000 become what LEAN's TradeBar shows."""
    write_zip(SPY_MINUTES, {"x.csv": f"{HALF_PAST_NINE},2110000,2111000,2109900,2110500,1234\n"})
    bar = folder.bars(spy, MINUTE, TRADE, DAY).bar(0)
    assert (bar.time, bar.end_time) == (datetime(2015, 6, 1, 9, 30), datetime(2015, 6, 1, 9, 31))
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == (211.0, 211.1, 210.99, 211.05, 1234)
    assert (bar.close_decimal, bar.period) == (Decimal("211.0500"), timedelta(minutes=1))


def test_stamps_are_utc_of_the_local_times(folder, write_zip, spy) -> None:
    """09:31 in New York in summer is 13:31 UTC."""
    write_zip(SPY_MINUTES, {"x.csv": f"{HALF_PAST_NINE},1,1,1,1,1\n"})
    columns = folder.bars(spy, MINUTE, TRADE, DAY)
    expected = datetime(2015, 6, 1, 13, 31) - datetime(1970, 1, 1)
    assert columns.end.tolist() == [expected // timedelta(microseconds=1)]
    assert columns.first_end() == columns.end[0]


def test_daily_bars_come_from_one_file_with_calendar_times(folder, write_zip, spy) -> None:
    """A day's bar starts and ends at midnight; a day on which the clock changes is a day long too."""
    rows = "20150307 00:00,2100000,1,1,2100100,5\n20150308 00:00,2100000,1,1,2100200,5\n"
    write_zip(SPY_DAYS, {"spy.csv": rows})
    columns = folder.bar_history(spy, DAILY, TRADE)
    assert [columns.bar(row).time for row in (0, 1)] == [datetime(2015, 3, 7), datetime(2015, 3, 8)]
    assert columns.bar(1).end_time == datetime(2015, 3, 9)
    assert (columns.end[1] - columns.start[1]) == 23 * 3_600_000_000


def test_a_quote_side_of_zeros_or_blanks_is_missing(folder, write_zip, spx_put) -> None:
    """Such a bid is None; the bar's price is the other side's."""
    rows = f"{HALF_PAST_NINE},,,,,0,20000,21000,19000,20500,7\n34260000,0,0,0,0,9,1,1,1,30000,7\n"
    write_zip(PUT_QUOTES, {PUT_ENTRY: rows})
    columns = folder.bars(spx_put, MINUTE, QUOTE, DAY)
    first, second = columns.bar(0), columns.bar(1)
    assert (first.bid, first.last_bid_size, first.ask.close, first.close) == (None, 0, 2.05, 2.05)
    assert (second.bid, second.last_bid_size, second.close) == (None, 0, 3.0)


def test_a_missing_side_is_forwarded_from_the_row_before(folder, write_zip, spx_put) -> None:
    """With fill forward the bid of the last row that had one stands in, but the value stays that of the row."""
    rows = f"{HALF_PAST_NINE},10000,10000,10000,10000,3,30000,30000,30000,30000,4\n"
    rows += "34260000,,,,,0,50000,50000,50000,50000,5\n"
    write_zip(PUT_QUOTES, {PUT_ENTRY: rows})
    columns = folder.bars(spx_put, MINUTE, QUOTE, DAY).with_forwarded_sides(lambda: None)
    bar = columns.bar(1)
    assert (bar.bid.close, bar.ask.close, bar.close) == (1.0, 5.0, 3.0)
    assert bar.value == 5.0


def test_the_first_row_takes_a_missing_side_from_the_columns_before(folder, write_zip, spx_put) -> None:
    """The day before is asked for only when the first row lacks a side."""
    write_zip(PUT_QUOTES, {PUT_ENTRY: f"{HALF_PAST_NINE},,,,,0,50000,50000,50000,50000,5\n"})
    earlier = {PUT_ENTRY.replace("0601", "0529"): f"{HALF_PAST_NINE},10000,10000,10000,10000,3,,,,,0\n"}
    write_zip(PUT_QUOTES.replace("0601", "0529"), earlier)
    before = folder.bars(spx_put, MINUTE, QUOTE, date(2015, 5, 29)).with_forwarded_sides(lambda: None)
    bar = folder.bars(spx_put, MINUTE, QUOTE, DAY).with_forwarded_sides(lambda: before).bar(0)
    assert (bar.bid.close, bar.ask.close) == (1.0, 5.0)
    asked = []
    write_zip(PUT_QUOTES, {PUT_ENTRY: f"{HALF_PAST_NINE},1,1,1,1,1,2,2,2,2,2\n"})
    whole = LeanFolder(folder.folder)
    whole.market_hours = folder.market_hours
    columns = whole.bars(spx_put, MINUTE, QUOTE, DAY).with_forwarded_sides(lambda: asked.append(1))
    assert (columns.bar(0).bid.close, asked) == (0.0001, [])


def test_peeking_at_the_first_end_decodes_nothing(folder, write_zip, spy) -> None:
    """A chain asks hundreds of contracts for their first row; only those that are read are decoded."""
    write_zip(SPY_MINUTES, {"x.csv": f"{HALF_PAST_NINE},1,1,1,1,1\nnot,even,numbers\n"})
    columns = folder.bars(spy, MINUTE, TRADE, DAY)
    assert columns.first_end() is not None
    assert not columns.is_decoded


def test_rows_that_do_not_go_forward_are_skipped(folder, write_zip, spy) -> None:
    """Duplicates and rows out of order are left out, as LEAN leaves them out; the first of equals stays."""
    times = (34_200_000, 34_260_000, 34_260_000, 34_200_000, 34_320_000)
    rows = "".join(f"{time},1,1,1,{price}0000,1\n" for time, price in zip(times, (1, 2, 3, 4, 5)))
    write_zip(SPY_MINUTES, {"x.csv": rows})
    assert _closes(folder.bars(spy, MINUTE, TRADE, DAY)) == [1.0, 2.0, 5.0]


def test_crossed_quotes_are_kept_as_they_are(folder, write_zip, spx_put) -> None:
    """LEAN does not judge a bid above its ask, and neither is a price made up here."""
    write_zip(PUT_QUOTES, {PUT_ENTRY: f"{HALF_PAST_NINE},1,1,1,30000,1,1,1,1,20000,1\n"})
    bar = folder.bars(spx_put, MINUTE, QUOTE, DAY).bar(0)
    assert (bar.bid.close, bar.ask.close, bar.close) == (3.0, 2.0, 2.5)


def test_prices_of_futures_keep_their_own_decimals(folder, write_zip, shared: Path) -> None:
    """Unscaled assets show the digits of the file, and may be negative."""
    folder.market_hours = LeanFolder(shared / "lean-data").market_hours
    oil = Symbol.create_future("CL", Market.NYMEX, datetime(2020, 4, 21))
    write_zip(
        "future/nymex/minute/cl/20200420_trade.zip",
        {"20200420_cl_minute_trade_202005.csv": "34200000,-10.5,-9.125,-40.32,-37.63,12\n"},
    )
    bar = folder.bars(oil, MINUTE, TRADE, date(2020, 4, 20)).bar(0)
    assert (bar.high, bar.low, bar.close) == (-9.125, -40.32, -37.63)
    assert [str(bar.decimal(name)) for name in ("open", "high")] == ["-10.5", "-9.125"]


def test_open_interest_has_a_time_and_no_period(folder, write_zip, spx_put) -> None:
    """The row of a day's open interest ends when it starts; data times of SPX are New York's, bars show Chicago's."""
    path, entry = PUT_QUOTES.replace("quote", "openinterest"), PUT_ENTRY.replace("quote", "openinterest")
    write_zip(path, {entry: "23580000,4318\n"})
    point = folder.bars(spx_put, MINUTE, INTEREST, DAY).bar(0)
    assert (point.value, point.time, point.end_time) == (
        4318,
        datetime(2015, 6, 1, 5, 33),
        datetime(2015, 6, 1, 5, 33),
    )


def test_ticks_of_trades_and_quotes_have_lean_s_fields(folder, write_zip, spy) -> None:
    """Prices are scaled; the value of a quote is its middle, or the side it has."""
    write_zip(
        "equity/usa/tick/spy/20150601_trade.zip",
        {"20150601_spy_Trade_Tick.csv": "34200250,2110000,100,P,0,1\n"},
    )
    write_zip(
        "equity/usa/tick/spy/20150601_quote.zip",
        {"20150601_spy_Quote_Tick.csv": "34200250,2110000,1,2112000,2,P,0,0\n34200300,2110000,1,0,0,P,0,0\n"},
    )
    trade = folder.ticks(spy, TRADE, DAY).bar(0)
    assert (trade.value, trade.quantity, trade.exchange, trade.suspicious) == (211.0, 100, "P", True)
    assert trade.time == datetime(2015, 6, 1, 9, 30, 0, 250_000)
    quotes = folder.ticks(spy, QUOTE, DAY)
    assert [quotes.bar(row).value for row in (0, 1)] == [211.1, 211.0]


@pytest.mark.parametrize("kind", ["missing file", "missing entry"])
def test_what_is_not_there_is_none(folder, write_zip, spx_put, kind: str) -> None:
    """A day without a file, or a file without the contract, is no data and no error."""
    if kind == "missing entry":
        write_zip(PUT_QUOTES, {PUT_ENTRY.replace("2050", "2055"): "1,1,1,1,1,1,1,1,1,1,1\n"})
    assert folder.bars(spx_put, MINUTE, QUOTE, DAY) is None


def test_an_empty_entry_has_no_rows(folder, write_zip, spy) -> None:
    """A file without a line is no data either."""
    write_zip(SPY_MINUTES, {"x.csv": ""})
    columns = folder.bars(spy, MINUTE, TRADE, DAY)
    assert (len(columns), columns.first_end()) == (0, None)


def test_option_days_of_several_years_are_one_history(folder, write_zip, spx_put) -> None:
    """LEAN keeps the daily bars of options in one file a year."""
    for year in (2014, 2015):
        write_zip(
            f"indexoption/usa/daily/spx_{year}_trade_european.zip",
            {"spx_trade_european_put_20500000_20150619.csv": f"{year}0601 00:00,1,1,1,{year}0000,1\n"},
        )
    assert _closes(folder.bar_history(spx_put, DAILY, TRADE)) == [2014.0, 2015.0]


def test_few_files_stay_open_over_years(folder, write_zip, spy) -> None:
    """Reading on does not hold every file that was ever read."""
    for number in range(1, 81):
        day = date(2015, 1, 1) + timedelta(number)
        path = f"equity/usa/minute/spy/{day:%Y%m%d}_trade.zip"
        write_zip(path, {"x.csv": f"{HALF_PAST_NINE},1,1,1,1,1\n"})
        assert len(folder.bars(spy, MINUTE, TRADE, day)) == 1
    assert len(folder._archives) == 32


def test_a_folder_that_does_not_exist_is_one_clear_error(tmp_path: Path) -> None:
    """The path is in the message."""
    with pytest.raises(EngineError, match="nowhere: there is no such data folder"):
        LeanFolder(tmp_path / "nowhere")


def test_lean_s_sample_minutes_are_read_whole(shared: Path) -> None:
    """The file of a real session has its rows from open to close and the prices written there."""
    source = LeanFolder(shared / "lean-data")
    symbol = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    columns = source.bars(symbol, MINUTE, TRADE, date(2013, 10, 7))
    regular = [columns.bar(row) for row in range(len(columns)) if columns.bar(row).time.hour in range(9, 16)]
    assert regular[0].low <= regular[0].close <= regular[0].high
    assert columns.end.tolist() == sorted(set(columns.end.tolist()))
    assert {bar.end_time.time().hour for bar in regular} >= set(range(10, 16))
