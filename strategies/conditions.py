"""Conditions of the market that several strategies ask for."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Final

from strategies.base import View
from strategies.quotes import QuoteRule
from strategies.sessions import days_to_expiry

MINUTE: Final = timedelta(minutes=1)


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


def discount(view: View, expiry: date) -> float:
    """Return what a dollar at an expiry is worth today, at today's risk-free rate."""
    return math.exp(-view.interest_rate() * days_to_expiry(view.now.date(), expiry) / 365)


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
