"""Implied volatility and delta from live quotes, by QuantLib (in LEAN's image; no solver of our own).

European Black-76 on the forward. SPX options are European; for SPY and ES the early-exercise premium of the
out-of-the-money options we look at is far below a tick of delta (docs/decisions.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from strategies.contracts import Contract, Right

YEAR_MINUTES = 365 * 24 * 60


@cache
def _quantlib() -> Any:
    import QuantLib  # a tenth of a second that only an entry pays

    return QuantLib


def implied_deviation(
    contract: Contract, price: float, forward: float, discount: float = 1.0
) -> float | None:
    """Return the deviation of ln(underlying) until expiry that explains a price, None where nothing does.

    Parameters
    ----------
    price : float, USD per share
        the middle of a live quote
    forward : float, USD per share
        price of the underlying for delivery at expiry
    """
    ql = _quantlib()
    right = ql.Option.Call if contract.right is Right.CALL else ql.Option.Put
    intrinsic = contract.intrinsic(forward) * discount
    ceiling = (forward if contract.right is Right.CALL else contract.strike) * discount
    if not intrinsic < price < ceiling:
        return None
    try:
        return float(ql.blackFormulaImpliedStdDev(right, contract.strike, forward, price, discount))
    except RuntimeError:  # QuantLib says so when its solver finds no root
        return None


def delta(contract: Contract, price: float, forward: float, discount: float = 1.0) -> float | None:
    """Return |delta| of one option with respect to the forward, None where nothing explains its price."""
    deviation = implied_deviation(contract, price, forward, discount)
    if deviation is None or deviation <= 0:
        return None
    d1 = math.log(forward / contract.strike) / deviation + deviation / 2
    call = 0.5 * math.erfc(-d1 / math.sqrt(2))
    return call if contract.right is Right.CALL else 1 - call


def implied_volatility(deviation: float, now: datetime, expires_at: datetime) -> float:
    """Return the yearly volatility of a deviation until expiry (calendar time)."""
    years = (expires_at - now).total_seconds() / 60 / YEAR_MINUTES
    return deviation / math.sqrt(years)


def forward_from_parity(
    pairs: Iterable[tuple[float, float, float]], spot: float, discount: float = 1.0
) -> float | None:
    """Return the forward that put-call parity gives at the strike nearest the spot.

    Parameters
    ----------
    pairs : (strike, call price, put price) of options of one expiry, middles of live quotes

    References
    ----------
    C - P = discount * (F - K) for European options.
    """
    nearest = min(pairs, key=lambda pair: abs(pair[0] - spot), default=None)
    if nearest is None:
        return None
    strike, call, put = nearest
    return strike + (call - put) / discount
