"""What several strategies share: quotes, limits, greeks, choice, expiries, sizing, margins, exposure, profit."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_world import black, option

from state.records import PositionLeg
from strategies.choice import (
    DeltaRange,
    around_delta,
    around_strike,
    between_strikes,
    candidates,
    live_forward,
    nearest_strike,
    vertical,
)
from strategies.contracts import (
    NO_QUOTE,
    Contract,
    Quote,
    Right,
    contract_from_name,
    shares,
    underlying_ticker,
)
from strategies.expiries import ex_dividend_day, is_monthly, nearest, quarterly_future, reached, third_friday
from strategies.exposure import Stake, exposure
from strategies.greeks import delta, forward_from_parity, implied_deviation
from strategies.limits import FAR_SIDE, Walk, combo_tick_size, round_down, round_up, tick_size
from strategies.margins import naked_option
from strategies.position import (
    amount,
    closing_trade,
    closing_value,
    leg_profit,
    net_price,
    profit,
    units_of,
)
from strategies.quotes import QuoteProblem, QuoteRule, worst
from strategies.sessions import Sessions
from strategies.sizing import units
from strategies.trend import exponential_average
from tests.unit.algorithm.plain_listed import PlainListed

RULE = QuoteRule(2, 15, 0.10)
MINUTE = timedelta(minutes=1)
TODAY = date(2014, 1, 10)


def fresh(bid: float | None, ask: float | None, bid_age: int = 0, ask_age: int = 0) -> Quote:
    return Quote(bid, ask, bid_age * MINUTE, ask_age * MINUTE)


# --- quotes ---


@pytest.mark.parametrize(
    ("quote", "problem"),
    [
        (fresh(1.0, 1.1), None),
        (fresh(1.0, 1.1, 2, 2), None),
        (fresh(1.0, 1.1, 3, 0), QuoteProblem.STALE_BID),
        (fresh(1.0, 1.1, 0, 3), QuoteProblem.STALE_ASK),
        (fresh(None, 1.1), QuoteProblem.NO_BID),
        (fresh(0.0, 1.1), QuoteProblem.NO_BID),
        (fresh(1.0, None), QuoteProblem.NO_ASK),
        (fresh(1.2, 1.1), QuoteProblem.CROSSED),
        (NO_QUOTE, QuoteProblem.NO_BID),
    ],
)
def test_a_quote_counts_only_with_both_sides_fresh(quote: Quote, problem: QuoteProblem | None) -> None:
    """ "a quote counts only when both sides are fresh; a leg without one is not traded"."""
    assert RULE.tradable(quote) is problem


@pytest.mark.parametrize(
    ("bid", "ask", "wide"),
    [(1.00, 1.16, False), (1.00, 1.17, True), (0.05, 0.15, False), (0.05, 0.16, True), (10.0, 11.6, False)],
)
def test_a_market_is_too_wide_beyond_fifteen_percent_of_mid_with_a_floor(
    bid: float, ask: float, wide: bool
) -> None:
    """ "spread exceeds 15% of mid (floor 0.10)"."""
    assert (RULE.enterable(fresh(bid, ask)) is QuoteProblem.WIDE) is wide
    assert RULE.tradable(fresh(bid, ask)) is None, "width is a rule for entries only"


@pytest.mark.parametrize(
    ("quote", "price"),
    [
        (fresh(1.0, 1.1), 1.1),
        (fresh(None, 0.05), 0.05),
        (fresh(3.4, 0.10, 3000, 0), 0.10),
        (fresh(None, 0.15), None),
        (fresh(None, 0.05, 0, 3), None),
        (NO_QUOTE, None),
    ],
)
def test_a_worthless_short_leg_may_be_bought_back_at_a_fresh_offer(quote: Quote, price: float | None) -> None:
    """Nobody bids and it is offered for next to nothing: buying it ends a risk. Nothing else may be traded so."""
    offer = RULE.to_buy_back(quote)
    assert (None if offer is None else offer.far_side(1)) == price
    assert RULE.usable(quote, buys_back=False) is (quote if RULE.tradable(quote) is None else None)


def test_worst_is_the_first_problem() -> None:
    """Reasons name what is wrong, in order."""
    assert worst([None, QuoteProblem.WIDE, QuoteProblem.NO_BID]) is QuoteProblem.WIDE
    assert worst([None]) is None


@pytest.mark.parametrize("quote", [fresh(None, 1.0), fresh(1.0, None), NO_QUOTE])
def test_a_missing_side_has_no_default(quote: Quote) -> None:
    """No price is made up."""
    with pytest.raises(ValueError, match="no middle"):
        _ = quote.mid
    with pytest.raises(ValueError, match="no spread"):
        _ = quote.spread
    with pytest.raises(ValueError, match="missing"):
        quote.far_side(1 if quote.ask is None else -1)


# --- contracts ---


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SPXW  210108P03700000", ("SPXW", date(2021, 1, 8), 3700.0, Right.PUT, 100)),
        ("SPY   140118C00185500", ("SPY", date(2014, 1, 18), 185.5, Right.CALL, 100)),
        ("ES20H20  200320C03200000", ("ES20H20", date(2020, 3, 20), 3200.0, Right.CALL, 50)),
        ("GOOCV 151224C00750000", ("GOOCV", date(2015, 12, 24), 750.0, Right.CALL, 100)),
    ],
)
def test_a_readable_name_says_everything_about_a_contract(name: str, expected: tuple[object, ...]) -> None:
    """Documents hold LEAN's id and the readable name; the facts come back from it."""
    c = contract_from_name("id", name)
    assert (c.root, c.expiry, c.strike, c.right, c.multiplier) == expected


@pytest.mark.parametrize("name", ["SPY", "", "SPXW  210108X03700000", "?SPXW", "SPXW  21010AP03700000"])
def test_what_is_no_option_name_is_refused(name: str) -> None:
    """A stock or nonsense is not taken for an option."""
    with pytest.raises(ValueError, match="is not the name of an option"):
        contract_from_name("id", name)


def test_shares_are_a_contract_too() -> None:
    """An assignment leaves them: worth their price, one each, never expiring."""
    spy = shares("id", "SPY")
    assert (spy.intrinsic(200.0), spy.multiplier, spy.expiry) == (200.0, 1, date.max)
    assert underlying_ticker("SPXW") == "SPX"
    assert underlying_ticker("SPY") == "SPY"


# --- limits ---


@pytest.mark.parametrize(
    ("root", "price", "tick"),
    [
        ("SPXW", 2.95, 0.05),
        ("SPXW", 3.0, 0.10),
        ("SPY", 0.5, 0.01),
        ("ES20H20", 4.9, 0.25),
        ("ES20H20", 5.0, 0.25),
    ],
)
def test_ticks_are_the_exchanges(root: str, price: float, tick: float) -> None:
    """ "index options 0.05/0.10, equity options 0.01, ES options 0.05/0.25"; LEAN takes these only in 0.25."""
    assert tick_size(root, price) == tick
    assert combo_tick_size(root) == {"SPY": 0.01, "SPXW": 0.05, "ES20H20": 0.25}[root]


@given(
    st.floats(-20, 20),
    st.floats(0, 5),
    st.integers(0, 9),
    st.integers(1, 5),
    st.sampled_from([0.01, 0.05, 0.25]),
)
def test_a_walk_only_ever_goes_towards_the_far_side(
    mid: float, half: float, step: int, steps: int, tick: float
) -> None:
    """Each step is a multiple of the tick, never better than the one before, and at most a tick beyond the far side."""
    walk = Walk(steps, 100)
    prices = [walk.price(number, mid, mid - half, tick) for number in range(step + 1)]
    assert all(later <= earlier + 1e-9 for earlier, later in itertools.pairwise(prices))
    assert min(prices) >= mid - half - 2 * tick - 1e-9
    assert all(abs(price / tick - round(price / tick)) < 1e-6 for price in prices)


@given(st.floats(0.1, 10), st.floats(0, 5), st.integers(0, 9))
def test_a_walk_never_goes_below_its_floor(mid: float, half: float, step: int) -> None:
    """The least credit is the least credit, whatever the market does."""
    assert Walk(5, 100, floor=1.0).price(step, mid, mid - half, 0.05) >= 1.0


def test_far_side_is_where_a_market_order_would_fill() -> None:
    """For brokerages without combo market orders."""
    assert FAR_SIDE.price(0, 2.0, 1.5, 0.05) == pytest.approx(1.45)


def test_rounding_keeps_exact_multiples() -> None:
    """0.15 is three ticks of 0.05, not two."""
    assert round_down(0.15, 0.05) == 0.15
    assert round_up(0.15, 0.05) == 0.15
    assert round_down(-0.15, 0.05) == -0.15
    assert round_down(0.149, 0.05) == 0.1


# --- greeks ---


@given(st.floats(1500, 2500), st.floats(0.005, 0.4), st.sampled_from([Right.PUT, Right.CALL]))
def test_delta_from_a_price_is_the_delta_it_was_made_with(
    strike: float, deviation: float, right: Right
) -> None:
    """QuantLib's implied deviation inverts Black; put and call deltas of one strike add up to one."""
    contract = option("SPXW", TODAY, round(strike), right)
    price = black(right, 2000, contract.strike, deviation)
    found = implied_deviation(contract, price, 2000)
    if found is None or price - contract.intrinsic(2000) < 1e-3:
        return  # far below a tick of time value there is no volatility to find
    assert (
        found == pytest.approx(deviation, rel=1e-3, abs=1e-4)
        or abs(contract.strike / 2000 - 1) > 3 * deviation
    )
    other = option("SPXW", TODAY, round(strike), Right.PUT if right is Right.CALL else Right.CALL)
    mirrored = delta(other, black(other.right, 2000, other.strike, deviation), 2000)
    if mirrored is not None:
        assert delta(contract, price, 2000) + mirrored == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("price", [0.0, -1.0, 4000.0])
def test_a_price_that_nothing_explains_has_no_delta(price: float) -> None:
    """Below intrinsic value or above the underlying no volatility fits."""
    assert delta(option("SPXW", TODAY, 2000, Right.CALL), price, 2000) is None


def test_parity_gives_the_forward_of_the_strike_nearest_the_spot() -> None:
    """C - P = D (F - K)."""
    assert forward_from_parity([(100, 6, 4), (200, 7.5, 2.5)], 199, 0.98) == pytest.approx(200 + 5 / 0.98)
    assert forward_from_parity([], 199) is None


# --- choice ---


CHAIN = [
    PlainListed(option("SPXW", TODAY, strike, right), 0.5 - abs(strike - 2000) / 400)
    for strike in range(1900, 2105, 5)
    for right in (Right.PUT, Right.CALL)
]


def test_shortlists_are_nearest_first_and_no_longer_than_asked() -> None:
    """A shortlist is what may be subscribed: nothing more."""
    near = around_strike(CHAIN, TODAY, Right.PUT, 1951, 3)
    assert [c.strike for c in near] == [1950, 1955, 1945]
    assert [c.strike for c in around_delta(CHAIN, TODAY, Right.CALL, 0.4, 2)] == [1960, 2040]
    assert around_strike(CHAIN, TODAY + timedelta(days=1), Right.PUT, 1951, 3) == []
    spread = between_strikes(CHAIN, TODAY, Right.PUT, 1900, 2000, 5)
    assert [c.strike for c in spread] == [1900, 1925, 1950, 1975, 2000]


def test_of_two_equally_near_strikes_the_further_out_is_taken() -> None:
    """Ties go away from the money."""
    puts = [option("SPXW", TODAY, k, Right.PUT) for k in (1970, 1980)]
    calls = [option("SPXW", TODAY, k, Right.CALL) for k in (2020, 2030)]
    assert nearest_strike(puts, 1975).strike == 1970
    assert nearest_strike(calls, 2025).strike == 2030
    assert nearest_strike([], 2000) is None


def test_a_vertical_names_what_is_missing() -> None:
    """No near leg, the wrong delta, no further strike, a wing without a quote: each its own reason."""
    contracts = [option("SPXW", TODAY, k, Right.PUT) for k in (1970, 1980, 1990)]
    quotes = {
        c.symbol: fresh(*(round(black(c.right, 2000, c.strike, 0.01) + d, 2) for d in (-0.02, 0.02)))
        for c in contracts
    }
    choices, _ = candidates(contracts, quotes.__getitem__, RULE, 2000)
    ask = {"quote_of": quotes.__getitem__, "rule": RULE, "right": Right.PUT, "distance": 10}
    near, far = vertical(contracts, choices, wanted=DeltaRange(0.30, 0.2), **ask)
    assert (near.strike, far.strike) == (1990, 1980)
    assert vertical(contracts, [], wanted=DeltaRange(0.3, 0.2), **ask).startswith("no_short_leg")
    assert "nearest delta 0.45" in vertical(contracts, choices, wanted=DeltaRange(0.45, 0.01), **ask)
    lowest = [c for c in choices if c.contract.strike == 1970]
    assert vertical(contracts, lowest, wanted=DeltaRange(0.01, 0.2), **ask).startswith("no_wing")
    quotes[contracts[1].symbol] = fresh(None, 1.0)
    assert vertical(contracts, choices, wanted=DeltaRange(0.30, 0.2), **ask).startswith("wing_quote")


def test_a_live_forward_needs_a_pair_with_quotes() -> None:
    """A call and a put of one strike, both tradable."""
    pair = [option("SPY", TODAY, 200, right) for right in (Right.CALL, Right.PUT)]
    quotes = {pair[0].symbol: fresh(5.0, 5.1), pair[1].symbol: fresh(4.0, 4.1)}
    assert live_forward(pair, quotes.__getitem__, RULE, 200) == pytest.approx(201)
    quotes[pair[1].symbol] = NO_QUOTE
    assert live_forward(pair, quotes.__getitem__, RULE, 200) is None


# --- expiries ---


@pytest.fixture(scope="module")
def sessions() -> Sessions:
    return Sessions(date(2014, 1, 1), date(2016, 12, 31))


@pytest.mark.parametrize(
    ("expiry", "monthly"),
    [
        (date(2014, 1, 17), True),
        (date(2014, 1, 18), True),  # Saturday expiries until January 2015
        (date(2014, 4, 17), True),  # Good Friday: Thursday
        (date(2014, 1, 16), False),
        (date(2014, 1, 24), False),
    ],
)
def test_monthly_expiries(sessions: Sessions, expiry: date, monthly: bool) -> None:
    """The third Friday, the Thursday before a holiday, the Saturday of older contracts."""
    assert is_monthly(expiry, sessions) is monthly


def test_nearest_expiry_prefers_the_preferred() -> None:
    """Within the range only."""
    days = [TODAY + timedelta(days=d) for d in (100, 108, 113, 121)]
    assert nearest(days, TODAY, 112, 102, 122) == days[2]
    assert nearest(days, TODAY, 112, 102, 122, prefer=[days[1], days[0]]) == days[1]
    assert nearest(days[:1], TODAY, 112, 102, 122) is None


def test_the_last_chance_comes_before_a_day_that_is_no_session(sessions: Sessions) -> None:
    """21 days before 2014-05-09 is Good Friday: Thursday it is."""
    thursday, wednesday = sessions.on(date(2014, 4, 17)), sessions.on(date(2014, 4, 16))
    assert reached(sessions, thursday, date(2014, 5, 9), 21)
    assert not reached(sessions, wednesday, date(2014, 5, 9), 21)
    assert reached(sessions, sessions.on(date(2014, 4, 21)), date(2014, 5, 9), 21)


@pytest.mark.parametrize(
    ("day", "expiry"),
    [
        (date(2014, 1, 14), date(2014, 3, 21)),
        (date(2014, 3, 21), date(2014, 3, 21)),
        (date(2014, 3, 22), date(2014, 6, 20)),
        (date(2014, 12, 20), date(2015, 3, 20)),
    ],
)
def test_quarterly_futures_end_on_third_fridays(sessions: Sessions, day: date, expiry: date) -> None:
    """March, June, September, December."""
    assert quarterly_future(day, sessions) == expiry


def test_ex_dividend_days_of_spy() -> None:
    """The third Fridays of the quarter months."""
    assert ex_dividend_day(date(2014, 1, 1)) == date(2014, 3, 21)
    assert ex_dividend_day(date(2014, 3, 22)) == date(2014, 6, 20)
    assert ex_dividend_day(date(2014, 12, 20)) == date(2015, 3, 20)
    assert third_friday(2014, 8) == date(2014, 8, 15)


# --- size, margin, trend ---


@given(st.floats(0, 1e6), st.floats(1, 1e5), st.integers(1, 100))
def test_size_never_exceeds_the_allocation(allocation: float, risk: float, most: int) -> None:
    """floor(allocation / risk of one), never negative, never above the cap."""
    size = units(allocation, risk, most)
    assert 0 <= size <= most
    assert size * risk <= allocation * (1 + 1e-6)


@pytest.mark.parametrize("risk", [0, -1, float("nan")])
def test_a_risk_that_is_no_risk_is_refused(risk: float) -> None:
    """Dividing by it would size without limit."""
    with pytest.raises(ValueError, match="must be positive"):
        units(1000, risk, 10)


def test_naked_margins_are_leans() -> None:
    """Premium + max(10%, 20% of the underlying - out of the money) (LEAN: OptionMarginModel.cs)."""
    put, call = (option("SPY", TODAY, k, r) for k, r in ((190, Right.PUT), (215, Right.CALL)))
    assert naked_option(put, 1.0, 200) == pytest.approx((1 + 30) * 100)
    assert naked_option(call, 1.0, 200) == pytest.approx((1 + 25) * 100)
    assert naked_option(option("SPY", TODAY, 150, Right.PUT), 1.0, 200) == pytest.approx((1 + 15) * 100)


def test_exponential_average() -> None:
    """Starts with the mean, then each close weighs 2 / (n + 1)."""
    assert exponential_average([1, 2, 3], 3) == 2
    assert exponential_average([1, 2, 3, 6], 3) == 4
    assert exponential_average([1, 2], 3) is None


# --- profit ---


def view_of(contracts: list[Contract], quotes: dict[str, Quote]) -> SimpleNamespace:
    from datetime import datetime

    by_symbol = {c.symbol: c for c in contracts}
    return SimpleNamespace(
        contract=by_symbol.__getitem__, quote=quotes.__getitem__, now=datetime(2014, 1, 10, 12)
    )


PUT, WING = option("SPXW", TODAY, 1980, Right.PUT), option("SPXW", TODAY, 1970, Right.PUT)
LEGS = (
    PositionLeg(PUT.symbol, PUT.name, -2, 2.0, "short_put"),
    PositionLeg(WING.symbol, WING.name, 2, 1.0, "long_put"),
)


def test_closing_costs_the_far_sides() -> None:
    """Shorts at the ask, longs at the bid; a long without a bid is worth nothing, an old bid is unknown."""
    view = view_of([PUT, WING], {PUT.symbol: fresh(1.0, 1.2), WING.symbol: fresh(0.3, 0.4)})
    assert closing_value(LEGS, view.contract, view.quote, RULE) == pytest.approx(2 * 100 * (0.3 - 1.2))
    assert leg_profit(LEGS[0], view.contract, view.quote, RULE) == pytest.approx(2 * 100 * (2.0 - 1.2))
    view.quote = {PUT.symbol: fresh(1.0, 1.2), WING.symbol: fresh(None, 0.05)}.__getitem__
    assert closing_value(LEGS, view.contract, view.quote, RULE) == pytest.approx(-2 * 100 * 1.2)
    view.quote = {PUT.symbol: fresh(1.0, 1.2), WING.symbol: fresh(0.3, 0.4, 9, 9)}.__getitem__
    assert closing_value(LEGS, view.contract, view.quote, RULE) is None
    view.quote = {PUT.symbol: fresh(None, 1.2), WING.symbol: fresh(0.3, 0.4)}.__getitem__
    assert closing_value(LEGS, view.contract, view.quote, RULE) is None


def test_profit_counts_cash_fees_and_closing_now() -> None:
    """ "what was received and paid for it, fees included, against the price at which it could be closed now"."""
    view = view_of([PUT, WING], {PUT.symbol: fresh(1.0, 1.2), WING.symbol: fresh(0.3, 0.4)})
    received, fees = 2 * 100 * (2.0 - 1.0), 2.6
    values = {"cash_usd": received - fees, "fees_usd": fees}
    earned = profit(values, LEGS, view.contract, view.quote, RULE)
    assert earned == pytest.approx(received - fees + 2 * 100 * (0.3 - 1.2))
    view.quote = {PUT.symbol: NO_QUOTE, WING.symbol: fresh(0.3, 0.4)}.__getitem__
    assert profit(values, LEGS, view.contract, view.quote, RULE) is None


def test_a_wing_stays_while_its_short_leg_cannot_be_closed() -> None:
    """Protection goes last."""
    view = view_of([PUT, WING], {PUT.symbol: NO_QUOTE, WING.symbol: fresh(0.3, 0.4)})
    assert closing_trade(LEGS, view, RULE, None) is None
    view.quote = {PUT.symbol: fresh(1.0, 1.2), WING.symbol: NO_QUOTE}.__getitem__
    trade = closing_trade(LEGS, view, RULE, None)
    assert [(leg.role, leg.quantity, leg.closing) for leg in trade.legs] == [("short_put", 2, True)]


def test_what_has_expired_is_not_traded() -> None:
    """It is left to its settlement."""
    view = view_of([PUT, WING], {PUT.symbol: fresh(1.0, 1.2), WING.symbol: fresh(0.3, 0.4)})
    view.now += timedelta(days=1)
    assert closing_trade(LEGS, view, RULE, None) is None


def test_group_prices_and_units() -> None:
    """Credit > 0; units are the greatest common divisor."""
    quotes = {PUT.symbol: fresh(1.0, 1.2), WING.symbol: fresh(0.3, 0.4)}
    mid, far = net_price([(PUT.symbol, -1), (WING.symbol, 1)], quotes.__getitem__)
    assert (mid, far) == (pytest.approx(0.75), pytest.approx(0.6))
    assert units_of([7, -7, -14]) == 7


def test_a_sum_of_money_must_be_a_number() -> None:
    """A document that says otherwise is a bug, not a zero."""
    assert amount({}, "cash_usd") == 0
    with pytest.raises(TypeError, match="was 'much'"):
        amount({"cash_usd": "much"}, "cash_usd")


# --- exposure ---


def stake(
    strike: float, right: Right, quantity: float, price: float, days: int = 0, root: str = "SPXW"
) -> Stake:
    contract = option(root, TODAY + timedelta(days=days), strike, right)
    return Stake(contract, quantity, quantity * price * contract.multiplier, 2000.0)


def test_the_worst_case_of_a_condor_is_its_width_less_its_credit() -> None:
    """Scenarios find the known answer."""
    condor = [
        stake(1970, Right.PUT, 1, 0.5), stake(1980, Right.PUT, -1, 1.5),
        stake(2020, Right.CALL, -1, 1.5), stake(2030, Right.CALL, 1, 0.5),
    ]  # fmt: skip
    found = exposure(condor, 0.25)
    assert found.worst_loss_usd == pytest.approx((10 - 2) * 100)
    assert found.naked_usd == 0


def test_a_strangle_is_naked_on_one_side_at_a_time_and_loses_with_the_stress() -> None:
    """Both sides cannot lose: the larger one counts."""
    strangle = [stake(1800, Right.PUT, -2, 5.0, 40), stake(2200, Right.CALL, -2, 5.0, 40)]
    found = exposure(strangle, 0.25)
    assert found.naked_usd == pytest.approx(2 * 100 * 2000)
    assert found.worst_loss_usd == pytest.approx(2 * 100 * (300 - 10))


def test_a_longer_option_covers_a_shorter_one_but_not_the_other_way_round() -> None:
    """A diagonal is covered, its mirror is not."""
    assert (
        exposure([stake(1800, Right.CALL, 1, 210, 365), stake(2050, Right.CALL, -1, 3, 7)], 0.25).naked_usd
        == 0
    )
    assert (
        exposure([stake(1800, Right.CALL, 1, 210, 7), stake(2050, Right.CALL, -1, 60, 365)], 0.25).naked_usd
        > 0
    )


def test_delta_counts_the_index_that_moves_alike() -> None:
    """Shares count whole, options by their delta, puts against calls."""
    spy = Stake(shares("id", "SPY"), 100, 20_000, 200.0)
    assert spy.delta_usd == 20_000
    assert stake(2000, Right.CALL, 1, 20, 30).delta_usd == pytest.approx(0.5 * 100 * 2000, rel=0.05)
    assert stake(2000, Right.PUT, 1, 20, 30).delta_usd == pytest.approx(-0.5 * 100 * 2000, rel=0.05)
    assert stake(1500, Right.CALL, 1, 500, 0).delta_usd == pytest.approx(100 * 2000)
    assert exposure([], 0.25) == exposure([], 0.5)
