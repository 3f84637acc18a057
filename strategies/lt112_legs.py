"""Leg choice of LT112: a put spread, or a one-one-two (docs/rules/lt112.md)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from strategies import expiries
from strategies.base import NOTHING_WATCHED, TradeLeg, View
from strategies.choice import (
    DeltaRange,
    around_delta,
    around_strike,
    candidates,
    listed_expiries,
    live_forward,
    nearest_delta,
    vertical,
)
from strategies.conditions import discount
from strategies.contracts import Right

if TYPE_CHECKING:
    from strategies.lt112 import Parameters

UNDERLYING: Final = "SPY"
SPREAD: Final = ("short_put", "long_put")
HEDGE: Final = ("debit_long", "debit_short")
FAR: Final = "far_puts"


def shortlist(view: View, spot: float, p: Parameters) -> frozenset[str]:
    """Return at most 40 puts of the chosen expiry, and the pair at the money that tells the forward.

    "the expiry nearest 112 DTE (102-122, monthlies preferred)".
    """
    today = view.now.date()
    chain = view.chain(UNDERLYING, today + timedelta(days=p.dte_min), today + timedelta(days=p.dte_max))
    listed = listed_expiries(chain)
    monthly = [expiry for expiry in listed if expiries.is_monthly(expiry, view.sessions)]
    expiry = expiries.nearest(listed, today, p.dte, p.dte_min, p.dte_max, prefer=monthly)
    if expiry is None:
        return NOTHING_WATCHED
    near = around_delta(chain, expiry, Right.PUT, p.short_delta, 12)
    if not near:
        return NOTHING_WATCHED
    spread = p.structure == "put_spread"
    lower = sorted(contract.strike for contract in near)[len(near) // 2]
    lower -= (p.width_pct if spread else p.debit_width_pct) / 100 * spot
    chosen = [*near, *around_strike(chain, expiry, Right.PUT, lower, 12)]
    if not spread:
        chosen += around_delta(chain, expiry, Right.PUT, p.far_delta, 12)
    for right in (Right.PUT, Right.CALL):
        chosen += around_strike(chain, expiry, right, spot, 1)
    return frozenset(contract.symbol for contract in chosen)


def choose(view: View, spot: float, p: Parameters) -> tuple[TradeLeg, ...] | str:
    """Return the legs of one unit by live quotes, or the reason why there are none."""
    listed = [view.contract(symbol) for symbol in sorted(view.watched)]
    worth = discount(view, listed[0].expiry) if listed else 1.0
    forward = live_forward(listed, view.quote, p.quotes, spot, worth)
    if forward is None:
        return "no_forward: the pair at the money has no tradable quotes"
    outside = (c for c in listed if c.right is Right.PUT and c.strike < forward)
    choices, _ = candidates(outside, view.quote, p.quotes, forward, worth)
    wanted, spread = DeltaRange(p.short_delta, p.delta_tolerance), p.structure == "put_spread"
    distance = (p.width_pct if spread else p.debit_width_pct) / 100 * spot
    pair = vertical(listed, choices, view.quote, p.quotes, Right.PUT, wanted, distance)
    if isinstance(pair, str):
        return pair
    if spread:
        return (TradeLeg(pair[0], SPREAD[0], -1), TradeLeg(pair[1], SPREAD[1], 1))
    far = nearest_delta(choices, Right.PUT, p.far_delta)
    if far is None or abs(far.delta - p.far_delta) > p.far_tolerance:
        return f"no_far_puts: no put near delta {p.far_delta:g} may be traded"
    return (
        TradeLeg(pair[0], HEDGE[0], 1),
        TradeLeg(pair[1], HEDGE[1], -1),
        TradeLeg(far.contract, FAR, -2),
    )
