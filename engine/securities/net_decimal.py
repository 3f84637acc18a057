"""Products and quotients with .NET's digits: up to 28 decimals in 96 bits, not 28 digits in all."""

from __future__ import annotations

from decimal import Decimal

_LIMIT = 2**96 - 1
_MAX_SCALE = 28


def _parts(value: Decimal) -> tuple[int, int]:
    sign, digits, exponent = value.as_tuple()
    mantissa = int("".join(map(str, digits)))
    assert isinstance(exponent, int)
    if exponent > 0:
        mantissa, exponent = mantissa * 10**exponent, 0
    return (-mantissa if sign else mantissa), -exponent


def _rounded(numerator: int, denominator: int) -> int:
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))


def _make(negative: bool, mantissa: int, scale: int) -> Decimal:
    return Decimal((int(negative), tuple(map(int, str(mantissa))), -scale))


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """Return left * right as System.Decimal rounds it."""
    left_mantissa, left_scale = _parts(left)
    right_mantissa, right_scale = _parts(right)
    product, scale = left_mantissa * right_mantissa, left_scale + right_scale
    size = abs(product)
    drop = max(0, scale - _MAX_SCALE)
    while _rounded(size, 10**drop) > _LIMIT:
        drop += 1
    return _make(product < 0, _rounded(size, 10**drop), scale - drop)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Return left / right as System.Decimal rounds it, without the zeros that dividing would add."""
    left_mantissa, left_scale = _parts(left)
    right_mantissa, right_scale = _parts(right)
    if not right_mantissa:
        raise ZeroDivisionError("Attempted to divide by zero.")
    natural = max(0, left_scale - right_scale)
    numerator, denominator = abs(left_mantissa), abs(right_mantissa)
    power = right_scale - left_scale
    for scale in range(_MAX_SCALE, -1, -1):
        shift = power + scale
        top = numerator * 10**shift if shift > 0 else numerator
        bottom = denominator * 10**-shift if shift < 0 else denominator
        mantissa = _rounded(top, bottom)
        if mantissa <= _LIMIT:
            break
    while scale > natural and mantissa % 10 == 0:
        mantissa //= 10
        scale -= 1
    return _make((left_mantissa < 0) != (right_mantissa < 0), mantissa, scale)
