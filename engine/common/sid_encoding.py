"""How numbers are packed into a security identifier. LEAN: Common/SecurityIdentifier.cs."""

from __future__ import annotations

from decimal import Decimal

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException, ArgumentOutOfRangeException, FormatException
from engine.common.market import Market
from engine.common.numbers import normalize

OPTION_TYPES = frozenset({SecurityType.OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION})
STRIKE_SCALE_ZERO = 6
"""A strike is stored times 10**6, its trailing zeros counted in the scale."""
STRIKE_NEGATIVE_BIT = 1 << 19

_STRIKE_LIMIT = STRIKE_NEGATIVE_BIT - ((STRIKE_NEGATIVE_BIT ^ (STRIKE_NEGATIVE_BIT - 1)) - 1_000_000) - 1
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def is_option_type(security_type: SecurityType) -> bool:
    """Return whether it is an option of any kind (LEAN: Extensions.IsOption)."""
    return security_type in OPTION_TYPES


def option_type_of(underlying: SecurityType) -> SecurityType:
    """Return the kind of option that such an underlying has."""
    result = _OPTION_OF.get(underlying)
    if result is None:
        raise ArgumentException(
            f"No option type exists for underlying SecurityType: {underlying.to_string()}"
        )
    return result


_OPTION_OF = {
    SecurityType.EQUITY: SecurityType.OPTION,
    SecurityType.FUTURE: SecurityType.FUTURE_OPTION,
    SecurityType.INDEX: SecurityType.INDEX_OPTION,
}


def market_code(market: str) -> int:
    """Return the code of a market; an unknown one is an error."""
    code = Market.encode(market.lower())
    if code is None:
        raise ArgumentOutOfRangeException(
            f"The specified market wasn't found in the markets lookup. Requested: {market.lower()}. "
            "You can add markets by calling QuantConnect.Market.Add(string,int)",
            "market",
        )
    return code


def encode_strike(strike: Decimal) -> tuple[int, int]:
    """Return a strike as (digits, scale), the two numbers an id keeps."""
    if not strike:
        return 0, 0
    sign, digits, exponent = normalize(strike).as_tuple()
    mantissa = int("".join(map(str, digits)))
    scale = exponent + STRIKE_SCALE_ZERO  # type: ignore[operator]
    while mantissa % 10 == 0:
        mantissa //= 10
        scale += 1
    if scale < 0:  # more than six decimals: LEAN drops the rest
        mantissa //= 10**-scale
        scale = 0
    if mantissa >= _STRIKE_LIMIT:
        raise ArgumentException(f"The specified strike price's precision is too high: {strike}")
    return (mantissa | STRIKE_NEGATIVE_BIT if sign else mantissa), scale


def encode_base36(number: int) -> str:
    """Return a number in base 36."""
    if not number:
        return "0"
    digits = []
    while number:
        number, rest = divmod(number, 36)
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits))


def decode_base36(text: str) -> int:
    """Return the number of a base 36 text."""
    try:
        return int(text, 36)
    except ValueError:
        raise FormatException(f"Could not decode base 36: {text}") from None
