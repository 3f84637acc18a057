"""Prices, implied volatilities and greeks of options, against identities and another library."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.common.enums import OptionPricingModelType, OptionRight, OptionStyle
from engine.indicators import option_pricing
from engine.indicators.option_indicator_base import OptionGreekIndicatorsHelper
from engine.indicators.option_pricing import OptionInputs
from engine.indicators.root_finding import find_root

BLACK = OptionPricingModelType.BLACK_SCHOLES
CRR = OptionPricingModelType.BINOMIAL_COX_ROSS_RUBINSTEIN
FORWARD = OptionPricingModelType.FORWARD_TREE
INPUTS = st.builds(
    OptionInputs,
    spot=st.floats(50, 200),
    strike=st.floats(50, 200),
    time=st.floats(0.02, 2),
    rate=st.floats(0, 0.08),
    dividend_yield=st.floats(0, 0.05),
    is_call=st.booleans(),
)
VOLATILITY = st.floats(0.05, 1.0)
AT_THE_MONEY = OptionInputs(100.0, 100.0, 0.5, 0.03, 0.01, True)


def _quantlib(o: OptionInputs, volatility: float):
    import QuantLib as ql

    payoff = ql.PlainVanillaPayoff(ql.Option.Call if o.is_call else ql.Option.Put, o.strike)
    forward = o.spot * math.exp((o.rate - o.dividend_yield) * o.time)
    return ql.BlackCalculator(payoff, forward, volatility * math.sqrt(o.time), math.exp(-o.rate * o.time))


@settings(max_examples=80, deadline=None)
@given(INPUTS, VOLATILITY)
def test_black_scholes_agrees_with_quantlib(o: OptionInputs, volatility: float) -> None:
    """Price and greeks, in LEAN's units: vega and rho per point, theta per day."""
    reference = _quantlib(o, volatility)
    close = {"rel": 1e-6, "abs": 1e-7}
    assert option_pricing.black_price(o, volatility) == pytest.approx(reference.value(), **close)
    for greek, expected in (
        (option_pricing.delta, reference.delta(o.spot)),
        (option_pricing.vega, reference.vega(o.time) / 100),
        (option_pricing.theta_per_day, reference.theta(o.spot, o.time) / 365),
        (option_pricing.rho, reference.rho(o.time) / 100),
    ):
        assert greek(BLACK, o, volatility) == pytest.approx(expected, **close)


def test_gamma_leaves_the_dividend_out_as_lean_does() -> None:
    """LEAN's formula lacks the discount of the dividend yield; without dividends it is the textbook's."""
    plain = AT_THE_MONEY.change(dividend_yield=0.0)
    assert option_pricing.gamma(BLACK, plain, 0.2) == pytest.approx(
        _quantlib(plain, 0.2).gamma(100), rel=1e-9
    )
    with_yield = option_pricing.gamma(BLACK, AT_THE_MONEY, 0.2)
    assert with_yield == pytest.approx(
        _quantlib(AT_THE_MONEY, 0.2).gamma(100) * math.exp(0.01 * 0.5), rel=1e-9
    )


@settings(max_examples=80, deadline=None)
@given(INPUTS, VOLATILITY)
def test_call_less_put_is_the_forward(o: OptionInputs, volatility: float) -> None:
    """Put-call parity of the formula."""
    call, put = (option_pricing.black_price(o.change(is_call=c), volatility) for c in (True, False))
    forward = o.spot * math.exp(-o.dividend_yield * o.time) - o.strike * math.exp(-o.rate * o.time)
    assert call - put == pytest.approx(forward, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(INPUTS, st.floats(0.1, 0.8))
def test_a_binomial_put_is_near_the_formula(o: OptionInputs, volatility: float) -> None:
    """LEAN's trees never exercise puts early: 200 steps come close to Black-Scholes."""
    put = o.change(is_call=False)
    assert option_pricing.crr_price(put, volatility) == pytest.approx(
        option_pricing.black_price(put, volatility), abs=0.003 * o.strike
    )


@pytest.mark.parametrize("model", [CRR, FORWARD])
def test_a_call_on_a_dividend_may_be_exercised_early(model: OptionPricingModelType) -> None:
    """Deep in the money with a high yield it is worth more than the European one, and at least its payoff."""
    o = OptionInputs(150.0, 100.0, 1.0, 0.01, 0.08, True)
    price = option_pricing.model_price(model, o, 0.15)
    assert price > option_pricing.black_price(o, 0.15) + 1
    assert price >= 50 - 1e-9


@pytest.mark.parametrize("model", [CRR, FORWARD])
@pytest.mark.parametrize("is_call", [True, False])
def test_the_short_way_through_the_tree_is_the_long_one(model, is_call: bool) -> None:
    """What walking back node by node gives, a call exercised where that is worth more (LEAN: BinomialTheoreticalPrice).

    LEAN: FutureOptionIndicatorsRegressionAlgorithm, whose call has no dividends and is exercised early in this tree.
    """
    o = AT_THE_MONEY.change(is_call=is_call, dividend_yield=0.0)
    steps, volatility = option_pricing.STEPS, 0.3
    span = o.time / steps
    growth = math.exp(o.rate * span)
    up = math.exp(volatility * math.sqrt(span)) * (growth if model == FORWARD else 1.0)
    down = math.exp(-volatility * math.sqrt(span)) * (growth if model == FORWARD else 1.0)
    probability, discount = (growth - down) / (up - down), math.exp(-o.rate * span)
    sign = 1 if is_call else -1
    values = [max(sign * (o.spot * up ** (2 * i - steps) - o.strike), 0.0) for i in range(steps + 1)]
    for period in range(steps - 1, -1, -1):
        values = [discount * ((1 - probability) * low + probability * high) for low, high in pairwise(values)]
        if is_call:
            values = [
                max(value, o.spot * up ** (2 * i - period) - o.strike) for i, value in enumerate(values)
            ]
    assert option_pricing.model_price(model, o, volatility) == pytest.approx(values[0], rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(INPUTS, st.floats(0.1, 0.9), st.sampled_from([BLACK, CRR, FORWARD]))
def test_the_implied_volatility_gives_the_price_back(o: OptionInputs, volatility: float, model) -> None:
    """To LEAN's accuracy of a ten-thousandth (or that part of the price), which is one of volatility."""
    price = option_pricing.theoretical_price(model, o, volatility)
    if price < 0.05 or option_pricing.vega(BLACK, o, volatility) < 0.01:
        return
    implied = option_pricing.implied_volatility(model, o, price)
    if implied is None:
        assert model != BLACK  # LEAN brackets a tree's volatility around the formula's
        return
    accuracy = max(1e-4, 1e-4 * price)
    slope = 100 * option_pricing.vega(BLACK, o, max(volatility, implied))
    found = option_pricing.theoretical_price(model, o, implied)
    assert found == pytest.approx(price, abs=2 * accuracy * max(1.0, slope))


@pytest.mark.parametrize("price", [0.0001, 120.0])
def test_a_price_no_volatility_gives_has_none(price: float) -> None:
    """Below the payoff, or above the stock."""
    deep = OptionInputs(150.0, 100.0, 0.5, 0.03, 0.0, True)
    assert option_pricing.implied_volatility(BLACK, deep, price if price < 1 else 160.0) is None


def test_an_expired_option_has_no_theoretical_price() -> None:
    """Time that has run out is worth nothing, whatever is paid at expiry."""
    for model in (BLACK, CRR, FORWARD):
        assert option_pricing.theoretical_price(model, AT_THE_MONEY.change(time=0.0), 0.2) == 0


@pytest.mark.parametrize(("style", "model"), [(OptionStyle.EUROPEAN, BLACK), (OptionStyle.AMERICAN, FORWARD)])
def test_the_model_follows_the_style(style: OptionStyle, model: OptionPricingModelType) -> None:
    """LEAN's defaults."""
    assert option_pricing.default_model(style) == model


@pytest.mark.parametrize("right", [OptionRight.CALL, OptionRight.PUT])
def test_the_helper_takes_the_numbers_in_lean_s_order(right: OptionRight) -> None:
    """Volatility, spot, strike, time, rate, yield, right."""
    o = AT_THE_MONEY.change(is_call=right == OptionRight.CALL)
    numbers = (0.2, 100.0, 100.0, 0.5, 0.03, 0.01, right)
    helper = OptionGreekIndicatorsHelper
    assert helper.black_theoretical_price(*numbers) == option_pricing.black_price(o, 0.2)
    assert helper.crr_theoretical_price(*numbers) == option_pricing.crr_price(o, 0.2)
    assert helper.forward_tree_theoretical_price(*numbers) == option_pricing.forward_tree_price(o, 0.2)


@pytest.mark.parametrize(
    ("function", "root"),
    [
        (lambda x: x * x - 2, math.sqrt(2)),
        (lambda x: math.cos(x) - x, 0.7390851332151607),
        (lambda x: x - 1, 1),
    ],
)
def test_roots_are_found_in_their_bracket(function, root: float) -> None:
    """Brent's method ends near the root; without a change of sign there is none."""
    assert find_root(function, 0.0, 3.0, 1e-12) == pytest.approx(root, abs=1e-9)
    assert find_root(lambda x: x + 10, 0.0, 3.0, 1e-12) is None
