"""Brent's method, step for step as LEAN's numerics library takes it: greeks show where it stops.

Source: Press, Teukolsky, Vetterling, Flannery, Numerical Recipes, 9.3; the stopping rule is that of Math.NET.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_EPSILON = 2.0**-52
_EQUAL = 10 * 2.0**-53


def _sign(value: float) -> int:
    if math.isnan(value):
        raise ArithmeticError("NaN has no sign")
    return (value > 0) - (value < 0)


def _nearly_equal(first: float, second: float) -> bool:
    if min(abs(first), abs(second)) < _EPSILON / 2:
        return abs(first - second) < _EQUAL
    return abs(first - second) < _EQUAL * max(abs(first), abs(second))


def find_root(
    function: Callable[[float], float], low: float, high: float, accuracy: float, iterations: int = 100
) -> float | None:
    """Return a root between `low` and `high`, None if it is not bracketed or not found.

    It ends when the bracket is narrower than `accuracy`, or when the function is nearer to zero than that.
    """
    a, c, b = low, high, high  # best so far is b; the root lies between b and c
    fa, fc = function(a), function(c)
    fb = fc
    step = step_before = 0.0
    if _sign(fa) == _sign(fc):
        return None
    middle = math.nan
    for _ in range(iterations + 1):
        if _sign(fb) == _sign(fc):
            c, fc = a, fa
            step_before = step = b - a
        if abs(fc) < abs(fb):
            a, b = b, c
            c = a
            fa, fb = fb, fc
            fc = fa
        tolerance = _EPSILON * abs(b) + 0.5 * accuracy
        middle_before, middle = middle, (c - b) / 2.0
        if abs(middle) <= tolerance or abs(fb) < accuracy:
            return b
        if middle == middle_before:
            return None
        if abs(step_before) >= tolerance and abs(fa) > abs(fb):
            interpolated = _interpolated(a, b, c, (fa, fb, fc), middle, tolerance, step_before)
            step_before, step = (step, interpolated) if interpolated is not None else (middle, middle)
        else:
            step_before = step = middle
        a, fa = b, fb
        b += step if abs(step) > tolerance else math.copysign(tolerance, middle)
        fb = function(b)
    return None


def _interpolated(
    a: float,
    b: float,
    c: float,
    values: tuple[float, float, float],
    middle: float,
    tolerance: float,
    step_before: float,
) -> float | None:
    # Step of inverse quadratic interpolation, None where it would leave the bracket or converge too slowly.
    fa, fb, fc = values
    s = fb / fa
    if _nearly_equal(a, c):
        p, q = 2.0 * middle * s, 1.0 - s
    else:
        q, r = fa / fc, fb / fc
        p = s * (2.0 * middle * q * (q - r) - (b - a) * (r - 1.0))
        q = (q - 1.0) * (r - 1.0) * (s - 1.0)
    if p > 0.0:
        q = -q
    p = abs(p)
    if 2.0 * p < min(3.0 * middle * q - abs(tolerance * q), abs(step_before * q)):
        return p / q
    return None
