"""Products and quotients with System.Decimal's digits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.securities.net_decimal import divide, multiply


@pytest.mark.parametrize(
    ("left", "right", "quotient"),
    [
        ("1", "3", "0.3333333333333333333333333333"),
        ("2", "3", "0.6666666666666666666666666667"),
        ("410", "1120", "0.3660714285714285714285714286"),
        ("1", "0.3333333333333333333333333333", "3.0000000000000000000000000003"),
        ("10", "4", "2.5"),
        ("100.00", "4", "25.00"),
        ("-1", "8", "-0.125"),
        ("79228162514264337593543950335", "1", "79228162514264337593543950335"),
        ("22", "7", "3.1428571428571428571428571429"),
        ("700", "9", "77.777777777777777777777777778"),
    ],
)
def test_quotients_have_28_decimals_in_96_bits(left, right, quotient) -> None:
    """Zeros that dividing adds are dropped, those of the dividend stay."""
    assert str(divide(Decimal(left), Decimal(right))) == str(Decimal(quotient))


def test_what_is_smaller_than_28_decimals_is_zero() -> None:
    """A rest of 2E-23 in a million is no target of margin."""
    assert divide(Decimal("-2e-23"), Decimal(1_000_000)) == 0
    assert divide(Decimal("-2e-23"), Decimal(10_000)) == Decimal("-2e-27")


@pytest.mark.parametrize(
    ("left", "right", "product"),
    [
        ("1.50", "2.0", "3.000"),
        ("-0.1", "0.2", "-0.02"),
        ("112000", "1.7321428571428571428571428570", "193999.99999999999999999999998"),
        ("0.3333333333333333333333333333", "0.5", "0.1666666666666666666666666666"),
        ("0.3333333333333333333333333335", "0.5", "0.1666666666666666666666666668"),
        ("2e-20", "2e-20", "0.0000000000000000000000000000"),
    ],
)
def test_products_keep_their_scale_where_it_fits(left, right, product) -> None:
    """Ties go to the even digit."""
    assert str(multiply(Decimal(left), Decimal(right))) == str(Decimal(product))


def test_zero_divides_nothing() -> None:
    """As .NET says it."""
    with pytest.raises(ZeroDivisionError, match="Attempted to divide by zero"):
        divide(Decimal(1), Decimal(0))
