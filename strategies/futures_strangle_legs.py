"""Leg choice of the futures strangle: chains of futures options have no greeks (docs/rules/futures_strangle.md)."""

from __future__ import annotations

import math
from datetime import timedelta
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from state.records import PositionLeg
from strategies import expiries
from strategies.base import NOTHING_WATCHED, View
from strategies.choice import Candidate, between_strikes, candidates, listed_expiries, nearest_delta
from strategies.conditions import discount
from strategies.contracts import Contract, Right

if TYPE_CHECKING:
    from strategies.futures_strangle import Parameters

CHAIN: Final = "ES"
SIDES: Final = {"short_put": Right.PUT, "short_call": Right.CALL}


def likely_strike(level: float, vix: float, days: int, right: Right, wanted: float) -> float:
    """Return about where an option of this delta lies: chains of futures options have no greeks.

    Puts trade above and calls below the VIX at these strikes; the shortlist is wide enough for what that misses.
    """
    skew, sign = (1.2, -1) if right is Right.PUT else (0.8, 1)
    deviation = skew * vix / 100 * math.sqrt(days / 365)
    return level * math.exp(sign * NormalDist().inv_cdf(1 - wanted) * deviation)


def shortlist(view: View, level: float, vix: float, p: Parameters) -> frozenset[str]:
    """Return at most 40 options of the chosen expiry around where both sides should be."""
    today = view.now.date()
    chain = view.chain(CHAIN, today + timedelta(days=p.dte_min), today + timedelta(days=p.dte_max))
    expiry = expiries.nearest(listed_expiries(chain), today, p.dte, p.dte_min, p.dte_max)
    if expiry is None:
        return NOTHING_WATCHED
    chosen: list[Contract] = []
    for right in SIDES.values():
        centre = likely_strike(level, vix, (expiry - today).days, right, p.short_delta)
        chosen += between_strikes(chain, expiry, right, centre - 0.05 * level, centre + 0.05 * level, 20)
    return frozenset(contract.symbol for contract in chosen)


def side_shortlist(view: View, level: float, leg: PositionLeg, p: Parameters) -> frozenset[str]:
    """Return 40 options of a held side's expiry further out of the money."""
    contract, today = view.contract(leg.contract), view.now.date()
    chain = view.chain(CHAIN, contract.expiry, contract.expiry)
    vix = view.price("VIX")
    centre = likely_strike(
        level, vix.value if vix else 20.0, (contract.expiry - today).days, contract.right, p.short_delta
    )
    rows = between_strikes(
        chain, contract.expiry, contract.right, centre - 0.08 * level, centre + 0.08 * level, 40
    )
    return frozenset(row.symbol for row in rows)


def choose(view: View, right: Right, p: Parameters) -> Candidate | str:
    """Return the option of one side nearest delta 0.10 by live quotes on its own future, or the reason for none."""
    listed = [c for c in map(view.contract, sorted(view.watched)) if c.right is right]
    future = view.underlying_price(listed[0].symbol) if listed else None
    if future is None or not p.quotes.fresh(future.age):
        return "future_stale: there is no fresh price of the future"
    worth = discount(view, listed[0].expiry)
    choices, _ = candidates(listed, view.quote, p.quotes, future.value, worth)
    side = nearest_delta(choices, right, p.short_delta)
    if side is None or abs(side.delta - p.short_delta) > p.delta_tolerance:
        return f"no_side: no {right.lower()} near delta {p.short_delta:g} may be traded"
    return side
