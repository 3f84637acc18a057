"""The long call of IPMCC: which one, its loss, its successor (docs/rules/ipmcc.md)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from state.records import PositionLeg
from strategies import conditions
from strategies.base import NOTHING_WATCHED, Plan, Purpose, Trade, TradeLeg, View
from strategies.choice import (
    Candidate,
    around_delta,
    around_strike,
    candidates,
    listed_expiries,
    live_forward,
    nearest_delta,
)
from strategies.contracts import Right

if TYPE_CHECKING:
    from strategies.ipmcc import Parameters

UNDERLYING: Final = "SPY"
LONG: Final = "long_call"


def fresh_spot(view: View, p: Parameters) -> float | None:
    """Return the fresh price of SPY."""
    return conditions.fresh_price(view, UNDERLYING, p.quotes)


def shortlist(view: View, p: Parameters, spot: float) -> frozenset[str]:
    """Return calls around delta 0.80 of the first expiry in a year or later, and the pair at the money."""
    today = view.now.date()
    first, last = (today + timedelta(days=days) for days in (p.long_dte, p.long_dte_max))
    chain = view.chain(UNDERLYING, first, last)
    listed = listed_expiries(chain)
    if not listed:
        return NOTHING_WATCHED
    chosen = around_delta(chain, listed[0], Right.CALL, p.long_delta, 16)
    for right in (Right.PUT, Right.CALL):
        chosen += around_strike(chain, listed[0], right, spot, 1)
    return frozenset(contract.symbol for contract in chosen)


def choose(view: View, p: Parameters, spot: float) -> Candidate | str:
    """Return the long call by live quotes: nearest delta 0.80, extrinsic value < 8% of strike."""
    first = view.now.date() + timedelta(days=p.long_dte)
    listed = [c for c in map(view.contract, sorted(view.watched)) if c.expiry >= first]
    worth = conditions.discount(view, listed[0].expiry) if listed else 1.0
    forward = live_forward(listed, view.quote, p.quotes, spot, worth)
    if forward is None:
        return "no_forward: the pair at the money has no tradable quotes"
    calls = (c for c in listed if c.right is Right.CALL and c.strike < spot)
    choices, _ = candidates(calls, view.quote, p.quotes, forward, worth)
    call = nearest_delta(choices, Right.CALL, p.long_delta)
    if call is None or abs(call.delta - p.long_delta) > p.long_tolerance:
        return f"no_long_call: no call near delta {p.long_delta:g} may be traded"
    extrinsic = call.quote.mid - call.contract.intrinsic(spot)
    if extrinsic >= p.max_extrinsic_pct / 100 * call.contract.strike:
        return f"extrinsic_too_high: {extrinsic:.2f} for strike {call.contract.strike:g}"
    return call


def held(view: View) -> PositionLeg | None:
    """Return the long call; of two, when a roll could not sell the old one yet, the one that ends first."""
    calls = (leg for leg in view.legs if leg.role == LONG)
    return min(calls, key=lambda leg: view.contract(leg.contract).expiry, default=None)


def loss_frac(view: View, p: Parameters, long: PositionLeg) -> float | None:
    """Return how much of its cost the call would lose if it were sold now; None if nobody knows."""
    quote = view.quote(long.contract)
    if conditions.market_open(view) is not True or p.quotes.tradable(quote) is not None:
        return None
    return 1 - quote.far_side(-1) / long.average_price


def roll(view: View, p: Parameters, spot: float, long: PositionLeg) -> Plan | str:
    """Return the trade that sells the call and buys its successor, or why there is none yet."""
    if p.quotes.tradable(view.quote(long.contract)) is not None:
        return "the long call has no tradable quote"
    size = int(long.quantity)
    old = TradeLeg(view.contract(long.contract), LONG, -size, closing=True)
    if any(leg.role == LONG and leg is not long for leg in view.legs):
        return Plan("selling the old long call", Trade(Purpose.ROLL, (old,), p.exit_walk, p.quotes))
    call = choose(view, p, spot)
    if isinstance(call, str):
        return call
    legs = (TradeLeg(call.contract, LONG, size), old)
    reason = f"rolling the long call to {call.contract.strike:g} {call.contract.expiry}"
    return Plan(reason, Trade(Purpose.ROLL, legs, p.exit_walk, p.quotes))
