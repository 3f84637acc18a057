"""Prices, implied volatility and greeks of options (LEAN: Indicators/OptionGreekIndicatorsHelper.cs ...).

The trees have 200 steps. American puts are never exercised early in them, nor is a call without dividends, so
their price is the expectation over the last step, which is one product of vectors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from engine.common.enums import OptionPricingModelType, OptionRight, OptionStyle
from engine.indicators.root_finding import find_root

STEPS = 200
_SQRT_2 = math.sqrt(2.0)
_SQRT_2_PI = math.sqrt(2.0 * math.pi)
_DAYS = 365.0
_LOWEST_VOLATILITY, _HIGHEST_VOLATILITY = 1e-7, 4.0
_ACCURACY = 1e-4
_AT_LEAST_ONE_PERCENT = 0.01
_CERTAIN = 10.0
"""LEAN's d1 where time or volatility is zero: the option counts as certain to be exercised."""

_BLACK, _CRR = OptionPricingModelType.BLACK_SCHOLES, OptionPricingModelType.BINOMIAL_COX_ROSS_RUBINSTEIN


@dataclass(frozen=True, slots=True)
class OptionInputs:
    """What an option's value depends on. Times in years of 365 days, rates as fractions."""

    spot: float
    strike: float
    time: float
    rate: float
    dividend_yield: float
    is_call: bool

    def change(self, **changes: Any) -> OptionInputs:
        return replace(self, **changes)


def default_model(style: OptionStyle) -> OptionPricingModelType:
    """Return LEAN's model of a style: Black-Scholes for European, the forward tree for American options."""
    return _BLACK if style == OptionStyle.EUROPEAN else OptionPricingModelType.FORWARD_TREE


def is_call(right: OptionRight) -> bool:
    return right == OptionRight.CALL


def normal_distribution(x: float) -> float:
    """Return the probability that a standard normal variable is below `x`."""
    return 0.5 * math.erfc(-x / _SQRT_2)


def normal_density(x: float) -> float:
    return math.exp(-0.5 * x * x) / _SQRT_2_PI


def d1_of(o: OptionInputs, volatility: float) -> float:
    """Return d1 of the Black-Scholes formula."""
    denominator = volatility * math.sqrt(max(0.0, o.time))
    if denominator == 0:
        return _CERTAIN
    drift = (o.rate - o.dividend_yield + 0.5 * volatility * volatility) * o.time
    return (math.log(o.spot / o.strike) + drift) / denominator


def d2_of(o: OptionInputs, volatility: float, d1: float) -> float:
    return d1 - volatility * math.sqrt(max(0.0, o.time))


# -- prices ----------------------------------------------------------------------------------------------


def black_price(o: OptionInputs, volatility: float) -> float:
    """Return the Black-Scholes price."""
    d1 = d1_of(o, volatility)
    d2 = d2_of(o, volatility, d1)
    forward = o.spot * math.exp(-o.dividend_yield * o.time)
    payment = o.strike * math.exp(-o.rate * o.time)
    if o.is_call:
        return forward * normal_distribution(d1) - payment * normal_distribution(d2)
    return payment * normal_distribution(-d2) - forward * normal_distribution(-d1)


def crr_price(o: OptionInputs, volatility: float) -> float:
    """Return the price in the tree of Cox, Ross and Rubinstein."""
    span = o.time / STEPS
    up = math.exp(volatility * math.sqrt(span))
    if up == 1:
        up = 1.0001
    down = 1 / up
    probability = (math.exp((o.rate - o.dividend_yield) * span) - down) / (up - down)
    # without dividends a call is worth more alive than exercised
    waits = not o.is_call or (o.dividend_yield == 0 and o.rate >= 0)
    return _tree_price(o, span, probability, up, waits)


def forward_tree_price(o: OptionInputs, volatility: float) -> float:
    """Return the price in the tree around the forward price."""
    span = o.time / STEPS
    growth = math.exp((o.rate - o.dividend_yield) * span)
    move = volatility * math.sqrt(span)
    up, down = math.exp(move) * growth, math.exp(-move) * growth
    if up - down == 0:
        up, down = 1.0001, 0.9999
    # LEAN's nodes lie around the price of today, not around its forward: there a call may well be exercised early
    return _tree_price(o, span, (growth - down) / (up - down), up, waits=not o.is_call)


@lru_cache(maxsize=1)
def _log_binomials() -> np.ndarray:
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, STEPS + 1)))))
    return logs[STEPS] - logs - logs[::-1]


def _tree_price(o: OptionInputs, span: float, probability: float, up: float, waits: bool) -> float:
    prices = o.spot * np.power(up, np.arange(-STEPS, STEPS + 1, 2, dtype=float))
    values = np.maximum(prices - o.strike if o.is_call else o.strike - prices, 0.0)
    discount = math.exp(-o.rate * span)
    fall, rise = discount * (1 - probability), discount * probability
    if waits and fall > 0 and rise > 0:
        k = np.arange(STEPS + 1)
        weights = np.exp(_log_binomials() + (STEPS - k) * math.log(fall) + k * math.log(rise))
        return float(weights @ values)
    exercise = None
    if o.is_call:
        exercise = np.maximum(o.spot * np.power(up, np.arange(-STEPS, STEPS, dtype=float)) - o.strike, 0.0)
    for period in range(STEPS - 1, -1, -1):
        values = values[:-1] * fall + values[1:] * rise
        if exercise is not None:
            values = np.maximum(values, exercise[STEPS - period : STEPS + period + 1 : 2])
    return float(values[0])


def model_price(model: OptionPricingModelType, o: OptionInputs, volatility: float) -> float:
    """Return the price in a model, also for a time that has run out."""
    if model == _BLACK:
        return black_price(o, volatility)
    return crr_price(o, volatility) if model == _CRR else forward_tree_price(o, volatility)


def theoretical_price(model: OptionPricingModelType, o: OptionInputs, volatility: float) -> float:
    """Return the price in a model, 0 when time has run out."""
    return 0.0 if o.time <= 0 else model_price(model, o, volatility)


def implied_volatility(model: OptionPricingModelType, o: OptionInputs, price: float) -> float | None:
    """Return the volatility at which the model gives the price, None where the search fails."""
    low, high = _LOWEST_VOLATILITY, _HIGHEST_VOLATILITY
    if model != _BLACK:
        guess = implied_volatility(_BLACK, o, price)
        if guess:
            low, high = max(low, guess * 0.5), min(high, guess * 1.5)
    try:
        return find_root(
            lambda volatility: theoretical_price(model, o, volatility) - price,
            low,
            high,
            max(_ACCURACY, _ACCURACY * price),
        )
    except (ArithmeticError, ValueError):
        return None


# -- greeks ----------------------------------------------------------------------------------------------
# Errors of arithmetic (overflow, division by zero) are for the caller, who keeps the value before.


def delta(model: OptionPricingModelType, o: OptionInputs, volatility: float) -> float:
    if model == _BLACK:
        d1 = d1_of(o, volatility)
        share = normal_distribution(d1) if o.is_call else -normal_distribution(-d1)
        return share * math.exp(-o.dividend_yield * o.time)
    growth = 1.0
    if model != _CRR:
        growth = math.exp((o.rate - o.dividend_yield) * o.time / STEPS)
    move = volatility * math.sqrt(o.time / STEPS)
    up = math.exp(move) * growth
    up = 1.00001 if up == 1 else up
    if model == _CRR:
        above, below = o.spot * up, o.spot / up
    else:
        down = math.exp(-move) * growth
        above, below = o.spot * up, o.spot * (0.99999 if down == 1 else down)
    change = model_price(model, o.change(spot=above), volatility) - model_price(
        model, o.change(spot=below), volatility
    )
    return change / (above - below) if above != below else 0.0


def gamma(model: OptionPricingModelType, o: OptionInputs, volatility: float) -> float:
    if model == _BLACK:
        density = normal_density(-d1_of(o, volatility))
        return density / o.spot / max(volatility, _AT_LEAST_ONE_PERCENT) / math.sqrt(o.time)
    up = math.exp(volatility * math.sqrt(o.time / STEPS))
    up = 1.0001 if up == 1 else up
    above, below = o.spot * up * up, o.spot / up / up
    middle = model_price(model, o, volatility)
    slope_above = (model_price(model, o.change(spot=above), volatility) - middle) / (above - o.spot)
    slope_below = (middle - model_price(model, o.change(spot=below), volatility)) / (o.spot - below)
    return (slope_above - slope_below) * 2 / (above - below) if above != below else 0.0


def vega(model: OptionPricingModelType, o: OptionInputs, volatility: float) -> float:
    """Return the change of the price per point of volatility."""
    if model == _BLACK:
        density = normal_density(d1_of(o, volatility))
        return o.spot * math.sqrt(o.time) * density * math.exp(-o.dividend_yield * o.time) / 100.0
    step = 0.01
    return (model_price(model, o, volatility + step) - model_price(model, o, volatility)) / step / 100.0


def theta_per_day(model: OptionPricingModelType, o: OptionInputs, volatility: float) -> float:
    if model != _BLACK:
        span = o.time / STEPS
        later = model_price(model, o.change(time=o.time - 2 * span), volatility)
        return (later - model_price(model, o, volatility)) * 0.5 / span / _DAYS
    d1 = d1_of(o, volatility)
    d2 = d2_of(o, volatility, d1)
    adjustment = math.exp(-o.dividend_yield * o.time)
    floor = max(volatility, _AT_LEAST_ONE_PERCENT)
    decay = -o.spot * floor * normal_density(d1) * adjustment * 0.5 / math.sqrt(o.time)
    if o.is_call:
        share, bond = normal_distribution(d1), -normal_distribution(d2)
    else:
        share, bond = -normal_distribution(-d1), normal_distribution(-d2)
    discount = math.exp(-o.rate * o.time)
    income = o.dividend_yield * o.spot * share * adjustment + o.rate * o.strike * discount * bond
    return (decay + income) / _DAYS


def rho(model: OptionPricingModelType, o: OptionInputs, volatility: float) -> float:
    """Return the change of the price per point of the rate."""
    if model != _BLACK:
        step = 0.0001
        change = model_price(model, o.change(rate=o.rate + step), volatility) - model_price(
            model, o, volatility
        )
        return change / step / 100.0
    d2 = d2_of(o, volatility, d1_of(o, volatility))
    size = o.strike * o.time * math.exp(-o.rate * o.time) / 100.0
    return size * normal_distribution(d2) if o.is_call else -size * normal_distribution(-d2)
