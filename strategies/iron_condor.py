"""0DTE Friday iron condor on SPX weekly options, European and cash settled (docs/rules/iron_condor.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

from state.recovery import ErrorKind, RecoveryPlan
from state.states import StrategyState as S
from state.table import Timeout, table
from strategies import conditions, reconciling, steps, windows
from strategies.base import (
    ALWAYS,
    HELD,
    NOTHING_WATCHED,
    AssetClass,
    Decision,
    Definition,
    Found,
    Purpose,
    Trade,
    TradeLeg,
    View,
    go,
    stay,
    to,
)
from strategies.choice import DeltaRange, around_strike, candidates, vertical
from strategies.contracts import Contract, Right
from strategies.parameters import clock, number, whole
from strategies.position import by_role, net_price
from strategies.sessions import Session
from strategies.settings import CreditParameters
from strategies.sizing import units

CHAIN: Final = "SPXW"
INDEX: Final = "SPX"
ROLES: Final = ("long_put", "short_put", "short_call", "long_call")


# --- Parameters -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameters(CreditParameters):
    """Every number of the rule sheet."""

    window_opens: time = clock("10:00", "09:35", "14:00", "WAITING -> VALIDATION")  # noqa: RUF009
    window_minutes: int = whole(60, 1, 60, "minutes", "length of the entry window")
    vix_min: float = number(13, 0, 100, "VIX points", "no entry below")
    vix_max: float = number(35, 0, 200, "VIX points", "no entry above")
    short_delta: float = number(0.16, 0.02, 0.45, "|delta|", "of the short put and the short call")
    delta_tolerance: float = number(0.06, 0.005, 0.2, "|delta|", "further away it is not the same trade")
    wing_pct: float = number(0.5, 0.1, 5, "% of spot", "how much further out the wings are")
    min_credit_pct: float = number(10, 1, 100, "% of the wider wing", "least net credit")
    exit_minutes_before_close: int = whole(30, 5, 240, "minutes", "when everything is closed")
    max_loss_pct: float = number(5, 0.1, 100, "% of equity", "most that the worst case may cost")


# --- States and edges -------------------------------------------------------------------------------------


def all_legs_filled(view: View) -> bool:
    """Answer whether the whole condor is held."""
    return view.values.get(steps.ENTRY_WHOLE) is True and {leg.role for leg in view.legs} == set(ROLES)


STATE_TIMEOUTS: Final = {
    S.VALIDATION: Timeout(timedelta(minutes=60), to=S.WAITING),  # the window is over
    S.ENTERING: Timeout(timedelta(minutes=5), to=S.EXITING),  # rolled back
    S.EXITING: Timeout(timedelta(minutes=5), to=S.DEFENSIVE_EXIT),  # limits were not enough: market orders
    S.RECOVERY: Timeout(timedelta(minutes=30), to=S.ERROR),
}

VALID_TRANSITIONS: Final = table(
    {
        S.INITIALIZING: {S.WAITING: None, **ALWAYS},
        S.WAITING: {S.VALIDATION: None, **ALWAYS},
        S.VALIDATION: {
            S.ENTERING: conditions.may_enter,
            S.WAITING: None,  # the window closed, or the credit is too small today
            **ALWAYS,
        },
        S.ENTERING: {
            S.ACTIVE: all_legs_filled,
            S.WAITING: None,  # nothing filled
            S.EXITING: None,  # rolled back: what rests is cancelled, what filled is closed
            **HELD,
        },
        S.ACTIVE: {
            S.MANAGING: conditions.market_open,
            S.EXITING: None,
            S.DEFENSIVE_EXIT: None,
            S.COMPLETE: None,  # the exchange settled it while nobody looked
            **HELD,
        },
        S.MANAGING: {S.EXITING: None, S.DEFENSIVE_EXIT: None, **HELD},
        S.EXITING: {
            S.COMPLETE: None,
            S.WAITING: None,  # the entry is rolled back: done for the day
            S.DEFENSIVE_EXIT: None,
            **HELD,
        },
        S.DEFENSIVE_EXIT: {S.COMPLETE: None, **HELD},
        S.EMERGENCY_EXIT: {S.COMPLETE: None, **ALWAYS},
        S.COMPLETE: {S.WAITING: None, **ALWAYS},
        S.ERROR: {
            S.WAITING: None,  # an operator reset it
            **to(S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT),  # an errored machine still protects its position
            **to(S.COMPLETE, S.RECOVERY),
        },
        S.RECOVERY: {
            **to(S.WAITING, S.ACTIVE, S.COMPLETE, S.ERROR),
            **to(S.EXITING, S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT),
        },
    },
    initial=S.INITIALIZING,
    holding=(S.ENTERING, S.ACTIVE, S.MANAGING),
    timeouts=STATE_TIMEOUTS,
)

RECOVERY: Final = RecoveryPlan(actions={ErrorKind.UNKNOWN: steps.UNKNOWN_ERRORS})

# After a restart the broker's holdings decide. "Crash during entry: check all four legs."
RECONCILIATION: Final = reconciling.standard(reconciling.has_all(*ROLES), S)


# --- Leg choice -------------------------------------------------------------------------------------------


class Condor(NamedTuple):
    """Four chosen contracts, in the order of ROLES."""

    long_put: Contract
    short_put: Contract
    short_call: Contract
    long_call: Contract

    @property
    def width(self) -> float:
        """Return the wider of the two wings in index points."""
        return max(
            self.short_put.strike - self.long_put.strike, self.long_call.strike - self.short_call.strike
        )

    def legs(self, size: int) -> tuple[TradeLeg, ...]:
        """Return what to trade to open so many."""
        return tuple(TradeLeg(c, role, sign * size) for c, role, sign in zip(self, ROLES, (1, -1, -1, 1)))

    def __str__(self) -> str:
        return "/".join(f"{contract.strike:g}" for contract in self)


def shortlist(view: View, spot: float, vix: float, p: Parameters) -> frozenset[str]:
    """Return the 40 contracts expiring today around where the short legs and their wings should be.

    A delta of 0.16 lies one deviation away, and a day's options carry about 0.65 of the VIX (quote-model 4d):
    the middle between short strike and wing is a good centre; 20 strikes a side reach far enough at any VIX.
    """
    out = 0.65 * vix / 100 / math.sqrt(252) * spot + p.wing_pct / 200 * spot
    today = view.now.date()
    chain = view.chain(CHAIN, today, today)
    puts = around_strike(chain, today, Right.PUT, spot - out, 20)
    calls = around_strike(chain, today, Right.CALL, spot + out, 20)
    return frozenset(contract.symbol for contract in (*puts, *calls))


def choose(view: View, spot: float, p: Parameters) -> Condor | str:
    """Return today's condor by live quotes, or the reason why there is none.

    "Short put and short call nearest delta 0.16; wings 0.5% of spot further out, to the nearest listed
    strike." For options that expire today the index itself is the forward.
    """
    listed = [view.contract(symbol) for symbol in sorted(view.watched)]
    outside = (contract for contract in listed if contract.intrinsic(spot) == 0)
    choices, _ = candidates(outside, view.quote, p.quotes, spot)
    delta, distance = DeltaRange(p.short_delta, p.delta_tolerance), p.wing_pct / 100 * spot
    put = vertical(listed, choices, view.quote, p.quotes, Right.PUT, delta, distance)
    if isinstance(put, str):
        return put
    call = vertical(listed, choices, view.quote, p.quotes, Right.CALL, delta, distance)
    return call if isinstance(call, str) else Condor(put[1], put[0], call[0], call[1])


# --- The machine, state by state --------------------------------------------------------------------------


class IronCondor:
    """The rules of each state."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.window = windows.Window(parameters.window_opens, parameters.window_minutes)
        self.steps: dict[str, steps.Step] = {
            **steps.usual(parameters),
            S.WAITING: self.waiting,
            S.VALIDATION: self.validation,
            S.ACTIVE: self.active,
            S.MANAGING: lambda view: go(S.EXITING, "everything is closed before the exchange settles it"),
            S.ERROR: self.errored,
        }

    def decide(self, view: View) -> Decision:
        """Return what the rules of the present state say."""
        return self.steps[view.state](view)

    def waiting(self, view: View) -> Decision:
        """Wait for 10:00 of the week's last session; half days are skipped."""
        return windows.waiting(view, self.window, view.sessions.last_of_week, self.candidates, half_day)

    def validation(self, view: View) -> Decision:
        """Look every minute of the window: may an entry be made, and is there a condor worth it?"""
        session = view.sessions.last_of_week(view.now.date())
        return windows.validating(view, self.window, session, self.problem, self.candidates, self.enter)

    def candidates(self, view: View) -> frozenset[str]:
        """Return the shortlist; nothing while the index or the VIX forbid an entry anyway."""
        p = self.parameters
        spot, vix = conditions.fresh_price(view, INDEX, p.quotes), view.price("VIX")
        if spot is None or vix is None or self.problem(view) is not None:
            return NOTHING_WATCHED
        return shortlist(view, spot, vix.value, p)

    def problem(self, view: View) -> str | None:
        """Return what the market has against an entry: no VIX in [13, 35], no fresh index."""
        p = self.parameters
        problem = conditions.vix_problem(view, p.vix_min, p.vix_max, p.quotes)
        if problem is None and conditions.fresh_price(view, INDEX, p.quotes) is None:
            return "index_stale: there is no fresh index level"
        return problem

    def enter(self, view: View) -> Decision | str:
        """Enter for a credit >= 10% of the wider wing, worst case <= 5% of equity; else no trade that day."""
        p = self.parameters
        spot = conditions.fresh_price(view, INDEX, p.quotes)
        condor = choose(view, spot, p) if spot is not None else "index_stale: there is no fresh index level"
        if isinstance(condor, str):
            return condor
        floor = p.min_credit_pct / 100 * condor.width
        credit, _ = net_price(((leg.contract.symbol, leg.quantity) for leg in condor.legs(1)), view.quote)
        if credit < floor:
            why = f"credit_too_small: {credit:.2f} for {condor}, wanted {floor:.2f}"
            return windows.no_trade_today(view, why)
        # The worst case at the least credit that the walk accepts: the cap holds whatever price fills.
        worst_case = (condor.width - floor) * condor.short_put.multiplier
        allowed = min(p.max_loss_pct / 100 * view.equity_usd, view.buying_power_usd)
        size = units(allowed, worst_case, p.max_contracts)
        if size == 0:
            why = f"size_zero: one {condor} may lose {worst_case:.2f} USD, {allowed:.2f} are allowed"
            return windows.no_trade_today(view, why)
        return go(
            S.ENTERING,
            f"{size} x {condor} for {credit:.2f}, at least {floor:.2f}",
            trade=Trade(Purpose.ENTRY, condor.legs(size), p.entry_walk(floor), p.quotes),
            reserve_usd=size * worst_case,
            remember={windows.WHY_NOT: None, **windows.trying(view)},
        )

    def active(self, view: View) -> Decision:
        """Hold until profit, loss, the index at a short strike, or 30 minutes before the close."""
        if not view.legs:
            return go(S.COMPLETE, "settled by the exchange")
        exit_now = self.breached(view) or steps.profit_or_loss(view, self.parameters)
        if exit_now is not None:
            return exit_now
        if self.last_minutes(view):
            return go(S.MANAGING, f"{self.parameters.exit_minutes_before_close} minutes before the close")
        return stay(steps.next_look(view, self.parameters.poll_minutes, self.ends(view)))

    def ends(self, view: View) -> datetime:
        """Return when everything is closed: so many minutes before this session's real close."""
        session = view.sessions.on_or_after(view.now.date())
        return session.before_close(self.parameters.exit_minutes_before_close)

    def last_minutes(self, view: View) -> bool:
        """Answer whether the session is about to close."""
        return conditions.market_open(view) is True and view.now >= self.ends(view)

    def breached(self, view: View) -> Decision | None:
        """Return the way out when the index is at or beyond a short strike."""
        index = conditions.fresh_price(view, INDEX, self.parameters.quotes)
        for role in ("short_put", "short_call"):
            leg = by_role(view.legs, role)
            if index is not None and leg is not None:
                contract = view.contract(leg.contract)
                if contract.intrinsic(index) > 0 or contract.strike == index:
                    return go(
                        S.DEFENSIVE_EXIT, f"index {index:.2f} is at or beyond the {role} {contract.strike:g}"
                    )
        return None

    def errored(self, view: View) -> Decision:
        """Leave it to an operator, but keep the stops and the end of the day of a held position."""
        if not view.legs:
            return stay(steps.next_open(view))
        way_out = self.breached(view) or steps.profit_or_loss(view, self.parameters, only_loss=True)
        if way_out is None and self.last_minutes(view):
            way_out = go(S.DEFENSIVE_EXIT, "everything is closed before the exchange settles it")
        return way_out or stay(steps.next_look(view, self.parameters.poll_minutes, self.ends(view)))


def half_day(session: Session) -> str | None:
    """Return why a session is skipped without a look."""
    return "half_day: the exchange closes early" if session.half_day else None


def opportunity(session: Session, parameters: Parameters) -> bool:
    """Answer whether the sheet wants a look at this session: it is its week's last one."""
    return session.last_of_week


def recognise(found: Found) -> str | None:
    """Answer in which role the condor would hold a contract: nobody else trades SPX weeklies."""
    if found.contract.root != CHAIN:
        return None
    return f"{'long' if found.quantity > 0 else 'short'}_{found.contract.right.lower()}"


DEFINITION: Final = Definition(
    name="iron_condor",
    title="0DTE Friday iron condor",
    table=VALID_TRANSITIONS,
    parameters=Parameters,
    create=IronCondor,
    asset_class=AssetClass.INDEX_OPTION,
    products=(INDEX, "VIX", CHAIN),
    opportunity=opportunity,
    recovery=RECOVERY,
    reconciliation=RECONCILIATION,
    short_volatility=lambda parameters: True,
    recognise=recognise,
)
