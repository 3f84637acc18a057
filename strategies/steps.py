"""Steps that several strategies take: of an atomic entry, of an exit that never gives up, of a credit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from state.records import Intent, PositionLeg
from state.recovery import Action
from state.states import StrategyState as S
from strategies.base import Decision, Purpose, View, go, stay
from strategies.conditions import MINUTE, market_open, next_minute
from strategies.limits import Walk
from strategies.position import SHARES, amount, by_role, closing_trade, profit
from strategies.quotes import QuoteRule
from strategies.settings import CommonParameters, CreditParameters
from strategies.windows import WHY_NOT, why_not

ENTRY_WHOLE: Final = "entry_whole"
"""Management value: whether this cycle's entry filled to the last contract; the gateway sets it."""
CREDIT: Final = "credit_usd"
"""Management value: what the entry of this cycle brought, without fees; set when it is whole."""
RESERVED: Final = "reserved_usd"
"""Management value: the buying power put aside for the last cycle, the broker's margin of naked calls in it."""


Step = Callable[[View], Decision]
"""The rules of one state."""

UNKNOWN_ERRORS: Final[Mapping[str | None, Action]] = {
    S.ENTERING: Action.HOLD_AND_RECONCILE,  # orders may be out: they are cancelled, then all legs are checked
    S.EXITING: Action.AUTOMATIC_RETRY,  # an exit never gives up
    S.DEFENSIVE_EXIT: Action.AUTOMATIC_RETRY,
    S.EMERGENCY_EXIT: Action.AUTOMATIC_RETRY,
}
"""What follows from a bug, per state, where it is not the core's default."""


def entering(view: View, minutes: int) -> Decision:
    """Return the next step of an atomic entry: whole, nothing, or rolled back.

    The order gateway walks the limit and books the fills; this only judges what came of it.
    """
    if view.intent is not None:
        deadline = view.since + minutes * MINUTE
        if view.now < deadline:
            return stay(min(next_minute(view.now), deadline), "the limit walks")
        why = f"not_filled: no fill within {minutes} minutes"
        return go(S.EXITING, why, remember={WHY_NOT: why})
    if not view.legs:
        why = why_not(view, "not_filled: the entry was cancelled")
        return go(S.WAITING, why, remember={WHY_NOT: why})
    if view.values.get(ENTRY_WHOLE) is True:
        return go(S.ACTIVE, "all legs filled")
    why = "not_filled: only a part was filled, it is closed again"
    return go(S.EXITING, why, remember={WHY_NOT: why})


def exiting(view: View, rule: QuoteRule, walk: Walk | None) -> Decision:
    """Return the next step of an exit: cancel what is obsolete, close what can be closed, try again.

    Parameters
    ----------
    walk : how the limit moves, None for market orders
    """
    if view.intent is not None:
        obsolete = view.intent.purpose != Purpose.EXIT or (walk is None and is_limited(view.intent))
        return stay(next_minute(view.now), "waiting for the broker", cancel=obsolete)
    if not view.legs:
        rolled_back = view.state == S.EXITING and view.values.get(ENTRY_WHOLE) is not True
        return go(S.WAITING if rolled_back else S.COMPLETE, "nothing is held any more")
    if market_open(view) is not True:
        return stay(next_open(view), "left to the exchange's settlement or to the next session")
    trade = closing_trade(view.legs, view, rule, walk)
    return stay(next_minute(view.now), "closing" if trade else "no leg has a tradable quote", trade=trade)


def at_work(view: View, minutes: int) -> Decision | None:
    """Return the answer while orders are at work, None when they have ended; after so many minutes they are cancelled."""
    if view.intent is None:
        return None
    return stay(
        next_minute(view.now), "waiting for the broker", cancel=view.now >= view.since + minutes * MINUTE
    )


def look_again(view: View, wanted: frozenset[str]) -> Decision:
    """Return the answer to subscribe a shortlist and to choose when it has quotes."""
    return stay(next_minute(view.now), "the shortlist was only just subscribed", watch=wanted)


def close_shares(view: View, rule: QuoteRule) -> Decision | None:
    """Return the step that closes the shares of an assignment at market, None if there are none."""
    shares = shares_of(view.legs)
    if shares is None:
        return None
    if market_open(view) is not True:
        return stay(next_open(view))
    trade = closing_trade([shares], view, rule, None)
    return stay(next_minute(view.now), "closing the shares of an assignment", trade=trade)


def shares_of(legs: Iterable[PositionLeg]) -> PositionLeg | None:
    """Return what an exercise or an assignment left, if it did."""
    return by_role(legs, SHARES)


def is_limited(intent: Intent) -> bool:
    """Return whether a group of orders has a limit price."""
    return intent.values.get("limit") is not None


def gain(view: View, rule: QuoteRule) -> float | None:
    """Return what the cycle has earned if all were closed now, fees included; None while that is unknown."""
    if market_open(view) is not True:
        return None
    return profit(view.values, view.legs, view.contract, view.quote, rule)


def profit_or_loss(view: View, p: CreditParameters, *, only_loss: bool = False) -> Decision | None:
    """Return the way out when the profit or the loss has reached its share of the credit."""
    earned, credit = gain(view, p.quotes), amount(view.values, CREDIT)
    if earned is None:
        return None
    if earned <= -p.loss_pct / 100 * credit:
        return go(S.DEFENSIVE_EXIT, f"loss of {-earned:.2f} USD, the credit was {credit:.2f}")
    if earned >= p.profit_pct / 100 * credit and not only_loss:
        return go(S.EXITING, f"profit of {earned:.2f} USD, the credit was {credit:.2f}")
    return None


def next_open(view: View) -> datetime:
    """Return when the exchange opens next: later today, or the next session."""
    return view.sessions.next_open(view.now)


def next_look(view: View, minutes: int, *others: datetime) -> datetime:
    """Return when a held position is looked at again: every so many minutes, at one of the others if sooner.

    Counted from the open, not from the last look: a restart must not change what a position is judged on.
    """
    if market_open(view) is not True:
        return next_open(view) + MINUTE
    opened, pause = view.sessions.on_or_after(view.now.date()).opens_at, minutes * MINUTE
    looks = [opened + ((view.now - opened) // pause + 1) * pause, *others]
    return min(at for at in looks if at > view.now)


def wait_for_new_cycle(view: View) -> Decision:
    """Return the step of COMPLETE: ready again at the session after."""
    ready = view.sessions.after(view.since.date()).opens_at
    return go(S.WAITING, "ready for the next entry") if view.now >= ready else stay(ready)


def recovering(view: View) -> Decision:
    """Return the step of RECOVERY: the host compares with the broker and moves the machine by its rules."""
    return stay(next_minute(view.now), "waiting for the comparison with the broker")


def usual(p: CommonParameters) -> dict[str, Step]:
    """Return the steps of the states that mean the same in most strategies."""
    return {
        S.INITIALIZING: lambda view: go(S.WAITING, "compared with the broker"),
        S.ENTERING: lambda view: entering(view, p.entry_minutes),
        S.EXITING: lambda view: exiting(view, p.quotes, p.exit_walk),
        # At market; what cannot be closed by its last close is settled by the exchange, which is no error.
        S.DEFENSIVE_EXIT: lambda view: exiting(view, p.quotes, None),
        S.EMERGENCY_EXIT: lambda view: exiting(view, p.quotes, None),
        S.COMPLETE: wait_for_new_cycle,
        S.RECOVERY: recovering,
    }
