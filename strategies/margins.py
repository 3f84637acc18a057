"""Buying power that a broker asks for short options, so that it can be reserved before an entry.

Our own caps decide; these figures are what LEAN's margin models take, which neither protects nor flatters
(lean-semantics 5, 16).
"""

from __future__ import annotations

from strategies.contracts import Contract, Right


def naked_option(contract: Contract, price: float, underlying: float) -> float:
    """Return the margin of one short option of an equity in USD.

    References
    ----------
    LEAN: Common/Securities/Option/OptionMarginModel.cs.
    """
    otm = (
        max(contract.strike - underlying, 0.0)
        if contract.right is Right.CALL
        else max(underlying - contract.strike, 0.0)
    )
    least = 0.10 * (underlying if contract.right is Right.CALL else contract.strike)
    return (price + max(least, 0.20 * underlying - otm)) * contract.multiplier
