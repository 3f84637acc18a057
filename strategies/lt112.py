"""LT112 on SPY: a put spread or a one-one-two of some 112 days, out at 21 days (docs/rules/lt112.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Final

from state.recovery import Action, ErrorKind, RecoveryPlan
from state.table import Timeout, table
from strategies import conditions, expiries, reconciling, steps, windows
from strategies.base import (
    ALWAYS,
    HELD,
    NOTHING_WATCHED,
    AssetClass,
    Decision,
    Definition,
    Found,
    Holdings,
    Purpose,
    Resumption,
    Trade,
    TradeLeg,
    View,
    go,
    stay,
    to,
)
from strategies.contracts import Contract, Right
from strategies.lt112_legs import FAR, HEDGE, SPREAD, UNDERLYING, choose, shortlist
from strategies.margins import naked_option
from strategies.parameters import choice, clock, number, whole
from strategies.position import by_role, closing_trade, net_price
from strategies.sessions import days_to_expiry
from strategies.settings import CreditParameters
from strategies.sizing import units
from strategies.trend import exponential_average

WEDNESDAY: Final = 2
EMA_HISTORY: Final = 84
"""Closes from which the averages are built: four times the longer span, so that its start does not matter."""


# --- Parameters -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameters(CreditParameters):
    """Every number of the rule sheet."""

    structure: str = choice("put_spread", ("put_spread", "one_one_two"), "what is traded")
    max_contracts: int = whole(50, 1, 1000, "units", "most units of the position")
    poll_minutes: int = whole(30, 1, 60, "minutes", "how often a held position is looked at")
    window_opens: time = clock("10:30", "09:35", "15:00", "first look on a Wednesday")  # noqa: RUF009
    window_minutes: int = whole(120, 1, 120, "minutes", "length of the entry window")
    dte: int = whole(112, 30, 400, "days", "wanted days to expiry")
    dte_min: int = whole(102, 25, 400, "days", "least days to expiry at entry")
    dte_max: int = whole(122, 30, 500, "days", "most days to expiry at entry")
    dte_exit: int = whole(21, 5, 60, "days", "days to expiry at which everything is closed")
    exit_opens: time = clock("10:00", "09:35", "12:00", "when it is closed on that day")  # noqa: RUF009
    vix_min: float = number(12, 0, 100, "VIX points", "no entry below")
    vix_max: float = number(35, 0, 200, "VIX points", "no entry above")
    ema_fast: int = whole(8, 2, 20, "days", "must be above the slow average")
    ema_slow: int = whole(21, 5, 84, "days", "of daily closes")
    short_delta: float = number(0.25, 0.05, 0.45, "|delta|", "short put of the spread, long put of the 1-1-2")
    delta_tolerance: float = number(0.05, 0.005, 0.2, "|delta|", "further away it is not the same trade")
    width_pct: float = number(2, 0.2, 20, "% of spot", "how much lower the long put of the spread is")
    min_credit_pct: float = number(15, 1, 100, "% of width", "least credit of the spread")
    debit_width_pct: float = number(1, 0.2, 20, "% of spot", "how much lower the 1-1-2's short put is")
    far_delta: float = number(0.05, 0.01, 0.2, "|delta|", "the two far puts of the 1-1-2")
    far_tolerance: float = number(0.02, 0.001, 0.1, "|delta|", "further away it is not the same trade")
    far_gone_pct: float = number(90, 10, 99, "% of price lost", "when the far puts are bought back")
    max_loss_pct: float = number(10, 0.1, 100, "% of equity", "most that worst case or margin may take")


# --- States and edges -------------------------------------------------------------------------------------


class State(StrEnum):
    """The usual states and the one of the last day."""

    INITIALIZING = "INITIALIZING"
    WAITING = "WAITING"
    VALIDATION = "VALIDATION"
    ENTERING = "ENTERING"
    ACTIVE = "ACTIVE"
    MANAGING = "MANAGING"
    DEFENSIVE_21DTE = "DEFENSIVE_21DTE"
    EXITING = "EXITING"
    DEFENSIVE_EXIT = "DEFENSIVE_EXIT"
    EMERGENCY_EXIT = "EMERGENCY_EXIT"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"
    RECOVERY = "RECOVERY"


S = State


def entry_filled(view: View) -> bool:
    """Answer whether the whole structure is held."""
    return view.values.get(steps.ENTRY_WHOLE) is True


STATE_TIMEOUTS: Final = {
    S.VALIDATION: Timeout(timedelta(hours=2), to=S.WAITING),  # the window is over
    S.ENTERING: Timeout(timedelta(minutes=5), to=S.EXITING),  # rolled back
    S.EXITING: Timeout(timedelta(minutes=5), to=S.DEFENSIVE_EXIT),  # limits were not enough: market orders
    S.RECOVERY: Timeout(timedelta(minutes=30), to=S.ERROR),
}

VALID_TRANSITIONS: Final = table(
    {
        S.INITIALIZING: {S.WAITING: None, **ALWAYS},
        S.WAITING: {S.VALIDATION: None, **ALWAYS},
        S.VALIDATION: {S.ENTERING: conditions.may_enter, S.WAITING: None, **ALWAYS},
        S.ENTERING: {
            S.ACTIVE: entry_filled,
            S.WAITING: None,  # nothing filled
            S.EXITING: None,  # rolled back
            **HELD,
        },
        S.ACTIVE: {
            S.MANAGING: conditions.market_open,  # the far puts are worth next to nothing
            S.EXITING: None,
            S.DEFENSIVE_EXIT: None,
            S.DEFENSIVE_21DTE: None,
            S.COMPLETE: None,  # gone without an order of ours
            **HELD,
        },
        S.MANAGING: {
            S.DEFENSIVE_EXIT: None,  # an assignment
            S.DEFENSIVE_21DTE: None,
            S.COMPLETE: None,
            **HELD,
        },
        S.DEFENSIVE_21DTE: {S.COMPLETE: None, S.DEFENSIVE_EXIT: None, **HELD},
        S.EXITING: {
            S.COMPLETE: None,
            S.WAITING: None,  # the entry is rolled back
            S.DEFENSIVE_EXIT: None,
            **HELD,
        },
        S.DEFENSIVE_EXIT: {S.COMPLETE: None, **HELD},
        S.EMERGENCY_EXIT: {S.COMPLETE: None, **ALWAYS},
        S.COMPLETE: {S.WAITING: None, **ALWAYS},
        S.ERROR: {
            S.WAITING: None,  # an operator reset it
            **to(S.DEFENSIVE_21DTE, S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT),  # it still protects its position
            **to(S.COMPLETE, S.RECOVERY),
        },
        S.RECOVERY: {
            **to(S.WAITING, S.ACTIVE, S.MANAGING, S.COMPLETE, S.ERROR),
            **to(S.EXITING, S.DEFENSIVE_21DTE, S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT),
        },
    },
    initial=S.INITIALIZING,
    holding=(S.ENTERING, S.ACTIVE, S.MANAGING, S.DEFENSIVE_21DTE),
    exits=(S.DEFENSIVE_21DTE,),
    timeouts=STATE_TIMEOUTS,
)

RECOVERY: Final = RecoveryPlan(
    actions={ErrorKind.UNKNOWN: {**steps.UNKNOWN_ERRORS, S.DEFENSIVE_21DTE: Action.AUTOMATIC_RETRY}}
)


def all_held(holdings: Holdings) -> bool:
    """Answer whether a whole spread or a whole one-one-two is held."""
    sizes = {leg.role: abs(leg.quantity) for leg in holdings.legs}
    if FAR in sizes:
        return set(sizes) == {*HEDGE, FAR} and 2 * sizes[HEDGE[0]] == 2 * sizes[HEDGE[1]] == sizes[FAR]
    return reconciling.has_all(*SPREAD)(holdings)


def held(holdings: Holdings) -> Resumption:
    """The hedge of a one-one-two -> MANAGING; otherwise as every position. ACTIVE rechecks the DTE first."""
    if reconciling.has_all(*HEDGE)(holdings):
        return Resumption(S.MANAGING, "the debit spread is held, the far puts are not")
    return reconciling.while_held(all_held)(holdings)


RECONCILIATION: Final = {
    **reconciling.standard(all_held, S),
    S.ACTIVE: held,
    S.MANAGING: held,
    S.DEFENSIVE_21DTE: reconciling.on_the_way_out,
    S.ERROR: held,
    S.RECOVERY: held,
}


# --- The machine, state by state --------------------------------------------------------------------------


class LT112:
    """The rules of each state."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.window = windows.Window(parameters.window_opens, parameters.window_minutes)
        self.steps: dict[str, steps.Step] = {
            **steps.usual(parameters),
            S.WAITING: self.waiting,
            S.VALIDATION: self.validation,
            S.ACTIVE: self.active,
            S.MANAGING: self.managing,
            S.DEFENSIVE_21DTE: self.last_day,
            S.ERROR: self.errored,
        }

    def decide(self, view: View) -> Decision:
        """Return what the rules of the present state say."""
        return self.steps[view.state](view)

    def waiting(self, view: View) -> Decision:
        """Wait for 10:30 of the next Wednesday that is a session."""
        return windows.waiting(view, self.window, windows.on_weekday(view, WEDNESDAY), self.candidates)

    def problem(self, view: View) -> str | None:
        """Return what the market has against an entry: VIX, underlying, trend."""
        p = self.parameters
        problem = conditions.vix_problem(view, p.vix_min, p.vix_max, p.quotes)
        if problem is None and conditions.fresh_price(view, UNDERLYING, p.quotes) is None:
            return "underlying_stale: there is no fresh price of SPY"
        return problem or self.trend_problem(view)

    def trend_problem(self, view: View) -> str | None:
        """Return why the trend forbids an entry: the 8-day average must be above the 21-day average."""
        p = self.parameters
        closes = view.daily_closes(UNDERLYING, EMA_HISTORY)
        fast, slow = exponential_average(closes, p.ema_fast), exponential_average(closes, p.ema_slow)
        if fast is None or slow is None:
            return f"no_trend: only {len(closes)} daily closes are known"
        return None if fast > slow else f"trend_down: the averages are {fast:.2f} and {slow:.2f}"

    def candidates(self, view: View) -> frozenset[str]:
        """Return the shortlist; nothing while the market forbids an entry anyway."""
        spot = conditions.fresh_price(view, UNDERLYING, self.parameters.quotes)
        if spot is None or self.problem(view) is not None:
            return NOTHING_WATCHED
        return shortlist(view, spot, self.parameters)

    def validation(self, view: View) -> Decision:
        """Look every minute of the window."""
        session = view.sessions.on_or_after(view.now.date())
        return windows.validating(view, self.window, session, self.problem, self.candidates, self.enter)

    def enter(self, view: View) -> Decision | str:
        """Enter the structure for its least credit, with worst case or margin <= 10% of equity."""
        p = self.parameters
        spot = conditions.fresh_price(view, UNDERLYING, p.quotes)
        legs = (
            choose(view, spot, p) if spot is not None else "underlying_stale: there is no fresh price of SPY"
        )
        if isinstance(legs, str):
            return legs
        assert spot is not None
        credit, _ = net_price(((leg.contract.symbol, leg.quantity) for leg in legs), view.quote)
        strikes = [leg.contract.strike for leg in legs]
        width = strikes[0] - strikes[1]
        # A one-one-two only has to bring something: a cent.
        floor = p.min_credit_pct / 100 * width if p.structure == "put_spread" else 0.01
        named = "/".join(f"{strike:g}" for strike in strikes)
        if credit < floor:
            return f"credit_too_small: {credit:.2f} for {named}, wanted {floor:.2f}"
        risk = (
            (width - floor) * 100
            if p.structure == "put_spread"
            else self.margin(view, legs[2].contract, spot)
        )
        allowed = min(p.max_loss_pct / 100 * view.equity_usd, view.buying_power_usd)
        size = units(allowed, risk, p.max_contracts)
        if size == 0:
            return windows.no_trade_today(
                view, f"size_zero: one {named} takes {risk:.2f} of {allowed:.2f} USD"
            )
        sized = tuple(TradeLeg(leg.contract, leg.role, leg.quantity * size) for leg in legs)
        return go(
            S.ENTERING,
            f"{size} x {named} {legs[0].contract.expiry} for {credit:.2f}, at least {floor:.2f}",
            trade=Trade(Purpose.ENTRY, sized, p.entry_walk(floor), p.quotes),
            reserve_usd=size * risk,
            remember={windows.WHY_NOT: None, **windows.trying(view)},
        )

    def margin(self, view: View, far: Contract, spot: float) -> float:
        """Return what the broker asks for two naked puts: it sees a one-one-two as that."""
        return 2 * naked_option(far, view.quote(far.symbol).mid, spot)

    def active(self, view: View) -> Decision:
        """Recheck the days to expiry before anything else, then assignment, profit, loss and the far puts."""
        if not view.legs:
            return go(S.COMPLETE, "nothing is held any more")
        # A one-one-two takes its profit in its far puts: half of its credit would always be earned before they are
        # gone, and no hedge would ever be left.
        earned = steps.profit_or_loss(view, self.parameters, only_loss=by_role(view.legs, FAR) is not None)
        way_out = self.out_of_time(view) or assigned(view) or earned
        if way_out is None and conditions.market_open(view) is True and self.far_puts_gone(view):
            return go(S.MANAGING, "the far puts have lost 90% of their price: the debit spread stays")
        return way_out or self.hold(view)

    def managing(self, view: View) -> Decision:
        """Buy the far puts back, keep the debit spread as a hedge until 21 days before expiry."""
        if not view.legs:
            return go(S.COMPLETE, "nothing is held any more")
        way_out = self.out_of_time(view) or assigned(view)
        if way_out is not None:
            return way_out
        far = by_role(view.legs, FAR)
        if view.intent is None and far is not None and conditions.market_open(view) is True:
            p = self.parameters
            trade = closing_trade([far], view, p.quotes, p.exit_walk)
            return stay(conditions.next_minute(view.now), "buying the far puts back", trade=trade)
        return stay(conditions.next_minute(view.now)) if view.intent is not None else self.hold(view)

    def last_day(self, view: View) -> Decision:
        """Close everything today, no exception: five minutes of limits, then market orders until it is done."""
        p = self.parameters
        limits = view.now < view.since + p.exit_minutes * conditions.MINUTE
        return steps.exiting(view, p.quotes, p.exit_walk if limits else None)

    def out_of_time(self, view: View) -> Decision | None:
        """Return the way out on the day on which 21 days are left."""
        session = view.sessions.on(view.now.date())
        if session is None or view.now < session.at(self.parameters.exit_opens):
            return None
        expiry = min(view.contract(leg.contract).expiry for leg in view.legs)
        if not expiries.reached(view.sessions, session, expiry, self.parameters.dte_exit):
            return None
        return go(S.DEFENSIVE_21DTE, f"{days_to_expiry(session.date, expiry)} days to expiry")

    def far_puts_gone(self, view: View) -> bool:
        """Answer whether the far puts can be bought back for a tenth of their price."""
        far = by_role(view.legs, FAR)
        if far is None:
            return False
        quote = self.parameters.quotes.to_buy_back(view.quote(far.contract))
        left = (1 - self.parameters.far_gone_pct / 100) * far.average_price
        return quote is not None and quote.far_side(1) <= left + 1e-9

    def hold(self, view: View) -> Decision:
        """Look again soon, and on the last day in time."""
        session = view.sessions.on_or_after(view.now.date())
        last = session.at(self.parameters.exit_opens)
        return stay(steps.next_look(view, self.parameters.poll_minutes, last))

    def errored(self, view: View) -> Decision:
        """Leave it to an operator, but keep the stop and the last day of a held position."""
        if not view.legs:
            return stay(steps.next_open(view))
        loss = steps.profit_or_loss(view, self.parameters, only_loss=True)
        return self.out_of_time(view) or assigned(view) or loss or self.hold(view)


def assigned(view: View) -> Decision | None:
    """Return the way out when an early assignment has left shares: everything is closed, the shares first."""
    return go(S.DEFENSIVE_EXIT, "a put was assigned early") if steps.shares_of(view.legs) else None


def recognise(found: Found) -> str | None:
    """Answer in which role a put of SPY could be the spread's, by its days to expiry: the ladder's are longer.

    A one-one-two is not recognised without papers: two of its legs are short.
    """
    contract, p = found.contract, found.parameters
    if contract.root != UNDERLYING or contract.right is not Right.PUT or p.structure != "put_spread":
        return None
    if found.days > p.dte_max:
        return None
    return SPREAD[0] if found.quantity < 0 else SPREAD[1]


DEFINITION: Final = Definition(
    name="lt112",
    title="LT112",
    table=VALID_TRANSITIONS,
    parameters=Parameters,
    create=LT112,
    asset_class=AssetClass.EQUITY_OPTION,
    products=(UNDERLYING, "VIX"),
    opportunity=lambda session, parameters: session.date.weekday() == WEDNESDAY,
    recovery=RECOVERY,
    reconciliation=RECONCILIATION,
    short_volatility=lambda parameters: True,
    recognise=recognise,
)
