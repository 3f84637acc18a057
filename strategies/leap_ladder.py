"""LEAP ladder on SPY: long puts of a year as insurance, or short ones for income (docs/rules/leap_ladder.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Final

from state.records import PositionLeg
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
from strategies.leap_ladder_legs import (
    UNDERLYING,
    choose,
    margin_of,
    recognise,
    reserve_of,
    roles,
    shortlist,
    size_of,
    size_of_roll,
    tied_up,
)
from strategies.parameters import choice, clock, number, whole
from strategies.position import closing_trade
from strategies.sessions import Session
from strategies.settings import CommonParameters

MONDAY: Final = 0
TASK: Final = "task"
"""Management value: the rung that is being bought, sold or rolled."""


# --- Parameters -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameters(CommonParameters):
    """Every number of the rule sheet."""

    side: str = choice("protective", ("protective", "income"), "long puts as insurance, or short puts")
    max_share_pct: float = number(20, 0, 100, "% of equity", "most that the strategy may tie up")
    max_contracts: int = whole(50, 1, 1000, "contracts", "most contracts of one rung")
    poll_minutes: int = whole(60, 1, 60, "minutes", "how often the rungs are looked at")
    window_opens: time = clock("11:00", "09:35", "15:00", "first look on a Monday")  # noqa: RUF009
    window_minutes: int = whole(60, 1, 120, "minutes", "length of the entry window")
    dte: int = whole(365, 100, 800, "days", "least days to expiry of a new rung")
    dte_max: int = whole(560, 120, 1000, "days", "most days to expiry of a new rung")
    first_strike_pct: float = number(95, 50, 100, "% of spot", "first protective rung")
    rung_step_pct: float = number(5, 1, 20, "% of spot", "distance of the protective rungs")
    rungs: int = whole(4, 1, 10, "rungs", "a complete protective ladder")
    protective_vix_max: float = number(40, 0, 200, "VIX points", "no protective rung above")
    protective_roll_dte: int = whole(
        90, 5, 300, "days", "days to expiry at which a protective rung is rolled"
    )
    rung_premium_pct: float = number(2.5, 0.1, 50, "% of equity", "most that is paid for a rung")
    total_premium_pct: float = number(10, 0.1, 100, "% of equity", "most that is paid for all rungs")
    income_rungs: int = whole(10, 1, 30, "rungs", "most rungs of short puts")
    income_delta_low: float = number(0.12, 0.01, 0.45, "|delta|", "short puts of the first and last weeks")
    income_delta_step: float = number(
        0.01, 0, 0.1, "|delta|", "more in the second, twice more in the third week"
    )
    delta_tolerance: float = number(0.03, 0.001, 0.2, "|delta|", "further away it is not the same trade")
    income_vix_min: float = number(15, 0, 100, "VIX points", "no short put below")
    income_vix_two: float = number(20, 0, 100, "VIX points", "two short puts above")
    income_profit_pct: float = number(30, 1, 99, "% of credit", "when a short put is bought back")
    income_roll_dte: int = whole(150, 5, 300, "days", "days to expiry at which a short put is rolled")

    @property
    def protective(self) -> bool:
        """Return whether puts are bought, not sold."""
        return self.side == "protective"

    @property
    def roll_dte(self) -> int:
        """Return the days to expiry at which a rung is rolled."""
        return self.protective_roll_dte if self.protective else self.income_roll_dte


# --- States and edges -------------------------------------------------------------------------------------


class State(StrEnum):
    """The usual states, and a ladder with missing rungs."""

    INITIALIZING = "INITIALIZING"
    WAITING = "WAITING"
    VALIDATION = "VALIDATION"
    ENTERING = "ENTERING"
    BUILDING = "BUILDING"
    ACTIVE = "ACTIVE"
    ROLLING = "ROLLING"
    DEFENSIVE_EXIT = "DEFENSIVE_EXIT"
    EMERGENCY_EXIT = "EMERGENCY_EXIT"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"
    RECOVERY = "RECOVERY"


S = State

# From every state that may hold a position: the drawdown ladder as well.
OPEN: Final = to(S.DEFENSIVE_EXIT, *HELD)

STATE_TIMEOUTS: Final = {
    S.VALIDATION: Timeout(timedelta(hours=2), to=S.WAITING),  # the window is over
    S.ENTERING: Timeout(timedelta(minutes=5), to=S.BUILDING),  # cancelled; the other rungs are kept
    S.ROLLING: Timeout(timedelta(minutes=10), to=S.BUILDING),  # cancelled, and tried again
    S.RECOVERY: Timeout(timedelta(minutes=30), to=S.ERROR),
}

VALID_TRANSITIONS: Final = table(
    {
        S.INITIALIZING: {S.WAITING: None, **ALWAYS},
        S.WAITING: {S.VALIDATION: None, **ALWAYS},
        S.VALIDATION: {S.ENTERING: conditions.may_enter, S.WAITING: None, **ALWAYS},
        S.ENTERING: {
            S.BUILDING: None,  # one rung more, or none
            S.WAITING: None,  # the first rung did not fill
            **OPEN,
        },
        S.BUILDING: {
            S.ENTERING: conditions.may_enter,  # the next rung
            S.ACTIVE: None,  # complete
            S.ROLLING: conditions.market_open,
            S.WAITING: None,  # the first rung did not fill
            S.COMPLETE: None,  # gone without an order of ours
            **OPEN,
        },
        S.ACTIVE: {
            S.BUILDING: None,  # a rung is gone
            S.ROLLING: conditions.market_open,
            S.COMPLETE: None,
            **OPEN,
        },
        S.ROLLING: {S.BUILDING: None, S.COMPLETE: None, **OPEN},
        S.DEFENSIVE_EXIT: {S.COMPLETE: None, **HELD},
        S.EMERGENCY_EXIT: {S.COMPLETE: None, **ALWAYS},
        S.COMPLETE: {S.WAITING: None, **ALWAYS},
        S.ERROR: {
            S.WAITING: None,  # an operator reset it
            **to(S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT),
            **to(S.COMPLETE, S.RECOVERY),
        },
        S.RECOVERY: {
            **to(S.WAITING, S.BUILDING, S.COMPLETE, S.ERROR),
            **to(S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT),
        },
    },
    initial=S.INITIALIZING,
    holding=(S.ENTERING, S.BUILDING, S.ACTIVE, S.ROLLING),
    timeouts=STATE_TIMEOUTS,
)

RECOVERY: Final = RecoveryPlan(
    actions={
        ErrorKind.UNKNOWN: steps.UNKNOWN_ERRORS,
        # A rung that was refused must not close the others: there is no EXITING that a rollback could lead to.
        ErrorKind.ORDER_REJECTED: {S.ENTERING: Action.AUTOMATIC_RETRY},
        ErrorKind.INSUFFICIENT_BUYING_POWER: {S.ENTERING: Action.AUTOMATIC_RETRY},
        ErrorKind.STALE_DATA: {S.ENTERING: Action.AUTOMATIC_RETRY},
    }
)


def rungs_held(holdings: Holdings) -> Resumption:
    """Any rungs -> BUILDING, which knows whether the ladder is complete; none -> COMPLETE."""
    if not holdings.legs:
        return Resumption(S.COMPLETE, "closed elsewhere")
    return Resumption(S.BUILDING, f"{len(holdings.legs)} rungs are held")


RECONCILIATION: Final = {
    **reconciling.while_flat(rungs_held),
    **dict.fromkeys((S.BUILDING, S.ACTIVE, S.ROLLING, S.ERROR, S.RECOVERY), rungs_held),
    **dict.fromkeys((S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT), reconciling.on_the_way_out),
}


# --- The machine, state by state --------------------------------------------------------------------------


class LeapLadder:
    """The rules of each state."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.window = windows.Window(parameters.window_opens, parameters.window_minutes)
        usual = steps.usual(parameters)
        self.steps: dict[str, steps.Step] = {
            **{state: step for state, step in usual.items() if state != "EXITING"},
            S.WAITING: lambda view: windows.waiting(view, self.window, self.looks(view), self.candidates),
            S.VALIDATION: self.validation,
            S.ENTERING: self.entering,
            S.BUILDING: self.building,
            S.ACTIVE: self.building,
            S.ROLLING: self.rolling,
            S.ERROR: lambda view: stay(steps.next_open(view)),  # kept, until an operator has looked
        }

    def decide(self, view: View) -> Decision:
        """Return what the rules of the present state say."""
        return self.steps[view.state](view)

    def looks(self, view: View) -> windows.SessionFrom:
        """Return the question for the next session with a look."""
        return lambda day: view.sessions.next_where(
            day, lambda session: opportunity(session, self.parameters)
        )

    def spot(self, view: View) -> float | None:
        """Return the fresh price of SPY."""
        return conditions.fresh_price(view, UNDERLYING, self.parameters.quotes)

    def problem(self, view: View) -> str | None:
        """Return what the market has against a rung: "skip while VIX > 40", for income "VIX < 15 skip"."""
        p = self.parameters
        low, high = (0.0, p.protective_vix_max) if p.protective else (p.income_vix_min, 1000.0)
        problem = conditions.vix_problem(view, low, high, p.quotes)
        if problem is None and self.spot(view) is None:
            return "underlying_stale: there is no fresh price of SPY"
        return problem

    def missing(self, view: View) -> str | None:
        """Return the next rung to add, None if the ladder is complete."""
        held = {leg.role for leg in view.legs}
        return next((role for role in roles(self.parameters) if role not in held), None)

    def candidates(self, view: View) -> frozenset[str]:
        """Return the shortlist of the next rung; nothing while the market forbids it anyway."""
        spot, role = self.spot(view), self.missing(view)
        if spot is None or role is None or self.problem(view) is not None:
            return NOTHING_WATCHED
        return shortlist(view, spot, role, self.parameters)

    def validation(self, view: View) -> Decision:
        """Look every minute of the window for the first rung."""
        session = view.sessions.on_or_after(view.now.date())
        return windows.validating(view, self.window, session, self.problem, self.candidates, self.enter)

    def enter(self, view: View) -> Decision | str:
        """Add the next rung within the premium or margin that is allowed."""
        spot, role = self.spot(view), self.missing(view)
        if spot is None or role is None:
            return "underlying_stale: there is no fresh price of SPY"
        put = choose(view, spot, role, self.parameters)
        if isinstance(put, str):
            return put
        sign = 1 if self.parameters.protective else -1
        price = view.quote(put.symbol).far_side(sign) * (1 + sign * self.parameters.slack_pct / 100)
        size = size_of(view, price, self.parameters)
        if size == 0:
            return windows.no_trade_today(
                view, f"size_zero: a put of {role} costs {price * 100:.2f} USD, too much"
            )
        walk = self.parameters.entry_walk(-sign * price)
        trade = Trade(Purpose.ENTRY, (TradeLeg(put, role, sign * size),), walk, self.parameters.quotes)
        reserve = size * margin_of(put, price, spot, self.parameters)
        why = f"{role}: {sign * size:+d} x {put.strike:g} put {put.expiry} at {price:.2f} or better"
        remember = {windows.WHY_NOT: None, TASK: role, reserve_of(role): reserve, **windows.trying(view)}
        return go(S.ENTERING, why, trade=trade, reserve_usd=reserve, remember=remember)

    def entering(self, view: View) -> Decision:
        """Wait for the rung; a part of it is a rung, none of it leaves the others as they are."""
        deadline = view.since + self.parameters.entry_minutes * conditions.MINUTE
        if view.intent is not None and view.now < deadline:
            return stay(min(conditions.next_minute(view.now), deadline), "the limit walks")
        if view.intent is None and view.values.get(TASK) in {leg.role for leg in view.legs}:
            return go(S.BUILDING, "the rung is there")
        why = windows.why_not(view, f"not_filled: no fill within {self.parameters.entry_minutes} minutes")
        flat = view.intent is None and not view.legs
        return go(S.WAITING if flat else S.BUILDING, why, remember={windows.WHY_NOT: why})

    def building(self, view: View) -> Decision:
        """Hold the rungs: roll what is short of time, take profits, add what is missing."""
        p = self.parameters
        if view.intent is not None:
            return stay(conditions.next_minute(view.now), cancel=view.intent.purpose == Purpose.ENTRY)
        if not view.legs:
            never = view.state == S.BUILDING and view.values.get(steps.ENTRY_WHOLE) is not True
            return go(S.WAITING if never else S.COMPLETE, "nothing is held")
        complete = self.missing(view) is None
        if complete is not (view.state == S.ACTIVE):
            return go(S.ACTIVE if complete else S.BUILDING, "complete" if complete else "a rung is missing")
        if conditions.market_open(view) is True and view.now.time() >= p.window_opens:
            task = steps.close_shares(view, p.quotes) or self.due(view) or self.take_profit(view)
            if task is not None:
                return task
        full = "complete: every rung is held"
        add = windows.adding(
            view,
            self.window,
            self.looks(view),
            self.problem,
            self.candidates,
            self.enter,
            lambda session: full if complete else None,
        )
        opens = view.sessions.on_or_after(view.now.date()).at(p.window_opens)
        look = steps.next_look(view, p.poll_minutes, opens)
        adds_first = add.to is not None or add.look_at is None or add.look_at <= look
        return add if adds_first else stay(look, watch=add.watch)

    def due(self, view: View) -> Decision | None:
        """Roll a rung that has come to 90 days (150 for income): one intent closes it and opens its successor."""
        p, session, spot = self.parameters, view.sessions.on_or_after(view.now.date()), self.spot(view)
        for leg in view.legs:
            if expiries.reached(view.sessions, session, view.contract(leg.contract).expiry, p.roll_dte):
                return None if spot is None else self.roll(view, leg, spot)
        return None

    def roll(self, view: View, leg: PositionLeg, spot: float) -> Decision:
        """Choose the successor of a rung on live quotes and send both legs."""
        p = self.parameters
        old = TradeLeg(view.contract(leg.contract), leg.role, -int(leg.quantity), closing=True)
        if any(other.role == leg.role and other is not leg for other in view.legs):
            # Its successor was bought already, and it could not be sold then.
            return self.send_roll(view, leg, (old,), f"{leg.role}: selling what was rolled")
        first = view.now.date() + timedelta(days=p.dte)
        if not any(view.contract(symbol).expiry >= first for symbol in view.watched):
            return steps.look_again(view, shortlist(view, spot, leg.role, p))
        put = choose(view, spot, leg.role, p)
        if isinstance(put, str):
            return stay(conditions.next_minute(view.now), put)
        size = size_of_roll(view, leg, put, p)
        legs = (old, TradeLeg(put, leg.role, size)) if size else (old,)
        reserve = abs(size) * margin_of(put, view.quote(put.symbol).far_side(size), spot, p)
        why = f"{leg.role}: to {put.strike:g} {put.expiry}"
        return self.send_roll(view, leg, legs, why, reserve)

    def send_roll(
        self, view: View, leg: PositionLeg, legs: tuple[TradeLeg, ...], why: str, reserve: float | None = None
    ) -> Decision:
        """Send the legs of a roll as one intent, once the old one has a quote."""
        p = self.parameters
        if p.quotes.tradable(view.quote(leg.contract)) is not None:
            return stay(conditions.next_minute(view.now), f"{leg.role} has no tradable quote")
        trade = Trade(Purpose.ROLL, legs, p.exit_walk, p.quotes)
        reserved = {} if reserve is None else {reserve_of(leg.role): reserve}
        return go(S.ROLLING, why, trade=trade, remember={TASK: leg.role, **reserved})

    def take_profit(self, view: View) -> Decision | None:
        """Buy a short put back that has earned 30% of its credit."""
        p = self.parameters
        for leg in view.legs:
            quote = p.quotes.to_buy_back(view.quote(leg.contract)) if leg.quantity < 0 else None
            wanted = (1 - p.income_profit_pct / 100) * leg.average_price
            if quote is not None and quote.far_side(1) <= wanted + 1e-9:
                trade = closing_trade([leg], view, p.quotes, p.exit_walk)
                return stay(
                    conditions.next_minute(view.now), f"{leg.role} has earned its profit", trade=trade
                )
        return None

    def rolling(self, view: View) -> Decision:
        """Wait for the roll; what did not fill in time is cancelled and tried again."""
        waiting = steps.at_work(view, self.parameters.exit_minutes)
        return waiting or go(S.BUILDING, "the orders have ended", remember={TASK: None})


def opportunity(session: Session, parameters: Parameters) -> bool:
    """Answer whether a rung is looked for: the month's first Monday session, for income every Monday."""
    monday = session.date.weekday() == MONDAY
    return monday and (session.weekday_of_month == 1 or not parameters.protective)


DEFINITION: Final = Definition(
    name="leap_ladder",
    title="LEAP ladder",
    table=VALID_TRANSITIONS,
    parameters=Parameters,
    create=LeapLadder,
    asset_class=AssetClass.EQUITY_OPTION,
    products=(UNDERLYING, "VIX"),
    opportunity=opportunity,
    recovery=RECOVERY,
    reconciliation=RECONCILIATION,
    short_volatility=lambda parameters: not parameters.protective,
    recognise=recognise,
    tied_up=tied_up,
)
