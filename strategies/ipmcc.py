"""IPMCC, the poor man's covered call: a long call of a year on SPY, a short call of a week (docs/rules/ipmcc.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Final

from state.records import PositionLeg
from state.recovery import ErrorKind, RecoveryPlan
from state.table import Timeout, table
from strategies import conditions, expiries, ipmcc_long_call, ipmcc_short_call, reconciling, steps, windows
from strategies.base import (
    ALWAYS,
    HELD,
    NOTHING_WATCHED,
    AssetClass,
    Decision,
    Definition,
    Holdings,
    Plan,
    Purpose,
    Resumption,
    Trade,
    TradeLeg,
    View,
    go,
    stay,
    to,
)
from strategies.contracts import Right
from strategies.ipmcc_long_call import LONG, UNDERLYING, fresh_spot
from strategies.ipmcc_short_call import NEXT_SHORT, SHORT, must_go, recognise, roll_time
from strategies.margins import naked_option
from strategies.parameters import clock, number, whole
from strategies.position import by_role
from strategies.settings import CommonParameters
from strategies.sizing import units

LATE: Final = timedelta(minutes=3)
"""So long after the time to roll, a short call is bought back at market instead."""
TASK: Final = "task"
"""Management value: what MANAGING prepares: `sell`, `roll`, `buy_back` or `roll_long`."""


# --- Parameters -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameters(CommonParameters):
    """Every number of the rule sheet."""

    max_contracts: int = whole(5, 1, 1000, "units", "most units of the position")
    poll_minutes: int = whole(30, 1, 60, "minutes", "how often a held position is looked at")
    window_opens: time = clock("10:45", "09:35", "15:00", "first look of a session")  # noqa: RUF009
    window_minutes: int = whole(120, 1, 120, "minutes", "length of the entry window")
    long_delta: float = number(0.80, 0.5, 0.99, "|delta|", "of the long call")
    long_tolerance: float = number(0.06, 0.005, 0.2, "|delta|", "further away it is not the same trade")
    long_dte: int = whole(365, 180, 800, "days", "least days to expiry of the long call")
    long_dte_max: int = whole(550, 200, 1000, "days", "most days to expiry of the long call")
    long_dte_exit: int = whole(90, 10, 300, "days", "days to expiry at which the long call is rolled")
    max_extrinsic_pct: float = number(8, 0.1, 50, "% of strike", "extrinsic value of the long call")
    long_loss_pct: float = number(30, 1, 99, "% of cost", "loss of the long call at which all is closed")
    short_delta: float = number(0.30, 0.05, 0.6, "|delta|", "of the short call")
    short_dte: int = whole(7, 1, 45, "days", "wanted days to expiry of the short call")
    short_dte_range: int = whole(3, 0, 20, "days", "how far from it the next weekly expiry may be")
    min_premium_usd: float = number(0.10, 0.01, 10, "USD", "least that a short call must pay")
    short_profit_pct: float = number(80, 1, 99, "% of premium", "when the short call is bought back")
    roll_minutes_before_close: int = whole(
        15, 8, 120, "minutes", "when a short call is rolled on its last day"
    )
    min_extrinsic_usd: float = number(0.05, 0, 5, "USD", "less of it before a dividend invites assignment")
    max_debit_pct: float = number(8, 0.1, 100, "% of equity", "most that is paid for the long calls")


# --- States and edges -------------------------------------------------------------------------------------


class State(StrEnum):
    """The usual states, a roll under way, and shares from an assignment."""

    INITIALIZING = "INITIALIZING"
    WAITING = "WAITING"
    VALIDATION = "VALIDATION"
    ENTERING = "ENTERING"
    ACTIVE = "ACTIVE"
    MANAGING = "MANAGING"
    ROLLING = "ROLLING"
    ASSIGNED = "ASSIGNED"
    EXITING = "EXITING"
    DEFENSIVE_EXIT = "DEFENSIVE_EXIT"
    EMERGENCY_EXIT = "EMERGENCY_EXIT"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"
    RECOVERY = "RECOVERY"


S = State

STATE_TIMEOUTS: Final = {
    S.VALIDATION: Timeout(timedelta(hours=2), to=S.WAITING),  # the window is over
    S.ENTERING: Timeout(timedelta(minutes=5), to=S.EXITING),  # rolled back
    S.MANAGING: Timeout(timedelta(minutes=10), to=S.ACTIVE),  # no quotes to choose by: looked at again
    S.ROLLING: Timeout(timedelta(minutes=10), to=S.ACTIVE),  # looked at again, on the last day at market
    S.EXITING: Timeout(timedelta(minutes=5), to=S.DEFENSIVE_EXIT),  # limits were not enough: market orders
    S.RECOVERY: Timeout(timedelta(minutes=30), to=S.ERROR),
}

VALID_TRANSITIONS: Final = table(
    {
        S.INITIALIZING: {S.WAITING: None, **ALWAYS},
        S.WAITING: {S.VALIDATION: None, **ALWAYS},
        S.VALIDATION: {S.ENTERING: conditions.may_enter, S.WAITING: None, **ALWAYS},
        S.ENTERING: {
            S.ACTIVE: None,
            S.WAITING: None,  # nothing filled
            S.EXITING: None,  # rolled back
            **HELD,
        },
        S.ACTIVE: {
            S.MANAGING: conditions.market_open,
            S.ASSIGNED: None,  # short shares appeared
            S.DEFENSIVE_EXIT: None,
            S.COMPLETE: None,  # gone without an order of ours
            **HELD,
        },
        S.MANAGING: {
            S.ROLLING: conditions.market_open,
            S.COMPLETE: None,  # gone without an order of ours
            S.ACTIVE: None,  # nothing to sell this week, or no quotes to choose by
            **to(S.ASSIGNED, S.DEFENSIVE_EXIT),
            **HELD,
        },
        S.ROLLING: {**to(S.ACTIVE, S.COMPLETE, S.ASSIGNED, S.DEFENSIVE_EXIT), **HELD},
        S.ASSIGNED: {
            S.ACTIVE: None,  # covered, the long call is kept
            S.EXITING: None,  # covered, nothing else is held
            S.DEFENSIVE_EXIT: None,  # covered, the long call is below its loss rule
            **HELD,
        },
        S.EXITING: {S.COMPLETE: None, S.WAITING: None, S.DEFENSIVE_EXIT: None, **HELD},
        S.DEFENSIVE_EXIT: {S.COMPLETE: None, **HELD},
        S.EMERGENCY_EXIT: {S.COMPLETE: None, **ALWAYS},
        S.COMPLETE: {S.WAITING: None, **ALWAYS},
        S.ERROR: {
            S.WAITING: None,  # an operator reset it
            **to(S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT, S.ASSIGNED),  # it still protects its position
            **to(S.COMPLETE, S.RECOVERY),
        },
        S.RECOVERY: {
            **to(S.WAITING, S.ACTIVE, S.ASSIGNED, S.COMPLETE, S.ERROR),
            **to(S.EXITING, S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT),
        },
    },
    initial=S.INITIALIZING,
    holding=(S.ENTERING, S.ACTIVE, S.MANAGING, S.ROLLING, S.ASSIGNED),
    timeouts=STATE_TIMEOUTS,
)

RECOVERY: Final = RecoveryPlan(actions={ErrorKind.UNKNOWN: steps.UNKNOWN_ERRORS})


def held(holdings: Holdings) -> Resumption:
    """Shares -> ASSIGNED; a long call that covers what is short -> ACTIVE; a short call alone -> out of it."""
    sizes = {leg.role: leg.quantity for leg in holdings.legs}
    if steps.shares_of(holdings.legs) is not None:
        return Resumption(S.ASSIGNED, "shares are held: an assignment happened")
    if not sizes:
        return Resumption(S.COMPLETE, "closed elsewhere")
    if sizes.get(LONG, 0) + sizes.get(SHORT, 0) >= 0:
        return Resumption(S.ACTIVE, "the long call is held")
    return Resumption(S.DEFENSIVE_EXIT, "a short call is not covered")


RECONCILIATION: Final = {
    **reconciling.while_flat(held),
    **dict.fromkeys((S.ACTIVE, S.MANAGING, S.ROLLING, S.ASSIGNED, S.ERROR, S.RECOVERY), held),
    S.EXITING: reconciling.exiting(lambda holdings: held(holdings).state == S.ACTIVE),
    **dict.fromkeys((S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT), reconciling.on_the_way_out),
}


# --- The machine, state by state --------------------------------------------------------------------------


class Ipmcc:
    """The rules of each state."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.window = windows.Window(parameters.window_opens, parameters.window_minutes)
        self.steps: dict[str, steps.Step] = {
            **steps.usual(parameters),
            S.WAITING: lambda view: windows.waiting(
                view, self.window, windows.first_of_week(view), self.candidates
            ),
            S.VALIDATION: self.validation,
            S.ACTIVE: self.active,
            S.MANAGING: self.managing,
            S.ROLLING: self.rolling,
            S.ASSIGNED: self.assigned,
            S.ERROR: self.errored,
        }

    def decide(self, view: View) -> Decision:
        """Return what the rules of the present state say."""
        return self.steps[view.state](view)

    def problem(self, view: View) -> str | None:
        """Return what the market has against an entry; never a second long call on a symbol that has one."""
        if fresh_spot(view, self.parameters) is None:
            return "underlying_stale: there is no fresh price of SPY"
        others = map(view.contract, view.held_elsewhere())
        if any(c.right is Right.CALL and c.root == UNDERLYING for c in others):
            return "second_long_call: another owner has a call on SPY"
        return None

    def candidates(self, view: View) -> frozenset[str]:
        """Return the shortlist of long calls."""
        spot = fresh_spot(view, self.parameters)
        return NOTHING_WATCHED if spot is None else ipmcc_long_call.shortlist(view, self.parameters, spot)

    def validation(self, view: View) -> Decision:
        """Look every minute of the window."""
        session = view.sessions.on_or_after(view.now.date())
        return windows.validating(view, self.window, session, self.problem, self.candidates, self.enter)

    def enter(self, view: View) -> Decision | str:
        """Buy the long call: debit <= 8% of equity; the naked margin of the short calls is reserved with it."""
        p, spot = self.parameters, fresh_spot(view, self.parameters)
        call = (
            ipmcc_long_call.choose(view, p, spot) if spot is not None else "underlying_stale: no fresh price"
        )
        if isinstance(call, str) or spot is None:
            return str(call)
        price = call.quote.far_side(1) * (1 + p.slack_pct / 100)
        margin = price * 100 + naked_option(call.contract, 0.01 * spot, call.contract.strike)
        size = min(
            units(p.max_debit_pct / 100 * view.equity_usd, price * 100, p.max_contracts),
            units(view.buying_power_usd, margin, p.max_contracts),
        )
        if size == 0:
            return windows.no_trade_today(
                view, f"size_zero: a call costs {price * 100:.2f} and takes {margin:.2f} USD"
            )
        trade = Trade(Purpose.ENTRY, (TradeLeg(call.contract, LONG, size),), p.entry_walk(-price), p.quotes)
        why = f"{size} x {call.contract.strike:g} call {call.contract.expiry} for at most {price:.2f}"
        remember = {windows.WHY_NOT: None, NEXT_SHORT: None, **windows.trying(view)}
        return go(S.ENTERING, why, trade=trade, reserve_usd=size * margin, remember=remember)

    # --- with a long call ---

    def protection(self, view: View) -> Decision | None:
        """Return what must happen first: assignment, a naked short call, the long call's loss rule."""
        long, short = ipmcc_long_call.held(view), by_role(view.legs, SHORT)
        if not view.legs and view.intent is None:
            return go(S.COMPLETE, "nothing is held any more")
        if steps.shares_of(view.legs) is not None:
            return None if view.state == S.ASSIGNED else go(S.ASSIGNED, "shares of an assignment appeared")
        if view.intent is None and short is not None and (long is None or long.quantity + short.quantity < 0):
            return go(S.DEFENSIVE_EXIT, "the short call is not covered")
        loss = None if long is None else ipmcc_long_call.loss_frac(view, self.parameters, long)
        if loss is not None and loss >= self.parameters.long_loss_pct / 100:
            return go(S.DEFENSIVE_EXIT, f"the long call has lost {loss:.0%} of its cost")
        return None

    def active(self, view: View) -> Decision:
        """Hold the long call, have one short call a week."""
        first = self.protection(view) or steps.at_work(view, 0)
        if first is not None:
            return first
        if conditions.market_open(view) is not True:
            return stay(steps.next_open(view) + conditions.MINUTE)
        task = self.task(view)
        if task is not None:
            return go(S.MANAGING, task[1], remember={TASK: task[0]})
        p, session = self.parameters, view.sessions.on_or_after(view.now.date())
        return stay(steps.next_look(view, p.poll_minutes, session.at(p.window_opens), roll_time(view, p)))

    def task(self, view: View) -> tuple[str, str] | None:
        """Return what there is to prepare now, and why."""
        p, today = self.parameters, view.now.date()
        session = view.sessions.on_or_after(today)
        long, short = ipmcc_long_call.held(view), by_role(view.legs, SHORT)
        if short is not None and view.now >= roll_time(view, p) and must_go(view, p, short):
            return "roll", "the short call must not be held over night"
        if short is not None and ipmcc_short_call.is_cheap(view, p, short):
            return "buy_back", f"the short call has earned {p.short_profit_pct:g}% of its premium"
        if view.now < session.at(p.window_opens) or long is None:
            return None
        expiry = view.contract(long.contract).expiry
        if expiries.reached(view.sessions, session, expiry, p.long_dte_exit):
            return "roll_long", f"the long call has {(expiry - today).days} days left"
        free = str(view.values.get(NEXT_SHORT) or "") <= today.isoformat()
        return (
            ("sell", "no short call is held")
            if short is None and free and view.now < roll_time(view, p)
            else None
        )

    def managing(self, view: View) -> Decision:
        """Choose what to trade on live quotes."""
        first = self.protection(view) or steps.at_work(view, 0)
        if first is not None:
            return first
        p, spot, task = self.parameters, fresh_spot(view, self.parameters), view.values.get(TASK)
        long, short = ipmcc_long_call.held(view), by_role(view.legs, SHORT)
        late = view.now >= roll_time(view, p) + LATE
        plan: Plan | str | None
        if short is not None and (task == "buy_back" or (task == "roll" and late)):
            plan = ipmcc_short_call.buy_back(view, p, short, None if late else p.exit_walk)
        elif spot is None or long is None:
            plan = "there is no fresh price of SPY"
        elif task == "roll_long":
            if not view.watched:
                return steps.look_again(view, ipmcc_long_call.shortlist(view, p, spot))
            plan = ipmcc_long_call.roll(view, p, spot, long)
        else:
            return self.sell_short(view, spot, long, short)
        return self.roll(view, plan)

    def sell_short(self, view: View, spot: float, long: PositionLeg, short: PositionLeg | None) -> Decision:
        """Sell a short call, buying the old one back with it; without one that pays, none this week."""
        p, least = self.parameters, ipmcc_short_call.least_strike(view, self.parameters)
        if least is None:
            return self.roll(view, "a quote is missing")
        if not view.watched:
            wanted = ipmcc_short_call.shortlist(view, p, spot, least)
            if wanted:
                return steps.look_again(view, wanted)
        call = ipmcc_short_call.choose(view, p, spot, least)
        if call is not None:
            return self.roll(view, ipmcc_short_call.sell(view, p, call, int(long.quantity), short))
        if short is not None:
            return self.roll(view, ipmcc_short_call.buy_back(view, p, short, p.exit_walk))
        next_week = view.sessions.after(view.sessions.last_of_week(view.now.date()).date).date
        why = f"no call from strike {least:.2f} on pays enough this week"
        return go(S.ACTIVE, why, remember={NEXT_SHORT: next_week.isoformat()}, watch=NOTHING_WATCHED)

    def roll(self, view: View, plan: Plan | str | None) -> Decision:
        """Send what was chosen, or look again in a minute."""
        if plan is None or isinstance(plan, str):
            return stay(conditions.next_minute(view.now), plan or "the short call has no tradable quote")
        return go(S.ROLLING, plan.reason, trade=plan.trade, remember=plan.remember)

    def rolling(self, view: View) -> Decision:
        """Wait for the orders; what did not fill in time is cancelled and looked at again."""
        first = self.protection(view)
        if first is not None:
            return first
        waiting = steps.at_work(view, self.parameters.exit_minutes)
        return waiting or go(S.ACTIVE, "the orders have ended", remember={TASK: None})

    def assigned(self, view: View) -> Decision:
        """Cover the shares the same session, then keep or close the long call by its loss rule."""
        if view.intent is not None:
            return stay(conditions.next_minute(view.now), cancel=view.intent.purpose != Purpose.EXIT)
        covering = steps.close_shares(view, self.parameters.quotes)
        if covering is not None:
            return covering
        covered = S.ACTIVE if ipmcc_long_call.held(view) is not None else S.EXITING
        loss = self.protection(view) if view.legs else None
        return loss or go(covered, "the shares are covered")

    def errored(self, view: View) -> Decision:
        """Leave it to an operator, but cover an assignment and keep the loss rule and the call's last day."""
        if not view.legs:
            return stay(steps.next_open(view))
        p, first, short = self.parameters, self.protection(view), by_role(view.legs, SHORT)
        if first is None and short is not None and view.now >= roll_time(view, p) and must_go(view, p, short):
            first = go(S.DEFENSIVE_EXIT, "the short call has its last day")
        return first or stay(steps.next_look(view, p.poll_minutes, roll_time(view, p)))


DEFINITION: Final = Definition(
    name="ipmcc",
    title="IPMCC (poor man's covered call)",
    table=VALID_TRANSITIONS,
    parameters=Parameters,
    create=Ipmcc,
    asset_class=AssetClass.EQUITY_OPTION,
    products=(UNDERLYING,),
    opportunity=lambda session, parameters: session.first_of_week,
    recovery=RECOVERY,
    reconciliation=RECONCILIATION,
    short_volatility=lambda parameters: False,
    recognise=recognise,
)
