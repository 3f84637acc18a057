"""The way to an entry that several strategies go: wait for a session, look during a window, try once.

Each opportunity (a session at which the sheet wants a look) ends in exactly one outcome: entered, or skipped
for a named reason. A reason has the form `name: detail`; reports count by the name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from state.states import StrategyState as S
from strategies.base import NOTHING_WATCHED, Decision, Outcome, View, go, stay
from strategies.conditions import may_enter, next_minute
from strategies.sessions import Session

PREPARE: Final = timedelta(minutes=2)
"""A contract subscribed at 9:58 has live quotes at 10:00 (lean-semantics 15)."""
ACCOUNTED: Final = "accounted_to"
"""Management value: the last opportunity whose outcome is recorded."""
TRIED_ON: Final = "tried_on"
"""Management value: the session whose one attempt to enter was made."""
WHY_NOT: Final = "why_not"
"""Management value: why the present opportunity is not entered yet."""

SessionFrom = Callable[[date], Session]
"""Answers the first opportunity on or after a date."""

Shortlist = Callable[[View], frozenset[str]]
"""Names the candidates to subscribe; none where the market forbids an entry anyway."""


@dataclass(frozen=True, slots=True)
class Window:
    """When of a session an entry is looked for."""

    opens: time
    minutes: int

    def on(self, session: Session) -> tuple[datetime, datetime]:
        """Return when it opens and closes."""
        opens = session.at(self.opens)
        return opens, opens + timedelta(minutes=self.minutes)


def waiting(
    view: View,
    window: Window,
    session_from: SessionFrom,
    shortlist: Shortlist,
    unfit: Callable[[Session], str | None] = lambda session: None,
) -> Decision:
    """Return the step of WAITING: until the window of the next opportunity opens.

    Parameters
    ----------
    session_from : the first opportunity on or after a date
    unfit : why a session is skipped without a look
    """
    session = session_from(view.now.date())
    if accounted(view, session):
        session = session_from(session.date + timedelta(days=1))
    opens, closes = window.on(session)
    if view.now < opens - PREPARE:
        return stay(opens - PREPARE, watch=NOTHING_WATCHED)
    problem = unfit(session)
    if problem is not None:
        return skip(view, session, problem)
    if tried(view, session):
        return skip(view, session, why_not(view, "not_filled: the entry was rolled back"))
    if view.now < opens:
        # While a rule forbids it nothing is subscribed; if it is lifted in time, VALIDATION asks for the shortlist.
        return stay(opens, watch=shortlist(view) if view.permission() else NOTHING_WATCHED)
    if view.now < closes:
        return go(S.VALIDATION, "the entry window is open", remember={WHY_NOT: None})
    return skip(view, session, why_not(view, "window_missed: nobody looked in time"))


def on_weekday(view: View, weekday: int) -> SessionFrom:
    """Return the question for the next session on a weekday (Monday is 0); a closed one is no look that week."""
    return lambda day: view.sessions.next_where(day, lambda session: session.date.weekday() == weekday)


def first_of_week(view: View) -> SessionFrom:
    """Return the question for the next first session of a week."""
    return lambda day: view.sessions.next_where(day, lambda session: session.first_of_week)


def validating(
    view: View,
    window: Window,
    session: Session,
    problem: Callable[[View], str | None],
    shortlist: Shortlist,
    enter: Callable[[View], Decision | str],
) -> Decision:
    """Return the step of VALIDATION: look every minute, until there is an entry or the window is over.

    Parameters
    ----------
    problem : what the market has against an entry
    enter : the entry, an end for today, or the reason why not yet
    """
    if view.now >= window.on(session)[1] or tried(view, session):
        return go(S.WAITING, "the entry window is over")
    why = problem(view)
    if why is None:
        allowed = may_enter(view)
        why = None if allowed is True else str(allowed)
    if why is not None:
        return not_yet(view, why)
    if not view.watched:
        wanted = shortlist(view)
        why = (
            "quotes_pending: the shortlist was only just subscribed"
            if wanted
            else "no_chain: nothing is listed"
        )
        return not_yet(view, why, wanted)
    answer = enter(view)
    return not_yet(view, answer) if isinstance(answer, str) else answer


def adding(
    view: View,
    window: Window,
    session_from: SessionFrom,
    problem: Callable[[View], str | None],
    shortlist: Shortlist,
    enter: Callable[[View], Decision | str],
    unfit: Callable[[Session], str | None] = lambda session: None,
) -> Decision:
    """Return the step of a state that holds a position and looks for more of it, as WAITING and VALIDATION do."""
    wait = waiting(view, window, session_from, shortlist, unfit)
    if wait.to != S.VALIDATION:
        return wait
    session = session_from(view.now.date())
    answer = validating(view, window, session, problem, shortlist, enter)
    if answer.to != S.WAITING:
        return answer
    return stay(next_minute(view.now), answer.reason, remember=answer.remember)


def not_yet(view: View, reason: str, watch: frozenset[str] | None = None) -> Decision:
    """Return the answer to keep the reason for the report and look again in a minute."""
    return stay(next_minute(view.now), reason, remember={WHY_NOT: reason}, watch=watch)


def no_trade_today(view: View, reason: str) -> Decision:
    """Return the answer that this session is over without an attempt."""
    return go(S.WAITING, reason, remember={WHY_NOT: reason, **trying(view)})


def trying(view: View) -> dict[str, str]:
    """Return what to remember of the session's one attempt."""
    return {TRIED_ON: view.now.date().isoformat()}


def skip(view: View, session: Session, reason: str) -> Decision:
    """Return the answer that an opportunity is over without an entry."""
    return stay(next_minute(view.now), reason, outcome=Outcome(session.date, reason))


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
