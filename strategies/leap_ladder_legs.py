"""Leg choice of the LEAP ladder: which put a rung is (docs/rules/leap_ladder.md)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from state.records import PositionLeg
from strategies.base import NOTHING_WATCHED, Found, View
from strategies.choice import (
    around_delta,
    around_strike,
    candidates,
    listed_expiries,
    live_forward,
    nearest_delta,
    nearest_strike,
)
from strategies.conditions import discount
from strategies.contracts import Contract, Right
from strategies.margins import naked_option
from strategies.position import amount, cost
from strategies.sizing import units

if TYPE_CHECKING:
    from strategies.leap_ladder import Parameters

UNDERLYING: Final = "SPY"
FOUND_WITHIN: Final = 14
"""Days after its entry within which a rung is recognised by how long it runs: no other put on SPY runs a year."""


def roles(p: Parameters) -> list[str]:
    """Return the rungs of a complete ladder: by moneyness (rung_95), or simply counted."""
    if p.protective:
        return [f"rung_{p.first_strike_pct - p.rung_step_pct * step:g}" for step in range(p.rungs)]
    return [f"rung_{number}" for number in range(1, p.income_rungs + 1)]


def wanted_delta(day: date, p: Parameters) -> float:
    """Return the delta of a short put: rotating 0.12, 0.13, 0.14, 0.12 by week of the month."""
    week = min((day.day - 1) // 7, 3)
    return p.income_delta_low + p.income_delta_step * (0, 1, 2, 0)[week]


def shortlist(view: View, spot: float, role: str, p: Parameters) -> frozenset[str]:
    """Return puts of the first expiry in a year or later around where the rung should be."""
    today = view.now.date()
    chain = view.chain(UNDERLYING, today + timedelta(days=p.dte), today + timedelta(days=p.dte_max))
    listed = listed_expiries(chain)
    if not listed:
        return NOTHING_WATCHED
    if p.protective:
        chosen = around_strike(chain, listed[0], Right.PUT, strike_of(role, spot), 6)
    else:
        chosen = around_delta(chain, listed[0], Right.PUT, wanted_delta(today, p), 16)
        for right in (Right.PUT, Right.CALL):
            chosen += around_strike(chain, listed[0], right, spot, 1)
    return frozenset(contract.symbol for contract in chosen)


def strike_of(role: str, spot: float) -> float:
    """Return the strike that a protective rung should have."""
    return float(role.removeprefix("rung_")) / 100 * spot


def choose(view: View, spot: float, role: str, p: Parameters) -> Contract | str:
    """Return the put of a rung by live quotes, or the reason why there is none."""
    first = view.now.date() + timedelta(days=p.dte)
    listed = [c for c in map(view.contract, sorted(view.watched)) if c.expiry >= first]
    if p.protective:
        put = nearest_strike((c for c in listed if c.right is Right.PUT), strike_of(role, spot))
        problem = p.quotes.enterable(view.quote(put.symbol)) if put is not None else "not listed"
        return put if put is not None and problem is None else f"rung_quote: the put of {role} has {problem}"
    worth = discount(view, listed[0].expiry) if listed else 1.0
    forward = live_forward(listed, view.quote, p.quotes, spot, worth)
    if forward is None:
        return "no_forward: the pair at the money has no tradable quotes"
    below = (c for c in listed if c.strike < forward)
    choices, _ = candidates(below, view.quote, p.quotes, forward, worth)
    wanted = wanted_delta(view.now.date(), p)
    found = nearest_delta((c for c in choices if c.quote.mid >= view.least_short_usd), Right.PUT, wanted)
    if found is None or abs(found.delta - wanted) > p.delta_tolerance:
        return f"no_put: no put near delta {wanted:g} may be traded"
    return found.contract


def size_of(view: View, price: float, p: Parameters) -> int:
    """Return how many contracts a new rung gets.

    Protective: premium <= 2.5% of equity a rung and 10% in all. Income: one at a VIX up to 20, two above.
    """
    if not p.protective:
        vix = view.price("VIX")
        return 0 if vix is None else 2 if vix.value > p.income_vix_two else 1
    paid = sum(cost(leg, view.contract) for leg in view.legs)
    left = p.total_premium_pct / 100 * view.equity_usd - paid
    allowed = min(p.rung_premium_pct / 100 * view.equity_usd, left, view.buying_power_usd)
    return units(max(allowed, 0.0), price * 100, p.max_contracts)


def size_of_roll(view: View, leg: PositionLeg, put: Contract, p: Parameters) -> int:
    """Return how many contracts the successor of a rung gets: as many, within the premium of a rung."""
    size = int(leg.quantity)
    if not p.protective:
        return size
    price = view.quote(put.symbol).far_side(1) * put.multiplier
    return min(size, units(p.rung_premium_pct / 100 * view.equity_usd, price, size))


def margin_of(put: Contract, price: float, spot: float, p: Parameters) -> float:
    """Return the buying power in USD that one put of a rung ties up: its premium, or the margin of a naked put."""
    return price * put.multiplier if p.protective else naked_option(put, price, spot)


def reserve_of(role: str) -> str:
    """Return the name of the management value that says what a rung ties up."""
    return f"reserved.{role}"


def tied_up(view: View) -> float:
    """Return what the rungs that are held tie up in USD; one that an operator adopted at most its margin at the money."""
    total = 0.0
    for role, legs in groupby(sorted(view.legs, key=lambda leg: leg.role), key=lambda leg: leg.role):
        reserved = amount(view.values, reserve_of(role))
        total += reserved or sum(_at_most(leg, view.contract(leg.contract)) for leg in legs)
    return round(total, 2)


def _at_most(leg: PositionLeg, contract: Contract) -> float:
    if contract.right is Right.SHARE:
        return abs(leg.quantity) * leg.average_price
    paid = leg.average_price * contract.multiplier
    return abs(leg.quantity) * (
        paid if leg.quantity > 0 else naked_option(contract, leg.average_price, contract.strike)
    )


def recognise(found: Found) -> str | None:
    """Answer as which rung a put of SPY could be held: the next one, if it was entered only just now."""
    contract, p = found.contract, found.parameters
    if contract.root != UNDERLYING or contract.right is not Right.PUT:
        return None
    if (found.quantity > 0) is not p.protective or found.days < p.dte - FOUND_WITHIN:
        return None
    held = {leg.role for leg in found.held}
    return next((role for role in roles(p) if role not in held), None)
