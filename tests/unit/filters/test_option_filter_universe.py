"""What each filter promises, on real chains."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException, InvalidOperationException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.universe_selection.option_filter_universe import OptionFilterUniverse

MORNING = datetime(2014, 6, 5)


@pytest.fixture
def twx(filter_of) -> OptionFilterUniverse:
    return filter_of("TWX", SecurityType.EQUITY, MORNING)


def _strikes(universe) -> list[float]:
    return sorted({float(row.strike) for row in universe})


def test_strikes_without_one_above_the_price_keep_nothing(twx):
    """LEAN gives an empty chain when the price lies above every strike."""
    twx.where(lambda row: row.strike < 70).strikes(-1, 1)
    assert twx.count == 0


def test_strikes_count_from_an_exact_strike(twx, monkeypatch):
    """When the price is a strike, step 0 is that strike and both sides count from it."""
    monkeypatch.setattr(type(twx.underlying), "close_decimal", Decimal("70.0"))
    assert _strikes(twx.strikes(-1, 1)) == [67.5, 70.0, 72.5]


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [(-1, 1, [70.0, 72.5]), (1, 2, [72.5, 75.0]), (-1, 0, [70.0, 72.5]), (0, 1, [72.5, 75.0])],
)
def test_strikes_count_from_between_two_strikes(twx, least: int, most: int, expected: list[float]):
    """Between strikes LEAN's steps depend on the signs of both ends."""
    assert _strikes(twx.strikes(least, most)) == expected


@pytest.mark.parametrize(("least", "most"), [(500, 600), (-600, -500)])
def test_strikes_outside_the_chain_keep_nothing(twx, least: int, most: int):
    """Steps beyond either end of the chain leave nothing."""
    assert len(twx.strikes(least, most)) == 0


def test_strikes_of_reduced_options_are_compared_with_the_reduced_index(filter_of, option_of):
    """NQX strikes are a fifth of the index: the price is divided before it is compared."""
    nqx = filter_of("NQX", SecurityType.INDEX, datetime(2021, 3, 19), underlying="NDX")
    rows, price = list(nqx.data), nqx.underlying.price / 5
    reduced = OptionFilterUniverse(option_of(rows[0].symbol.canonical, 5))
    reduced.refresh(rows, nqx.underlying, datetime(2021, 3, 19))
    below = max(float(row.strike) for row in rows if row.strike < price)
    above = min(float(row.strike) for row in rows if row.strike > price)
    assert _strikes(reduced.strikes(-1, 1)) == [below, above]


def test_strikes_are_those_of_the_first_call_of_a_day(twx):
    """Later calls of the day use the strikes of the first one; a new day starts anew."""
    rows, underlying = list(twx.data), twx.underlying
    twx.where(lambda row: row.strike in (65, 80)).strikes(-1, 1)
    assert _strikes(twx) == [65.0, 80.0]
    twx.refresh(rows, underlying, MORNING + timedelta(hours=9))
    assert _strikes(twx.strikes(-1, 1)) == [65.0, 67.5, 70.0, 72.5, 75.0, 77.5, 80.0]
    twx.refresh(rows, underlying, MORNING + timedelta(days=1))
    assert _strikes(twx.strikes(-1, 1)) == [70.0, 72.5]


def test_expiration_counts_from_the_next_trading_day(filter_of, twx):
    """On a Saturday the days are counted from Monday; days and timedeltas mean the same."""
    saturday = datetime(2014, 6, 14)
    twx.refresh(list(twx.data), twx.underlying, saturday)
    assert {row.expiry for row in twx.expiration(0, 5)} == {datetime(2014, 6, 21)}
    again = filter_of("TWX", SecurityType.EQUITY, MORNING)
    assert again.expiration(timedelta(days=16), timedelta(days=10**6)).count == 184


def test_types_are_filtered_once_and_before_months(filter_of):
    """standards_only takes effect at the first filter of months, and is refused after it."""
    aapl = filter_of("AAPL", SecurityType.EQUITY, MORNING)
    front = {row.expiry for row in aapl.standards_only().front_month()}
    assert front == {datetime(2014, 6, 21)}
    with pytest.raises(InvalidOperationException, match=r"please call StandardsOnly\(\) before"):
        aapl.standards_only()
    with pytest.raises(InvalidOperationException, match=r"please call IncludeWeeklys\(\) before"):
        aapl.include_weeklys()


def test_weeklys_are_in_unless_they_are_filtered_out(filter_of):
    """Nothing is filtered by default; weeklys_only keeps just what standards_only does not."""
    make = lambda: filter_of("AAPL", SecurityType.EQUITY, MORNING)  # noqa: E731
    whole = make().count
    standard = make().standards_only().apply_types_filter()
    weekly = make().weeklys_only().apply_types_filter()
    assert 0 < weekly.count < whole
    assert standard.count + weekly.count == whole
    assert make().standards_only().include_weeklys().apply_types_filter().count == whole


def test_types_of_index_options_follow_their_roots(filter_of):
    """SPXW is standard on the third Friday only, SPX always."""
    spxw = filter_of("SPXW", SecurityType.INDEX, datetime(2023, 6, 24), underlying="SPX")
    weekly = spxw.count
    assert spxw.standards_only().apply_types_filter().count < weekly
    spx = filter_of("SPX", SecurityType.INDEX, datetime(2021, 1, 5))
    whole = spx.count
    assert spx.standards_only().apply_types_filter().count == whole


def test_contracts_takes_symbols_rows_tickers_and_functions(twx):
    """What is chosen replaces what is left; a contract that was not there has only zeros."""
    rows = list(twx)
    assert twx.contracts([rows[3].symbol, rows[5]]).all_symbols == [rows[3].symbol, rows[5].symbol]
    assert twx.contracts(lambda left: [row.symbol for row in left][:1]).all_symbols == [rows[3].symbol]
    assert twx.contracts([str(rows[7].symbol.id)]).all_symbols == [rows[7].symbol]
    (added,) = twx.contracts([rows[9].symbol])
    assert added is not rows[9]
    assert (added.implied_volatility, added.greeks.delta, added.open_interest, added.close) == (0, 0, 0, 0)
    assert (added.strike, added.expiry, added.right) == (rows[9].strike, rows[9].expiry, rows[9].right)
    assert (added.time, added.symbol) == (MORNING, rows[9].symbol)


def test_where_select_and_their_sisters(twx):
    """The helpers of LEAN's extension class work on the universe itself."""
    first, second = list(twx)[:2]
    assert twx.where_contains([first, second.symbol]).count == 2
    assert twx.select(lambda row: row.symbol).all_symbols == [first.symbol, second.symbol]
    assert twx.select_many(lambda row: [row.symbol] * 2).count == 4
    assert twx.where(lambda row: row.symbol == first.symbol).count == 2
    assert twx.only_apply_filter_at_market_open() is twx


def test_numbers_are_compared_ends_included(twx):
    """Every numeric filter keeps the rows whose number lies in the range, and has LEAN's short name too."""
    rows = list(twx)
    getters = {
        "delta": lambda row: row.greeks.delta,
        "gamma": lambda row: row.greeks.gamma,
        "vega": lambda row: row.greeks.vega,
        "theta": lambda row: row.greeks.theta,
        "rho": lambda row: row.greeks.rho,
        "implied_volatility": lambda row: row.implied_volatility,
        "open_interest": lambda row: row.open_interest,
    }
    short = {
        "delta": "d",
        "gamma": "g",
        "vega": "v",
        "theta": "t",
        "rho": "r",
        "implied_volatility": "iv",
        "open_interest": "oi",
    }
    for name, get in getters.items():
        ordered = sorted(get(row) for row in rows)
        low, high = ordered[20], ordered[-20]
        for method in (name, short[name]):
            twx.data = list(rows)
            kept = getattr(twx, method)(low, high)
            assert [row.symbol for row in kept] == [row.symbol for row in rows if low <= get(row) <= high]


def test_numbers_do_not_exist_for_future_options(option_of):
    """LEAN refuses greeks filters on options on futures."""
    es = Symbol.create_future("ES", Market.CME, datetime(2020, 3, 20))
    universe = OptionFilterUniverse(option_of(Symbol.create_canonical_option(es)))
    with pytest.raises(InvalidOperationException, match="Delta filter is not supported for future options"):
        universe.delta(0, 1)


STRATEGIES = {
    "naked_call": (lambda u: u.naked_call(10, 2), 1),
    "naked_put": (lambda u: u.naked_put(10, -2), 1),
    "call_spread": (lambda u: u.call_spread(10, 5), 2),
    "put_spread": (lambda u: u.put_spread(10, 5, -2.5), 2),
    "call_calendar": (lambda u: u.call_calendar_spread(0, 10, 40), 2),
    "put_calendar": (lambda u: u.put_calendar_spread(0, 10, 40), 2),
    "strangle": (lambda u: u.strangle(10), 2),
    "straddle": (lambda u: u.straddle(10), 2),
    "collar": (lambda u: u.protective_collar(10), 2),
    "conversion": (lambda u: u.conversion(10, 0), 2),
    "call_butterfly": (lambda u: u.call_butterfly(10, 2.5), 3),
    "put_butterfly": (lambda u: u.put_butterfly(10, 2.5), 3),
    "iron_butterfly": (lambda u: u.iron_butterfly(10, 5), 4),
    "iron_condor": (lambda u: u.iron_condor(10, 2.5, 5), 4),
    "box": (lambda u: u.box_spread(10, 2.5), 4),
    "jelly_roll": (lambda u: u.jelly_roll(0, 10, 40), 4),
    "call_ladder": (lambda u: u.call_ladder(10, 5, 0, -5), 3),
    "put_ladder": (lambda u: u.put_ladder(10, 5, 0, -5), 3),
}


@pytest.mark.parametrize("name", STRATEGIES)
def test_strategy_filter_keeps_its_legs(twx, name: str):
    """Each strategy leaves exactly its legs, of one expiry unless it is a calendar."""
    keep, legs = STRATEGIES[name]
    left = list(keep(twx))
    assert len(left) == legs
    calendars = ("call_calendar", "put_calendar", "jelly_roll")
    assert len({row.expiry for row in left}) == (2 if name in calendars else 1)
    if name.startswith(("call_", "naked_call")):
        assert {row.right for row in left} == {OptionRight.CALL}


@pytest.mark.parametrize("name", STRATEGIES)
def test_strategy_filter_without_contracts_keeps_nothing(twx, name: str):
    """Where no contract fits nothing is left; a ladder, collar and jelly roll then fail as in LEAN."""
    twx.data = []
    keep, _ = STRATEGIES[name]
    if name in ("call_ladder", "put_ladder", "collar", "jelly_roll"):
        with pytest.raises(InvalidOperationException, match="Sequence contains no"):
            keep(twx)
    else:
        assert keep(twx).count == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda u: u.call_spread(10, -5, 5), "descending order"),
        (lambda u: u.call_calendar_spread(0, 60, 30), "ascending order"),
        (lambda u: u.put_calendar_spread(0, -5, 30), "must be positive"),
        (lambda u: u.strangle(30, 0, -5), "callStrikeFromAtm must be positive"),
        (lambda u: u.strangle(30, 5, 0), "putStrikeFromAtm must be negative"),
        (lambda u: u.protective_collar(30, -5, 5), "descending order"),
        (lambda u: u.call_butterfly(30, 0), "must be positive"),
        (lambda u: u.iron_butterfly(30, -1), "must be positive"),
        (lambda u: u.iron_condor(30, 10, 5), "ascending orders"),
        (lambda u: u.iron_condor(30, -1, 5), "must be positive"),
        (lambda u: u.box_spread(30, 0), "must be positive"),
        (lambda u: u.jelly_roll(0, 60, 30), "ascending order"),
        (lambda u: u.call_ladder(30, 0, 5, 10), "descending order"),
    ],
)
def test_strategy_filter_refuses_arguments_without_sense(twx, call, message: str):
    """Distances and days in the wrong order raise LEAN's error."""
    with pytest.raises(ArgumentException, match=message):
        call(twx)


def test_symbols_are_made_only_for_rows_that_are_left(twx):
    """Filtering by strike, expiry and right makes no symbol of the contracts that go."""
    rows = list(twx.data)
    twx.strikes(-1, 1).expiration(0, 20).calls_only()
    assert not any(_has_symbol(row) for row in rows)
    assert [row.symbol.id.option_style for row in twx] == [OptionStyle.AMERICAN] * len(twx)


def _has_symbol(row) -> bool:
    try:
        object.__getattribute__(row, "symbol")
    except AttributeError:
        return False
    return True
