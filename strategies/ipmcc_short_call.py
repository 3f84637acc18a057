"""The short call of IPMCC, a week at a time: which one, when it goes, and its successor (docs/rules/ipmcc.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from state.records import PositionLeg
from strategies import expiries
from strategies.base import NOTHING_WATCHED, Found, Plan, Purpose, Trade, TradeLeg, View
from strategies.choice import Candidate, around_strike, candidates, listed_expiries, nearest_delta
from strategies.contracts import Right
from strategies.ipmcc_long_call import LONG, UNDERLYING, fresh_spot, held
from strategies.limits import Walk
from strategies.position import CASH, amount, by_role, closing_trade

if TYPE_CHECKING:
    from strategies.ipmcc import Parameters

SHORT: Final = "short_call"
NEXT_SHORT: Final = "next_short_on"
"""Management value: first date on which a short call may be sold again."""


def least_strike(view: View, p: Parameters) -> float | None:
    """Return the strike below which an assignment would lock in a loss; None while a quote is missing.

    "never below long strike + (debit paid - premium collected so far) per share"; what is short now has to be paid
    back first.
    """
    long, short = held(view), by_role(view.legs, SHORT)
    if long is None:
        return None
    net = -amount(view.values, CASH) / (long.quantity * 100)
    if short is not None:
        quote = p.quotes.to_buy_back(view.quote(short.contract))
        if quote is None:
            return None
        net += quote.far_side(1)
    return view.contract(long.contract).strike + net


def shortlist(view: View, p: Parameters, spot: float, least: float) -> frozenset[str]:
    """Return calls of the next weekly expiry from the least allowed strike upwards."""
    today = view.now.date()
    first, last = (today + timedelta(days=p.short_dte + way * p.short_dte_range) for way in (-1, 1))
    chain = [row for row in view.chain(UNDERLYING, first, last) if row.strike >= least]
    expiry = expiries.nearest(listed_expiries(chain), today, p.short_dte, 1, 400)
    if expiry is None:
        return NOTHING_WATCHED
    centre = max(least, spot * 1.01)
    return frozenset(c.symbol for c in around_strike(chain, expiry, Right.CALL, centre, 24))


def choose(view: View, p: Parameters, spot: float, least: float) -> Candidate | None:
    """Return the short call by live quotes: nearest delta 0.30 among those that are allowed and pay enough."""
    last = view.now.date() + timedelta(days=p.short_dte + p.short_dte_range)
    listed = [view.contract(symbol) for symbol in sorted(view.watched)]
    calls = (c for c in listed if least <= c.strike and c.strike > spot and c.expiry <= last)
    choices, _ = candidates(calls, view.quote, p.quotes, spot)
    pays = max(p.min_premium_usd, view.least_short_usd)
    return nearest_delta((c for c in choices if c.quote.mid >= pays), Right.CALL, p.short_delta)


def sell(view: View, p: Parameters, call: Candidate, size: int, old: PositionLeg | None) -> Plan:
    """Return the trade that sells a call, as one intent with buying the old one back."""
    back = (
        ()
        if old is None
        else (TradeLeg(view.contract(old.contract), SHORT, -int(old.quantity), closing=True),)
    )
    walk = p.exit_walk if back else p.entry_walk(p.min_premium_usd)
    return Plan(
        f"selling {size} x {call.contract.strike:g} call {call.contract.expiry} at delta {call.delta:.2f}",
        Trade(Purpose.ROLL, (*back, TradeLeg(call.contract, SHORT, -size)), walk, p.quotes),
    )


def buy_back(view: View, p: Parameters, short: PositionLeg, walk: Walk | None) -> Plan | None:
    """Return the trade that buys the short call back; None while it has no tradable quote.

    The next one is sold when its week is over.
    """
    trade = closing_trade([short], view, p.quotes, walk)
    expiry = view.contract(short.contract).expiry
    return Plan("buying the short call back", trade, {NEXT_SHORT: expiry.isoformat()}) if trade else None


def roll_time(view: View, p: Parameters) -> datetime:
    """Return when a call that must not be held over night is rolled: 15:45, 15 minutes before the close."""
    session = view.sessions.on_or_after(view.now.date())
    return session.before_close(p.roll_minutes_before_close)


def is_cheap(view: View, p: Parameters, short: PositionLeg) -> bool:
    """Answer whether the call can be bought back for what is left of its premium after 80%."""
    quote = p.quotes.to_buy_back(view.quote(short.contract))
    return (
        quote is not None and quote.far_side(1) <= (1 - p.short_profit_pct / 100) * short.average_price + 1e-9
    )


def must_go(view: View, p: Parameters, short: PositionLeg) -> bool:
    """Answer whether a call has its last day, or would be exercised for a dividend."""
    today, contract = view.now.date(), view.contract(short.contract)
    following = view.sessions.after(today).date
    if contract.expiry < following:
        return True
    spot, quote = fresh_spot(view, p), view.quote(short.contract)
    due = today < expiries.ex_dividend_day(today + timedelta(days=1)) <= following
    if not due or spot is None or p.quotes.tradable(quote) is not None:
        return False
    return quote.mid - contract.intrinsic(spot) < p.min_extrinsic_usd


def recognise(found: Found) -> str | None:
    """Answer in which role a call of SPY would be held: nobody else trades these."""
    if found.contract.root != UNDERLYING or found.contract.right is not Right.CALL:
        return None
    return LONG if found.quantity > 0 else SHORT
