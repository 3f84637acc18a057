"""Short strangle of options on the E-mini S&P 500 future, 45-60 days (docs/rules/futures_strangle.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Final

from state.records import PositionLeg
from state.recovery import ErrorKind, RecoveryPlan
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
from strategies.futures_strangle_legs import CHAIN, SIDES, choose, shortlist, side_shortlist
from strategies.greeks import delta
from strategies.limits import product
from strategies.parameters import clock, number, whole
from strategies.position import by_role, net_price
from strategies.sessions import Session
from strategies.settings import CreditParameters
from strategies.sizing import units

INDEX: Final = "SPX"
TUESDAY: Final = 1
ROLLS: Final = "rolls"
"""Management value: how often a side of this cycle was rolled."""


# --- Parameters -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameters(CreditParameters):
    """Every number of the rule sheet."""

    max_share_pct: float = number(20, 0, 100, "% of equity", "most that the strategy may tie up")
    max_contracts: int = whole(20, 1, 1000, "units", "most strangles")
    poll_minutes: int = whole(15, 1, 60, "minutes", "how often a held position is looked at")
    window_opens: time = clock("10:15", "09:35", "15:00", "first look on a Tuesday")  # noqa: RUF009
    window_minutes: int = whole(60, 1, 120, "minutes", "length of the entry window")
    dte: int = whole(52, 10, 200, "days", "wanted days to expiry")
    dte_min: int = whole(45, 8, 200, "days", "least days to expiry at entry")
    dte_max: int = whole(60, 10, 250, "days", "most days to expiry at entry")
    dte_exit: int = whole(21, 2, 60, "days", "days to expiry at which it is closed")
    exit_opens: time = clock("10:00", "09:35", "12:00", "when it is closed on that day")  # noqa: RUF009
    vix_min: float = number(15, 0, 100, "VIX points", "no entry below")
    vix_max: float = number(40, 0, 200, "VIX points", "no entry above")
    short_delta: float = number(0.10, 0.01, 0.45, "|delta|", "of the short put and the short call")
    delta_tolerance: float = number(0.03, 0.001, 0.2, "|delta|", "further away it is not the same trade")
    roll_delta: float = number(0.30, 0.05, 0.9, "|delta|", "a side beyond it is rolled")
    max_rolls: int = whole(2, 0, 10, "rolls", "then everything is closed")
    roll_week_days: int = whole(12, 0, 30, "days", "no entry so shortly before the front future expires")
    max_margin_pct: float = number(15, 0.1, 100, "% of equity", "most that the exchange's margin may take")


# --- States and edges -------------------------------------------------------------------------------------


class State(StrEnum):
    """The usual states and a roll under way."""

    INITIALIZING = "INITIALIZING"
    WAITING = "WAITING"
    VALIDATION = "VALIDATION"
    ENTERING = "ENTERING"
    ACTIVE = "ACTIVE"
    ROLLING = "ROLLING"
    EXITING = "EXITING"
    DEFENSIVE_EXIT = "DEFENSIVE_EXIT"
    EMERGENCY_EXIT = "EMERGENCY_EXIT"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"
    RECOVERY = "RECOVERY"


S = State


def both_sides_filled(view: View) -> bool:
    """Answer whether both sides are held."""
    return view.values.get(steps.ENTRY_WHOLE) is True and {leg.role for leg in view.legs} == set(SIDES)


STATE_TIMEOUTS: Final = {
    S.VALIDATION: Timeout(timedelta(hours=2), to=S.WAITING),  # the window is over
    S.ENTERING: Timeout(timedelta(minutes=5), to=S.EXITING),  # rolled back
    S.ROLLING: Timeout(timedelta(minutes=10), to=S.DEFENSIVE_EXIT),  # a strangle is not left with one side
    S.EXITING: Timeout(timedelta(minutes=5), to=S.DEFENSIVE_EXIT),  # limits were not enough: market orders
    S.RECOVERY: Timeout(timedelta(minutes=30), to=S.ERROR),
}

VALID_TRANSITIONS: Final = table(
    {
        S.INITIALIZING: {S.WAITING: None, **ALWAYS},
        S.WAITING: {S.VALIDATION: None, **ALWAYS},
        S.VALIDATION: {S.ENTERING: conditions.may_enter, S.WAITING: None, **ALWAYS},
        S.ENTERING: {
            S.ACTIVE: both_sides_filled,
            S.WAITING: None,  # nothing filled
            S.EXITING: None,  # rolled back
            **HELD,
        },
        S.ACTIVE: {
            S.ROLLING: conditions.market_open,
            S.EXITING: None,
            S.DEFENSIVE_EXIT: None,
            S.COMPLETE: None,  # gone without an order of ours
            **HELD,
        },
        S.ROLLING: {
            S.ACTIVE: None,
            S.DEFENSIVE_EXIT: None,  # the new side could not be sold
            **HELD,
        },
        S.EXITING: {S.COMPLETE: None, S.WAITING: None, S.DEFENSIVE_EXIT: None, **HELD},
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
    holding=(S.ENTERING, S.ACTIVE, S.ROLLING),
    timeouts=STATE_TIMEOUTS,
)

RECOVERY: Final = RecoveryPlan(actions={ErrorKind.UNKNOWN: steps.UNKNOWN_ERRORS})


def after_roll(holdings: Holdings) -> Resumption:
    """Verify both sides before anything else: both there, as many of each -> ACTIVE; otherwise out of it."""
    return reconciling.while_held(reconciling.has_all(*SIDES))(holdings)


RECONCILIATION: Final = {
    **reconciling.standard(reconciling.has_all(*SIDES), S),
    S.ROLLING: after_roll,
}


# --- The machine, state by state --------------------------------------------------------------------------


class FuturesStrangle:
    """The rules of each state."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.window = windows.Window(parameters.window_opens, parameters.window_minutes)
        self.steps: dict[str, steps.Step] = {
            **steps.usual(parameters),
            S.WAITING: self.waiting,
            S.VALIDATION: self.validation,
            S.ACTIVE: self.active,
            S.ROLLING: self.rolling,
            S.ERROR: self.errored,
        }

    def decide(self, view: View) -> Decision:
        """Return what the rules of the present state say."""
        return self.steps[view.state](view)

    def waiting(self, view: View) -> Decision:
        """Wait for 10:15 of the next Tuesday that is a session."""
        tuesdays = windows.on_weekday(view, TUESDAY)
        return windows.waiting(
            view, self.window, tuesdays, self.candidates, lambda s: self.roll_week(view, s)
        )

    def roll_week(self, view: View, session: Session) -> str | None:
        """Return why a session is skipped: the front future is being rolled."""
        front = expiries.quarterly_future(session.date, view.sessions)
        days = (front - session.date).days
        return (
            f"roll_week: the front future expires in {days} days"
            if days <= self.parameters.roll_week_days
            else None
        )

    def problem(self, view: View) -> str | None:
        """Return what the market has against an entry: no VIX in [15, 40], no fresh index."""
        p = self.parameters
        problem = conditions.vix_problem(view, p.vix_min, p.vix_max, p.quotes)
        if problem is None and conditions.fresh_price(view, INDEX, p.quotes) is None:
            return "index_stale: there is no fresh index level"
        return problem

    def candidates(self, view: View) -> frozenset[str]:
        """Return the shortlist; nothing while the market forbids an entry anyway."""
        level, vix = conditions.fresh_price(view, INDEX, self.parameters.quotes), view.price("VIX")
        if level is None or vix is None or self.problem(view) is not None:
            return NOTHING_WATCHED
        return shortlist(view, level, vix.value, self.parameters)

    def validation(self, view: View) -> Decision:
        """Look every minute of the window."""
        session = view.sessions.on_or_after(view.now.date())
        return windows.validating(view, self.window, session, self.problem, self.candidates, self.enter)

    def enter(self, view: View) -> Decision | str:
        """Sell both sides as one group, exchange margin <= 15% of equity."""
        p = self.parameters
        legs: list[TradeLeg] = []
        for role, right in SIDES.items():
            side = choose(view, right, p)
            if isinstance(side, str):
                return side
            legs.append(TradeLeg(side.contract, role, -1))
        margin = view.future_margin_usd(legs[0].contract.symbol)
        if margin is None or margin <= 0:
            return "margin_unknown: the exchange's margin of the future is not known"
        credit, far = net_price(((leg.contract.symbol, leg.quantity) for leg in legs), view.quote)
        floor = far * (1 - p.slack_pct / 100)
        allowed = min(p.max_margin_pct / 100 * view.equity_usd, view.buying_power_usd)
        size = units(allowed, margin, p.max_contracts)
        named = "/".join(f"{leg.contract.strike:g}" for leg in legs)
        if size == 0:
            return windows.no_trade_today(
                view, f"size_zero: one {named} takes {margin:.2f} of {allowed:.2f} USD"
            )
        sized = tuple(TradeLeg(leg.contract, leg.role, -size) for leg in legs)
        return go(
            S.ENTERING,
            f"{size} x {named} {legs[0].contract.expiry} for {credit:.2f}, at least {floor:.2f}",
            trade=Trade(Purpose.ENTRY, sized, p.entry_walk(floor), p.quotes),
            reserve_usd=size * margin,
            remember={windows.WHY_NOT: None, ROLLS: 0, **windows.trying(view)},
        )

    def active(self, view: View) -> Decision:
        """Hold until profit, loss or 21 days to expiry; roll a side that is tested."""
        if not view.legs:
            return go(S.COMPLETE, "nothing is held any more")
        way_out = (
            self.out_of_time(view) or self.one_sided(view) or steps.profit_or_loss(view, self.parameters)
        )
        if way_out is not None:
            return way_out
        tested = self.tested(view)
        return self.hold(view) if tested is None else self.roll(view, tested)

    def out_of_time(self, view: View) -> Decision | None:
        """Return the way out on the day on which 21 days are left: no side is ever held into its expiry."""
        session = view.sessions.on(view.now.date())
        if session is None or view.now < session.at(self.parameters.exit_opens):
            return None
        expiry = min(view.contract(leg.contract).expiry for leg in view.legs)
        if not expiries.reached(view.sessions, session, expiry, self.parameters.dte_exit):
            return None
        way = S.DEFENSIVE_EXIT if view.state == S.ERROR else S.EXITING
        return go(way, f"{(expiry - session.date).days} days to expiry")

    def one_sided(self, view: View) -> Decision | None:
        """Return the way out when a side is missing."""
        if {leg.role for leg in view.legs} == set(SIDES):
            return None
        return go(S.DEFENSIVE_EXIT, "only one side is held")

    def tested(self, view: View) -> PositionLeg | None:
        """Return the side whose delta has passed 0.30."""
        p = self.parameters
        if conditions.market_open(view) is not True:
            return None
        for leg in view.legs:
            quote, future = view.quote(leg.contract), view.underlying_price(leg.contract)
            if future is None or not p.quotes.fresh(future.age) or p.quotes.tradable(quote) is not None:
                continue
            contract = view.contract(leg.contract)
            value = delta(contract, quote.mid, future.value, conditions.discount(view, contract.expiry))
            if value is not None and value > p.roll_delta:
                return leg
        return None

    def roll(self, view: View, leg: PositionLeg) -> Decision:
        """Buy the tested side back and sell it again at delta 0.10 in the same expiry; twice, then out."""
        p, rolls = self.parameters, int(str(view.values.get(ROLLS) or 0))
        if rolls >= p.max_rolls:
            return go(S.DEFENSIVE_EXIT, f"the {leg.role} is tested again after {rolls} rolls")
        future = view.underlying_price(leg.contract)
        if not view.watched and future is not None:
            wanted = side_shortlist(view, future.value, leg, p)
            return steps.look_again(view, wanted)
        side = choose(view, SIDES[leg.role], p)
        if isinstance(side, str):
            return stay(conditions.next_minute(view.now), side)
        back = TradeLeg(view.contract(leg.contract), leg.role, -int(leg.quantity), closing=True)
        trade = Trade(
            Purpose.ROLL, (back, TradeLeg(side.contract, leg.role, int(leg.quantity))), p.exit_walk, p.quotes
        )
        why = f"the {leg.role} is tested: to {side.contract.strike:g} at delta {side.delta:.2f}"
        return go(S.ROLLING, why, trade=trade, remember={ROLLS: rolls + 1})

    def rolling(self, view: View) -> Decision:
        """Wait for the roll; what did not fill in time is cancelled, and both sides are verified."""
        waiting = steps.at_work(view, self.parameters.exit_minutes)
        if waiting is not None:
            return waiting
        put, call = by_role(view.legs, "short_put"), by_role(view.legs, "short_call")
        even = len(view.legs) == 2 and put is not None and call is not None and put.quantity == call.quantity
        return (
            go(S.ACTIVE, "both sides are held")
            if even
            else go(S.DEFENSIVE_EXIT, "a side is missing after the roll")
        )

    def hold(self, view: View) -> Decision:
        """Look again soon, and on the last day in time."""
        session = view.sessions.on_or_after(view.now.date())
        last = session.at(self.parameters.exit_opens)
        return stay(steps.next_look(view, self.parameters.poll_minutes, last), watch=NOTHING_WATCHED)

    def errored(self, view: View) -> Decision:
        """Leave it to an operator, but keep the stop and the last day of a held position."""
        if not view.legs:
            return stay(steps.next_open(view))
        loss = steps.profit_or_loss(view, self.parameters, only_loss=True)
        return self.out_of_time(view) or loss or self.hold(view)


def recognise(found: Found) -> str | None:
    """Answer in which role an ES option would be held: nobody else trades these, and only short ones."""
    if product(found.contract.root) != CHAIN or found.quantity > 0:
        return None
    return next((role for role, right in SIDES.items() if right is found.contract.right), None)


DEFINITION: Final = Definition(
    name="futures_strangle",
    title="Futures strangle",
    table=VALID_TRANSITIONS,
    parameters=Parameters,
    create=FuturesStrangle,
    asset_class=AssetClass.FUTURE_OPTION,
    products=(INDEX, "VIX", CHAIN),
    opportunity=lambda session, parameters: session.date.weekday() == TUESDAY,
    recovery=RECOVERY,
    reconciliation=RECONCILIATION,
    short_volatility=lambda parameters: True,
    recognise=recognise,
)
