"""Base and quote currency of a pair (LEAN: Common/Util/CurrencyPairUtil.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import SecurityType

if TYPE_CHECKING:
    from engine.common.symbol import Symbol

_QUOTES = ("USDT", "USDC", "BUSD", "FDUSD", "USD", "EUR", "GBP", "JPY", "BTC", "ETH", "BNB")


def is_decomposable(symbol: Symbol) -> bool:
    """Return whether the symbol is a pair of two currencies."""
    if symbol.security_type == SecurityType.FOREX:
        return len(symbol.value) == 6
    if symbol.security_type in (SecurityType.CRYPTO, SecurityType.CFD):
        return any(symbol.value.endswith(quote) and symbol.value != quote for quote in _QUOTES)
    return False


def decompose(symbol: Symbol) -> tuple[str, str]:
    """Return (base, quote) of a pair, e.g. ("EUR", "USD")."""
    if symbol.security_type == SecurityType.FOREX:
        return symbol.value[:3], symbol.value[3:]
    quote = next(quote for quote in _QUOTES if symbol.value.endswith(quote))
    return symbol.value.removesuffix(quote), quote
