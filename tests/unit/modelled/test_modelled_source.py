"""The built-in source as a whole: what it serves, and that all its views of one quote agree."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.common.symbol import Symbol
from engine.data.universe_selection.universe_rows import UniverseRows
from engine.data_source.modelled.source import ModelledSource

MINUTE, HOUR, DAILY = Resolution.MINUTE, Resolution.HOUR, Resolution.DAILY
TRADE, QUOTE, INTEREST = TickType.TRADE, TickType.QUOTE, TickType.OPEN_INTEREST
FRIDAY = date(2015, 6, 5)
THURSDAY = date(2015, 6, 4)


def _contracts(symbols) -> dict[str, Symbol]:
    return {
        "0DTE put": symbols.option("SPXW", FRIDAY, "P", 2080),
        "0DTE call": symbols.option("SPXW", FRIDAY, "C", 2110),
        "SPX": symbols.option("SPX", date(2015, 6, 19), "P", 2050),
        "SPY": symbols.option("SPY", date(2015, 9, 18), "P", 200),
        "LEAP": symbols.option("SPY", date(2016, 6, 17), "C", 185),
        "ES": symbols.option("ES", date(2015, 7, 24), "P", 1950, future=date(2015, 9, 18)),
    }


def _bars(source, symbol, day=FRIDAY, tick_type=QUOTE):
    columns = source.bars(symbol, MINUTE, tick_type, day)
    assert columns is not None
    return columns


def test_label_says_what_is_real_and_what_is_modelled(source):
    """Every output made from the source carries these words."""
    assert source.label == "real index and VIX path, modelled option quotes"


@pytest.mark.parametrize(
    ("name", "first", "last", "count"),
    [
        ("0DTE put", "08:31", "15:00", 390),  # stops trading at the close of its day
        ("SPX", "08:31", "15:15", 405),
        ("SPY", "09:31", "16:00", 390),
        ("ES", "20:01", "17:00", 1260),
    ],
)
def test_quotes_span_the_hours_of_the_contract(source, symbols, name, first, last, count):
    """Bars end at these times of the exchange, one a minute."""
    columns = _bars(source, _contracts(symbols)[name])
    ends = [columns.bar(row).end_time.strftime("%H:%M") for row in (0, len(columns) - 1)]
    assert (ends, len(columns)) == ([first, last], count)


@pytest.mark.parametrize("name", ["0DTE put", "0DTE call", "SPX", "SPY", "LEAP", "ES"])
def test_bars_are_consistent(source, symbols, name):
    """High and low enclose open and close on both sides, and the ask is above the bid."""
    fields = _bars(source, _contracts(symbols)[name]).rows.fields
    for side in ("bid", "ask"):
        opens, high, low, close = (fields[f"{side}_{part}"] for part in ("open", "high", "low", "close"))
        here = ~np.isnan(close)
        assert (high[here] >= np.maximum(opens, close)[here]).all()
        assert (low[here] <= np.minimum(opens, close)[here]).all()
        assert (low[here] > 0).all()
    both = ~np.isnan(fields["bid_close"])
    assert (fields["ask_close"][both] > fields["bid_close"][both]).all()


def test_first_end_is_told_without_computing_the_day(source, symbols):
    """Planning a run does not price anything."""
    for symbol in (*_contracts(symbols).values(), symbols.spx, symbols.spy):
        tick_type = TRADE if symbol.security_type in (SecurityType.INDEX, SecurityType.EQUITY) else QUOTE
        columns = _bars(source, symbol, tick_type=tick_type)
        peeked = columns.first_end()
        assert not columns.is_decoded
        assert peeked == columns.end[0]


def test_the_answer_does_not_depend_on_the_questions_before(symbols):
    """Two sources asked in opposite orders give the same quotes."""
    questions = [(symbol, day) for symbol in _contracts(symbols).values() for day in (FRIDAY, THURSDAY)]
    one, other = ModelledSource(), ModelledSource()
    first = [_bars(one, *question).rows.fields for question in questions]
    second = [_bars(other, *question).rows.fields for question in reversed(questions)]
    for a, b in zip(first, reversed(second), strict=True):
        assert all(np.array_equal(a[name], b[name], equal_nan=True) for name in a)


@pytest.mark.parametrize("name", ["SPX", "SPY", "LEAP", "ES"])
def test_the_chains_close_is_the_mid_of_the_last_bar(source, symbols, name):
    """Universe file and minute bars are the same quote; open interest is published the next morning."""
    symbol = _contracts(symbols)[name]
    chain = source.universe(symbol.canonical, THURSDAY)
    row = next(row for row in chain.rows if row.symbol == symbol)
    bars = _bars(source, symbol, THURSDAY)
    assert row.close == pytest.approx(bars.bar(len(bars) - 1).close, abs=5e-5)
    assert row.open == pytest.approx(bars.bar(0).open, abs=5e-5)
    interest = _bars(source, symbol, FRIDAY, INTEREST)
    assert interest.bar(0).value == row.open_interest


@pytest.mark.parametrize("name", ["SPX", "SPY", "ES", "0DTE put"])
def test_daily_bars_are_the_days_minutes(source, symbols, name):
    """Open, high, low and close of each side over the minutes of the day."""
    symbol = _contracts(symbols)[name]
    minutes = _bars(source, symbol).rows.fields
    daily = source.bar_history(symbol, DAILY, QUOTE)
    row = next(
        r for r in range(len(daily)) if daily.start[r] <= _bars(source, symbol).start[0] < daily.end[r]
    )
    for side in ("bid", "ask"):
        assert daily.rows.fields[f"{side}_high"][row] == np.nanmax(minutes[f"{side}_high"])
        assert daily.rows.fields[f"{side}_low"][row] == np.nanmin(minutes[f"{side}_low"])
        known = minutes[f"{side}_close"][~np.isnan(minutes[f"{side}_close"])]
        assert daily.rows.fields[f"{side}_close"][row] == known[-1]


@pytest.mark.parametrize("ticker", ["SPX", "SPY", "VIX"])
def test_daily_bars_of_index_and_equity_agree_with_their_minutes(source, symbols, ticker):
    """The real daily values are the extremes of the path, hour bars too; volumes add up."""
    symbol = getattr(symbols, ticker.lower())
    minutes = _bars(source, symbol, tick_type=TRADE).rows.fields
    start = _bars(source, symbol, tick_type=TRADE).start[0]
    for resolution in (HOUR, DAILY):
        columns = source.bar_history(symbol, resolution, TRADE)
        rows = np.flatnonzero((columns.end > start) & (columns.start < start + 12 * 3_600_000_000))
        fields = columns.rows.fields
        assert fields["open"][rows[0]] == minutes["open"][0]
        assert fields["close"][rows[-1]] == minutes["close"][-1]
        assert fields["high"][rows].max() == minutes["high"].max()
        assert fields["low"][rows].min() == minutes["low"].min()
        assert fields["volume"][rows].sum() == minutes["volume"].sum()


def test_spy_is_a_tenth_of_the_index(source, symbols):
    """Each minute's close, to the cent; the quote is a cent wide and holds the price."""
    index = _bars(source, symbols.spx, tick_type=TRADE).rows.fields["close"][:390]
    spy = _bars(source, symbols.spy, tick_type=TRADE).rows.fields["close"]
    assert np.abs(spy / 100 - index / 10).max() <= 0.5
    quotes = _bars(source, symbols.spy).rows.fields
    assert (quotes["ask_close"] - quotes["bid_close"] == 100).all()
    assert (np.abs(quotes["bid_close"] + 50 - spy) <= 100).all()


def test_future_is_the_forward_of_the_index(source, symbols):
    """ES differs from the index by the carry to its expiry, in quarter points."""
    columns = _bars(source, symbols.es(date(2015, 9, 18)), tick_type=TRADE)
    index = _bars(source, symbols.spx, tick_type=TRADE)
    at = np.searchsorted(columns.end, index.end[:390])
    prices = columns.rows.fields["close"][at] / 100
    years = (date(2015, 9, 18) - FRIDAY).days / 365
    expected = index.rows.fields["close"][:390] / 100 * np.exp((0.0025 - 0.020) * years)
    assert np.abs(prices - expected).max() <= 0.125 + 0.03  # half a tick, and the hours left of the day
    assert (columns.rows.fields["close"] % 25 == 0).all()


def test_implied_volatility_of_the_chain_gives_its_price_back(source, symbols):
    """Black and Scholes with the file's volatility is within half a spread of the mid."""
    chain = source.universe(_contracts(symbols)["SPX"].canonical, THURSDAY)
    from engine.data_source.modelled.black import price

    for row in chain.rows[::97]:
        years = ((row.expiry.date() - THURSDAY).days - 7 / 24 + 0.25 / 24) / 365
        spot, strike = 2095.84, row.symbol.id.strike_price
        forward = spot * np.exp((0.0025 - 0.02) * years)
        value = price(
            row.symbol.id.option_right == 0,
            forward,
            strike,
            row.implied_volatility * np.sqrt(years),
            np.exp(-0.0025 * years),
        )
        assert row.close == pytest.approx(float(value), abs=0.06 + 0.003 * row.close)


def test_put_and_call_agree_with_the_forward(source, symbols):
    """Parity: the mids of call and put at one strike differ by the discounted forward, within the ticks."""
    chain = source.universe(_contracts(symbols)["SPX"].canonical, THURSDAY)
    mids = {
        (row.symbol.id.date, row.symbol.id.strike_price, row.symbol.id.option_right): row.close
        for row in chain.rows
    }
    checked = 0
    for (expiry, strike, right), call in mids.items():
        if right == 0 and 2000 <= strike <= 2200 and expiry.date() <= date(2015, 9, 18):
            years = (expiry.date() - THURSDAY).days / 365
            parity = 2095.84 * np.exp(-0.02 * years) - strike * np.exp(-0.0025 * years)
            assert call - mids[expiry, strike, 1] == pytest.approx(parity, abs=0.35)
            checked += 1
    assert checked > 80


def test_american_options_never_cost_less_than_exercise(source, symbols):
    """Deep in the money the mid of SPY options is at least the intrinsic value."""
    for right, strike in (("P", 260), ("C", 160)):
        columns = _bars(source, symbols.option("SPY", date(2015, 9, 18), right, strike))
        spot = _bars(source, symbols.spx, tick_type=TRADE).rows.fields["close"][:390] / 1000
        fields = columns.rows.fields
        mids = (fields["bid_close"] + fields["ask_close"]) / 2 / 10_000
        intrinsic = strike - spot if right == "P" else spot - strike
        assert (mids >= intrinsic - 0.0101).all()


def test_an_option_that_nobody_bids_for_has_no_bid(source, symbols):
    """At the end of its day an option far out of the money is offered at 0.05 and has an empty bid."""
    columns = _bars(source, symbols.option("SPXW", FRIDAY, "C", 2200))
    last = columns.bar(len(columns) - 1)
    assert last.bid is None
    assert (last.ask.close, last.last_bid_size) == (0.05, 0.0)


def test_options_settle_at_what_they_are_worth(source, symbols):
    """The last quote of a contract in the money holds its payoff at the close."""
    close = _bars(source, symbols.spx, tick_type=TRADE).bar(389).close
    columns = _bars(source, symbols.option("SPXW", FRIDAY, "C", 2050))
    last = columns.bar(len(columns) - 1)
    assert last.bid.close <= close - 2050 <= last.ask.close


@pytest.mark.parametrize(
    ("what", "day"),
    [
        ("0DTE put", date(2015, 6, 8)),  # expired
        ("0DTE put", date(2015, 6, 6)),  # Saturday
        ("0DTE put", date(2015, 3, 2)),  # not listed yet
        ("SPX", date(2015, 6, 19)),  # settles at the open
        ("SPY", date(2015, 5, 25)),  # holiday
    ],
)
def test_no_rows_where_a_data_folder_would_have_no_file(source, symbols, what, day):
    """Outside a contract's life and sessions there is nothing."""
    assert source.bars(_contracts(symbols)[what], MINUTE, QUOTE, day) is None


def test_unknown_symbols_and_resolutions_have_no_rows(source, symbols):
    """Other tickers, strikes off the grid, seconds, ticks and option trades do not exist."""
    apple = Symbol.create("AAPL", SecurityType.EQUITY, "usa")
    odd = symbols.option("SPXW", FRIDAY, "P", 2081)
    put = _contracts(symbols)["0DTE put"]
    assert source.bars(apple, MINUTE, TRADE, FRIDAY) is None
    assert source.bar_history(apple, DAILY, TRADE) is None
    assert source.bars(odd, MINUTE, QUOTE, FRIDAY) is None
    assert source.bars(put, MINUTE, TRADE, FRIDAY) is None
    assert source.bars(put, Resolution.SECOND, QUOTE, FRIDAY) is None
    assert source.ticks(put, QUOTE, FRIDAY) is None
    assert source.universe(apple, FRIDAY) is None


def test_no_options_before_the_first_vix_close(source, symbols):
    """There is no default value for a missing VIX."""
    canonical = _contracts(symbols)["SPY"].canonical
    assert source.universe(canonical, date(2014, 1, 2)) is None
    assert source.universe(canonical, date(2014, 1, 3)) is not None
    assert source.bars(symbols.vix, MINUTE, TRADE, date(2014, 1, 2)) is None


def test_half_days_end_at_one(source, symbols):
    """On 2014-07-03 index, equity and option bars end at 13:00 New York."""
    day = date(2014, 7, 3)
    option = symbols.option("SPXW", day, "P", 1980)
    for symbol, tick_type in ((symbols.spx, TRADE), (symbols.spy, TRADE), (option, QUOTE)):
        columns = _bars(source, symbol, day, tick_type)
        assert len(columns) == 210
        assert columns.bar(209).end_time.hour == (13 if symbol == symbols.spy else 12)


def test_volatility_shift_moves_prices_by_vega(symbols):
    """A point and a half more volatility lifts a quarter's at-the-money option by 1.5 vega."""
    symbol = symbols.option("SPY", date(2015, 9, 18), "P", 210)
    base, shifted = (ModelledSource(volatility_shift=shift) for shift in (0.0, 1.5))
    row = next(r for r in base.universe(symbol.canonical, THURSDAY).rows if r.symbol == symbol)
    other = next(r for r in shifted.universe(symbol.canonical, THURSDAY).rows if r.symbol == symbol)
    assert other.close - row.close == pytest.approx(1.5 * row.greeks.vega, rel=0.05)


def test_spread_multiplier_widens_the_quote_around_the_same_mid(symbols):
    """Doubled spreads leave the mid where it was, within a tick."""
    symbol = symbols.option("SPX", date(2015, 9, 18), "P", 2000)
    single, double = (_bars(ModelledSource(spread_multiplier=m), symbol).rows.fields for m in (1.0, 2.0))
    widths = [f["ask_close"] - f["bid_close"] for f in (single, double)]
    mids = [f["ask_close"] + f["bid_close"] for f in (single, double)]
    assert (widths[1] / widths[0]).mean() == pytest.approx(2.0, abs=0.1)
    assert np.abs(mids[1] - mids[0]).max() <= 2000


@pytest.mark.parametrize("settings", [{"volatility_shift": 99.0}, {"spread_multiplier": -1.0}])
def test_settings_out_of_range_are_refused(settings):
    """The message names the range."""
    with pytest.raises(EngineError, match="allowed is"):
        ModelledSource(**settings)


def test_chain_rows_are_those_of_the_text_they_would_be_written_as(source, symbols):
    """Reading the lines as a file gives the same contracts and numbers."""
    for name in ("SPX", "SPY", "ES"):
        canonical = _contracts(symbols)[name].canonical
        rows = source.universe(canonical, THURSDAY)
        text = "\n".join(("#header", *rows.lines())).encode()
        parsed = UniverseRows.parse(text, canonical, THURSDAY, "test")
        assert len(parsed) == len(rows)
        assert rows.underlying.close == parsed.underlying.close
        for ours, theirs in list(zip(rows.rows, parsed.rows, strict=True))[::211]:
            assert (ours.symbol, ours.close, ours.open_interest) == (
                theirs.symbol,
                theirs.close,
                theirs.open_interest,
            )


def test_one_cell_read_alone_is_that_of_the_row(source, symbols):
    """Filters read a column without making the rows; they see the same texts."""
    for name in ("SPX", "ES"):
        rows = source.universe(_contracts(symbols)[name].canonical, THURSDAY)
        for row in range(1, len(rows), 301):
            cells = rows.numbers_of_row(row)
            assert [rows.cell_of_row(row, column) for column in range(len(cells))] == cells


def test_futures_chain_lists_the_quarterly_contracts(source):
    """Nearest first; the front one has nearly all open interest until eight days before expiry."""
    canonical = Symbol.create("ES", SecurityType.FUTURE, "cme")
    rows = source.universe(canonical, date(2015, 6, 10)).rows
    assert [row.symbol.value for row in rows][:3] == ["ES19M15", "ES18U15", "ES18Z15"]
    assert rows[0].open_interest > 10 * rows[1].open_interest
    rolled = source.universe(canonical, date(2015, 6, 12)).rows
    assert rolled[1].open_interest > 10 * rolled[0].open_interest
