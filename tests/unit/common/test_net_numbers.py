"""Numbers round and print as .NET's do."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.common.errors import ArgumentException
from engine.common.numbers import (
    decimal_to_string,
    discretely_round_by,
    double_to_decimal,
    double_to_string,
    normalize,
    round_decimal,
    round_to_significant_digits,
    smart_rounding,
    smart_rounding_short,
    to_decimal,
    to_float,
    to_string_invariant,
    truncate,
)
from engine.statistics.portfolio_statistics import compounding_annual_performance

D = Decimal


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "1"),
        (0.1, "0.1"),
        (np.float64(0.3), "0.3"),
        ("2.50", "2.50"),
        (True, "1"),
        (np.int64(7), "7"),
        (D("1.10"), "1.10"),
    ],
)
def test_to_decimal_reads_the_numbers_own_text(value, expected):
    """A float becomes the decimal it prints as, whatever type it has."""
    assert str(to_decimal(value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1000.12345", "1000.1234"), ("1000.12355", "1000.1236"), ("999.123456789", "999.1235"),
     ("0.012345678912", "0.01234568"), ("-1234.567891", "-1234.568"), ("0", "0"), ("1.50", "1.5"),
     ("100000", "100000"), ("0.0000001234567891", "0.0000001234568")],
)  # fmt: skip
def test_smart_rounding_keeps_what_lean_keeps(value: str, expected: str):
    """Four places above 1000, seven digits below and for every negative number, half to even."""
    assert decimal_to_string(smart_rounding(D(value))) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("0.123456", "0.123456"), ("9.876", "9.88"), ("98.76", "98.8"), ("987.6", "987")]
)
def test_smart_rounding_short_keeps_fewer_digits(value: str, expected: str):
    """The shorter form of LEAN's display rounding."""
    assert decimal_to_string(smart_rounding_short(D(value))) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6))
def test_normalize_changes_the_scale_and_nothing_else(value: Decimal):
    """The value stays, no trailing zero is left, and no exponent above zero appears."""
    result = normalize(value)
    assert result == value
    text = decimal_to_string(result)
    assert "." not in text or text[-1] != "0"


@given(st.integers(min_value=-(10**14), max_value=10**14), st.integers(min_value=0, max_value=8))
def test_to_float_of_short_decimals_is_the_nearest_double(mantissa: int, places: int):
    """Up to 15 digits .NET's division rounds once, as Python's does."""
    value = Decimal(mantissa).scaleb(-places)
    assert to_float(value) == float(value)


def test_to_float_of_long_decimals_is_nets_not_the_nearest():
    """With 28 digits .NET divides a rounded numerator, which can miss the nearest double by one step."""
    value = D("7.9228162514264337593543950335")
    assert abs(to_float(value) - float(value)) <= 2e-15
    assert to_float(-value) == -to_float(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.1, "0.1"), (1 / 3, "0.333333333333333"), (123456.789123456789, "123456.789123457"),
     (1e20, "100000000000000000000"), (5e-29, "0"),
     (0.0, "0"), (-2.5, "-2.5"), (1e-10, "0.0000000001")],
)  # fmt: skip
def test_double_to_decimal_keeps_fifteen_digits(value: float, expected: str):
    """C#'s cast from double to decimal drops the digits a double does not really have."""
    assert decimal_to_string(double_to_decimal(value)) == expected


def test_double_to_decimal_refuses_what_is_no_number():
    """NaN and infinity are LEAN's ArgumentException."""
    for value in (float("nan"), float("inf")):
        with pytest.raises(ArgumentException, match="non-finite"):
            double_to_decimal(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.0, "1"), (0.1, "0.1"), (1e14, "100000000000000"), (11835996770264000.0, "11835996770264000"), (1e17, "1E+17"),
     (123456789012345680.0, "1.2345678901234568E+17"), (0.0001, "0.0001"),
     (0.00001, "1E-05"), (3.14e-7, "3.14E-07"), (-0.0, "-0"), (float("nan"), "NaN"),
     (float("-inf"), "-Infinity"), (-2.5, "-2.5")],
)  # fmt: skip
def test_double_to_string_is_nets(value: float, expected: str):
    """Shortest digits, an exponent from 1e17 up (LEAN publishes an alpha of 11835996770264000) and below 0.0001."""
    assert double_to_string(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(D("2.200"), "2.200"), (D("0E-10"), "0.0000000000"), (D("1E+3"), "1000"), (D("-0.00"), "0.00")],
)
def test_decimal_to_string_shows_the_scale(value: Decimal, expected: str):
    """A decimal prints every digit of its scale and never an exponent or a negative zero."""
    assert decimal_to_string(value) == expected


def test_to_string_invariant_takes_every_kind_of_number():
    """Ints, doubles and decimals print as .NET prints them."""
    assert [to_string_invariant(x) for x in (5, 2.0, D("2.0"))] == ["5", "2", "2.0"]


def test_rounding_helpers_follow_math_round():
    """Banker's rounding, a scale that only shrinks, multiples of a quantum away from zero."""
    assert str(round_decimal(D("2.5"))) == "2"
    assert str(round_decimal(D("2.5"), 0, away_from_zero=True)) == "3"
    assert str(round_decimal(D("2.5"), 4)) == "2.5"
    assert str(truncate(D("-2.9"))) == "-2"
    assert discretely_round_by(D("1.0"), D("0.15")) == D("1.05")
    assert discretely_round_by(D("1.23"), D(0)) == D("1.23")
    assert round_to_significant_digits(D("123456.7"), 3) == D("123000")


def test_to_float_reads_no_more_than_28_places():
    """LEAN's CustomOptionExerciseModelRegressionAlgorithm: 257114 of 100000 in 5 2/3 days, 26116903817855100...% a year."""
    years = Decimal("5.66666666666667") / 365
    assert to_float(years) == 0.015525114155251152
    growth = compounding_annual_performance(Decimal(100000), Decimal(257114), years)
    assert growth == Decimal("261169038178551000000000000")
    assert str(to_float(Decimal("-1e-30"))) == "0.0"


def test_whole_numbers_have_up_to_29_digits():
    """A year's growth close to the largest decimal is a number, and the largest decimal beyond.

    LEAN: IndexOptionScaledStrikeRegressionAlgorithm, 79228162514264337593543950335% a year.
    """
    assert double_to_decimal(1.5e28) == Decimal(15 * 10**27)
    assert normalize(Decimal("7.9E28")) == Decimal(79 * 10**27)
    assert double_to_decimal(1e29) == Decimal(79228162514264337593543950335)
