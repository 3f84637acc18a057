"""Value of an option at expiry (LEAN: Common/Util/OptionPayoff.cs)."""

from __future__ import annotations

from decimal import Decimal

from engine.common.enums import OptionRight


def intrinsic_value(underlying_price: Decimal, strike: Decimal, right: OptionRight) -> Decimal:
    """Return the pay-off, but never less than 0."""
    return max(Decimal(0), pay_off(underlying_price, strike, right))


def pay_off(underlying_price: Decimal, strike: Decimal, right: OptionRight) -> Decimal:
    """Return how far the option is in the money; negative when it is out of the money."""
    return underlying_price - strike if right == OptionRight.CALL else strike - underlying_price
