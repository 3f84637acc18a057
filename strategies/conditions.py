"""Conditions of an entry that several strategies ask for, and the account of every opportunity.

A reason has the form `name: detail`; reports count by the name. Each opportunity (a session at which the
sheet wants a look) ends in exactly one outcome: entered, or skipped for a named reason.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from strategies.base import Decision, Outcome, View, stay
from strategies.quotes import QuoteRule
from strategies.sessions import Session

MINUTE: Final = timedelta(minutes=1)
PREPARE: Final = timedelta(minutes=2)
"""A contract subscribed at 9:58 has live quotes at 10:00 (lean-semantics 15)."""
ACCOUNTED: Final = "accounted_to"
"""Management value: the last opportunity whose outcome is recorded."""
TRIED_ON: Final = "tried_on"
"""Management value: the session whose one attempt to enter was made."""
WHY_NOT: Final = "why_not"
"""Management value: why the present opportunity is not entered yet."""


def next_minute(now: datetime) -> datetime:
    """Return the next whole minute."""
    return now.replace(second=0, microsecond=0) + MINUTE


def market_open(view: View) -> bool | str:
    """Return True while the exchange is open, else the reason."""
    session = view.sessions.on(view.now.date())
    if session is not None and session.opens_at <= view.now < session.closes_at:
        return True
    return "market_closed: the exchange is closed"


def may_enter(view: View) -> bool | str:
    """Guard of every edge into ENTERING: the market is open and the manager permits the entry."""
    answer = market_open(view)
    if answer is not True:
        return answer
    permission = view.permission()
    return True if permission else f"blocked_{permission.rule or 'by_manager'}: {permission.reason}"


def fresh_price(view: View, ticker: str, rule: QuoteRule) -> float | None:
    """Return the price of an underlying or index, None if there is none or it is old."""
    price = view.price(ticker)
    return price.value if price is not None and rule.fresh(price.age) else None


def vix_problem(view: View, low: float, high: float, rule: QuoteRule) -> str | None:
    """Return why the VIX forbids an entry; a missing VIX has no default value."""
    vix = view.price("VIX")
    if vix is None:
        return "vix_missing: there is no VIX"
    if not rule.fresh(vix.age):
        return f"vix_stale: the last VIX is {vix.age} old"
    if vix.value < low:
        return f"vix_low: VIX {vix.value:.2f} is below {low:g}"
    if vix.value > high:
        return f"vix_high: VIX {vix.value:.2f} is above {high:g}"
    return None


def skip(session: Session, reason: str, until: datetime) -> Decision:
    """Return the answer that this opportunity is over without an entry."""
    return stay(until, reason, outcome=Outcome(session.date, reason))


def not_yet(view: View, reason: str, **more: Any) -> Decision:
    """Return the answer to keep the reason for the report and look again in a minute."""
    return stay(next_minute(view.now), reason, remember={WHY_NOT: reason}, **more)


def accounted(view: View, session: Session) -> bool:
    """Return whether the outcome of this opportunity is recorded already."""
    last = view.values.get(ACCOUNTED)
    return isinstance(last, str) and session.date.isoformat() <= last


def tried(view: View, session: Session) -> bool:
    """Return whether this session's one attempt to enter was made."""
    return view.values.get(TRIED_ON) == session.date.isoformat()


def why_not(view: View, otherwise: str) -> str:
    """Return the reason that was remembered for not entering."""
    return str(view.values.get(WHY_NOT) or otherwise)
