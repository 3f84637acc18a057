"""Exact numbers as .NET's `decimal` keeps them, and the texts .NET makes of numbers.

Python's default context has the 28 digits and the banker's rounding of .NET's decimal.
"""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from engine.common.errors import ArgumentException

ZERO = Decimal(0)
ONE = Decimal(1)
DECIMAL_MAX = Decimal("79228162514264337593543950335")

_MAX_SCALE = 28
_LOW_64_BITS = (1 << 64) - 1
_POWERS_OF_TEN = tuple(float(f"1e{n}") for n in range(_MAX_SCALE + 1))
_WIDE_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999)
_QUANTA = tuple(Decimal(1).scaleb(-n) for n in range(_MAX_SCALE + 1))
_SCIENTIFIC_FROM = 17
_SCIENTIFIC_BELOW = -5


def to_decimal(value: float | Decimal | str) -> Decimal:
    """Return the decimal LEAN makes of a Python number: pythonnet reads the number's own text."""
    if type(value) is Decimal:
        return value
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(float(value)))  # float(): NumPy's scalars have another repr
    if isinstance(value, int):
        return Decimal(int(value))
    return Decimal(str(value))


def to_float(value: Decimal) -> float:
    """Return the double .NET makes of a decimal: not always the nearest one beyond 15 digits."""
    sign, digits, exponent = value.as_tuple()
    if len(digits) <= 15 and -22 <= exponent <= 0:  # type: ignore[operator]
        return float(value)  # both terms are exact doubles, so dividing them rounds once
    if exponent < -_MAX_SCALE:  # type: ignore[operator]
        value = value.quantize(_QUANTA[_MAX_SCALE], context=_WIDE_CONTEXT)  # .NET has no further places
        exponent = -_MAX_SCALE
    mantissa = int(value.scaleb(-exponent, _WIDE_CONTEXT)) if exponent < 0 else int(value)  # type: ignore[operator]
    mantissa = abs(mantissa)
    scale = -exponent if exponent < 0 else 0  # type: ignore[operator]
    result = (float(mantissa & _LOW_64_BITS) + float(mantissa >> 64) * 2.0**64) / _POWERS_OF_TEN[scale]
    return -result if sign and result else result


def double_to_decimal(value: float) -> Decimal:
    """Return C#'s `(decimal)value`: 15 significant digits, no trailing zeros (LEAN: SafeDecimalCast)."""
    if not math.isfinite(value):
        raise ArgumentException(
            f"It is not possible to cast a non-finite floating-point value ({value}) as decimal."
        )
    if abs(value) >= float(DECIMAL_MAX):
        return DECIMAL_MAX if value > 0 else -DECIMAL_MAX
    double = abs(value)
    exponent = math.frexp(double)[1]
    if double == 0.0 or exponent < -94:
        return ZERO
    power = 14 - ((exponent * 19728) >> 16)  # log10(2) * 2**16
    if power >= 0:
        power = min(power, _MAX_SCALE)
        double *= _POWERS_OF_TEN[power]
    elif power != -1 or double >= 1e15:
        double /= _POWERS_OF_TEN[-power]
    else:
        power = 0
    if double < 1e14 and power < _MAX_SCALE:
        double *= 10.0
        power += 1
    mantissa = round(double)  # half to even
    result = normalize(Decimal(mantissa).scaleb(-power))
    return -result if value < 0 else result


def normalize(value: Decimal) -> Decimal:
    """Strip trailing zeros behind the point; never an exponent above zero."""
    if not value:
        return ZERO
    stripped = value.normalize()
    if stripped.as_tuple().exponent <= 0:  # type: ignore[operator]
        return stripped
    return stripped.quantize(ONE, context=_WIDE_CONTEXT)  # whole numbers have up to 29 digits


def round_decimal(value: Decimal, digits: int = 0, away_from_zero: bool = False) -> Decimal:
    """Round behind the point as Math.Round does: banker's, and the scale only ever shrinks."""
    if -value.as_tuple().exponent <= digits:  # type: ignore[operator]
        return value
    return value.quantize(_QUANTA[digits], ROUND_HALF_UP if away_from_zero else ROUND_HALF_EVEN)


def truncate(value: Decimal) -> Decimal:
    """Return the whole part (Math.Truncate)."""
    return value.quantize(ONE, ROUND_DOWN) if value.as_tuple().exponent < 0 else value  # type: ignore[operator]


def discretely_round_by(value: Decimal, quanta: Decimal, away_from_zero: bool = True) -> Decimal:
    """Round to a multiple of `quanta`; 0 leaves the value alone (LEAN: Extensions.DiscretelyRoundBy)."""
    if not quanta:
        return value
    return quanta * round_decimal(value / quanta, 0, away_from_zero)


def round_to_significant_digits(value: Decimal, digits: int) -> Decimal:
    """Keep so many significant digits (LEAN: Extensions.RoundToSignificantDigits)."""
    if not value:
        return ZERO
    # LEAN takes the logarithm of the double, which can sit on a power of ten that the decimal does not reach.
    power = math.floor(math.log10(abs(to_float(value)))) + 1
    scale = ONE.scaleb(power) if power <= 0 else Decimal(10**power)
    return scale * round_decimal(value / scale, digits)


def smart_rounding(value: Decimal) -> Decimal:
    """Round to 4 places above 1000, else (negative numbers too) to 7 digits (LEAN: SmartRounding)."""
    value = normalize(value)
    if value > 1000:
        return round_decimal(value, 4)
    return normalize(round_to_significant_digits(value, 7))


def smart_rounding_short(value: Decimal) -> Decimal:
    """Round for display (LEAN: Extensions.SmartRoundingShort)."""
    value = normalize(value)
    if value <= 1:
        return value
    if value <= 10:
        return round_decimal(value, 2)
    if value <= 100:
        return round_decimal(value, 1)
    return truncate(value)


def decimal_to_string(value: Decimal) -> str:
    """Return decimal.ToString(): every digit of its scale, never an exponent."""
    return format(value, "f") if value else format(abs(value), "f")


def double_to_string(value: float) -> str:
    """Return double.ToString(): the shortest digits that read back; `E+17` from 1e17, `E-05` below 0.0001."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0" if math.copysign(1.0, value) < 0 else "0"
    number = Decimal(repr(value))
    exponent = number.adjusted()
    if _SCIENTIFIC_BELOW < exponent < _SCIENTIFIC_FROM:
        return format(normalize(number), "f")
    sign, digits, _ = number.normalize().as_tuple()
    mantissa = str(digits[0]) + ("." + "".join(map(str, digits[1:])) if len(digits) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}E{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def to_string_invariant(value: float | Decimal) -> str:
    """Return the invariant text of an int, double or decimal (LEAN: StringExtensions.ToStringInvariant)."""
    if isinstance(value, Decimal):
        return decimal_to_string(value)
    if isinstance(value, float):
        return double_to_string(value)
    return str(int(value))
